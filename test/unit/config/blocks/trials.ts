// Configurations in which one keyword is tried: a rich one around it, what it needs beside it, and several values of it.

import { exampleLine } from '../../../../src/config/explain/example.ts'
import { isBlock, pathOf, type Topic } from '../../../../src/config/explain/topic.ts'
import type { ArgSpec } from '../../../../src/config/language/args.ts'
import type { KeywordSpec } from '../../../../src/config/language/spec.ts'
import { readValue } from '../../../../src/config/language/values.ts'

export interface Trial {
  readonly line: string
  /** The whole configuration with the keyword, and the same without it. */
  readonly written: string
  readonly without: string
}

/** `@PATH@` is where a keyword of that block is tried; else there is what the block needs. Names are those of the trial values. */
const around = `
global_defs {
  @global_defs@
}
vrrp_script check_web {
  @vrrp_script@
}
track_file file {
  @track_file@
}
vrrp_track_process process {
  @vrrp_track_process@
}
bfd_instance bfd {
  @bfd_instance@
}
track_group nogroup {
  @track_group@
}
garp_group {
  @garp_group@
}
static_ipaddress {
  192.0.2.200/24
  192.0.2.201/24 dev eth1 track_group nogroup
}
vrrp_sync_group pair {
  @vrrp_sync_group@
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  @vrrp_instance@
  virtual_ipaddress {
    10.0.0.1/24
  }
}
vrrp_instance VI_2 {
  interface eth0
  virtual_router_id 52
  unicast_peer {
    2001:db8::9
  }
  track_script {
    check_web
  }
  track_file {
    file
  }
  track_process {
    process
  }
  track_bfd {
    bfd
  }
  virtual_ipaddress {
    2001:db8::1/64
  }
}
vrrp_instance VI_3 {
  interface eth0
  virtual_router_id 53
  priority 255
  virtual_ipaddress {
    10.0.0.3/24
  }
}
virtual_server_group nogroup {
  192.0.2.60 80
  @virtual_server_group@
}
virtual_server 192.0.2.50 80 {
  protocol TCP
  @virtual_server@
  real_server 192.0.2.51 80 {
    @virtual_server/real_server@
    TCP_CHECK {
      @virtual_server/real_server/TCP_CHECK@
    }
  }
}
virtual_server fwmark 9 {
  @=virtual_server/ip_family@
  lb_kind TUN
  real_server 192.0.2.81 80 {
  }
}
virtual_server group nogroup {
  protocol TCP
  real_server 192.0.2.61 80 {
    TCP_CHECK {
    }
  }
}
@@
`

const real = 'virtual_server/real_server'
const url = 'url {\n path /\n}'

/** What stands above a keyword so that it can count; of a whole block with `/*`. */
const companions: Readonly<Record<string, string>> = {
  'vrrp_script/*': 'script "/usr/bin/true"',
  'vrrp_script/script': '',
  'track_file/*': 'file /tmp/number',
  'track_file/file': '',
  'vrrp_track_file/*': 'file /tmp/number',
  'vrrp_track_file/file': '',
  'vrrp_track_process/*': 'process nginx',
  'vrrp_track_process/process': '',
  'vrrp_track_process/param_match': 'process nginx -g',
  'bfd_instance/*': 'neighbor_ip 192.0.2.99',
  'track_group/*': 'group {\n VI_3\n}',
  'track_group/group': '',
  'garp_group/*': 'interface eth1\ngarp_interval 1',
  'garp_group/interface': 'garp_interval 1',
  'garp_group/interfaces': 'garp_interval 1',
  'vrrp_sync_group/*': 'group {\n VI_2\n VI_3\n}',
  'vrrp_sync_group/group': '',
  'global_defs/notify_fifo_script': 'notify_fifo /tmp/fifo',
  'global_defs/vrrp_notify_fifo_script': 'vrrp_notify_fifo /tmp/fifo',
  'global_defs/lvs_notify_fifo_script': 'lvs_notify_fifo /tmp/fifo',
  'global_defs/nftables_counters': 'nftables_ipvs',
  'global_defs/nftables_ipvs_priority': 'nftables_ipvs',
  'global_defs/nftables_ipvs_start_fwmark': 'nftables_ipvs',
  'global_defs/lvs_netlink_cmd_rcv_bufs_force': 'lvs_netlink_cmd_rcv_bufs 5000',
  'global_defs/lvs_netlink_monitor_rcv_bufs_force': 'lvs_netlink_monitor_rcv_bufs 5000',
  'vrrp_instance/check_unicast_src': 'unicast_peer {\n 10.0.0.9\n}',
  'vrrp_instance/old_unicast_checksum': 'unicast_peer {\n 10.0.0.9\n}',
  'vrrp_instance/unicast_ttl': 'unicast_peer {\n 10.0.0.9\n}',
  'vrrp_instance/track_src_ip': 'mcast_src_ip 10.0.0.5',
  'vrrp_instance/native_ipv6': 'no_virtual_ipaddress',
  'vrrp_instance/accept': 'strict_mode\nversion 3',
  'vrrp_instance/preempt': 'nopreempt',
  'vrrp_instance/timer_expired_backup': 'nopreempt',
  'vrrp_instance/thread_timer_expired': 'nopreempt',
  'vrrp_instance/owner_ignore_adverts': 'priority 255',
  'vrrp_instance/authentication/auth_type': 'auth_pass secret',
  'vrrp_instance/authentication/auth_pass': 'auth_type PASS',
  'virtual_server/ops': 'protocol UDP',
  'virtual_server/sh-port': 'lb_algo sh',
  'virtual_server/sh-fallback': 'lb_algo sh',
  'virtual_server/mh-port': 'lb_algo mh',
  'virtual_server/mh-fallback': 'lb_algo mh',
  'virtual_server/persistence_engine': 'persistence_timeout',
  'virtual_server/quorum': 'weight 50',
  'virtual_server/hysteresis': 'weight 50\nquorum 20',
  'virtual_server/sorry_server_inhibit': 'sorry_server 192.0.2.59 80',
  'virtual_server/sorry_server_lvs_method': 'sorry_server 192.0.2.59 80',
  [`${real}/MISC_CHECK/*`]: 'misc_path "/usr/bin/true"',
  [`${real}/MISC_CHECK/misc_path`]: '',
  [`${real}/FILE_CHECK/*`]: 'track_file file',
  [`${real}/FILE_CHECK/track_file`]: '',
  [`${real}/BFD_CHECK/*`]: 'name bfd',
  [`${real}/BFD_CHECK/name`]: '',
  [`${real}/HTTP_GET/*`]: url,
  [`${real}/SSL_GET/*`]: url,
  [`${real}/HTTP_GET/url/*`]: 'path /',
  [`${real}/SSL_GET/url/*`]: 'path /',
}

/** By the last keyword: the same in all checkers. */
const companionsAnywhere: Readonly<Record<string, string>> = {
  enable_sni: 'virtualhost www.example.com',
  bind_port: 'bindto 192.0.2.3',
  regex_no_match: 'regex "^OK"',
  regex_options: 'regex "^OK"',
  regex_min_offset: 'regex "^OK"',
  regex_max_offset: 'regex "^OK"',
  min_reply_length: 'require_reply',
  max_reply_length: 'require_reply',
}

/** Option words that an option word needs before it on its line. */
const besideOption: Readonly<Record<string, string>> = {
  no_verify: 'tls',
  clear_text: 'user me password sesame',
  track_group: 'dev lo',
  port: 'type gue',
  csum: 'type gue',
  nocsum: 'type gue',
  remcsum: 'type gue',
}

/** Values that are tried: more for what must be seen than for what must not. */
const trialsMax = { 'in-effect': 500, parsed: 8 } as const

/** None for what has no value of its own, as blocks: what is inside is tried. */
export function trialsOf(topic: Topic): readonly Trial[] {
  return linesOf(topic)
    .slice(0, trialsMax[topic.spec.state])
    .map(([line, without]) => ({ line, written: textWith(topic, line), without: textWith(topic, without) }))
}

export function isTried({ spec, isOption }: Topic): boolean {
  return isOption || (spec.kind !== 'block' && (spec.kind !== 'value' || spec.args.length > 0))
}

function textWith(topic: Topic, line: string): string {
  const outer = topic.isOption && topic.around.at(-1)?.row === undefined ? topic.around.slice(0, -1) : topic.around
  const own = outer.filter(isBlock)
  const blockPath = (depth: number) => own.slice(0, depth).map(block => block.keyword)
  const path = pathOf(topic)
  const keyword = path.split('/')[own.length] ?? ''
  const statement = [...blockPath(own.length), keyword].join('/')
  const needed = companions[statement] ?? companions[[...blockPath(own.length), '*'].join('/')] ?? ''
  const here = own.at(-1)?.row === undefined ? [needed, companionsAnywhere[keyword] ?? '', line] : [line]
  if (around.includes(`@=${path}@`)) return finished(around.replace(`@=${path}@`, () => line))
  let text = here.join('\n')
  for (let depth = own.length; ; depth--) {
    const mark = `@${blockPath(depth).join('/')}@`
    if (around.includes(mark)) return finished(around.replace(mark, () => text))
    const above = companions[[...blockPath(depth - 1), '*'].join('/')] ?? ''
    text = [depth === own.length ? '' : above, `${exampleLine(own[depth - 1]!)}\n${text}\n}`].join('\n')
    if (depth > 1) text = [companions[[...blockPath(depth - 1), '*'].join('/')] ?? '', text].join('\n')
  }
}

/** Blocks in which nothing is tried have what they need. */
function finished(text: string): string {
  return text.replaceAll(/@=?([\w/]*)@/g, (_, path: string) => companions[`${path}/*`] ?? '')
}

/** Lines with the keyword, each with what is left of it without the keyword. */
function linesOf({ spec, around: outer, isOption }: Topic): readonly (readonly [string, string])[] {
  if (!isOption) return statements(spec).map(line => [line, ''])
  const owner = outer.at(-1)!
  const words = spec.alsoMatches.length > 0 ? spec.alsoMatches : statements(spec)
  if (owner.kind === 'block') {
    const body = 'protocol TCP\nreal_server 192.0.2.71 80 {\n}'
    return words.map(word => [`${owner.keyword} ${word} {\n${body}\n}`, ''])
  }
  const owners = owner.row === undefined ? statements(owner) : wordsOf(owner.row.args)
  const beside = besideOption[spec.keyword]
  const isThere = (owner.row ?? owner).options.some(option => option.keyword === beside?.split(' ')[0])
  return owners.flatMap(line => {
    const base = isThere ? `${line} ${beside}` : line
    return words.map(word => [`${base} ${word}`, base] as const)
  })
}

function statements(spec: KeywordSpec): readonly string[] {
  if (spec.row !== undefined) {
    const head = exampleLine(spec)
    return wordsOf(spec.row.args).map(words => `${head}\n${words}\n}`)
  }
  return wordsOf(spec.args).map(words => `${spec.keyword} ${words}`.trim())
}

/** Every value of each argument at least once. */
function wordsOf(args: readonly ArgSpec[]): readonly string[] {
  const choices = args.map(valuesOf)
  const longest = Math.max(1, ...choices.map(each => each.length))
  const full = Array.from({ length: longest }, (_, i) => choices.map(each => each[i % each.length] ?? ''))
  const needed = args.filter(arg => arg.optional !== true).length
  const short = needed < args.length ? full.map(words => words.slice(0, needed)) : []
  return [...new Set([...full, ...short].map(words => words.join(' ')))]
}

const numbers = ['10', '2', '3', '1', '0', '77', '200', '5000']
const words = [
  'on',
  'off',
  'VI_1',
  'check_web',
  'file',
  'process',
  'bfd',
  'nogroup',
  'eth0',
  'eth1',
  'nobody',
  'link',
  '0.5',
  '7.5',
]
const addresses = ['192.0.2.10/24', '192.0.2.10', '2001:db8::10', '224.0.0.99', 'ff02::99', '10.255.255.255']
const patterns = [
  '/tmp/x',
  '200-299',
  '255.255.255.0',
  'd41d8cd98f00b204e9800998ecf8427e',
  '1f',
  '192.0.2.70',
  'mtu',
  '300ms',
]

function valuesOf(arg: ArgSpec): readonly string[] {
  const enums = arg.type === 'enum' ? arg.words : []
  if (arg.type === 'script') return arg.name === 'COMMAND' ? ['"/usr/bin/false"', '"/usr/bin/true x"'] : ['"^OK"']
  if (arg.type === 'interface') return ['eth1', 'eth0']
  const all = [
    ...enums,
    ...(arg.type === 'text' ? [...words, ...numbers] : [...numbers, ...words]),
    ...addresses,
    ...patterns,
  ]
  const good = all.filter(text => {
    const { value, problem } = readValue(arg, text)
    return value !== undefined && problem === undefined
  })
  return good.length === 0 ? [exampleOfArg(arg)] : good
}

function exampleOfArg(arg: ArgSpec): string {
  return 'min' in arg ? String(arg.min) : arg.name
}
