// Keywords that are parsed, checked and kept, and change nothing in this version, by the path of blocks that leads to
// them; what is inside of one that is listed has no effect either. `config coverage`, the advice KA1214, the
// documentation and the schema take from here what is in effect. Whether the list is true is measured
// (test/unit/config/blocks/not-yet.test.ts): a keyword is in effect if it changes the model. A check that only reads it
// does not count.

import type { KeywordSpec, Table } from '../language/spec.ts'

/** May only become shorter. `<row>`: the lines of a list. */
export const notYet: readonly string[] = [
  'linkbeat_use_polling',
  'net_namespace',
  'namespace_with_ipsets',
  'use_pid_dir',
  'instance',
  'child_wait_time',
  'global_defs/use_symlink_paths',
  'global_defs/set_supplementary_groups',
  'global_defs/startup_script',
  'global_defs/startup_script_timeout',
  'global_defs/shutdown_script',
  'global_defs/shutdown_script_timeout',
  'global_defs/fifo_write_vrrp_states_on_reload',
  'global_defs/umask',
  'global_defs/disable_local_igmp',
  'global_defs/vrrp_garp_extra_if',
  'global_defs/vrrp_vmac_garp_intvl',
  'global_defs/vrrp_iptables',
  'global_defs/vrrp_ipsets',
  'global_defs/nftables',
  'global_defs/nftables_priority',
  'global_defs/nftables_ifindex',
  'global_defs/log_unknown_vrids',
  'global_defs/vmac_prefix',
  'global_defs/vmac_addr_prefix',
  'global_defs/max_auto_priority',
  'global_defs/min_auto_priority_delay',
  'global_defs/vrrp_netlink_cmd_rcv_bufs',
  'global_defs/vrrp_netlink_cmd_rcv_bufs_force',
  'global_defs/vrrp_netlink_monitor_rcv_bufs',
  'global_defs/vrrp_netlink_monitor_rcv_bufs_force',
  'global_defs/process_monitor_rcv_bufs',
  'global_defs/process_monitor_rcv_bufs_force',
  'global_defs/vrrp_rx_bufs_policy',
  'global_defs/vrrp_rx_bufs_multiplier',
  'global_defs/random_seed',
  'global_defs/reload_time_file',
  'global_defs/reload_repeat',
  'global_defs/reload_file',
  'global_defs/include_check',
  'global_defs/config_save_dir',
  'global_defs/tmp_config_directory',
  'global_defs/data_use_instance',
  'global_defs/json_version',
  'global_defs/iproute_usr_dir',
  'global_defs/iproute_etc_dir',
  'global_defs/state_dump_file',
  'global_defs/stats_dump_file',
  'global_defs/json_dump_file',
  'global_defs/enable_dbus',
  'global_defs/dbus_service_name',
  'global_defs/dbus_no_interface_name',
  'static_routes',
  'static_rules',
  'linkbeat_interfaces',
  'vrrp_instance/use_vmac_addr',
  'vrrp_instance/vmac_xmit_base',
  'vrrp_instance/vrf',
  'vrrp_instance/linkbeat_use_polling',
  'vrrp_instance/no_accept',
  'vrrp_instance/garp_extra_if',
  'vrrp_instance/vmac_garp_intvl',
  'vrrp_instance/kernel_rx_buf_size',
  'vrrp_instance/use_vmac',
  'vrrp_instance/use_ipvlan',
  'vrrp_instance/virtual_ipaddress/<row>/use_vmac',
  'vrrp_instance/virtual_ipaddress_excluded/<row>/use_vmac',
  'vrrp_instance/virtual_routes',
  'vrrp_instance/virtual_rules',
  'vrrp_instance/auth_hmac',
]

/** The keywords of the outermost level with the state of each keyword in them. */
export function withoutEffect<T extends Table>(table: T): T {
  const paths = new Set(notYet)
  const entries = Object.entries(table).map(([name, spec]) => [name, withState(spec, spec.keyword, paths, false)])
  return Object.fromEntries(entries) as T
}

function withState(spec: KeywordSpec, path: string, paths: ReadonlySet<string>, inside: boolean): KeywordSpec {
  const idle = inside || paths.has(path)
  const all = (specs: readonly KeywordSpec[]) =>
    specs.map(each => withState(each, `${path}/${each.keyword}`, paths, idle))
  return {
    ...spec,
    state: idle ? 'parsed' : 'in-effect',
    options: all(spec.options),
    children: all(spec.children),
    ...(spec.row === undefined ? {} : { row: withState(spec.row, `${path}/<row>`, paths, idle) }),
  }
}
