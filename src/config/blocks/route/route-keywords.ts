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
import { flag, row, value } from '../../language/spec.ts'

const roundTrip = pattern('TIME', /^\d+(\.\d+)?(s|secs?|ms|msecs)?$/, 'a time as 300ms or 0.3s')

const encapKinds = {
  ip: flag('ip', 'Encapsulation in IPv4.', {
    options: {
      id: value('id', pattern('INTEGER', /^\d{1,20}$/, 'a number of 64 bits'), 'Tunnel id.'),
      dst: value('dst', ip({ family: 4 }), 'Tunnel destination (this or id is required).'),
      src: value('src', ip({ family: 4 }), 'Tunnel source.'),
      tos: value('tos', text('DSFIELD'), 'Outer TOS.'),
      ttl: value('ttl', integer(0, 255, { strict: true }), 'Outer TTL.'),
      flags: value('flags', integer(0, 65535), 'Tunnel flags.'),
    },
  }),
  ip6: flag('ip6', 'Encapsulation in IPv6.', {
    options: {
      id: value('id', pattern('INTEGER', /^\d{1,20}$/, 'a number of 64 bits'), 'Tunnel id.'),
      dst: value('dst', ip({ family: 6 }), 'Tunnel destination (this or id is required).'),
      src: value('src', ip({ family: 6 }), 'Tunnel source.'),
      tc: value('tc', text('DSFIELD'), 'Outer traffic class.'),
      hoplimit: value('hoplimit', integer(0, 255, { strict: true }), 'Outer hop limit.'),
      flags: value('flags', integer(0, 65535), 'Tunnel flags.'),
    },
  }),
  mpls: value(
    'mpls',
    pattern('LABEL[/LABEL]', /^\d{1,7}(\/\d{1,7})*$/, 'MPLS labels separated by slashes'),
    'MPLS label stack.',
  ),
  ila: value(
    'ila',
    pattern('LOCATOR', /^[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){3}$/, 'four groups of hex digits'),
    'ILA locator.',
  ),
}

const encapsulation = flag('encap', 'Lightweight tunnel encapsulation; see the encap blocks.', { options: encapKinds })

const nexthopOptions = {
  via: value('via', [optional(oneOf('inet', 'inet6')), ip()], 'Gateway of this leg.', { badValue: 'dropped' }),
  dev: value('dev', interfaceName, 'Interface of this leg.'),
  weight: value('weight', integer(1, 256), 'Share of this leg.', { default: '1', badValue: 'dropped' }),
  onlink: flag('onlink', 'Gateway is on-link.'),
  realms: value('realms', text('REALM[/REALM]'), 'Realms of this leg, IPv4 only.', { badValue: 'dropped' }),
  as: value('as', [optional(oneOf('to')), ip()], 'NAT form, unsupported.', { badValue: 'dropped' }),
  encapsulation,
}

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

export const routeOptions = {
  type: flag('TYPE', 'Route type written in front of the destination.', {
    default: 'unicast',
    alsoMatches: routeTypes,
  }),
  inet: flag('inet', 'Forces IPv4; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  inet6: flag('inet6', 'Forces IPv6; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  from: value('from', ip({ family: 6, prefix: true }), 'Source specific routing, IPv6 only.', { badValue: 'dropped' }),
  src: value('src', ip(), 'Preferred source address.', { badValue: 'dropped' }),
  via: value('via', [optional(oneOf('inet', 'inet6')), ip()], 'Gateway.', { badValue: 'dropped' }),
  gw: value('gw', ip(), 'Gateway.', {
    aliasOf: 'via',
    deprecatedIsFault: true,
    deprecated: 'via',
    badValue: 'dropped',
  }),
  or: value('or', ip(), 'Second gateway; turns the route into multipath.', {
    deprecatedIsFault: true,
    deprecated: 'nexthop',
  }),
  dev: value('dev', interfaceName, 'Outgoing interface.'),
  oif: value('oif', interfaceName, 'Outgoing interface.'),
  table: value('table', text('TABLE'), 'Routing table.', { default: 'main', badValue: 'dropped' }),
  vrf: value('vrf', anyInterfaceName, 'Uses the table of that VRF.', { badValue: 'dropped' }),
  protocol: value('protocol', text('NAME|0..255'), 'Route protocol, honoured only with no_track.', {
    default: '18 (keepalived)',
    badValue: 'dropped',
  }),
  scope: value('scope', text('NAME|0..255'), 'Route scope.', { default: 'global', badValue: 'dropped' }),
  tos: value('tos', text('DSFIELD'), 'Type of service selector.', { badValue: 'dropped' }),
  dsfield: value('dsfield', text('DSFIELD'), 'Type of service selector.', { badValue: 'dropped' }),
  metric: value('metric', unsigned(), 'Route metric.', { badValue: 'dropped' }),
  priority: value('priority', unsigned({ strict: true }), 'Route metric.', { badValue: 'dropped' }),
  preference: value('preference', unsigned(), 'Route metric.', { badValue: 'dropped' }),
  onlink: flag('onlink', 'Treats the gateway as on-link.'),
  expires: value('expires', wholeSeconds(0, 4294967295), 'Lifetime, IPv6 only.', { badValue: 'dropped' }),
  mtu: value('mtu', [optional(oneOf('lock')), unsigned()], 'Route metric mtu; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  advmss: value('advmss', [optional(oneOf('lock')), unsigned()], 'Route metric advmss; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  reordering: value(
    'reordering',
    [optional(oneOf('lock')), unsigned()],
    'Route metric reordering; lock forbids path updates.',
    {
      badValue: 'dropped',
    },
  ),
  cwnd: value('cwnd', [optional(oneOf('lock')), unsigned()], 'Route metric cwnd; lock forbids path updates.', {
    badValue: 'dropped',
  }),
  ssthresh: value(
    'ssthresh',
    [optional(oneOf('lock')), unsigned()],
    'Route metric ssthresh; lock forbids path updates.',
    {
      badValue: 'dropped',
    },
  ),
  window: value('window', unsigned(), 'TCP window clamp.', { badValue: 'dropped' }),
  hoplimit: value('hoplimit', integer(0, 255, { strict: true }), 'Hop limit.', { badValue: 'dropped' }),
  rtt: value('rtt', [optional(oneOf('lock')), roundTrip], 'Initial RTT, kept within 200 ms..120 s.'),
  rttvar: value('rttvar', [optional(oneOf('lock')), roundTrip], 'Initial RTT variance, kept within 200 ms..120 s.'),
  rtoMin: value('rto_min', [optional(oneOf('lock')), roundTrip], 'Minimum RTO, kept within 200 ms..120 s.'),
  initcwnd: value('initcwnd', unsigned(), 'Initial congestion window.', { badValue: 'dropped' }),
  initrwnd: value('initrwnd', unsigned(), 'Initial receive window.', { badValue: 'dropped' }),
  realms: value('realms', text('REALM[/REALM]'), 'Realms, IPv4 only.', { badValue: 'dropped' }),
  features: value('features', oneOf('ecn'), 'Enables a TCP feature.'),
  quickack: value('quickack', integer(0, 1, { name: '0|1' }), 'Quick ACK.', { badValue: 'dropped' }),
  congctl: value('congctl', [optional(oneOf('lock')), text('ALGORITHM')], 'TCP congestion control algorithm.'),
  pref: value('pref', text('low|medium|high|0..255'), 'Router preference, IPv6 only.', { badValue: 'dropped' }),
  ttlPropagate: value('ttl-propagate', oneOf('enabled', 'disabled'), 'MPLS TTL propagation.'),
  fastopenNoCookie: value('fastopen_no_cookie', integer(0, 1, { name: '0|1' }), 'TCP fast open without cookie.', {
    badValue: 'dropped',
  }),
  add: flag('add', 'Adds only when no equal route exists.'),
  append: flag('append', 'Adds behind equal routes.'),
  prepend: flag('prepend', 'Adds in front of equal routes.', { default: 'default' }),
  as: value('as', [optional(oneOf('to')), ip()], 'MPLS only in iproute2; reported and skipped here.'),
  noTrack: flag('no_track', 'Loss of the route is not repaired and does not affect the instance.'),
  trackGroup: value('track_group', text('GROUP'), 'Couples the route to a track_group defined earlier; needs dev.'),
  to: flag('to', 'Optional marker in front of the destination.'),
  encapsulation,
  nexthop: flag('nexthop', 'Starts one multipath leg; legs must come last on the row.', {
    repeat: 'all',
    options: nexthopOptions,
  }),
}

const destination = ip({ prefix: true, words: ['default', 'default6', 'any', 'all'] })

const { trackGroup: _, ...virtualRouteOptions } = routeOptions

/** `virtual_routes`. */
export const virtualRouteRow = row(
  destination,
  'One route in ip-route style, full option names only; protocol 18 is forced unless no_track.',
  {
    default: 'prepend, table main, scope global',
    freeOrder: true,
    options: virtualRouteOptions,
  },
)

/** `static_routes`. */
export const staticRouteRow = { ...virtualRouteRow, options: Object.values(routeOptions) }
