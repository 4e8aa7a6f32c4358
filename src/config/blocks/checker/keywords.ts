// The health checkers of a real server. The default of a probing keyword is the value of the real server, then of the
// virtual server; where a checker has one of its own, the builder knows it.

import {
  anyCaseOf,
  anyInterfaceName,
  command,
  integer,
  ip,
  oneOf,
  optional,
  pattern,
  port,
  repeated,
  seconds,
  text,
  unsigned,
  wholeSeconds,
} from '../../language/args.ts'
import { block, flag, script, toggle, value } from '../../language/spec.ts'

/** How often and how stubbornly any checker probes. */
export const probing = {
  retry: value('retry', unsigned({ strict: true }), 'Extra probes before failing.', { default: 'real server, else 1' }),
  delayBeforeRetry: value('delay_before_retry', seconds(0), 'Wait between those probes.', {
    default: 'real server, else 1',
  }),
  warmup: value('warmup', seconds(0), 'Maximum random delay of the first probe.', {
    default: 'real server, else delay_loop',
  }),
  delayLoop: value('delay_loop', seconds(0.000001), 'Probe interval.', { default: 'real server' }),
  alpha: toggle('alpha', 'Counts as failed until the first success.', { default: 'real server' }),
  logAllFailures: toggle('log_all_failures', 'Logs each failed probe.', { default: 'checker_log_all_failures' }),
}

/** Where a probe over the network goes and where it comes from. */
export const connection = {
  connectIp: value('connect_ip', ip(), 'Probe target address.', { default: 'address of the real server' }),
  connectPort: value('connect_port', port, 'Probe target port.', { default: 'port of the real server' }),
  bindto: value('bindto', ip(), 'Probe source address.', { default: 'kernel choice' }),
  bindPort: value('bind_port', port, 'Probe source port.', { default: 'ephemeral' }),
  bindIf: value('bind_if', anyInterfaceName, 'Probe interface, mandatory for link-local targets.'),
  connectTimeout: value('connect_timeout', seconds(0.000001, 4294.967295), 'Connection timeout.', {
    default: 'real server',
  }),
  fwmark: value('fwmark', unsigned(), 'SO_MARK of probe packets.', { byDefault: 0 }),
}

/** Keywords of every checker that goes over the network. */
export const network = { ...connection, ...probing }

/** What MISC_CHECK adds. */
export const miscOwn = {
  miscPath: script('misc_path', 'Program to run; unquoted further words are ignored.', {
    default: 'required',
    repeat: 'last',
  }),
  miscTimeout: value('misc_timeout', wholeSeconds(0, 4294), 'Run time limit, 0 keeps the default.', {
    default: 'delay_loop of the virtual server',
  }),
  miscDynamic: flag('misc_dynamic', 'Exit status 2..255 is success and sets the weight to status minus 2.'),
  user: value('user', [text('USER'), optional(text('GROUP'))], 'Identity of the program.', {
    default: 'script_user',
    missingArgument: 'general',
  }),
}

/** What UDP_CHECK adds. */
export const udpOwn = {
  payload: value(
    'payload',
    repeated(pattern('HEX', /^[0-9a-fA-F]+$/, 'hex digits')),
    'Datagram content; blanks separate octets, single digits allowed.',
    { default: 'random data', missingArgument: 'general' },
  ),
  requireReply: value(
    'require_reply',
    repeated(optional(pattern('HEX', /^[0-9a-fA-FxX]+$/, 'hex digits, x for any'))),
    'Needs a reply, optionally starting with this pattern.',
  ),
  minReplyLength: value('min_reply_length', integer(0, 65535), 'Shortest accepted reply.', { byDefault: 0 }),
  maxReplyLength: value('max_reply_length', integer(0, 65535), 'Longest accepted reply.', { byDefault: 255 }),
}

/** What DNS_CHECK adds. */
export const dnsOwn = {
  type: value('type', anyCaseOf('A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'), 'Query type.', {
    default: 'SOA',
  }),
  name: value('name', text('DOMAIN'), 'Query name.', { default: '. (root)', repeat: 'first' }),
}

/** Everything that may stand in FILE_CHECK. */
export const fileCheck = {
  trackFile: value('track_file', text('NAME'), 'Track file defined earlier.', { default: 'required' }),
  weight: value(
    'weight',
    [integer(-2147483647, 2147483647), optional(oneOf('reverse', 'noreverse'))],
    'Multiplier of the value added to the server weight.',
    { default: 'weight of the track_file' },
  ),
}

/** Everything that may stand in BFD_CHECK. */
export const bfdCheck = {
  name: value('name', text('BFD-INSTANCE'), 'Session defined earlier.', {
    default: 'required',
    missingArgument: 'general',
  }),
  alpha: toggle('alpha', 'Counts as failed until the session is up.', { default: 'real server' }),
}

/** Everything that may stand in SMTP_CHECK. */
export const smtpCheck = {
  ...network,
  heloName: value('helo_name', text('STRING'), 'Name sent in HELO.', {
    byDefault: 'smtpchecker.keepalived.org',
    missingArgument: 'general',
  }),
  host: block('host', [], network, 'Extra target, becomes a checker of its own.', {
    deprecated: 'one SMTP_CHECK for each target',
  }),
}

/** Keywords of a url of HTTP_GET; SSL_GET has one more. */
export const urlOwn = {
  path: value('path', text('STRING'), 'Request target.', { default: 'required' }),
  digest: value(
    'digest',
    pattern('MD5', /^[0-9a-fA-F]{32}$/, 'the 32 hex digits of an MD5 digest'),
    'Expected MD5 of the body.',
  ),
  statusCode: value(
    'status_code',
    repeated(pattern('CODE', /^[1-5]\d\d(-[1-5]\d\d)?$/, 'status codes as 200 or 200-299')),
    'Accepted status codes.',
    { default: '200-299', missingArgument: 'general' },
  ),
  virtualhost: value('virtualhost', text('STRING'), 'Host header of this URL.', {
    default: 'checker',
    missingArgument: 'general',
  }),
  regex: value('regex', command('PATTERN'), 'Body must match.', { missingArgument: 'general' }),
  regexNoMatch: flag('regex_no_match', 'Body must not match instead.'),
  regexOptions: value(
    'regex_options',
    repeated(
      oneOf(
        'allow_empty_class',
        'alt_bsux',
        'auto_callout',
        'caseless',
        'dollar_endonly',
        'dotall',
        'dupnames',
        'extended',
        'firstline',
        'match_unset_backref',
        'multiline',
        'never_ucp',
        'never_utf',
        'no_auto_capture',
        'no_auto_possess',
        'no_dotstar_anchor',
        'no_start_optimize',
        'ucp',
        'ungreedy',
        'utf',
        'never_backslash_c',
        'alt_circumflex',
        'alt_verbnames',
        'use_offset_limit',
      ),
    ),
    'PCRE2 compile options.',
    { badValue: 'silent', missingArgument: 'general' },
  ),
  regexMinOffset: value('regex_min_offset', unsigned(), 'First body offset where a match may start.', {
    default: '0',
    badValueBecomes: 0,
    missingArgument: 'general',
  }),
  regexMaxOffset: value('regex_max_offset', unsigned(), 'Last body offset where a match may start.', {
    default: 'none',
    badValueBecomes: 0,
    missingArgument: 'general',
  }),
  regexStack: value(
    'regex_stack',
    [unsigned(), unsigned()],
    'Stack of PCRE2; here a search has all it can use, for 0.25 s.',
    {
      missingArgument: 'general',
    },
  ),
}

const httpOwn = {
  nbGetRetry: value('nb_get_retry', unsigned({ strict: true }), 'Old name of retry.', {
    aliasOf: 'retry',
    deprecatedIsFault: true,
    deprecated: 'retry',
  }),
  virtualhost: value('virtualhost', text('STRING'), 'Host header for all URLs.', {
    default: 'real server, then virtual server',
    missingArgument: 'general',
  }),
  httpProtocol: value(
    'http_protocol',
    oneOf('1.0', '1.0C', '1.0c', '1.1'),
    'Request version; 1.0C adds Connection: close.',
    {
      default: '1.0',
      missingArgument: 'general',
    },
  ),
  enableSni: toggle('enable_sni', 'Sends SNI in the TLS handshake.'),
  sniName: value('sni_name', optional(text('STRING')), 'Name for SNI, also enables it.', {
    default: 'virtualhost or address',
    since: '>2.4.3',
  }),
  fastRecovery: toggle('fast_recovery', 'Checks all URLs back to back at start and after a failure.'),
}

/** Everything that may stand in HTTP_GET. */
export const httpGet = {
  ...network,
  ...httpOwn,
  url: block('url', [], urlOwn, 'One URL to fetch; several are tried in turn.'),
}

/** Everything that may stand in SSL_GET. */
export const sslGet = {
  ...network,
  ...httpOwn,
  tlsCompliant: toggle('tls_compliant', 'Sends close_notify when shutting TLS down.', { since: '2.2.8' }),
  verifyCertificate: value(
    'verify_certificate',
    optional(text('NAME')),
    'Demands a certificate in force, made out to NAME, that the authorities of SSL { ca } or of the system vouch for.',
    { default: 'off; without NAME: the name sent by SNI, the virtualhost or the address', extension: true },
  ),
  url: block(
    'url',
    [],
    { ...urlOwn, tlsCompliant: toggle('tls_compliant', 'Sends close_notify for this URL.', { since: '2.2.8' }) },
    'One URL to fetch; several are tried in turn.',
  ),
}

/** The checkers of a real_server; a server may have several. */
export const checkers = {
  miscCheck: block('MISC_CHECK', [], { ...probing, ...miscOwn }, 'Runs a program and uses its exit status.'),
  smtpCheck: block('SMTP_CHECK', [], smtpCheck, 'Performs an SMTP dialogue.'),
  tcpCheck: block('TCP_CHECK', [], network, 'Opens a TCP connection.'),
  pingCheck: block('PING_CHECK', [], network, 'Sends an ICMP echo; may widen sysctl ping_group_range.'),
  udpCheck: block('UDP_CHECK', [], { ...network, ...udpOwn }, 'Sends a datagram and relies on ICMP errors or a reply.'),
  httpGet: block('HTTP_GET', [], httpGet, 'Fetches URLs over HTTP.'),
  sslGet: block('SSL_GET', [], sslGet, 'Fetches URLs over TLS.'),
  dnsCheck: block('DNS_CHECK', [], { ...network, ...dnsOwn }, 'Sends a DNS query over UDP.'),
  fileCheck: block('FILE_CHECK', [], fileCheck, 'Follows a track_file.'),
  bfdCheck: block('BFD_CHECK', [], bfdCheck, 'Follows a bfd_instance.'),
}
