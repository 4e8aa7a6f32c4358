// Rows of static_routes and virtual_routes, in the manner of ip-route(8) with full option names. Options may stand before the
// destination; an unknown word or a bad value costs the whole row.

import {
  anyInterfaceName,
  integer,
  interfaceName,
  ip,
  oneOf,
  optional,
  pattern,
  text,
  unsigned,
  wholeSeconds,
} from '../../language/args.ts'
import type { KeywordSpec } from '../../language/spec.ts'
import { flag, row, value } from '../../language/spec.ts'

const roundTrip = pattern('TIME', /^\d+(\.\d+)?(s|secs?|ms|msecs)?$/, 'a time as 300ms or 0.3s')

const encapKinds: readonly KeywordSpec[] = [
  flag('ip', 'Encapsulation in IPv4.', {
    options: [
      value('id', pattern('INTEGER', /^\d{1,20}$/, 'a number of 64 bits'), 'Tunnel id.'),
      value('dst', ip({ family: 4 }), 'Tunnel destination (this or id is required).'),
      value('src', ip({ family: 4 }), 'Tunnel source.'),
      value('tos', text('DSFIELD'), 'Outer TOS.'),
      value('ttl', integer(0, 255, { strict: true }), 'Outer TTL.'),
      value('flags', integer(0, 65535), 'Tunnel flags.'),
    ],
  }),
  flag('ip6', 'Encapsulation in IPv6.', {
    options: [
      value('id', pattern('INTEGER', /^\d{1,20}$/, 'a number of 64 bits'), 'Tunnel id.'),
      value('dst', ip({ family: 6 }), 'Tunnel destination (this or id is required).'),
      value('src', ip({ family: 6 }), 'Tunnel source.'),
      value('tc', text('DSFIELD'), 'Outer traffic class.'),
      value('hoplimit', integer(0, 255, { strict: true }), 'Outer hop limit.'),
      value('flags', integer(0, 65535), 'Tunnel flags.'),
    ],
  }),
  value(
    'mpls',
    pattern('LABEL[/LABEL]', /^\d{1,7}(\/\d{1,7})*$/, 'MPLS labels separated by slashes'),
    'MPLS label stack.',
  ),
  value(
    'ila',
    pattern('LOCATOR', /^[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){3}$/, 'four groups of hex digits'),
    'ILA locator.',
  ),
]

const encapsulation = flag('encap', 'Lightweight tunnel encapsulation; see the encap blocks.', { options: encapKinds })

const nexthopOptions: readonly KeywordSpec[] = [
  value('via', [optional(oneOf('inet', 'inet6')), ip()], 'Gateway of this leg.', { badValue: 'dropped' }),
  value('dev', interfaceName, 'Interface of this leg.'),
  value('weight', integer(1, 256), 'Share of this leg.', { default: '1', badValue: 'dropped' }),
  flag('onlink', 'Gateway is on-link.'),
  value('realms', text('REALM[/REALM]'), 'Realms of this leg, IPv4 only.', { badValue: 'dropped' }),
  value('as', [optional(oneOf('to')), ip()], 'NAT form, unsupported.', { badValue: 'dropped' }),
  encapsulation,
]

const routeTypes = [
  'unicast',
  'local',
  'broadcast',
  'brd',
  'multicast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'nat',
  'anycast',
  'xresolve',
]

const routeOptions: readonly KeywordSpec[] = [
  flag('TYPE', 'Route type written in front of the destination.', { default: 'unicast', alsoMatches: routeTypes }),
  flag('inet', 'Forces IPv4; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  flag('inet6', 'Forces IPv6; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  value('from', ip({ family: 6, prefix: true }), 'Source specific routing, IPv6 only.', { badValue: 'dropped' }),
  value('src', ip(), 'Preferred source address.', { badValue: 'dropped' }),
  value('via', [optional(oneOf('inet', 'inet6')), ip()], 'Gateway.', { badValue: 'dropped' }),
  value('gw', ip(), 'Gateway.', { aliasOf: 'via', deprecatedIsFault: true, deprecated: 'via', badValue: 'dropped' }),
  value('or', ip(), 'Second gateway; turns the route into multipath.', {
    deprecatedIsFault: true,
    deprecated: 'nexthop',
  }),
  value('dev', interfaceName, 'Outgoing interface.'),
  value('oif', interfaceName, 'Outgoing interface.'),
  value('table', text('TABLE'), 'Routing table.', { default: 'main', badValue: 'dropped' }),
  value('vrf', anyInterfaceName, 'Uses the table of that VRF.', { badValue: 'dropped' }),
  value('protocol', text('NAME|0..255'), 'Route protocol, honoured only with no_track.', {
    default: '18 (keepalived)',
    badValue: 'dropped',
  }),
  value('scope', text('NAME|0..255'), 'Route scope.', { default: 'global', badValue: 'dropped' }),
  value('tos', text('DSFIELD'), 'Type of service selector.', { badValue: 'dropped' }),
  value('dsfield', text('DSFIELD'), 'Type of service selector.', { badValue: 'dropped' }),
  value('metric', unsigned(), 'Route metric.', { badValue: 'dropped' }),
  value('priority', unsigned({ strict: true }), 'Route metric.', { badValue: 'dropped' }),
  value('preference', unsigned(), 'Route metric.', { badValue: 'dropped' }),
  flag('onlink', 'Treats the gateway as on-link.'),
  value('expires', wholeSeconds(0, 4294967295), 'Lifetime, IPv6 only.', { badValue: 'dropped' }),
  value('mtu', [optional(oneOf('lock')), unsigned()], 'Route metric mtu; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  value('advmss', [optional(oneOf('lock')), unsigned()], 'Route metric advmss; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  value('reordering', [optional(oneOf('lock')), unsigned()], 'Route metric reordering; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  value('cwnd', [optional(oneOf('lock')), unsigned()], 'Route metric cwnd; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  value('ssthresh', [optional(oneOf('lock')), unsigned()], 'Route metric ssthresh; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  value('window', unsigned(), 'TCP window clamp.', { badValue: 'dropped' }),
  value('hoplimit', integer(0, 255, { strict: true }), 'Hop limit.', { badValue: 'dropped' }),
  value('rtt', [optional(oneOf('lock')), roundTrip], 'Initial RTT, kept within 200 ms..120 s.'),
  value('rttvar', [optional(oneOf('lock')), roundTrip], 'Initial RTT variance, kept within 200 ms..120 s.'),
  value('rto_min', [optional(oneOf('lock')), roundTrip], 'Minimum RTO, kept within 200 ms..120 s.'),
  value('initcwnd', unsigned(), 'Initial congestion window.', { badValue: 'dropped' }),
  value('initrwnd', unsigned(), 'Initial receive window.', { badValue: 'dropped' }),
  value('realms', text('REALM[/REALM]'), 'Realms, IPv4 only.', { badValue: 'dropped' }),
  value('features', oneOf('ecn'), 'Enables a TCP feature.'),
  value('quickack', integer(0, 1, { name: '0|1' }), 'Quick ACK.', { badValue: 'dropped' }),
  value('congctl', [optional(oneOf('lock')), text('ALGORITHM')], 'TCP congestion control algorithm.'),
  value('pref', text('low|medium|high|0..255'), 'Router preference, IPv6 only.', { badValue: 'dropped' }),
  value('ttl-propagate', oneOf('enabled', 'disabled'), 'MPLS TTL propagation.'),
  value('fastopen_no_cookie', integer(0, 1, { name: '0|1' }), 'TCP fast open without cookie.', { badValue: 'dropped' }),
  flag('add', 'Adds only when no equal route exists.'),
  flag('append', 'Adds behind equal routes.'),
  flag('prepend', 'Adds in front of equal routes.', { default: 'default' }),
  value('as', [optional(oneOf('to')), ip()], 'MPLS only in iproute2; reported and skipped here.'),
  flag('no_track', 'Loss of the route is not repaired and does not affect the instance.'),
  value('track_group', text('GROUP'), 'Couples the route to a track_group defined earlier; needs dev.'),
  flag('to', 'Optional marker in front of the destination.'),
  encapsulation,
  flag('nexthop', 'Starts one multipath leg; legs must come last on the row.', {
    repeat: 'all',
    options: nexthopOptions,
  }),
]

const destination = ip({ prefix: true, words: ['default', 'default6', 'any', 'all'] })

/** `virtual_routes`. */
export const virtualRouteRow: KeywordSpec = row(
  destination,
  'One route in ip-route style, full option names only; protocol 18 is forced unless no_track.',
  {
    default: 'prepend, table main, scope global',
    freeOrder: true,
    options: routeOptions.filter(option => option.keyword !== 'track_group'),
  },
)

/** `static_routes`. */
export const staticRouteRow: KeywordSpec = { ...virtualRouteRow, options: routeOptions }
