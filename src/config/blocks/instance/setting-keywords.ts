// Plain keywords of vrrp_instance: one value or none. Lists and blocks of an instance are in vrrp-instance.ts.

import { usPerSecond } from '../../../lib/time.ts'
import {
  anyInterfaceName,
  command,
  integer,
  interfaceName,
  ip,
  oneOf,
  optional,
  seconds,
  unsigned,
  wholeSeconds,
} from '../../language/args.ts'
import { flag, script, toggle, value } from '../../language/spec.ts'

/** Settings of the election and of the interface. */
export const instanceSettings = {
  useVmacAddr: flag('use_vmac_addr', 'Also creates VMACs for VIPs on other interfaces or of the other family.'),
  vmacXmitBase: flag('vmac_xmit_base', 'Sends and receives adverts on the parent interface; refused in strict mode.', {
    default: 'off (forced for unicast with VMAC)',
  }),
  unicastFaultNoPeer: flag('unicast_fault_no_peer', 'Goes to FAULT when unicast options exist but no peer does.', {
    default: 'off (falls back to multicast)',
  }),
  checkUnicastSrc: flag('check_unicast_src', 'Drops adverts whose source is not a peer.', {
    default: 'vrrp_check_unicast_src',
  }),
  oldUnicastChecksum: value(
    'old_unicast_checksum',
    optional(oneOf('never')),
    'Uses (or with never refuses) the pre-1.3.7 VRRPv3 unicast checksum.',
    { default: 'auto detection, peer by peer' },
  ),
  nativeIpv6: flag('native_ipv6', 'Forces IPv6 and version 3.', {
    deprecated: 'an IPv6 address in virtual_ipaddress, which decides the family',
  }),
  state: value('state', oneOf('MASTER', 'BACKUP'), 'Initial state; only priority 255 enters MASTER without waiting.', {
    default: 'BACKUP (MASTER when priority is 255)',
  }),
  interface: value(
    'interface',
    interfaceName,
    'Interface of the virtual router; optional only for unicast with unicast_src_ip.',
  ),
  vrf: value('vrf', anyInterfaceName, 'VRF for unicast instances without interface.'),
  dontTrackPrimary: flag('dont_track_primary', 'Own interface going down does not cause FAULT.'),
  mcastSrcIp: value('mcast_src_ip', ip(), 'Source address of adverts.', {
    default: 'primary address of the interface',
  }),
  unicastSrcIp: value(
    'unicast_src_ip',
    ip(),
    'Source address of adverts, also marks the instance as unicast-configured.',
    {
      default: 'primary address of the interface',
    },
  ),
  mcastDstIp: value(
    'mcast_dst_ip',
    ip({ multicast: true, broadcast: true }),
    'Group, or (beyond keepalived) IPv4 broadcast address, for adverts.',
    {
      default: 'vrrp_mcast_group4 / vrrp_mcast_group6',
    },
  ),
  trackSrcIp: flag('track_src_ip', 'FAULT while the configured source address is missing.'),
  virtualRouterId: value(
    'virtual_router_id',
    integer(1, 255, { strict: true }),
    'VRID; unique per interface, family and group.',
    {
      badValue: 'fatal',
      default: 'required',
    },
  ),
  unicastTtl: value('unicast_ttl', integer(0, 255, { strict: true }), 'TTL/hop limit of unicast adverts.', {
    byDefault: 255,
  }),
  version: value('version', integer(2, 3, { name: '2|3' }), 'Protocol version.', {
    default: 'vrrp_version, IPv6 3',
  }),
  priority: value('priority', integer(1, 255, { strict: true }), 'Election priority, 255 is the address owner.', {
    default: '100 (255 with state MASTER)',
    badValueBecomes: 100,
  }),
  advertInt: value('advert_int', seconds(0.01, 255), 'Advertisement interval.', { byDefault: usPerSecond }),
  noVirtualIpaddress: flag('no_virtual_ipaddress', 'Allows an instance without VIPs.', { since: '2.2.8' }),
  promoteSecondaries: flag('promote_secondaries', 'Sets the promote_secondaries sysctl of the interface.'),
  linkbeatUsePolling: flag('linkbeat_use_polling', 'Polls the link of the instance interface.', {
    deprecatedIsFault: true,
    deprecated: 'linkbeat_interfaces',
  }),
  v3ChecksumAsV2: toggle('v3_checksum_as_v2', 'VRRPv3 IPv4 checksum omits the pseudo header.', {
    default: 'global v3_checksum_as_v2',
    since: '2.2.8',
  }),
  accept: flag('accept', 'Accepts traffic to VIPs when not address owner.', {
    default: 'on (off in strict mode unless priority 255)',
  }),
  noAccept: flag('no_accept', 'Filters traffic to VIPs unless address owner.'),
  skipCheckAdvAddr: toggle(
    'skip_check_adv_addr',
    'Skips VIP list comparison for adverts of the current master; any valid word, even off, turns it on.',
    { default: 'vrrp_skip_check_adv_addr' },
  ),
  strictMode: toggle('strict_mode', 'Enforces RFC behaviour and resets conflicting options.', {
    default: 'vrrp_strict',
  }),
  preempt: flag('preempt', 'Takes over from a lower priority master; undoes an earlier nopreempt.', {
    default: 'on',
  }),
  nopreempt: flag('nopreempt', 'Does not take over from a lower priority master.'),
  preemptDelay: value('preempt_delay', seconds(0, 1000), 'Extra wait before preempting.', { byDefault: 0 }),
}

/** Announcements, timers and reactions. */
export const instanceTiming = {
  debug: value('debug', integer(0, 4), 'Kept as a number; nothing depends on it.', { default: '0' }),
  lvsSyncDaemonInterface: value(
    'lvs_sync_daemon_interface',
    anyInterfaceName,
    'IPVS sync daemon interface tied to this instance.',
    {
      deprecatedIsFault: true,
      deprecated: 'lvs_sync_daemon in global_defs',
    },
  ),
  garpMasterDelay: value(
    'garp_master_delay',
    wholeSeconds(0, 4294),
    'Delay before the second gratuitous ARP burst after becoming master, 0 for none.',
    {
      default: 'vrrp_garp_master_delay',
    },
  ),
  garpMasterRefresh: value(
    'garp_master_refresh',
    wholeSeconds(0, 4294967295),
    'Period of gratuitous ARP refresh while master, 0 for none.',
    {
      default: 'vrrp_garp_master_refresh',
      badValueBecomes: 0,
    },
  ),
  garpMasterRepeat: value(
    'garp_master_repeat',
    unsigned({ substitute: [0, 1] }),
    'Gratuitous ARPs per burst after becoming master.',
    {
      default: 'vrrp_garp_master_repeat',
    },
  ),
  garpMasterRefreshRepeat: value(
    'garp_master_refresh_repeat',
    unsigned({ substitute: [0, 1] }),
    'Gratuitous ARPs per refresh.',
    {
      default: 'vrrp_garp_master_refresh_repeat',
    },
  ),
  garpLowerPrioDelay: value(
    'garp_lower_prio_delay',
    wholeSeconds(0, 4294),
    'Second burst delay after hearing a lower priority advert.',
    {
      default: 'vrrp_garp_lower_prio_delay (0 in strict mode)',
    },
  ),
  garpLowerPrioRepeat: value(
    'garp_lower_prio_repeat',
    integer(0, 2147483647),
    'Burst size after hearing a lower priority advert.',
    {
      default: 'vrrp_garp_lower_prio_repeat (0 in strict mode)',
    },
  ),
  downTimerAdverts: value('down_timer_adverts', integer(1, 100), 'Advert intervals in the master down timer.', {
    default: 'vrrp_down_timer_adverts',
  }),
  timerExpiredBackup: value(
    'timer_expired_backup',
    optional(integer(1, 254)),
    'With nopreempt: returns to BACKUP when the process woke too late to be sure it is still master.',
    { default: '254 without argument', since: '2.2.8' },
  ),
  threadTimerExpired: value(
    'thread_timer_expired',
    optional(integer(1, 254)),
    'Another name of timer_expired_backup.',
    {
      aliasOf: 'timer_expired_backup',
      since: '2.3.2',
    },
  ),
  garpExtraIf: value(
    'garp_extra_if',
    [optional(oneOf('all')), wholeSeconds(0, 86400)],
    'Period of GARP/NA on VIP interfaces other than that of the instance (only VMACs unless all); 0 disables.',
    {
      default: 'vrrp_garp_extra_if',
      missingArgument: 'general',
    },
  ),
  vmacGarpIntvl: value(
    'vmac_garp_intvl',
    [optional(oneOf('all')), wholeSeconds(0, 86400)],
    'Old name of garp_extra_if.',
    {
      aliasOf: 'garp_extra_if',
      deprecatedIsFault: true,
      deprecated: 'garp_extra_if',
      missingArgument: 'general',
    },
  ),
  lowerPrioNoAdvert: toggle('lower_prio_no_advert', 'Stays silent on lower priority adverts.', {
    default: 'vrrp_lower_prio_no_advert',
  }),
  higherPrioSendAdvert: toggle('higher_prio_send_advert', 'Sends an advert before yielding.', {
    default: 'vrrp_higher_prio_send_advert',
  }),
  ownerIgnoreAdverts: toggle(
    'owner_ignore_adverts',
    'Priority 255 instance drops received adverts; an explicit off at priority 255 is turned back on.',
    { default: 'vrrp_owner_ignore_adverts (on in strict mode)', since: '2.3.3' },
  ),
  kernelRxBufSize: value('kernel_rx_buf_size', unsigned(), 'Receive buffer contribution of this instance.', {
    default: 'vrrp_rx_bufs_policy',
    missingArgument: 'general',
  }),
}

/** Notification of transitions. */
export const instanceNotify = {
  notifyBackup: script('notify_backup', 'Script for entering BACKUP.'),
  notifyMaster: script('notify_master', 'Script for entering MASTER.'),
  notifyFault: script('notify_fault', 'Script for entering FAULT.'),
  notifyStop: script('notify_stop', 'Script for daemon stop.'),
  notifyDeleted: value(
    'notify_deleted',
    optional(command()),
    'Reports DELETED instead of FAULT when a reload removes the instance, optionally running a script.',
    { default: 'FAULT is reported', repeat: 'first' },
  ),
  notify: script('notify', 'Script for every transition with INSTANCE, name, state and priority appended.'),
  notifyMasterRxLowerPri: script('notify_master_rx_lower_pri', 'Script when a MASTER hears a lower priority advert.'),
  smtpAlert: toggle('smtp_alert', 'Mails transitions.', {
    default: 'smtp_alert_vrrp, smtp_alert, else off',
  }),
  notifyPriorityChanges: toggle('notify_priority_changes', 'Writes priority changes to the FIFOs.', {
    default: 'sync group, then vrrp_notify_priority_changes',
  }),
}
