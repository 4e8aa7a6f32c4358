// Configurations with the exit status that keepalived 2.2.7 gave for them with `-t`, measured in a network namespace with the
// interfaces eth0 and eth1. Data only; load.test.ts compares.

export interface VerdictCase {
  readonly name: string
  readonly text: string
  /** `keepalived -t -f FILE`. */
  readonly testExitCode: number
}

export const verdictCases: readonly VerdictCase[] = [
  {
    name: 'a plain instance',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an empty file',
    testExitCode: 0,
    text: ``,
  },
  {
    name: 'router id 256',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 256
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'router id 0',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 0
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'router id with junk',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51x
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown keyword',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  prority 100
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown block',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  garp_mastr { 10 }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown interface',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth9
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown interface with dynamic_interfaces',
    testExitCode: 0,
    text: `global_defs {
  dynamic_interfaces
}
vrrp_instance A {
  interface eth9
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a missing argument',
    testExitCode: 2,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unclosed block',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
`,
  },
  {
    name: 'an unclosed inner block',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
}
`,
  },
  {
    name: 'a stray closing brace',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
}
`,
  },
  {
    name: 'a missing opening brace',
    testExitCode: 5,
    text: `vrrp_instance A
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a stray opening brace',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0 {
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'two instances with one router id',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`,
  },
  {
    name: 'two instances with one name',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance A {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'one router id on two interfaces',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance B {
  interface eth1
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`,
  },
  {
    name: 'one router id in two families',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    2001:db8::1/64
  }
}
`,
  },
  {
    name: 'no interface',
    testExitCode: 5,
    text: `vrrp_instance A {
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'the loopback interface',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface lo
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'no address in version 2',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
  }
}
`,
  },
  {
    name: 'no address in version 3',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  version 3
  virtual_ipaddress {
  }
}
`,
  },
  {
    name: 'authentication in version 3',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  version 3
  authentication {
    auth_type PASS
    auth_pass abc
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a password of nine characters',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  authentication {
    auth_type PASS
    auth_pass 123456789
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'authentication without password',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  authentication {
    auth_type PASS
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a fractional advert interval in version 2',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  advert_int 1.5
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a fractional advert interval in version 3',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  version 3
  advert_int 0.25
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an advert interval out of range',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  advert_int 300
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'nopreempt with state MASTER',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  state MASTER
  priority 100
  nopreempt
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'preempt_delay with state MASTER',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  state MASTER
  priority 100
  preempt_delay 10
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'nopreempt with state BACKUP',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  state BACKUP
  nopreempt
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown state',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  state FOO
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a priority of 300',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority 300
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an address without prefix',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9
  }
}
`,
  },
  {
    name: 'a bad address',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.300
  }
}
`,
  },
  {
    name: 'an address option without value',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24 dev
  }
}
`,
  },
  {
    name: 'an unknown address option',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24 frob
  }
}
`,
  },
  {
    name: 'address options',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24 brd 192.0.2.255 dev eth0 scope global label eth0:1
  }
}
`,
  },
  {
    name: 'a label too long',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24 label eth0:12345678901234
    192.0.2.10/24
  }
}
`,
  },
  {
    name: 'a bad boolean',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  smtp_alert maybe
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'garp_master_repeat 0',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  garp_master_repeat 0
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a tracked interface',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_interface {
    eth1 weight -10
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown tracked interface',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_interface {
    eth9
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'an unknown script',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_script {
    nope
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a script without security',
    testExitCode: 6,
    text: `vrrp_script up {
  script "/usr/bin/true"
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_script {
    up
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a script with security',
    testExitCode: 0,
    text: `global_defs {
  enable_script_security
  script_user root
}
vrrp_script up {
  script "/usr/bin/true"
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_script {
    up weight 5
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a script without command',
    testExitCode: 5,
    text: `vrrp_script up {
  interval 2
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a sync group',
    testExitCode: 0,
    text: `vrrp_sync_group G {
  group {
    A
    B
  }
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`,
  },
  {
    name: 'a sync group with one member',
    testExitCode: 5,
    text: `vrrp_sync_group G {
  group {
    A
  }
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a sync group with an unknown member',
    testExitCode: 5,
    text: `vrrp_sync_group G {
  group {
    A
    B
    C
  }
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`,
  },
  {
    name: 'an instance without name',
    testExitCode: 5,
    text: `vrrp_instance {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'strict mode with authentication',
    testExitCode: 5,
    text: `global_defs {
  vrrp_strict
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  authentication {
    auth_type PASS
    auth_pass abc
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'global settings',
    testExitCode: 0,
    text: `global_defs {
  router_id x
  notification_email {
    root@localhost
  }
  smtp_server 127.0.0.1 2525
  smtp_connect_timeout 5
  vrrp_garp_interval 0.001
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'router_id without argument',
    testExitCode: 5,
    text: `global_defs {
  router_id
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'smtp_server without argument',
    testExitCode: 2,
    text: `global_defs {
  smtp_server
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a keyword of another block',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  auth_type PASS
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a virtual server',
    testExitCode: 0,
    text: `virtual_server 192.0.2.1 80 {
  delay_loop 6
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 10.0.0.1 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 3
      retry 2
    }
  }
}
`,
  },
  {
    name: 'a virtual server without protocol',
    testExitCode: 5,
    text: `virtual_server 192.0.2.1 80 {
  real_server 10.0.0.1 80 {
    TCP_CHECK {
    }
  }
}
`,
  },
  {
    name: 'a bad scheduler',
    testExitCode: 5,
    text: `virtual_server 192.0.2.1 80 {
  lb_algo best
  protocol TCP
  real_server 10.0.0.1 80 {
    TCP_CHECK {
    }
  }
}
`,
  },
  {
    name: 'virtual routes and rules',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_routes {
    default via 192.0.2.254 dev eth0 metric 5
    198.51.100.0/24 via 192.0.2.254 dev eth0
  }
  virtual_rules {
    from 192.0.2.9 table 100 priority 5
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'unicast peers',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  unicast_src_ip 192.0.2.1
  unicast_peer {
    192.0.2.2
    192.0.2.3 min_ttl 250
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a track file',
    testExitCode: 0,
    text: `track_file f {
  file /tmp/state
  weight 2
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_file {
    f weight 5
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a garp group',
    testExitCode: 0,
    text: `garp_group {
  garp_interval 0.1
  interface eth0
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a script listed above its definition',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_script {
    up
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
global_defs {
  enable_script_security
  script_user root
}
vrrp_script up {
  script "/usr/bin/true"
}
`,
  },
  {
    name: 'address of the other family',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.9/24
    2001:db8::9/64
  }
}
`,
  },
  {
    name: 'surplus words',
    testExitCode: 0,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority 100 200
  nopreempt foo
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a numeric value with junk',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  garp_master_delay 5x
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'notify twice',
    testExitCode: 5,
    text: `global_defs {
  enable_script_security
  script_user root
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  notify_fault "/usr/bin/true"
  notify_fault "/usr/bin/false"
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'a bfd instance',
    testExitCode: 0,
    text: `bfd_instance b {
  neighbor_ip 192.0.2.2
  min_rx 50
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_bfd {
    b weight 5
  }
  virtual_ipaddress {
    192.0.2.9/24
  }
}
`,
  },
  {
    name: 'checkers',
    testExitCode: 6,
    text: `virtual_server 192.0.2.1 80 {
  protocol TCP
  real_server 10.0.0.1 80 {
    HTTP_GET {
      url {
        path /
        status_code 200
      }
      nb_get_retry 3
      connect_timeout 3
    }
    MISC_CHECK {
      misc_path "/usr/bin/true"
    }
  }
}
`,
  },
  {
    name: 'a version that comes after the IPv6 address',
    testExitCode: 5,
    text: `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    2001:db8::9/64
  }
  version 2
}
`,
  },
  {
    name: 'static addresses',
    testExitCode: 0,
    text: `static_ipaddress {
  192.0.2.77/24 dev eth0
}
`,
  },
]
