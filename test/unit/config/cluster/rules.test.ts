import assert from 'node:assert/strict'
import test from 'node:test'
import { isConsistent } from '../../../../src/config/cluster/check.ts'
import { check, found, node, scripts } from './cluster.ts'

const high = '  priority 150'
const low = '  priority 100'
const fitting = [node(high), node(low)] as const

test('nodes that fit together get no finding', () => {
  assert.deepEqual(check(...fitting).diagnostics, [])
  assert.equal(isConsistent(check(...fitting)), true)
})

test('KA3001: one address under two numbers', () => {
  const messages = found('KA3001', node(high), node(`${low}\n  virtual_router_id 52`))
  assert.deepEqual(messages, [
    '10.0.0.1 belongs to virtual routers 51 (VI_1) on a and 52 (VI_1) on b, which elect a MASTER each: two nodes may hold it at a time',
  ])
})

test('KA3002: a virtual router without a second node', () => {
  const messages = found('KA3002', node(high), node(`${low}\n  virtual_router_id 52`))
  assert.equal(messages[0], 'virtual router 51 (VI_1) is on a only, of 2 nodes: nobody takes over when it fails')
  assert.equal(messages.length, 2)
  assert.deepEqual(found('KA3002', node(high)), [])
})

test('KA3003: different versions', () => {
  assert.deepEqual(found('KA3003', node(`${high}\n  version 3`), node(low)), [
    'virtual router 51 (VI_1) speaks different versions of VRRP, which reject each other: a version 3, b version 2',
  ])
})

const password = (text: string) => `  authentication {\n    auth_type PASS\n    auth_pass ${text}\n  }`

test('KA3004: authentication on one side, or different passwords, which are not shown', () => {
  assert.deepEqual(found('KA3004', node(`${high}\n${password('abc')}`), node(low)), [
    'virtual router 51 (VI_1) has different authentication, so its nodes reject each other: a pass, b none',
  ])
  const report = check(node(`${high}\n${password('sesame1')}`), node(`${low}\n${password('sesame2')}`))
  assert.deepEqual(
    report.diagnostics.map(({ message }) => message),
    ['virtual router 51 (VI_1) has different passwords on a and b, so its nodes reject each other'],
  )
  assert.doesNotMatch(JSON.stringify(report.diagnostics), /sesame/)
})

test('KA3005 and KA3006: different intervals, fatal in version 2 only', () => {
  assert.match(found('KA3005', node(`${high}\n  advert_int 2`), node(low))[0]!, /drops adverts .*: a 2 s, b 1 s$/)
  const v3 = [node(`${high}\n  version 3\n  advert_int 0.1`), node(`${low}\n  version 3`)] as const
  assert.match(found('KA3006', ...v3)[0]!, /: a 0\.1 s, b 1 s$/)
  assert.deepEqual(found('KA3005', ...v3), [])
})

test('KA3007: different addresses or prefixes', () => {
  const other = node(`${low}\n  virtual_ipaddress {\n    10.0.0.1/25\n    10.0.0.2/24\n  }`)
  assert.deepEqual(found('KA3007', node(high), other), [
    'virtual router 51 (VI_1) has different addresses on its nodes: a lacks 10.0.0.1/25 and 10.0.0.2/24; b lacks 10.0.0.1/24',
  ])
})

const peer = (address: string) => `  unicast_peer {\n    ${address}\n  }`

test('KA3008: multicast on one node, unicast on another', () => {
  assert.match(
    found('KA3008', node(high), node(`${low}\n${peer('10.0.0.2')}`))[0]!,
    /different ways, so its nodes do not hear each other: a multicast to 224\.0\.0\.18, b unicast$/,
  )
})

test('KA3009: a peer that is not listed by the other', () => {
  const a = node(`${high}\n  unicast_src_ip 10.0.0.2\n${peer('10.0.0.3')}`)
  assert.deepEqual(found('KA3009', a, node(`${low}\n  unicast_src_ip 10.0.0.3\n${peer('10.0.0.9')}`)), [
    'virtual router 51 (VI_1): b does not list a (10.0.0.2), which therefore does not hear it as MASTER',
  ])
  assert.deepEqual(found('KA3009', a, node(`${low}\n  unicast_src_ip 10.0.0.3\n${peer('10.0.0.2')}`)), [])
})

test('KA3010: without unicast_src_ip nothing can be said, and that is no problem', () => {
  const report = check(node(`${high}\n${peer('10.0.0.3')}`), node(`${low}\n${peer('10.0.0.2')}`))
  assert.deepEqual(
    report.diagnostics.map(({ code }) => code),
    ['KA3010'],
  )
  assert.equal(isConsistent(report), true)
})

test('KA3011: the same priority on two nodes', () => {
  assert.deepEqual(found('KA3011', node(low), node(low)), [
    'virtual router 51 (VI_1) has priority 100 on a and b, so the higher address of their interfaces decides',
  ])
})

test('KA3012: two owners', () => {
  const owner = node('  priority 255')
  assert.match(found('KA3012', owner, owner)[0]!, /has priority 255 on a and b, but only one node can own/)
  assert.deepEqual(found('KA3011', owner, owner), [])
})

const tracking = (weight: string) => `  track_script {\n    chk weight ${weight}\n  }`

test('KA3013: a weight that is too small to let the other node win', () => {
  assert.deepEqual(found('KA3013', node(`${high}\n${tracking('-50')}`, scripts), node(low)), [
    'virtual router 51 (VI_1): whether chk of a is up or down (weight -50) never changes who is MASTER',
  ])
  assert.deepEqual(found('KA3013', node(`${high}\n${tracking('-51')}`, scripts), node(low)), [])
})

test('KA3013: nopreempt on the other node keeps the address where it is', () => {
  const nodes = [node(`${high}\n${tracking('-60')}`, scripts), node(`${low}\n  nopreempt`)] as const
  assert.equal(found('KA3013', ...nodes).length, 1)
})

const second =
  'vrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 52\n  virtual_ipaddress {\n    10.1.0.1/24\n  }\n}\n'
const group = 'vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n'

test('KA3014: a sync group on one node only', () => {
  assert.deepEqual(found('KA3014', node(high) + second + group, node(low) + second), [
    'virtual router 51 (VI_1) moves together with different virtual routers on its nodes: a with 52, b with none',
    'virtual router 52 (VI_2) moves together with different virtual routers on its nodes: a with 51, b with none',
  ])
  assert.deepEqual(found('KA3014', node(high) + second + group, node(low) + second + group), [])
})

test('KA3015: different checksums', () => {
  const v3 = '  version 3'
  assert.match(
    found('KA3015', node(`${high}\n${v3}\n  v3_checksum_as_v2`), node(`${low}\n${v3}`))[0]!,
    /: a as version 2, b of version 3$/,
  )
})

test('one number on two interfaces of a node makes two virtual routers', () => {
  const two = (priority: string) =>
    node(priority) + second.replace('virtual_router_id 52', `virtual_router_id 51\n${priority}`)
  const report = check(two(high), two(low))
  assert.deepEqual(
    report.routers.map(({ key, seats }) => [key, seats.length]),
    [
      ['IPv4 51 on eth0', 2],
      ['IPv4 51 on eth1', 2],
    ],
  )
  assert.deepEqual(report.diagnostics, [])
})
