// The outermost level of keepalived.conf and, through it, the whole keyword table.

import { integer, ip, optional, pattern, text, wholeSeconds } from '../language/args.ts'
import { block, flag, list, namedList, value } from '../language/spec.ts'
import { staticAddressRow } from './address/keywords.ts'
import { globalDefs } from './global/keywords.ts'
import { syncGroup, trackGroup } from './group/keywords.ts'
import { vrrpInstance } from './instance/keywords.ts'
import { garpGroup, linkbeatRow, upDownDelayRow } from './link/keywords.ts'
import { withoutEffect } from './not-yet.ts'
import { staticRouteRow } from './route/route-keywords.ts'
import { staticRuleRow } from './route/rule-keywords.ts'
import { serverGroupRow, serviceSelectors, ssl, virtualServer } from './server/keywords.ts'
import { bfdInstance, trackFile, vrrpScript, vrrpTrackProcess } from './tracking/keywords.ts'

const name = text('NAME')

/** keepalived hands the name on in a field of 32 bytes, and leaves an instance with a longer one out. */
const bfdName = pattern('NAME', /^.{1,31}$/s, 'a name of at most 31 characters')

const keywords = {
  linkbeatUsePolling: flag(
    'linkbeat_use_polling',
    'Polls MII/ethtool/ioctl link state for every instance interface instead of trusting netlink only.',
  ),
  netNamespace: value(
    'net_namespace',
    text('NAME'),
    'Runs the whole daemon inside /run/netns/NAME with private pid directory; fixed until restart.',
    { default: 'default namespace', missingArgument: 'general', repeat: 'first' },
  ),
  netNamespaceIpvs: value(
    'net_namespace_ipvs',
    optional(text('NAME')),
    'Creates the IPVS sockets in another network namespace; fixed until restart.',
    { default: 'same as net_namespace', repeat: 'first' },
  ),
  namespaceWithIpsets: flag('namespace_with_ipsets', 'Allows ipsets in a namespace on kernels older than 3.13.'),
  usePidDir: flag('use_pid_dir', 'Puts pid files under /run/keepalived/.', {
    default: 'off (on with instance or net_namespace)',
  }),
  instance: value(
    'instance',
    text('NAME'),
    'Names this daemon; suffixes pid files and syslog ident, fixed until restart.',
    {
      missingArgument: 'general',
      repeat: 'first',
    },
  ),
  childWaitTime: value(
    'child_wait_time',
    wholeSeconds(0, 4294967295),
    'How long the parent waits for its children on shutdown before SIGKILL.',
    { default: '5' },
  ),
  globalDefs: block('global_defs', [], globalDefs, 'Daemon wide settings; may appear several times.'),
  trackGroup: block(
    'track_group',
    name,
    trackGroup,
    'Set of instances that react to the loss of a static address, route or rule.',
    { uniqueName: 'fault' },
  ),
  staticIpaddress: list(
    'static_ipaddress',
    staticAddressRow,
    'Addresses installed at start and removed at stop, independent of VRRP state.',
  ),
  staticRoutes: list('static_routes', staticRouteRow, 'Routes installed at start and removed at stop.'),
  staticRules: list('static_rules', staticRuleRow, 'Policy rules installed at start and removed at stop.'),
  vrrpSyncGroup: block('vrrp_sync_group', name, syncGroup, 'Makes member instances change state together.', {
    uniqueName: 'fault',
  }),
  garpGroup: block(
    'garp_group',
    [],
    garpGroup,
    'Paces gratuitous ARP / unsolicited NA per interface or per group of interfaces.',
  ),
  linkbeatInterfaces: list('linkbeat_interfaces', linkbeatRow, 'Interfaces whose link state is polled.'),
  vrrpInstance: block('vrrp_instance', name, vrrpInstance, 'One virtual router on one interface and address family.', {
    uniqueName: 'fault',
    exactWords: true,
  }),
  vrrpScript: block(
    'vrrp_script',
    name,
    vrrpScript,
    'Periodic health script usable from track_script; must precede its users.',
    {
      uniqueName: 'advice',
      missingArgument: 'fatal',
    },
  ),
  vrrpTrackProcess: block(
    'vrrp_track_process',
    name,
    vrrpTrackProcess,
    'Watches processes through the kernel process connector; must precede its users.',
    { uniqueName: 'advice', missingArgument: 'fatal' },
  ),
  interfaceUpDownDelays: list(
    'interface_up_down_delays',
    upDownDelayRow,
    'Debounce delays for interface state changes.',
  ),
  ssl: block('SSL', [], ssl, 'Client certificate material for SSL_GET checkers.', { repeat: 'last' }),
  virtualServerGroup: namedList(
    'virtual_server_group',
    name,
    serverGroupRow,
    'Reusable set of VIPs, VIP ranges and firewall marks; order relative to virtual_server is free.',
    { uniqueName: 'advice', missingArgument: 'fatal' },
  ),
  virtualServer: block(
    'virtual_server',
    [optional(ip()), optional(integer(0, 65_535, { name: 'PORT' }))],
    virtualServer,
    'One IPVS service; port 0 or absent requires persistence.',
    { badValue: 'dropped', options: serviceSelectors },
  ),
  bfdInstance: block('bfd_instance', bfdName, bfdInstance, 'One BFD session; must precede track_bfd/BFD_CHECK users.', {
    badValue: 'dropped',
    uniqueName: 'fault',
  }),
  trackFile: block(
    'track_file',
    name,
    trackFile,
    'File whose integer content drives priorities or weights; must precede its users.',
    { uniqueName: 'advice', missingArgument: 'fatal' },
  ),
  vrrpTrackFile: block('vrrp_track_file', name, trackFile, 'Old name of the track_file block.', {
    aliasOf: 'track_file',
    deprecated: 'track_file',
    uniqueName: 'advice',
    missingArgument: 'fatal',
  }),
}

/** The keywords of the outermost level, each with what is inside it. Those of not-yet.ts say so, with everything in them. */
export const topLevel = withoutEffect(keywords)

/** The whole language: the outermost level, with everything below it. */
export const grammar = block('top', [], topLevel, 'The outermost level.')
