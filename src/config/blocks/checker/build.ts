// Checker blocks of a real server to the model. What a checker does not say comes from its real server, then from the virtual
// server, then from the kind of checker. keepalived.conf(5) "Healthcheckers"; HTTP in http.ts.

import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import { US_PER_SECOND } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { Values } from '../../language/value.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, placeOf } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import { buildCommandOf, isRunnable } from '../script/command.ts'
import { virtualServer } from '../server/keywords.ts'
import type { ServerFrame } from '../server/scope.ts'
import { buildHttp } from './http.ts'
import { checkers, connection, dnsOwn, fileCheck, httpGet, miscOwn, smtpCheck, udpOwn } from './keywords.ts'
import type { Checker, CheckerCommon, DnsQueryType, Target } from './model.ts'
import { buildMasked, buildOctets } from './octets.ts'

/** The real server that a checker belongs to. */
interface CheckerFrame extends ServerFrame {
  readonly server: { readonly id: string; readonly address: string; readonly port: number; readonly weight: number }
}

/** Checker, real server, virtual server: the first one that says something counts. */
export type Levels = readonly [checker: Entry, server: Entry, virtual: Entry]

/** A checker without what all have in common. */
type Own = Checker extends infer C ? (C extends CheckerCommon ? Omit<C, keyof CheckerCommon> : never) : never

const DELAY_LOOP_DEFAULT_US = 60 * US_PER_SECOND
const CONNECT_TIMEOUT_DEFAULT_US = 5 * US_PER_SECOND
const RETRY_DEFAULTS: Readonly<Record<string, number>> = { DNS_CHECK: 3, MISC_CHECK: 0, FILE_CHECK: 0, BFD_CHECK: 0 }
const HELO_DEFAULT = 'smtpchecker.keepalived.org'
const REPLY_LENGTH_MAX_DEFAULT = 255

/** All checkers of a real server, in file order. */
export function buildCheckers(block: Entry, frame: CheckerFrame, context: BuildContext): readonly Checker[] {
  const checkers: Checker[] = []
  const ids = new Map<string, number>()
  for (const entry of block.children.flatMap(withHosts)) {
    const levels: Levels = [entry, block, frame.block]
    const own = buildOwn(entry, levels, frame, context)
    if (own === undefined || followsTwice(own, checkers, entry, context)) continue
    const id = `${frame.id} ${frame.server.id} ${own.type} ${identityOf(own)}`
    const twins = ids.get(id) ?? 0
    ids.set(id, twins + 1)
    const common = commonOf(entry, levels, own.type, frame)
    checkers.push({ ...common, ...own, id: twins === 0 ? id : `${id} #${twins + 1}` } as Checker)
  }
  return checkers
}

/** The first value on the way from the checker up. */
function inherited<R>(levels: readonly Entry[], row: Row<Values, R>): R | undefined {
  return levels.map(level => read(level, row)).find(value => value !== undefined)
}

/** A host inside SMTP_CHECK is a checker of its own; the first takes the place of one that says nothing of its target. */
function withHosts(entry: Entry): readonly Entry[] {
  const hosts = entriesOf(entry, smtpCheck.host)
  if (!is(entry, checkers.smtpCheck) || hosts.length === 0) return [entry]
  const rest = entry.children.filter(child => !is(child, smtpCheck.host))
  const others = hosts.map(host => ({ ...entry, children: [...rest.filter(notTarget), ...host.children] }))
  return rest.some(child => !notTarget(child)) ? [{ ...entry, children: rest }, ...others] : others
}

const { connectIp, connectPort, bindto, bindPort, bindIf, fwmark } = connection
const targetRows: readonly Row[] = [connectIp, connectPort, bindto, bindPort, bindIf, fwmark]

function notTarget(entry: Entry): boolean {
  return !targetRows.some(row => is(entry, row))
}

function buildOwn(entry: Entry, levels: Levels, frame: CheckerFrame, context: BuildContext): Own | undefined {
  switch (entry.spec.keyword) {
    case 'MISC_CHECK':
      return buildMisc(entry, frame, context)
    case 'FILE_CHECK':
      return buildFile(entry, frame, context)
    case 'BFD_CHECK':
      return buildBfdCheck(entry, frame)
  }
  if (!NETWORK_CHECKS.has(entry.spec.keyword)) return undefined
  const target = buildTarget(entry, levels, frame, context)
  if (target === undefined) return undefined
  switch (entry.spec.keyword) {
    case 'TCP_CHECK':
      return { type: 'TCP_CHECK', target }
    case 'PING_CHECK':
      return { type: 'PING_CHECK', target }
    case 'SMTP_CHECK':
      return { type: 'SMTP_CHECK', target, heloName: read(entry, smtpCheck.heloName) ?? HELO_DEFAULT }
    case 'UDP_CHECK':
      return buildUdp(entry, target)
    case 'DNS_CHECK':
      return buildDns(entry, target)
    default:
      return buildHttp(entry, levels, target, context)
  }
}

const NETWORK_CHECKS: ReadonlySet<string> = new Set([
  'TCP_CHECK',
  'PING_CHECK',
  'SMTP_CHECK',
  'UDP_CHECK',
  'DNS_CHECK',
  'HTTP_GET',
  'SSL_GET',
])

function commonOf(entry: Entry, levels: Levels, type: Checker['type'], frame: CheckerFrame): Omit<CheckerCommon, 'id'> {
  const delayLoopUs = inherited(levels, httpGet.delayLoop) ?? DELAY_LOOP_DEFAULT_US
  const seconds = type === 'HTTP_GET' || type === 'SSL_GET' ? 3 : 1
  const pauseUs = type === 'DNS_CHECK' ? delayLoopUs : seconds * US_PER_SECOND
  return {
    place: placeOf(entry),
    retry:
      type === 'FILE_CHECK' || type === 'BFD_CHECK'
        ? 0
        : (inherited(levels, httpGet.retry) ?? RETRY_DEFAULTS[type] ?? 1),
    delayBeforeRetryUs: inherited(levels, httpGet.delayBeforeRetry) ?? pauseUs,
    delayLoopUs,
    warmupUs: inherited(levels, httpGet.warmup) ?? delayLoopUs,
    alpha:
      type !== 'FILE_CHECK' &&
      (read(entry, httpGet.alpha) ?? read(levels[1], httpGet.alpha) ?? isSet(levels[2], httpGet.alpha)),
    logAllFailures: read(entry, httpGet.logAllFailures) ?? read(frame.defs, globalDefs.checkerLogAllFailures) ?? false,
  }
}

function buildTarget(entry: Entry, levels: Levels, frame: CheckerFrame, context: BuildContext): Target | undefined {
  const written = read(entry, httpGet.connectIp)
  const address = written === undefined ? frame.server.address : formatIp(parseIp(written)!)
  const bindInterface = read(entry, httpGet.bindIf)
  if (/^fe[89ab].*:/i.test(address) && bindInterface === undefined) {
    const message = `${entry.spec.keyword} of the link-local address ${address} has no bind_if; it is left out`
    complain(context, 'bad-server', entry, message, { help: 'write bind_if INTERFACE' })
    return undefined
  }
  const bindAddress = buildBindAddress(entry, address, context)
  return {
    address,
    port: read(entry, httpGet.connectPort) ?? frame.server.port,
    connectTimeoutUs: inherited(levels, httpGet.connectTimeout) ?? CONNECT_TIMEOUT_DEFAULT_US,
    ...given('bindAddress', bindAddress),
    ...given('bindPort', bindAddress === undefined ? undefined : read(entry, httpGet.bindPort)),
    ...given('bindInterface', bindInterface),
    fwmark: read(entry, httpGet.fwmark) ?? 0,
  }
}

function buildBindAddress(entry: Entry, address: string, context: BuildContext): string | undefined {
  const bindto = read(entry, httpGet.bindto)
  if (bindto === undefined || familyOf(bindto) === familyOf(address)) return bindto
  complain(
    context,
    'other-family',
    lastOf(entry, httpGet.bindto),
    `bindto ${bindto} is of another family than ${address}`,
    {
      help: 'name an address of the same family; it is ignored',
    },
  )
  return undefined
}

function buildUdp(entry: Entry, target: Target): Own {
  const reply = lastOf(entry, udpOwn.requireReply)
  const { octets, mask } = buildMasked(reply)
  return {
    type: 'UDP_CHECK',
    target,
    payload: buildOctets(lastOf(entry, udpOwn.payload)),
    requireReply: reply !== undefined,
    reply: octets,
    replyMask: mask,
    replyLengthMin: read(entry, udpOwn.minReplyLength) ?? 0,
    replyLengthMax: read(entry, udpOwn.maxReplyLength) ?? REPLY_LENGTH_MAX_DEFAULT,
  }
}

function buildDns(entry: Entry, target: Target): Own {
  const queryType = (read(entry, dnsOwn.type)?.toUpperCase() ?? 'SOA') as DnsQueryType
  return { type: 'DNS_CHECK', target, queryType, queryName: (read(entry, dnsOwn.name) ?? '').replace(/\.$/, '') }
}

function buildMisc(entry: Entry, frame: CheckerFrame, context: BuildContext): Own | undefined {
  const path = lastOf(entry, miscOwn.miscPath)
  if (path === undefined) {
    complain(context, 'script-without-command', entry, 'MISC_CHECK has no misc_path; it is left out', {
      help: 'write misc_path "COMMAND"',
    })
    return undefined
  }
  const command = buildCommandOf(path, lastOf(entry, miscOwn.user), context)
  if (command === undefined) return undefined
  if (!isRunnable(command, context)) {
    const message = `the command ${command.argv[0]} does not exist; the check is left out`
    // keepalived -t takes such a check without a word.
    complain(context, 'command-not-found', path, message, { help: 'check the path; nothing is checked by it' })
    return undefined
  }
  const delayLoopUs = read(frame.block, virtualServer.delayLoop) ?? DELAY_LOOP_DEFAULT_US
  return {
    type: 'MISC_CHECK',
    command,
    timeoutUs: read(entry, miscOwn.miscTimeout) || delayLoopUs,
    dynamic: isSet(entry, miscOwn.miscDynamic),
    configuredWeight: frame.server.weight,
  }
}

function buildFile(entry: Entry, frame: CheckerFrame, context: BuildContext): Own | undefined {
  const name = read(entry, fileCheck.trackFile)
  const file = frame.trackFiles.find(each => each.name === name)
  if (file === undefined) {
    complain(
      context,
      'bad-server',
      entry,
      `FILE_CHECK follows ${name ?? 'nothing'}, which is no track_file; it is left out`,
      {
        help: 'name a track_file block of this file',
      },
    )
    return undefined
  }
  const own = lastOf(entry, fileCheck.weight)
  const weight = own === undefined ? file.weight : Number(own.values[0])
  const reverse = own === undefined ? file.reverse : own.values[1] === 'reverse'
  return { type: 'FILE_CHECK', trackFile: file.name, weight, reverse }
}

/** A name that is not defined above is reported by tracking/references.ts. */
function buildBfdCheck(entry: Entry, frame: CheckerFrame): Own | undefined {
  const session = frame.bfd.find(each => each.name === read(entry, dnsOwn.name))
  return session === undefined ? undefined : { type: 'BFD_CHECK', session: session.name, server: frame.server.id }
}

/** keepalived: two checkers of one server may not follow the same session. */
function followsTwice(own: Own, others: readonly Checker[], entry: Entry, context: BuildContext): boolean {
  if (own.type !== 'BFD_CHECK') return false
  if (!others.some(other => other.type === 'BFD_CHECK' && other.session === own.session)) return false
  const message = `this server follows bfd_instance ${own.session} already; the later BFD_CHECK is left out`
  complain(context, 'duplicate-tracker', entry, message, { help: 'remove one of the two' })
  return true
}

/** What makes it the same check after a reload: what is asked of whom, not how often or how patiently. */
function identityOf(own: Own): string {
  const { address, port } = 'target' in own ? own.target : { address: '', port: 0 }
  const where = 'target' in own ? `[${address}]:${port}` : whatOf(own)
  return `${where} ${hashOf(JSON.stringify(withoutPatience(own)))}`
}

/** Also without the weight that a result is counted from, and the place where it was written. */
function withoutPatience(own: Own): object {
  const patient: Record<string, unknown> = { ...own }
  for (const key of ['timeoutUs', 'configuredWeight', 'fastRecovery']) delete patient[key]
  if ('target' in own) patient.target = { ...own.target, connectTimeoutUs: undefined }
  if ('command' in own) patient.command = { ...own.command, place: undefined }
  return patient
}

function whatOf(own: Exclude<Own, { readonly target: Target }>): string {
  switch (own.type) {
    case 'MISC_CHECK':
      return own.command.argv.join(' ')
    case 'FILE_CHECK':
      return own.trackFile
    case 'BFD_CHECK':
      return own.session
  }
}

/** FNV-1a, 32 bits. Two checks of one server whose hashes are the same would exchange their states at a reload, no more. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16)
}
