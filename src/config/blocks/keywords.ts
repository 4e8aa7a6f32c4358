// The outermost level of keepalived.conf and, through it, the whole keyword table.

import {
  anyInterfaceName,
  integer,
  interfaceName,
  ip,
  oneOf,
  optional,
  pattern,
  repeated,
  seconds,
  text,
  unsigned,
  wholeSeconds,
} from '../language/args.ts'
import type { KeywordSpec } from '../language/spec.ts'
import { block, flag, inEffect, list, row, value } from '../language/spec.ts'
import { staticAddressRow } from './address/keywords.ts'
import { checkers } from './checker/keywords.ts'
import { globalMail, globalScripts } from './global/notify-keywords.ts'
import { globalBuffers, globalFiles, globalProcesses, globalSnmp } from './global/process-keywords.ts'
import { globalLvs, globalVrrp } from './global/vrrp-keywords.ts'
import { syncGroup } from './group/keywords.ts'
import { vrrpInstance } from './instance/keywords.ts'
import { staticRouteRow } from './route/route-keywords.ts'
import { staticRuleRow } from './route/rule-keywords.ts'
import { realServer, serverGroupRow, virtualServer } from './server/keywords.ts'
import { bfdInstance, trackFile, vrrpScript, vrrpTrackProcess } from './tracking/keywords.ts'

const ssl: readonly KeywordSpec[] = [
  value('password', text('STRING'), 'Passphrase of the private key.', { missingArgument: 'general' }),
  value('ca', text('PATH'), 'CA bundle.', { missingArgument: 'general' }),
  value('certificate', text('PATH'), 'Client certificate chain.', { missingArgument: 'general' }),
  value('key', text('PATH'), 'Client private key.', { missingArgument: 'general' }),
]

const garpGroup: readonly KeywordSpec[] = inEffect([
  value('garp_interval', seconds(0, 4294.967295), 'Least time between gratuitous ARPs on the interfaces of the group.'),
  value('gna_interval', seconds(0, 4294.967295), 'Least time between unsolicited NAs on the interfaces of the group.'),
  value('interface', interfaceName, 'Single interface governed by this group.'),
  list('interfaces', row(repeated(interfaceName), 'One or more interface names.'), 'Interfaces sharing one budget.'),
])

const trackGroup: readonly KeywordSpec[] = inEffect([
  list(
    'group',
    row(repeated(text('INSTANCE')), 'One or more instance names per row; resolved after parsing.'),
    'Instance names belonging to the group.',
    { repeat: 'first' },
  ),
])

const globalDefs = [
  ...globalMail,
  ...globalScripts,
  ...globalVrrp,
  ...globalLvs,
  ...globalProcesses,
  ...globalBuffers,
  ...globalFiles,
  ...globalSnmp,
]

const name = text('NAME')

/** keepalived hands the name on in a field of 32 bytes, and leaves an instance with a longer one out. */
const bfdName = pattern('NAME', /^.{1,31}$/s, 'a name of at most 31 characters')

const linkbeatRow = row(
  [anyInterfaceName, optional(oneOf('MII', 'ETHTOOL', 'IOCTL'))],
  'Polls this interface, optionally preferring one method.',
  { default: 'MII, then ETHTOOL, then IOCTL' },
)

const upDownDelayRow = row(
  [anyInterfaceName, seconds(0, 255), optional(seconds(0, 255))],
  'Delays reacting to down/up; DOWN is reset when not below (down_timer_adverts-1) advert intervals.',
  { live: true, default: 'UP 0 when omitted' },
)

const realServerBlock = block(
  'real_server',
  [ip(), optional(integer(0, 65_535, { name: 'PORT' }))],
  [...realServer, ...checkers],
  'One backend; non NAT ports are forced to the virtual port.',
  { live: true },
)

const serviceSelectors = inEffect([
  value('fwmark', unsigned(), 'Packets with this firewall mark instead of an address.'),
  value('group', text('GROUP'), 'The services of a virtual_server_group.'),
])

const topKeywords: readonly KeywordSpec[] = [
  flag(
    'linkbeat_use_polling',
    'Polls MII/ethtool/ioctl link state for every instance interface instead of trusting netlink only.',
  ),
  value(
    'net_namespace',
    text('NAME'),
    'Runs the whole daemon inside /run/netns/NAME with private pid directory; fixed until restart.',
    { default: 'default namespace', missingArgument: 'general', repeat: 'first' },
  ),
  value(
    'net_namespace_ipvs',
    optional(text('NAME')),
    'Creates the IPVS sockets in another network namespace; fixed until restart.',
    { live: true, default: 'same as net_namespace', repeat: 'first' },
  ),
  flag('namespace_with_ipsets', 'Allows ipsets in a namespace on kernels older than 3.13.'),
  flag('use_pid_dir', 'Puts pid files under /run/keepalived/.', { default: 'off (on with instance or net_namespace)' }),
  value('instance', text('NAME'), 'Names this daemon; suffixes pid files and syslog ident, fixed until restart.', {
    missingArgument: 'general',
    repeat: 'first',
  }),
  value(
    'child_wait_time',
    wholeSeconds(0, 4294967295),
    'How long the parent waits for its children on shutdown before SIGKILL.',
    { default: '5' },
  ),
  block('global_defs', [], globalDefs, 'Daemon wide settings; may appear several times.', { live: true }),
  block(
    'track_group',
    name,
    trackGroup,
    'Set of instances that react to the loss of a static address, route or rule.',
    { live: true, uniqueName: 'fault' },
  ),
  list(
    'static_ipaddress',
    staticAddressRow,
    'Addresses installed at start and removed at stop, independent of VRRP state.',
    { live: true },
  ),
  list('static_routes', staticRouteRow, 'Routes installed at start and removed at stop.'),
  list('static_rules', staticRuleRow, 'Policy rules installed at start and removed at stop.'),
  block('vrrp_sync_group', name, syncGroup, 'Makes member instances change state together.', {
    live: true,
    uniqueName: 'fault',
  }),
  block(
    'garp_group',
    [],
    garpGroup,
    'Paces gratuitous ARP / unsolicited NA per interface or per group of interfaces.',
    {
      live: true,
    },
  ),
  list('linkbeat_interfaces', linkbeatRow, 'Interfaces whose link state is polled.'),
  block('vrrp_instance', name, vrrpInstance, 'One virtual router on one interface and address family.', {
    live: true,
    uniqueName: 'fault',
    exactWords: true,
  }),
  block('vrrp_script', name, vrrpScript, 'Periodic health script usable from track_script; must precede its users.', {
    live: true,
    uniqueName: 'advice',
    missingArgument: 'fatal',
  }),
  block(
    'vrrp_track_process',
    name,
    vrrpTrackProcess,
    'Watches processes through the kernel process connector; must precede its users.',
    { live: true, uniqueName: 'advice', missingArgument: 'fatal' },
  ),
  list('interface_up_down_delays', upDownDelayRow, 'Debounce delays for interface state changes.', { live: true }),
  ...inEffect([block('SSL', [], ssl, 'Client certificate material for SSL_GET checkers.', { repeat: 'last' })]),
  {
    ...list(
      'virtual_server_group',
      serverGroupRow,
      'Reusable set of VIPs, VIP ranges and firewall marks; order relative to virtual_server is free.',
      { live: true, uniqueName: 'advice', missingArgument: 'fatal' },
    ),
    args: [name],
  },
  block(
    'virtual_server',
    [optional(ip()), optional(integer(0, 65_535, { name: 'PORT' }))],
    [...virtualServer, realServerBlock],
    'One IPVS service; port 0 or absent requires persistence.',
    { live: true, badValue: 'dropped', options: serviceSelectors },
  ),
  block('bfd_instance', bfdName, bfdInstance, 'One BFD session; must precede track_bfd/BFD_CHECK users.', {
    live: true,
    badValue: 'dropped',
    uniqueName: 'fault',
  }),
  ...inEffect([
    block(
      'track_file',
      name,
      trackFile,
      'File whose integer content drives priorities or weights; must precede its users.',
      { uniqueName: 'advice', missingArgument: 'fatal' },
    ),
    block('vrrp_track_file', name, trackFile, 'Old name of the track_file block.', {
      aliasOf: 'track_file',
      deprecated: 'track_file',
      uniqueName: 'advice',
      missingArgument: 'fatal',
    }),
  ]),
]

/** The whole language: the outermost level, with everything below it. */
export const grammar: KeywordSpec = block('top', [], topKeywords, 'The outermost level.', { live: true })
