// Keywords of global_defs that set defaults for VRRP instances, for IPVS and for the checkers.

import {
  anyInterfaceName,
  integer,
  ip,
  oneOf,
  optional,
  port,
  repeated,
  seconds,
  text,
  unsigned,
  wholeSeconds,
} from '../../language/args.ts'
import { flag, toggle, value } from '../../language/spec.ts'

const timeout = wholeSeconds(0, 2_678_400)

/** Option words of lvs_timeouts. */
export const timeoutOptions = {
  tcp: value('tcp', timeout, 'Idle time of a TCP connection.'),
  tcpfin: value('tcpfin', timeout, 'Time after a FIN.'),
  udp: value('udp', timeout, 'Idle time of a UDP flow.'),
}

/** Option words of lvs_sync_daemon. */
export const syncDaemonOptions = {
  inst: value('inst', text('INSTANCE'), 'Instance whose role the daemon follows.'),
  id: value('id', integer(0, 255), 'Sync id.', { default: 'VRID of the instance, else 0' }),
  maxlen: value('maxlen', integer(1, 65_507), 'Longest datagram.'),
  port: value('port', port, 'UDP port.', { default: '8848' }),
  ttl: value('ttl', integer(1, 255), 'TTL of the datagrams.'),
  group: value('group', ip({ multicast: true }), 'Multicast group.', { default: '224.0.0.81' }),
}

/** IPVS and the checkers. */
export const globalLvs = {
  lvsTimeouts: value('lvs_timeouts', [], 'Sets the IPVS connection timeouts.', {
    default: 'kernel values',
    options: timeoutOptions,
  }),
  lvsSyncDaemon: value(
    'lvs_sync_daemon',
    [text('INTERFACE', 15), optional(text('INSTANCE'))],
    'Runs the IPVS connection sync daemon, master/backup following the named instance or both when none.',
    {
      default: 'port 8848, group 224.0.0.81',
      repeat: 'first',
      options: syncDaemonOptions,
      missingArgument: 'general',
    },
  ),
  checkerLogAllFailures: toggle(
    'checker_log_all_failures',
    'Logs every failed probe instead of only the one that changes state.',
  ),
  lvsFlush: flag('lvs_flush', 'Empties the IPVS table at start.'),
  lvsFlushOnStop: value(
    'lvs_flush_on_stop',
    optional(oneOf('VS')),
    'Empties the IPVS table (or only our virtual servers) at stop instead of deleting entries one by one.',
  ),
  lvsFlushOnstop: value('lvs_flush_onstop', optional(oneOf('VS')), 'Old name of lvs_flush_on_stop.', {
    aliasOf: 'lvs_flush_on_stop',
    deprecated: 'lvs_flush_on_stop',
  }),
  nftablesIpvs: value(
    'nftables_ipvs',
    optional(text('TABLE')),
    'Maps each virtual server group to one automatic fwmark through nftables; resets its priority and start mark.',
    { default: 'keepalived_ipvs' },
  ),
  nftablesIpvsPriority: value(
    'nftables_ipvs_priority',
    integer(-2147483648, 2147483647),
    'Chain priority; only effective after nftables_ipvs.',
    { default: '-1' },
  ),
  nftablesIpvsStartFwmark: value(
    'nftables_ipvs_start_fwmark',
    integer(1, 4294967295),
    'First automatic mark; only effective after nftables_ipvs.',
    { default: '1000' },
  ),
}

/** Defaults of the VRRP instances, and the firewall. */
export const globalVrrp = {
  dynamicInterfaces: value(
    'dynamic_interfaces',
    optional(oneOf('allow_if_changes')),
    'Accepts interfaces that do not exist yet; allow_if_changes also tolerates type/parent changes. Must precede their use.',
  ),
  defaultInterface: value(
    'default_interface',
    anyInterfaceName,
    'Interface of static addresses that name none (virtual addresses fall back to the instance interface only).',
    { default: 'eth0', missingArgument: 'general' },
  ),
  disableLocalIgmp: flag(
    'disable_local_igmp',
    'Sets sysctl igmp_link_local_mcast_reports to 0 while running; fixed until restart.',
  ),
  v3ChecksumAsV2: value(
    'v3_checksum_as_v2',
    optional(repeated(text('WORD'))),
    'Default of v3_checksum_as_v2: the VRRPv3 checksum over IPv4 omits the pseudo header.',
    { since: '2.2.8' },
  ),
  vrrpMcastGroup4: value('vrrp_mcast_group4', ip({ family: 4, multicast: true }), 'Default IPv4 group for adverts.', {
    byDefault: '224.0.0.18',
  }),
  vrrpMcastGroup6: value(
    'vrrp_mcast_group6',
    ip({ family: 6, multicast: true }),
    'Default IPv6 group for adverts; non link-local only warns.',
    { byDefault: 'ff02::12' },
  ),
  vrrpGarpMasterDelay: value(
    'vrrp_garp_master_delay',
    wholeSeconds(0, 4294),
    'Delay before the second gratuitous ARP burst after becoming master, 0 for none.',
    { default: '5' },
  ),
  vrrpGarpMasterRepeat: value(
    'vrrp_garp_master_repeat',
    unsigned({ substitute: [0, 1] }),
    'Gratuitous ARPs per burst.',
    {
      default: '5',
    },
  ),
  vrrpGarpMasterRefresh: value(
    'vrrp_garp_master_refresh',
    wholeSeconds(0, 4294967295),
    'Period of gratuitous ARP refresh while master, 0 for none.',
    { byDefault: 0, badValueBecomes: 0 },
  ),
  vrrpGarpMasterRefreshRepeat: value(
    'vrrp_garp_master_refresh_repeat',
    unsigned({ substitute: [0, 1] }),
    'Gratuitous ARPs per refresh.',
    {
      byDefault: 1,
    },
  ),
  vrrpGarpLowerPrioDelay: value(
    'vrrp_garp_lower_prio_delay',
    wholeSeconds(0, 4294),
    'Second burst delay after hearing a lower priority advert.',
    { default: 'vrrp_garp_master_delay' },
  ),
  vrrpGarpLowerPrioRepeat: value(
    'vrrp_garp_lower_prio_repeat',
    integer(0, 2147483647),
    'Burst size after hearing a lower priority advert.',
    {
      default: 'vrrp_garp_master_repeat',
    },
  ),
  vrrpDownTimerAdverts: value(
    'vrrp_down_timer_adverts',
    integer(1, 100),
    'Default number of advert intervals in the master down timer.',
    {
      byDefault: 3,
    },
  ),
  vrrpGarpInterval: value(
    'vrrp_garp_interval',
    seconds(0.000001, 4294.967295),
    'Minimum gap between gratuitous ARPs on an interface.',
    {
      byDefault: 0,
    },
  ),
  vrrpGnaInterval: value(
    'vrrp_gna_interval',
    seconds(0.000001, 4294.967295),
    'Minimum gap between unsolicited NAs on an interface.',
    {
      byDefault: 0,
    },
  ),
  vrrpMinGarp: toggle(
    'vrrp_min_garp',
    'Shortcut: one GARP/NA and no second burst, unless those values were already changed.',
  ),
  vrrpGarpExtraIf: value(
    'vrrp_garp_extra_if',
    [optional(oneOf('all')), wholeSeconds(1, 86400)],
    'Periodic GARP/NA on VIP interfaces other than the instance one (only VMACs unless all).',
    { missingArgument: 'general' },
  ),
  vrrpVmacGarpIntvl: value(
    'vrrp_vmac_garp_intvl',
    [optional(oneOf('all')), wholeSeconds(1, 86400)],
    'Old name of vrrp_garp_extra_if.',
    {
      aliasOf: 'vrrp_garp_extra_if',
      deprecatedIsFault: true,
      deprecated: 'vrrp_garp_extra_if',
      missingArgument: 'general',
    },
  ),
  vrrpLowerPrioNoAdvert: toggle(
    'vrrp_lower_prio_no_advert',
    'Default of lower_prio_no_advert: a master stays silent on lower priority adverts.',
    {
      default: 'off (on in strict mode)',
    },
  ),
  vrrpHigherPrioSendAdvert: toggle(
    'vrrp_higher_prio_send_advert',
    'Default of higher_prio_send_advert: a master sends one advert before yielding to a higher priority.',
  ),
  vrrpVersion: value('vrrp_version', integer(2, 3, { name: '2|3' }), 'Default protocol version.', {
    default: '2 (IPv6 instances use 3)',
  }),
  vrrpIptables: value(
    'vrrp_iptables',
    [optional(text('IN-CHAIN', 27)), optional(text('OUT-CHAIN', 27))],
    'Uses iptables chains for no_accept and VMAC filtering; replaced by nftables when both are set.',
    { default: 'INPUT OUTPUT when no name' },
  ),
  vrrpIpsets: value(
    'vrrp_ipsets',
    repeated(optional(text('SET', 30))),
    'Names of the ipsets used together with vrrp_iptables.',
    {
      default: 'no name = ipsets off; missing names derived from earlier ones',
    },
  ),
  nftables: value(
    'nftables',
    optional(text('TABLE')),
    'Uses an nftables table for no_accept and VMAC filtering; resets nftables_priority to -1.',
    { default: 'keepalived' },
  ),
  nftablesPriority: value(
    'nftables_priority',
    integer(-2147483648, 2147483647),
    'Base chain priority; only effective after the nftables line.',
    { default: '-1' },
  ),
  nftablesIfindex: flag('nftables_ifindex', 'Keys IPv6 link-local sets by ifindex rather than name.'),
  vrrpCheckUnicastSrc: flag('vrrp_check_unicast_src', 'Drops unicast adverts whose source is not a configured peer.'),
  vrrpSkipCheckAdvAddr: toggle(
    'vrrp_skip_check_adv_addr',
    'Default of skip_check_adv_addr: no VIP list comparison for adverts from the same master.',
  ),
  vrrpStrict: toggle(
    'vrrp_strict',
    'Default of strict_mode: RFC behaviour is enforced and conflicting options are reset.',
  ),
  nftablesCounters: flag('nftables_counters', 'Adds counters to generated nftables rules.'),
  vrrpNotifyPriorityChanges: toggle(
    'vrrp_notify_priority_changes',
    'Default of notify_priority_changes: priority changes also go to the FIFOs.',
  ),
  vrrpStartupDelay: value(
    'vrrp_startup_delay',
    seconds(0.001, 4294.967295),
    'Holds instances back after daemon start; the longest of this and vrrp_delay_after_boot wins.',
    { byDefault: 0 },
  ),
  vrrpDelayAfterBoot: value(
    'vrrp_delay_after_boot',
    seconds(0.001, 4294.967295),
    'Holds instances back until the host has been up that long.',
    { byDefault: 0, since: '2.4.0' },
  ),
  logUnknownVrids: flag('log_unknown_vrids', 'Logs adverts for VRIDs that are not configured.'),
  vrrpOwnerIgnoreAdverts: toggle(
    'vrrp_owner_ignore_adverts',
    'Default of owner_ignore_adverts: priority 255 instances ignore received adverts.',
    {
      since: '2.3.3',
    },
  ),
  vmacPrefix: value('vmac_prefix', text('STRING'), 'Prefix of generated macvlan names.', {
    default: 'vrrp',
    repeat: 'first',
  }),
  vmacAddrPrefix: value('vmac_addr_prefix', text('STRING'), 'Prefix of macvlans made for VIPs on other interfaces.', {
    default: 'vmac_prefix',
    repeat: 'first',
  }),
}
