// Rows of static_rules and virtual_rules, in the manner of ip-rule(8). A rule is a set of option words in any order.

import { integer, interfaceName, ip, pattern, text, unsigned } from '../../language/args.ts'
import { flag, row, value } from '../../language/spec.ts'

export const ruleOptions = {
  inet: flag('inet', 'Forces IPv4; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  inet6: flag('inet6', 'Forces IPv6; the parser also swallows the following word, so it is only safe as last word.', {
    badValue: 'dropped',
  }),
  from: value('from', ip({ prefix: true, words: ['default', 'any', 'all'] }), 'Source selector.', {
    default: 'all',
    badValue: 'dropped',
  }),
  to: value('to', ip({ prefix: true, words: ['default', 'any', 'all'] }), 'Destination selector.', {
    default: 'all',
    badValue: 'dropped',
  }),
  not: flag('not', 'Inverts the match.'),
  tos: value('tos', text('DSFIELD'), 'TOS selector.', { badValue: 'dropped' }),
  dsfield: value('dsfield', text('DSFIELD'), 'TOS selector.', { badValue: 'dropped' }),
  fwmark: value(
    'fwmark',
    pattern('MARK[/MASK]', /^(0x[0-9a-fA-F]+|\d+)(\/(0x[0-9a-fA-F]+|\d+))?$/, 'a mark and an optional mask'),
    'Firewall mark selector.',
    { badValue: 'dropped' },
  ),
  iif: value('iif', interfaceName, 'Incoming interface selector.'),
  dev: value('dev', interfaceName, 'Incoming interface selector.'),
  oif: value('oif', interfaceName, 'Outgoing interface selector.'),
  uidrange: value('uidrange', pattern('START-END', /^\d+-\d+$/, 'a range as 1000-2000'), 'User id range selector.', {
    badValue: 'dropped',
  }),
  tunnelId: value('tunnel-id', pattern('INTEGER', /^\d{1,20}$/, 'a number of 64 bits'), 'Tunnel id selector.', {
    badValue: 'dropped',
  }),
  ipproto: value('ipproto', text('NAME|0..255'), 'IP protocol selector.'),
  sport: value('sport', pattern('START-END', /^\d+-\d+$/, 'a range as 1000-2000'), 'Source port range selector.'),
  dport: value('dport', pattern('START-END', /^\d+-\d+$/, 'a range as 1000-2000'), 'Destination port range selector.'),
  protocol: value('protocol', integer(0, 255), 'Rule protocol, honoured only with no_track.', {
    default: '18 (keepalived)',
  }),
  preference: value('preference', unsigned({ anyBase: true }), 'Rule priority.', {
    default: 'assigned downwards from 16384',
    badValue: 'dropped',
  }),
  order: value('order', unsigned({ anyBase: true }), 'Rule priority.', { badValue: 'dropped' }),
  priority: value('priority', unsigned({ anyBase: true }), 'Rule priority.', { badValue: 'dropped' }),
  suppressPrefixlength: value(
    'suppress_prefixlength',
    integer(0, 2147483647),
    'Rejects lookups with a prefix this short; table action only.',
    { badValue: 'dropped' },
  ),
  supPl: value('sup_pl', integer(0, 2147483647), 'Short form of suppress_prefixlength.', { badValue: 'dropped' }),
  suppressIfgroup: value(
    'suppress_ifgroup',
    text('GROUP'),
    'Rejects lookups through this interface group; table action only.',
    {
      badValue: 'dropped',
    },
  ),
  supGroup: value('sup_group', text('GROUP'), 'Short form of suppress_ifgroup.', { badValue: 'dropped' }),
  realms: value('realms', text('REALM[/REALM]'), 'Realms, IPv4 and table action only.', { badValue: 'dropped' }),
  table: value('table', text('TABLE'), 'Action: look up this table.', { badValue: 'dropped' }),
  lookup: value('lookup', text('TABLE'), 'Action: look up this table.', { badValue: 'dropped' }),
  l3mdev: flag('l3mdev', 'Action: look up the VRF table of the device.', { badValue: 'dropped' }),
  type: value('type', [], 'Optional marker in front of an action word.', { badValue: 'dropped' }),
  goto: value('goto', unsigned(), 'Action: jump to another rule; needs preference.', { badValue: 'dropped' }),
  nop: flag('nop', 'Action: do nothing.', { badValue: 'dropped' }),
  blackhole: flag('blackhole', 'Action: drop silently.', { badValue: 'dropped' }),
  unreachable: flag('unreachable', 'Action: drop with unreachable error.', { badValue: 'dropped' }),
  prohibit: flag('prohibit', 'Action: drop with prohibited error.', { badValue: 'dropped' }),
  noTrack: flag('no_track', 'Loss of the rule is not repaired and does not affect the instance.'),
  trackGroup: value('track_group', text('GROUP'), 'Couples the rule to a track_group defined earlier; needs iif.'),
}

const { trackGroup: _, ...virtualRuleOptions } = ruleOptions

/** `virtual_rules`. */
export const virtualRuleRow = row([], 'One policy rule in ip-rule style; exactly one action is required.', {
  default: 'IPv4; preference counts down from 16384 when omitted',
  freeOrder: true,
  options: virtualRuleOptions,
})

/** `static_rules`. */
export const staticRuleRow = { ...virtualRuleRow, options: Object.values(ruleOptions) }
