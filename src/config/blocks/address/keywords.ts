// Rows of virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress: an address and its option words.

import { interfaceName, ip, text, unsigned } from '../../language/args.ts'
import { flag, row, value } from '../../language/spec.ts'

const scope = text('SCOPE')

/** Option words that every kind of address row has. */
export const addressOptions = {
  dev: value('dev', interfaceName, 'Interface that carries the address.', {
    default: 'interface of the instance',
  }),
  scope: value('scope', scope, 'Address scope, IPv4 only.', { default: 'global' }),
  brd: value(
    'brd',
    ip({ family: 4, words: ['-', '+'] }),
    'Broadcast address; + sets and - clears the host bits (prefix up to /30).',
    { default: 'none', badValue: 'dropped' },
  ),
  broadcast: value('broadcast', ip({ family: 4, words: ['-', '+'] }), 'Same as brd.', {
    default: 'none',
    aliasOf: 'brd',
    badValue: 'dropped',
  }),
  label: value('label', text('STRING'), 'Interface label, IPv4 only.', { badValue: 'dropped' }),
  // keepalived: "Invalid peer address" with a prefix length, and the address goes without a peer.
  peer: value('peer', ip({ prefix: false }), 'Point-to-point remote address; own prefix is then not allowed.'),
  home: flag('home', 'Sets the mobile IPv6 home address flag.'),
  nodad: flag('-nodad', 'Clears the no-DAD flag keepalived sets on IPv6 addresses.', {
    default: 'DAD disabled for IPv6',
  }),
  mngtmpaddr: flag('mngtmpaddr', 'Lets the kernel manage temporary addresses from this one.'),
  noprefixroute: flag('noprefixroute', 'Suppresses the automatic prefix route.'),
  autojoin: flag('autojoin', 'Joins the multicast group of the address.'),
  noTrack: flag('no_track', 'Loss of the address is not repaired and does not affect the instance.'),
  preferredLft: value(
    'preferred_lft',
    unsigned({ words: { forever: 4294967295 } }),
    'Preferred lifetime; 0 deprecates the address.',
    { default: 'IPv6: 0 for /128 else forever' },
  ),
}

/** Option words of a static address. */
export const staticAddressOptions = {
  ...addressOptions,
  trackGroup: value('track_group', text('GROUP'), 'Couples the address to a track_group defined earlier.'),
}

/** `virtual_ipaddress` and `virtual_ipaddress_excluded`. */
export const virtualAddressRow = row(ip({ prefix: true }), 'One address; options may come in any order after it.', {
  default: '/32 or /128',
  options: {
    ...addressOptions,
    useVmac: flag('use_vmac', 'Creates a VMAC for this address when it sits on another interface or family.'),
  },
})

/** `static_ipaddress`. */
export const staticAddressRow = row(ip({ prefix: true }), 'One address; options may come in any order after it.', {
  default: '/32 or /128',
  options: staticAddressOptions,
})
