// Every problem that the grammar and the builders can report: a stable code, how grave it is, and the class that
// decides keepalived's exit status. The sentences are made where the problem is found. The reader's codes are in
// collector.ts.

import type { Diagnostic, FaultClass, Severity } from './diagnostic.ts'
import type { Span } from './span.ts'

type Row = readonly [code: string, severity: Severity, faultClass: FaultClass]

const table = {
  // The shape of the file.
  'unknown-keyword': ['KA1201', 'warning', 'general'],
  'stray-open-brace': ['KA1202', 'warning', 'general'],
  'stray-close-brace': ['KA1203', 'warning', 'general'],
  'missing-open-brace': ['KA1204', 'warning', 'general'],
  'unclosed-block': ['KA1205', 'error', 'general'],
  'duplicate-block': ['KA1206', 'warning', 'general'],
  'duplicate-keyword': ['KA1207', 'warning', 'general'],
  'keyword-given-twice': ['KA1208', 'note', 'advice'],
  'extra-words': ['KA1209', 'note', 'advice'],
  'extra-words-behind-list': ['KA1209', 'warning', 'general'],
  'missing-argument': ['KA1210', 'error', 'missing-argument'],
  'argument-expected': ['KA1211', 'warning', 'general'],
  'extension-refused': ['KA1213', 'error', 'general'],
  'not-in-effect': ['KA1214', 'warning', 'advice'],
  'deprecated-keyword': ['KA1215', 'note', 'advice'],
  'deprecated-fault': ['KA1212', 'warning', 'general'],
  'unknown-option': ['KA1216', 'warning', 'general'],
  'empty-block': ['KA1217', 'warning', 'general'],
  'duplicate-name': ['KA1219', 'warning', 'advice'],
  // Values.
  'bad-value': ['KA1220', 'warning', 'general'],
  'out-of-range': ['KA1221', 'warning', 'general'],
  'rounded-value': ['KA1222', 'warning', 'general'],
  'trailing-characters': ['KA1223', 'warning', 'general'],
  'truncated-value': ['KA1224', 'warning', 'general'],
  'needless-setting': ['KA1226', 'note', 'advice'],
  'needless-prefix': ['KA1227', 'warning', 'advice'],
  'fatal-value': ['KA1225', 'error', 'fatal'],
  // Interfaces, scripts and trackers.
  'unknown-interface': ['KA1301', 'error', 'fatal'],
  'unusable-interface': ['KA1302', 'warning', 'general'],
  'script-security': ['KA1303', 'warning', 'security'],
  'script-security-beside-worse': ['KA1303', 'warning', 'advice'],
  'script-refused': ['KA1315', 'error', 'security'],
  'script-without-command': ['KA1304', 'warning', 'general'],
  'script-not-used': ['KA1305', 'warning', 'advice'],
  'unknown-script': ['KA1306', 'warning', 'general'],
  'interface-in-track-script': ['KA1307', 'warning', 'general'],
  'duplicate-tracker': ['KA1308', 'warning', 'general'],
  'clamped-weight': ['KA1310', 'warning', 'general'],
  'bad-script': ['KA1311', 'warning', 'general'],
  'unquoted-command': ['KA1319', 'warning', 'advice'],
  'script-not-found': ['KA1312', 'warning', 'general'],
  'command-not-found': ['KA1313', 'warning', 'advice'],
  'unknown-user': ['KA1314', 'warning', 'general'],
  'no-default-interface': ['KA1318', 'warning', 'advice'],
  'delay-too-long': ['KA1317', 'warning', 'advice'],
  'process-name': ['KA1316', 'warning', 'advice'],
  'unknown-user-behind': ['KA1314', 'warning', 'advice'],
  // Addresses.
  'host-prefix-taken': ['KA1321', 'warning', 'advice'],
  'other-family': ['KA1322', 'warning', 'general'],
  // keepalived up to 2.3.2 takes the address twice without a word, later ones refuse the second: nothing is lost either way.
  'duplicate-address': ['KA1323', 'warning', 'advice'],
  'bad-address-option': ['KA1324', 'warning', 'general'],
  // VRRP instances.
  'no-virtual-router-id': ['KA1340', 'error', 'fatal'],
  'default-virtual-router-id': ['KA1341', 'warning', 'general'],
  'duplicate-virtual-router-id': ['KA1343', 'error', 'fatal'],
  'no-interface': ['KA1344', 'error', 'fatal'],
  'no-addresses': ['KA1345', 'warning', 'general'],
  'addresses-required': ['KA1346', 'error', 'fatal'],
  'incompatible-settings': ['KA1347', 'warning', 'general'],
  'authentication-ignored': ['KA1348', 'warning', 'general'],
  'authentication-missing': ['KA1352', 'warning', 'advice'],
  'authentication-not-in-effect': ['KA1353', 'error', 'general'],
  'rounded-advert-interval': ['KA1349', 'warning', 'general'],
  'strict-mode': ['KA1350', 'warning', 'general'],
  'owner-by-default': ['KA1351', 'note', 'advice'],
  // Sync groups.
  'unknown-group-member': ['KA1360', 'warning', 'general'],
  'member-of-two-groups': ['KA1361', 'warning', 'general'],
  'group-without-members': ['KA1362', 'warning', 'general'],
  'group-of-one': ['KA1363', 'warning', 'general'],
  'weight-in-group': ['KA1364', 'warning', 'general'],
  // Routes and rules.
  'rule-without-preference': ['KA1365', 'warning', 'general'],
  'rule-without-action': ['KA1366', 'warning', 'general'],
  'route-not-tracked': ['KA1367', 'warning', 'general'],
  'second-destination': ['KA1368', 'warning', 'advice'],
  // Virtual servers.
  'bad-server': ['KA1370', 'warning', 'general'],
  'no-protocol': ['KA1371', 'warning', 'general'],
  'default-scheduler': ['KA1372', 'warning', 'general'],
  'default-forwarding': ['KA1373', 'warning', 'general'],
  'no-real-servers': ['KA1374', 'warning', 'general'],
  'duplicate-real-server': ['KA1375', 'warning', 'general'],
  'port-needed': ['KA1376', 'warning', 'general'],
  'port-mismatch': ['KA1378', 'warning', 'general'],
  // keepalived -t takes both without a word.
  'server-left-out': ['KA1379', 'warning', 'advice'],
  // keepalived says nothing, and only the sorry server ever serves.
  'quorum-never-up': ['KA1383', 'warning', 'advice'],
  'quorum-out-of-reach': ['KA1377', 'warning', 'general'],
  // Blocks that lack what they are for, and names that nothing has.
  'incomplete-block': ['KA1380', 'warning', 'general'],
  'unknown-reference': ['KA1381', 'warning', 'general'],
  'unusual-interval': ['KA1384', 'note', 'advice'],
  'needs-another': ['KA1382', 'warning', 'general'],
  'needs-another-in-fault': ['KA1382', 'warning', 'advice'],
} as const satisfies Record<string, Row>

export type ProblemName = keyof typeof table

/** Takes in one diagnostic; the collector behind it keeps them in order. */
export type Report = (diagnostic: Diagnostic) => void

export interface ProblemDetails {
  readonly help?: string | undefined
  readonly related?: Diagnostic['related']
}

/** Makes the diagnostic of a named problem. `message` is one sentence without a full stop. */
export function problem(
  name: ProblemName,
  span: Span | undefined,
  message: string,
  details: ProblemDetails = {},
): Diagnostic {
  const [code, severity, faultClass] = table[name]
  return {
    code,
    severity,
    faultClass,
    message,
    ...(span === undefined ? {} : { span }),
    ...(details.help === undefined ? {} : { help: details.help }),
    ...(details.related === undefined ? {} : { related: details.related }),
  }
}

/** All codes, for documentation and tests. */
export function problemCodes(): readonly { readonly name: string; readonly code: string }[] {
  return Object.entries(table).map(([name, [code]]) => ({ name, code }))
}
