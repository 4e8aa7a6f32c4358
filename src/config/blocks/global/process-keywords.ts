// Keywords of global_defs about the processes, their buffers, files and the interfaces to SNMP and D-Bus.

import { usPerSecond } from '../../../lib/time.ts'
import { integer, optional, pattern, repeated, seconds, text, unsigned } from '../../language/args.ts'
import { flag, toggle, value } from '../../language/spec.ts'

/** Names, priorities and limits of the processes. */
export const globalProcesses = {
  processNames: flag('process_names', 'Renames the children to keepalived_vrrp, keepalived_lvs and keepalived_bfd.'),
  processName: value('process_name', text('NAME', 15), 'Process title of the parent.'),
  vrrpProcessName: value('vrrp_process_name', text('NAME', 15), 'Process title of the VRRP child.'),
  checkerProcessName: value('checker_process_name', text('NAME', 15), 'Process title of the checker child.'),
  lvsProcessName: value('lvs_process_name', text('NAME', 15), 'Process title of the checker child.', {
    aliasOf: 'checker_process_name',
    deprecated: 'checker_process_name',
  }),
  bfdProcessName: value('bfd_process_name', text('NAME', 15), 'Process title of the BFD child.'),
  maxAutoPriority: value(
    'max_auto_priority',
    optional(integer(-1, 99)),
    'Ceiling for automatic switch to real-time scheduling when timers run late; -1 disables it silently.',
    { default: '0 (off, logs a hint); no argument = 99' },
  ),
  minAutoPriorityDelay: value(
    'min_auto_priority_delay',
    integer(1, 10000000),
    'Lateness that triggers an automatic priority step.',
    {
      default: '1000000',
      missingArgument: 'general',
    },
  ),
  vrrpPriority: value('vrrp_priority', integer(-20, 19), 'Nice value of the VRRP child.', {
    default: '0',
    badValueBecomes: 0,
    missingArgument: 'general',
  }),
  vrrpNoSwap: flag('vrrp_no_swap', 'Locks the VRRP child in memory.'),
  vrrpRtPriority: value('vrrp_rt_priority', integer(1, 99), 'SCHED_RR priority of the VRRP child.', {
    default: 'none',
    missingArgument: 'general',
  }),
  vrrpCpuAffinity: value('vrrp_cpu_affinity', repeated(integer(0, 4095)), 'CPUs that the VRRP child may run on.', {
    default: 'all',
    missingArgument: 'general',
  }),
  vrrpRlimitRttime: value(
    'vrrp_rlimit_rttime',
    integer(1, 4294967295, { substitute: [1, 2] }),
    'RLIMIT_RTTIME when real-time scheduling is active.',
    { default: '10000', badValueBecomes: 0 },
  ),
  vrrpRlimitRtime: value('vrrp_rlimit_rtime', integer(1, 4294967295), 'Old name of vrrp_rlimit_rttime.', {
    default: '10000',
    aliasOf: 'vrrp_rlimit_rttime',
    deprecated: 'vrrp_rlimit_rttime',
  }),
  checkerPriority: value('checker_priority', integer(-20, 19), 'Nice value of the checker child.', {
    default: '0',
    badValueBecomes: 0,
    missingArgument: 'general',
  }),
  checkerNoSwap: flag('checker_no_swap', 'Locks the checker child in memory.'),
  checkerRtPriority: value('checker_rt_priority', integer(1, 99), 'SCHED_RR priority of the checker child.', {
    default: 'none',
    missingArgument: 'general',
  }),
  checkerCpuAffinity: value(
    'checker_cpu_affinity',
    repeated(integer(0, 4095)),
    'CPUs that the checker child may run on.',
    {
      default: 'all',
      missingArgument: 'general',
    },
  ),
  checkerRlimitRttime: value(
    'checker_rlimit_rttime',
    integer(1, 4294967295, { substitute: [1, 2] }),
    'RLIMIT_RTTIME of the checker child under real-time scheduling.',
    { default: '10000', badValueBecomes: 0 },
  ),
  checkerRlimitRtime: value('checker_rlimit_rtime', integer(1, 4294967295), 'Old name of checker_rlimit_rttime.', {
    default: '10000',
    aliasOf: 'checker_rlimit_rttime',
    deprecated: 'checker_rlimit_rttime',
  }),
  bfdPriority: value('bfd_priority', integer(-20, 19), 'Nice value of the BFD child.', {
    default: '0',
    badValueBecomes: 0,
    missingArgument: 'general',
  }),
  bfdNoSwap: flag('bfd_no_swap', 'Locks the BFD child in memory.'),
  bfdRtPriority: value('bfd_rt_priority', integer(1, 99), 'SCHED_RR priority of the BFD child.', {
    default: 'none',
    missingArgument: 'general',
  }),
  bfdCpuAffinity: value('bfd_cpu_affinity', repeated(integer(0, 4095)), 'CPUs that the BFD child may run on.', {
    default: 'all',
    missingArgument: 'general',
  }),
  bfdRlimitRttime: value(
    'bfd_rlimit_rttime',
    integer(1, 4294967295, { substitute: [1, 2] }),
    'RLIMIT_RTTIME of the BFD child under real-time scheduling.',
    { default: '10000', badValueBecomes: 0 },
  ),
  bfdRlimitRtime: value('bfd_rlimit_rtime', integer(1, 4294967295), 'Old name of bfd_rlimit_rttime.', {
    default: '10000',
    aliasOf: 'bfd_rlimit_rttime',
    deprecated: 'bfd_rlimit_rttime',
  }),
}

/** Socket buffers. */
export const globalBuffers = {
  vrrpNetlinkCmdRcvBufs: value(
    'vrrp_netlink_cmd_rcv_bufs',
    unsigned(),
    'Receive buffer of the VRRP netlink command socket; 0 leaves the default.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  vrrpNetlinkCmdRcvBufsForce: toggle(
    'vrrp_netlink_cmd_rcv_bufs_force',
    'Uses SO_RCVBUFFORCE for the VRRP netlink command socket.',
  ),
  vrrpNetlinkMonitorRcvBufs: value(
    'vrrp_netlink_monitor_rcv_bufs',
    unsigned(),
    'Receive buffer of the VRRP netlink monitor socket; 0 leaves the default.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  vrrpNetlinkMonitorRcvBufsForce: toggle(
    'vrrp_netlink_monitor_rcv_bufs_force',
    'Uses SO_RCVBUFFORCE for the VRRP netlink monitor socket.',
  ),
  processMonitorRcvBufs: value(
    'process_monitor_rcv_bufs',
    unsigned(),
    'Receive buffer of the process connector socket; 0 leaves the default.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  processMonitorRcvBufsForce: toggle(
    'process_monitor_rcv_bufs_force',
    'Uses SO_RCVBUFFORCE for the process connector socket.',
  ),
  lvsNetlinkCmdRcvBufs: value(
    'lvs_netlink_cmd_rcv_bufs',
    unsigned(),
    'Receive buffer of the checker netlink command socket; 0 leaves the default.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  lvsNetlinkCmdRcvBufsForce: toggle(
    'lvs_netlink_cmd_rcv_bufs_force',
    'Uses SO_RCVBUFFORCE for the checker netlink command socket.',
  ),
  lvsNetlinkMonitorRcvBufs: value(
    'lvs_netlink_monitor_rcv_bufs',
    unsigned(),
    'Receive buffer of the checker netlink monitor socket; 0 leaves the default.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  lvsNetlinkMonitorRcvBufsForce: toggle(
    'lvs_netlink_monitor_rcv_bufs_force',
    'Uses SO_RCVBUFFORCE for the checker netlink monitor socket.',
  ),
  vrrpRxBufsPolicy: value(
    'vrrp_rx_bufs_policy',
    pattern('POLICY', /^(mtu|advert|\d{1,10})$/i, 'MTU, ADVERT or a number of bytes'),
    'How receive buffers of VRRP sockets are sized.',
    { default: 'kernel default', missingArgument: 'general' },
  ),
  vrrpRxBufsMultiplier: value(
    'vrrp_rx_bufs_multiplier',
    integer(1, 4294967295),
    'Factor applied by the MTU and ADVERT policies.',
    {
      default: '3',
      missingArgument: 'general',
    },
  ),
}

/** Files, reload and dumps. */
export const globalFiles = {
  randomSeed: value(
    'random_seed',
    unsigned(),
    'Meant to make _RANDOM repeatable; keepalived clears the seed before use, so it never had an effect.',
    { default: 'time based' },
  ),
  reloadCheckConfig: value(
    'reload_check_config',
    optional(text('LOGFILE')),
    'Validates the new files in a test run before a reload; also turns every config problem at load into a fatal one.',
    { default: 'off; no argument = /dev/null' },
  ),
  reloadTimeFile: value(
    'reload_time_file',
    pattern('PATH', /^\//, 'an absolute path'),
    'Watches a file holding a reload time and reloads then.',
    { missingArgument: 'general' },
  ),
  reloadRepeat: flag('reload_repeat', 'Keeps reload_time_file so that a time-only entry repeats daily.'),
  reloadFile: value(
    'reload_file',
    optional(text('PATH')),
    'Marker file that exists while the configuration is being read.',
    {
      default: 'off; no argument = pid directory keepalived[_INSTANCE].reload',
    },
  ),
  includeCheck: value(
    'include_check',
    repeated(
      optional(
        pattern(
          'CHECK',
          /^[+-]?(read|match|wildcard_match|brace_match)$/,
          'read, match, wildcard_match or brace_match with + or -',
        ),
      ),
    ),
    'Strictness of later includes; restored when the including file ends.',
    { default: 'none; no argument = all' },
  ),
  configSaveDir: value(
    'config_save_dir',
    text('DIRECTORY'),
    'Debug aid: saves configuration and state before and after each reload, creating the directory if needed.',
  ),
  tmpConfigDirectory: value(
    'tmp_config_directory',
    text('DIRECTORY'),
    'Keeps the consolidated configuration on disk instead of memory; fixed until restart.',
    { default: 'memfd', repeat: 'first', missingArgument: 'general' },
  ),
  dataUseInstance: toggle('data_use_instance', 'Adds instance and namespace names to the SIGUSR1 dump file name.'),
  jsonVersion: value(
    'json_version',
    integer(1, 2, { name: '1|2' }),
    'Layout of the JSON dump; 2 wraps instances in an object and adds track_process.',
    { default: '1', since: '2.2.8' },
  ),
  iprouteUsrDir: value('iproute_usr_dir', text('DIRECTORY'), 'Vendor directory with iproute2 name tables.', {
    default: 'build time',
    since: '2.3.2',
  }),
  iprouteEtcDir: value(
    'iproute_etc_dir',
    text('DIRECTORY'),
    'Local directory with iproute2 name tables, overrides the vendor one.',
    {
      default: '/etc/iproute2',
      since: '2.3.2',
    },
  ),
  stateDumpFile: value(
    'state_dump_file',
    text('PATH'),
    'Template for SIGUSR1 dump names; _parent, _check and _bfd are inserted before the extension.',
    { default: 'keepalived.data in $TMPDIR or /tmp', since: '2.3.3' },
  ),
  statsDumpFile: value(
    'stats_dump_file',
    text('PATH'),
    'Template for the name of the statistics dump; keepalived 2.4.3 takes it and still writes to the temporary directory.',
    { default: 'keepalived.stats in $TMPDIR or /tmp', since: '2.3.3' },
  ),
  jsonDumpFile: value(
    'json_dump_file',
    text('PATH'),
    'Template for the name of the JSON dump; keepalived 2.4.3 takes it and still writes to the temporary directory.',
    { default: 'keepalived.json in $TMPDIR or /tmp', since: '2.3.3' },
  ),
}

/** SNMP and D-Bus. */
export const globalSnmp = {
  snmpSocket: value('snmp_socket', text('ADDRESS'), 'Where to reach the SNMP master agent.', {
    default: 'unix:/var/agentx/master',
    repeat: 'first',
    missingArgument: 'general',
  }),
  enableTraps: flag('enable_traps', 'Sends SNMP notifications.'),
  enableSnmpVrrp: flag('enable_snmp_vrrp', 'Serves the VRRP part of KEEPALIVED-MIB.', {
    default: 'off (on with -x)',
  }),
  enableSnmpKeepalived: flag('enable_snmp_keepalived', 'Old name of enable_snmp_vrrp.', {
    aliasOf: 'enable_snmp_vrrp',
    deprecated: 'enable_snmp_vrrp',
  }),
  enableSnmpRfc: flag('enable_snmp_rfc', 'Serves both standard VRRP MIBs.', {
    default: 'off (on with -x)',
  }),
  enableSnmpRfcv2: flag('enable_snmp_rfcv2', 'Serves the RFC 2787 MIB.', { default: 'off (on with -x)' }),
  enableSnmpRfcv3: flag('enable_snmp_rfcv3', 'Serves the RFC 6527 MIB.', { default: 'off (on with -x)' }),
  enableSnmpChecker: flag('enable_snmp_checker', 'Serves the checker part of KEEPALIVED-MIB.', {
    default: 'off (on with -x)',
  }),
  snmpVsStatsUpdateInterval: value(
    'snmp_vs_stats_update_interval',
    seconds(0.001, 30),
    'Maximum age of cached virtual server statistics for SNMP.',
    { byDefault: 5 * usPerSecond, since: '2.3.0' },
  ),
  snmpRsStatsUpdateInterval: value(
    'snmp_rs_stats_update_interval',
    seconds(0.001, 30),
    'Maximum age of cached real server statistics for SNMP.',
    {
      default: 'snmp_vs_stats_update_interval',
      since: '2.3.0',
    },
  ),
  enableDbus: flag('enable_dbus', 'Exposes instances on the system D-Bus.'),
  dbusServiceName: value('dbus_service_name', text('NAME'), 'Bus name to claim.', {
    default: 'org.keepalived.Vrrp1',
    missingArgument: 'general',
  }),
  dbusNoInterfaceName: value(
    'dbus_no_interface_name',
    text('NAME'),
    'Path element for instances without an interface.',
    {
      default: 'none',
      since: '2.3.0',
      missingArgument: 'general',
    },
  ),
}
