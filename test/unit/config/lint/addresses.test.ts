import assert from 'node:assert/strict'
import test from 'node:test'
import type { InterfaceAddress } from '../../../../src/config/host/facts.ts'
import { lintRules } from '../../../../src/config/lint/registry.ts'
import { loadText } from '../load-text.ts'
import { factsOf, found, instance } from './host.ts'

const network = (address: string, prefix = 24): InterfaceAddress => {
  return { interface: 'eth0', family: address.includes(':') ? 6 : 4, address, prefix }
}

test('KA2301: an address in no network of the host', () => {
  const host = { addresses: [network('10.0.0.1'), network('10.1.0.1')] }
  assert.deepEqual(found('KA2301', instance('A'), host), [
    '5:5 192.0.2.51 is in no network of this host, which has 10.0.0.1/24 on eth0 and 10.1.0.1/24 on eth0',
  ])
})

test('KA2301: an address in a network of the host, or a host without addresses', () => {
  assert.deepEqual(found('KA2301', instance('A'), { addresses: [network('192.0.2.1')] }), [])
  assert.deepEqual(found('KA2301', instance('A'), { addresses: [network('192.0.2.1', 0)] }), [])
  assert.deepEqual(found('KA2301', instance('A')), [])
})

test('KA2301: an address that this node holds as MASTER does not vouch for itself', () => {
  const host = { addresses: [network('192.0.2.51'), network('10.0.0.1')] }
  assert.equal(found('KA2301', instance('A'), host).length, 1)
})

test('KA2301: IPv6 is compared with IPv6 only, and link-local is everywhere', () => {
  const text =
    'vrrp_instance A {\n  interface eth0\n  virtual_router_id 1\n  virtual_ipaddress {\n    fe80::1/64\n    2001:db8:2::1/64\n  }\n}\n'
  const host = { addresses: [network('10.0.0.1'), network('2001:db8:1::1', 64)] }
  assert.deepEqual(found('KA2301', text, host), [
    '6:5 2001:db8:2::1 is in no network of this host, which has 2001:db8:1::1/64 on eth0',
  ])
})

const server = (head: string, real: string) =>
  `virtual_server ${head} {\n  protocol TCP\n  real_server ${real} 80 {\n  }\n}\n`

test('KA2302: a real server that is the address of its virtual server', () => {
  assert.deepEqual(found('KA2302', server('192.0.2.9 80', '192.0.2.9')), [
    '3:3 real_server 192.0.2.9 is the address of its virtual_server, so this node would send connections to itself',
  ])
})

test('KA2302: through a group, and the address of an instance', () => {
  const group = 'virtual_server_group g {\n  192.0.2.9 80\n}\n'
  assert.equal(found('KA2302', group + server('group g', '192.0.2.9')).length, 1)
  const text = instance('A') + server('192.0.2.9 80', '192.0.2.51')
  assert.match(found('KA2302', text)[0]!, /is the virtual address of A, so/)
})

test('KA2302: an address of its own', () => {
  assert.deepEqual(found('KA2302', instance('A') + server('192.0.2.51 80', '10.0.0.7')), [])
})

test('the addresses of the host are asked for once by a rule, however many instances there are', () => {
  let asked = 0
  const host = {
    get addresses() {
      asked++
      return [network('10.0.0.1')]
    },
  }
  const facts = factsOf(host)
  const { config } = loadText(instance('A'))
  const many = { ...config!, instances: Array.from({ length: 40 }, () => config!.instances[0]!) }
  for (const rule of lintRules) rule.check(many, { ...facts, addresses: () => host.addresses })
  assert.ok(asked <= lintRules.length, `asked ${asked} times`)
})
