import assert from 'node:assert/strict'
import test from 'node:test'
import type { LvsConfig } from '../../../../../src/config/blocks/server/model.ts'
import { loadText } from '../../load-text.ts'

const REAL = 'lb_algo rr\nlb_kind TUN\nreal_server 10.0.0.11 {\n}'
const groups = [
  'virtual_server_group G {\n10.0.0.2-4 81\n10.0.0.16/30 82\n2001:db8::1 81\n}',
  'virtual_server_group H {\n10.0.0.5 53\n}',
  'virtual_server_group M {\n10.0.0.6 53\nfwmark 77\n}',
].join('\n')

function load(defs: string, body: string): { lvs: LvsConfig; problems: string } {
  const loaded = loadText(`global_defs {\n${defs}\n}\n${groups}\n${body}`)
  assert.ok(loaded.config?.lvs !== undefined)
  return { lvs: loaded.config.lvs, problems: loaded.diagnostics.map(({ message }) => message).join('\n') }
}

function server(group: string, protocol: string): string {
  return `virtual_server group ${group} {\nprotocol ${protocol}\n${REAL}\n}\n`
}

test('one mark for each group and protocol, one service for each family, as keepalived 2.2.7 counts them', () => {
  const { lvs } = load(
    'nftables_ipvs kk\nnftables_ipvs_start_fwmark 2000',
    server('G', 'TCP') + server('G', 'UDP') + server('H', 'UDP') + server('M', 'UDP') + server('G', 'TCP'),
  )
  const services = lvs.virtualServers.map(each =>
    each.services.map(id => (id.kind === 'fwmark' ? `${id.family}/${id.mark}` : id.address)).join(' '),
  )
  assert.deepEqual(services, ['4/2000 6/2000', '4/2001 6/2001', '4/2002', '10.0.0.6 4/77', '4/2000 6/2000'])
  assert.equal(lvs.nft?.table, 'kk')
  assert.deepEqual(
    lvs.nft?.rows.filter(({ mark }) => mark === 2000).map(({ first, last, port }) => `${first}-${last} ${port}`),
    ['10.0.0.2-10.0.0.4 81', '10.0.0.16-10.0.0.19 82', '2001:db8::1-2001:db8::1 81'],
  )
})

test('priority and first mark count only below nftables_ipvs, which sets them back', () => {
  const of = (defs: string) => {
    const { lvs } = load(defs, server('H', 'UDP'))
    return [lvs.nft?.table, lvs.nft?.priority, lvs.nft?.rows[0]?.mark]
  }
  assert.deepEqual(of('nftables_ipvs'), ['keepalived_ipvs', -1, 1000])
  assert.deepEqual(of('nftables_ipvs_priority 5\nnftables_ipvs'), ['keepalived_ipvs', -1, 1000])
  assert.deepEqual(of('nftables_ipvs\nnftables_ipvs_priority -9\nnftables_ipvs_start_fwmark 7'), [
    'keepalived_ipvs',
    -9,
    7,
  ])
  assert.deepEqual(of('router_id x'), [undefined, undefined, undefined])
})

test('a huge prefix is one row of the map, not a million services', () => {
  const big = 'virtual_server_group B {\n10.0.0.0/8 80\n}\n'
  const { lvs } = load('nftables_ipvs', big + server('B', 'TCP'))
  assert.equal(lvs.virtualServers[0]?.services.length, 1)
  assert.equal(lvs.nft?.rows.length, 1)
})

test('addresses of two groups overlap: the second row is left out and told', () => {
  const twice = 'virtual_server_group B {\n10.0.0.1-200 53\n10.0.3.1 53\n}\n'
  const { lvs, problems } = load('nftables_ipvs', twice + server('H', 'UDP') + server('B', 'UDP'))
  assert.deepEqual(
    lvs.nft?.rows.map(({ first }) => first),
    ['10.0.0.5', '10.0.3.1'],
  )
  assert.match(problems, /10\.0\.0\.1-200 53' overlaps 10\.0\.0\.5/)
})

test('a table name that nft would not take is refused', () => {
  const { lvs, problems } = load('nftables_ipvs "a; flush ruleset"', server('H', 'UDP'))
  assert.equal(lvs.nft, undefined)
  assert.match(problems, /no name of a table/)
})

test('where the sockets are and how much they hold', () => {
  const text = (top: string, defs: string) =>
    loadText(`${top}\nglobal_defs {\n${defs}\n}\nvirtual_server 10.0.0.1 80 {\nprotocol TCP\n${REAL}\n}\n`)
  const kernel = (top: string, defs = 'router_id x') => text(top, defs).config?.lvs?.kernel
  assert.deepEqual(kernel(''), {})
  assert.deepEqual(kernel('net_namespace_ipvs blue'), { namespace: '/run/netns/blue' })
  assert.deepEqual(kernel('net_namespace_ipvs'), { namespace: '/proc/1/ns/net' })
  assert.deepEqual(
    kernel('', 'lvs_netlink_cmd_rcv_bufs 70000\nlvs_netlink_cmd_rcv_bufs_force\nlvs_netlink_monitor_rcv_bufs 80000'),
    { commandBuffer: { bytes: 70_000, force: true }, monitorBuffer: { bytes: 80_000, force: false } },
  )
})
