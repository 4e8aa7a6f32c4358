// The plain keywords of virtual_server and real_server, and the rows of virtual_server_group.

import { usPerSecond } from '../../../lib/time.ts'
import {
  anyCaseOf,
  integer,
  ip,
  oneOf,
  optional,
  pattern,
  port,
  seconds,
  secret,
  text,
  unsigned,
  wholeSeconds,
} from '../../language/args.ts'
import { block, flag, row, script, toggle, value } from '../../language/spec.ts'
import { checkers } from '../checker/keywords.ts'

const methods = oneOf('NAT', 'DR', 'TUN')

/** Option words of a forwarding method. */
export const tunnelOptions = {
  type: value('type', oneOf('ipip', 'gue', 'gre'), 'Kind of tunnel.', { default: 'ipip' }),
  port: value('port', port, 'Port of the GUE tunnel.'),
  nocsum: flag('nocsum', 'No checksum in the tunnel.'),
  csum: flag('csum', 'Checksum in the tunnel.'),
  remcsum: flag('remcsum', 'Remote checksum offload in the tunnel.'),
}

const virtualServerSettings = {
  ipFamily: value('ip_family', oneOf('inet', 'inet6'), 'Family of a fwmark service with tunnelled servers.', {
    default: 'from addresses, inet for ambiguous fwmarks',
  }),
  retry: value('retry', integer(1, 4294967295, { strict: true }), 'Default extra probes before a server is failed.', {
    default: '1 (DNS 3, MISC 0)',
  }),
  delayBeforeRetry: value('delay_before_retry', seconds(0), 'Default wait between those probes.', {
    default: '1 (HTTP/SSL 3, DNS delay_loop)',
  }),
  warmup: value('warmup', seconds(0), 'Default maximum random delay of the first probe, 0 for none.', {
    default: 'delay_loop',
  }),
  connectTimeout: value('connect_timeout', seconds(0.000001, 4294.967295), 'Default connection timeout.', {
    byDefault: 5 * usPerSecond,
  }),
  delayLoop: value('delay_loop', seconds(0.000001), 'Default probe interval.', { byDefault: 60 * usPerSecond }),
  inhibitOnFailure: flag('inhibit_on_failure', 'Default: failed servers get weight 0 instead of being removed.'),
  lbAlgo: value(
    'lb_algo',
    oneOf('rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh', 'fo', 'ovf', 'sed', 'nq', 'twos'),
    'IPVS scheduler.',
    { byDefault: 'wlc' },
  ),
  lvsSched: value(
    'lvs_sched',
    oneOf('rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh', 'fo', 'ovf', 'sed', 'nq', 'twos'),
    'IPVS scheduler.',
    { default: 'wlc', aliasOf: 'lb_algo' },
  ),
  hashed: flag(
    'hashed',
    'Means nothing since keepalived 2.0; keepalived warns unless the scheduler is sh or mh, and so do we.',
  ),
  ops: flag('ops', 'One packet scheduling, UDP or fwmark only.'),
  flag1: flag('flag-1', 'Sets the first of the flags whose meaning depends on the scheduler.'),
  flag2: flag('flag-2', 'Sets the second of the flags whose meaning depends on the scheduler.'),
  flag3: flag('flag-3', 'Sets the third of the flags whose meaning depends on the scheduler.'),
  shPort: flag('sh-port', 'Includes the source port in sh hashing; must follow lb_algo sh.'),
  shFallback: flag('sh-fallback', 'sh falls back to another server; must follow lb_algo sh.'),
  mhPort: flag('mh-port', 'Includes the source port in mh hashing; must follow lb_algo mh.'),
  mhFallback: flag('mh-fallback', 'mh falls back to another server; must follow lb_algo mh.'),
  lbKind: value('lb_kind', methods, 'Default forwarding method of servers listed below it.', {
    default: 'NAT',
    options: tunnelOptions,
  }),
  lvsMethod: value('lvs_method', methods, 'Default forwarding method of servers listed below it.', {
    default: 'NAT',
    aliasOf: 'lb_kind',
    options: tunnelOptions,
  }),
  persistenceEngine: value('persistence_engine', text('STRING', 15), 'IPVS persistence engine, e.g. sip.'),
  persistenceTimeout: value(
    'persistence_timeout',
    optional(wholeSeconds(1, 2678400)),
    'How long a client is sent to the same server after its last connection.',
    {
      default: 'off; 360 without argument',
    },
  ),
  persistenceGranularity: value(
    'persistence_granularity',
    pattern('MASK', /^(\d{1,3}(\.\d{1,3}){3}|\d{1,3})$/, 'an IPv4 netmask or an IPv6 prefix length'),
    'Mask that decides which clients count as one for persistence; also turns persistence on.',
    { default: 'host' },
  ),
  protocol: value('protocol', anyCaseOf('TCP', 'UDP', 'SCTP'), 'Layer 4 protocol.', {
    default: 'UDP with a warning; none for fwmark',
  }),
  haSuspend: flag('ha_suspend', 'Probes only while the VIP is present on this host.'),
  smtpAlert: toggle('smtp_alert', 'Mails quorum changes.', { default: 'smtp_alert_checker, smtp_alert, else off' }),
  virtualhost: value('virtualhost', text('STRING'), 'Default Host header of HTTP_GET/SSL_GET.', {
    missingArgument: 'general',
  }),
  snmpName: value('snmp_name', text('STRING'), 'Label shown in SNMP.', { missingArgument: 'general' }),
  alpha: flag('alpha', 'Servers start as down until probed.'),
  omega: flag('omega', 'Runs down notifiers at shutdown.'),
  drainOnReload: value(
    'drain_on_reload',
    optional(wholeSeconds(1, 86_400)),
    'A real server that a reload removes keeps its connections with weight 0 until they end, at most so long.',
    { default: 'off; 300 without argument', extension: true },
  ),
  quorumUp: script('quorum_up', 'Script when quorum is gained.'),
  quorumDown: script('quorum_down', 'Script when quorum is lost.'),
  quorum: value('quorum', integer(1, 4294967295), 'Total live weight needed.', { byDefault: 1, badValueBecomes: 1 }),
  hysteresis: value(
    'hysteresis',
    unsigned(),
    'Band around the quorum: it is gained at quorum plus this and lost below quorum minus this.',
    { byDefault: 0 },
  ),
  weight: value('weight', integer(1, 2147483647), 'Default real server weight.', { byDefault: 1 }),
  sorryServer: value(
    'sorry_server',
    [ip(), optional(integer(0, 65535, { name: 'PORT' }))],
    'Server used while quorum is lost.',
  ),
  sorryServerInhibit: flag(
    'sorry_server_inhibit',
    'Keeps the sorry server with weight 0 instead of removing it; must follow sorry_server.',
  ),
  sorryServerLvsMethod: value(
    'sorry_server_lvs_method',
    methods,
    'Forwarding method of the sorry server; must follow it.',
    {
      default: 'of the virtual server',
      options: tunnelOptions,
      missingArgument: 'general',
    },
  ),
}

/** Everything that may stand in a real_server, checkers aside. */
export const realServer = {
  weight: value('weight', integer(0, 2147483647), 'IPVS weight.', {
    default: 'weight of the virtual server',
  }),
  lvsMethod: value('lvs_method', methods, 'Forwarding method.', {
    default: 'of the virtual server',
    options: tunnelOptions,
  }),
  uthreshold: value('uthreshold', unsigned(), 'Upper connection limit, 0 for none.', { byDefault: 0 }),
  lthreshold: value('lthreshold', unsigned(), 'Lower connection limit.', { byDefault: 0 }),
  inhibitOnFailure: toggle('inhibit_on_failure', 'Weight 0 on failure instead of removal.', {
    default: 'virtual server',
  }),
  notifyUp: script('notify_up', 'Script when the server comes up.'),
  notifyDown: script('notify_down', 'Script when the server goes down.'),
  alpha: toggle('alpha', 'Starts as down until probed.', { default: 'virtual server' }),
  retry: value(
    'retry',
    integer(1, 4294967295, { strict: true }),
    'Default extra probes of its checkers before the server is failed.',
    {
      default: 'virtual server',
    },
  ),
  delayBeforeRetry: value('delay_before_retry', seconds(0), 'Default wait of its checkers between those probes.', {
    default: 'virtual server',
  }),
  warmup: value('warmup', seconds(0), 'Default maximum random delay of the first probe of its checkers, 0 for none.', {
    default: 'virtual server',
  }),
  connectTimeout: value(
    'connect_timeout',
    seconds(0.000001, 4294.967295),
    'Default connection timeout of its checkers.',
    {
      default: 'virtual server',
    },
  ),
  delayLoop: value('delay_loop', seconds(0.000001), 'Default probe interval of its checkers.', {
    default: 'virtual server',
  }),
  smtpAlert: toggle('smtp_alert', 'Mails state changes of this server.', {
    default: 'smtp_alert_checker, smtp_alert, else on',
  }),
  virtualhost: value('virtualhost', text('STRING'), 'Default Host header of its HTTP_GET and SSL_GET checkers.', {
    default: 'virtual server',
    missingArgument: 'general',
  }),
  snmpName: value('snmp_name', text('STRING'), 'Label shown in SNMP.', { missingArgument: 'general' }),
}

/** Everything that may stand in a virtual_server. */
export const virtualServer = {
  ...virtualServerSettings,
  realServer: block(
    'real_server',
    [ip(), optional(integer(0, 65_535, { name: 'PORT' }))],
    { ...realServer, ...checkers },
    'One backend; non NAT ports are forced to the virtual port.',
  ),
}

/** Option words of virtual_server, one of which may take the place of the address. */
export const serviceSelectors = {
  fwmark: value('fwmark', unsigned(), 'Packets with this firewall mark instead of an address.'),
  group: value('group', text('GROUP'), 'The services of a virtual_server_group.'),
}

/** The SSL block: the certificate that SSL_GET checkers send, and the authorities that they trust. */
export const ssl = {
  password: value('password', secret(text('STRING')), 'Passphrase of the private key.', { missingArgument: 'general' }),
  ca: value('ca', text('PATH'), 'CA bundle.', { missingArgument: 'general' }),
  certificate: value('certificate', text('PATH'), 'Client certificate chain.', { missingArgument: 'general' }),
  key: value('key', text('PATH'), 'Client private key.', { missingArgument: 'general' }),
}

const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = `${octet}(\\.${octet}){3}`
const ipv6 = '(?=[^-/]*:)[0-9a-fA-F:.]+'
const addressOrRange = new RegExp(
  `^(${ipv4}(-${octet}|-${ipv4}|/\\d{1,2})?|${ipv6}(-[0-9a-fA-F]{1,4}|-${ipv6}|/\\d{1,3})?)$`,
)

/** The option word of a row of virtual_server_group. */
export const groupRowOptions = {
  fwmark: value(
    'fwmark',
    [unsigned(), optional(oneOf('inet', 'inet6'))],
    'Firewall mark; the family is needed only for all-tunnel groups.',
  ),
}

/** Rows of virtual_server_group. */
export const serverGroupRow = row(
  [
    optional(
      pattern(
        'IPADDR[-LAST|/PREFIX]',
        addressOrRange,
        'an address or several, as 192.0.2.1, 192.0.2.1-9 or 192.0.2.0/28',
      ),
    ),
    optional(integer(0, 65_535, { name: 'PORT' })),
  ],
  'One VIP, VIP range, prefix or firewall mark; LAST is an address, or its decimal (IPv4) or hex (IPv6) last part.',
  {
    options: groupRowOptions,
  },
)
