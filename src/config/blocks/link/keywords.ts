// garp_group, linkbeat_interfaces and interface_up_down_delays: what is said about interfaces as such.

import { anyInterfaceName, interfaceName, oneOf, optional, repeated, seconds } from '../../language/args.ts'
import { list, row, value } from '../../language/spec.ts'

/** Everything that may stand in a garp_group. */
export const garpGroup = {
  garpInterval: value(
    'garp_interval',
    seconds(0, 4294.967295),
    'Least time between gratuitous ARPs on the interfaces of the group.',
  ),
  gnaInterval: value(
    'gna_interval',
    seconds(0, 4294.967295),
    'Least time between unsolicited NAs on the interfaces of the group.',
  ),
  interface: value('interface', interfaceName, 'Single interface governed by this group.'),
  interfaces: list(
    'interfaces',
    row(repeated(interfaceName), 'One or more interface names.'),
    'Interfaces sharing one budget.',
  ),
}

/** Lines of linkbeat_interfaces. */
export const linkbeatRow = row(
  [anyInterfaceName, optional(oneOf('MII', 'ETHTOOL', 'IOCTL'))],
  'Polls this interface, optionally preferring one method.',
  { default: 'MII, then ETHTOOL, then IOCTL' },
)

/** Lines of interface_up_down_delays. */
export const upDownDelayRow = row(
  [anyInterfaceName, seconds(0, 255), optional(seconds(0, 255))],
  'Delays reacting to down/up; DOWN is reset when not below (down_timer_adverts-1) advert intervals.',
  { default: 'UP 0 when omitted' },
)
