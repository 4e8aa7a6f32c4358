// The vrrp_instance block: its lists and inner blocks, put together with its plain keywords.

import { integer, ip, oneOf, optional, pattern, secret, text, wholeSeconds } from '../../language/args.ts'
import { block, flag, list, row, value } from '../../language/spec.ts'
import { virtualAddressRow } from '../address/keywords.ts'
import { virtualRouteRow } from '../route/route-keywords.ts'
import { virtualRuleRow } from '../route/rule-keywords.ts'
import { trackLists } from '../tracking/keywords.ts'
import { instanceNotify, instanceSettings, instanceTiming } from './setting-keywords.ts'

const macAddress = pattern('MAC', /^[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){4,5}$/, 'a MAC address of 5 or 6 octets')

/** Option words of use_vmac. */
export const vmacOptions = {
  name: value('name', text('NEW-INTERFACE', 15), 'Name of the interface that is created.'),
  netlinkNotifyMsg: flag('netlink_notify_msg', 'Asks the kernel to announce the addresses of the new interface.'),
  group: value('group', text('GROUP'), 'Interface group of the new interface.'),
}

/** Option words of use_ipvlan. */
const ipvlanOptions = {
  name: value('name', text('NEW-INTERFACE', 15), 'Name of the interface that is created.'),
  bridge: flag('bridge', 'Ipvlan bridge mode.', { default: 'on' }),
  private: flag('private', 'Ipvlan private mode.'),
  vepa: flag('vepa', 'Ipvlan VEPA mode.'),
  group: value('group', text('GROUP'), 'Interface group of the new interface.'),
}

/** Option words of a unicast peer. */
export const unicastPeerOptions = {
  minTtl: value('min_ttl', integer(0, 255, { strict: true }), 'Lowest accepted TTL/hop limit from this peer.', {
    default: '0',
  }),
  maxTtl: value('max_ttl', integer(0, 255, { strict: true }), 'Highest accepted TTL/hop limit from this peer.', {
    default: '255',
  }),
}

const unicastPeerRow = row(ip({ prefix: true }), 'One peer; a TTL bound also turns on check_unicast_src.', {
  default: '0 and 255',
  options: unicastPeerOptions,
})

/** Everything that may stand in authentication. */
export const authentication = {
  authType: value('auth_type', oneOf('PASS', 'AH'), 'Simple password or IPsec AH (IPv4 only, forces BACKUP start).', {
    default: 'none',
  }),
  authPass: value('auth_pass', secret(text('STRING')), 'Shared secret, first 8 bytes.'),
}

/** Everything that may stand in auth_hmac. */
const authHmac = {
  key: value(
    'key',
    [integer(1, 255), secret(text('KEY'))],
    'Verification/signing key; file content uses the same TEXT/hex: forms.',
    { since: '2.4.0' },
  ),
  activeKey: value('active_key', integer(1, 255), 'Key used for sending.', { default: 'required', since: '2.4.0' }),
  timeWindow: value('time_window', wholeSeconds(1, 300), 'Freshness window in time mode.', {
    default: 'max(3 x advert_int, 5)',
    since: '2.4.0',
  }),
  antiReplay: value('anti_replay', oneOf('time', 'monotonic'), 'Replay protection method.', {
    default: 'time',
    since: '2.4.0',
  }),
  mode: value(
    'mode',
    oneOf('enforce', 'permissive', 'receive-only'),
    'Whether trailer-less adverts are accepted and whether a trailer is sent; receive-only since 2.4.2, strict mode forces enforce.',
    { default: 'enforce', since: '2.4.0' },
  ),
}

/** Everything that may stand in a vrrp_instance. */
export const vrrpInstance = {
  ...instanceSettings,
  ...instanceTiming,
  ...instanceNotify,
  ...trackLists,
  useVmac: value(
    'use_vmac',
    [optional(text('NEW-INTERFACE')), optional(macAddress)],
    'Runs the instance on a private macvlan; 5 octets take the VRID as last. name/group/netlink_notify_msg since 2.3.0.',
    {
      default: 'generated name PREFIX.VRID; RFC virtual MAC; group of the parent',
      options: vmacOptions,
    },
  ),
  useIpvlan: value(
    'use_ipvlan',
    [optional(text('NEW-INTERFACE')), optional(ip({ prefix: true }))],
    'Runs the instance on an L2 ipvlan; IPv4 needs an address. name/group since 2.3.0.',
    {
      default: 'bridge',
      options: ipvlanOptions,
    },
  ),
  unicastPeer: list('unicast_peer', unicastPeerRow, 'Peers that get adverts by unicast instead of multicast.', {
    default: 'multicast',
  }),
  virtualIpaddress: list(
    'virtual_ipaddress',
    virtualAddressRow,
    'Addresses owned while MASTER and carried in adverts; all of one family, more than 255 or than fit the MTU spill into the excluded list.',
  ),
  virtualIpaddressExcluded: list(
    'virtual_ipaddress_excluded',
    virtualAddressRow,
    'Addresses owned while MASTER but not advertised; any family.',
  ),
  virtualRoutes: list('virtual_routes', virtualRouteRow, 'Routes present only while MASTER.'),
  virtualRules: list('virtual_rules', virtualRuleRow, 'Policy rules present only while MASTER.'),
  authentication: block('authentication', [], authentication, 'VRRPv2 authentication.'),
  authHmac: block('auth_hmac', [], authHmac, 'HMAC-SHA256 trailer on every advert, replaces authentication.', {
    since: '2.4.0',
  }),
}
