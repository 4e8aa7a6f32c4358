import assert from 'node:assert/strict'
import test from 'node:test'
import type { VirtualAddress } from '../../../../../src/config/blocks/instance/model.ts'
import { KaError } from '../../../../../src/lib/errors.ts'
import type { LinkState } from '../../../../../src/lib/link.ts'
import { type AddressOnLink, HeldAddresses } from '../../../../../src/supervisor/vrrp/kernel/held-addresses.ts'
import { link, onLink } from '../../../../fixtures/link.ts'
import { instance, vip as plainVip, silentLog } from '../../../../fixtures/vrrp-instance.ts'

function vip(address: string, fields: Partial<VirtualAddress> = {}): VirtualAddress {
  return plainVip(address, { prefix: 24, prefixIsDefault: false, ...fields })
}

function kernel(present: readonly string[] = []) {
  const links = new Map<string, LinkState>()
  for (const [i, name] of ['eth0', 'eth1'].entries()) {
    links.set(name, link({ name, ifindex: i + 2, addresses: present.map(address => onLink(address)) }))
  }
  const calls: string[] = []
  const note = (verb: string) => async (address: AddressOnLink) => {
    calls.push(`${verb} ${address.address}/${address.prefix} ${address.interface}`)
  }
  return { calls, ports: { link: (name: string) => links.get(name), add: note('add'), remove: note('remove') } }
}

test('all addresses come and go, VIPs on the interface they name', async () => {
  const { calls, ports } = kernel()
  const held = new HeldAddresses(ports, silentLog)
  const params = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101', { device: 'eth1' })] })
  await held.ensure(params, true)
  assert.deepEqual(calls, ['add 192.0.2.100/24 eth0', 'add 192.0.2.101/24 eth1'])
  assert.equal(held.isHolding(params.name), true)
  calls.length = 0
  await held.ensure(params, false)
  assert.deepEqual(calls.sort(), ['remove 192.0.2.100/24 eth0', 'remove 192.0.2.101/24 eth1'])
  assert.equal(held.isHolding(params.name), false)
})

test('what a predecessor left on the link is removed, and nothing that is not there', async () => {
  const { calls, ports } = kernel(['192.0.2.100'])
  const held = new HeldAddresses(ports, silentLog)
  await held.ensure(instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] }), false)
  assert.deepEqual(calls, ['remove 192.0.2.100/24 eth0'])
})

test('a reload that drops an address removes it and keeps the others', async () => {
  const { calls, ports } = kernel()
  const held = new HeldAddresses(ports, silentLog)
  await held.ensure(instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] }), true)
  calls.length = 0
  await held.ensure(instance({ addresses: [vip('192.0.2.101'), vip('192.0.2.102')] }), true)
  assert.ok(calls.includes('remove 192.0.2.100/24 eth0'))
  assert.ok(calls.includes('add 192.0.2.102/24 eth0'))
  assert.ok(!calls.includes('remove 192.0.2.101/24 eth0'))
})

test('an address that the kernel refused is not held, so its absence is nobody else’s doing', async () => {
  const { ports } = kernel()
  const refusing = { ...ports, add: () => Promise.reject(new KaError('KA_NETLINK_NACK', 'EPERM')) }
  const held = new HeldAddresses(refusing, silentLog)
  await held.ensure(instance({ addresses: [vip('192.0.2.100')] }), true)
  assert.equal(held.holderOf(2, '192.0.2.100', 24), undefined)
})

test('a foreign removal is recognised by interface, address and prefix', async () => {
  const { ports } = kernel()
  const held = new HeldAddresses(ports, silentLog)
  await held.ensure(instance({ addresses: [vip('192.0.2.100')] }), true)
  assert.equal(held.holderOf(2, '192.0.2.100', 24)?.instance.name, 'VI_1')
  assert.equal(held.holderOf(3, '192.0.2.100', 24), undefined)
  assert.equal(held.holderOf(2, '192.0.2.100', 32), undefined)
})

test('defect 8: an address that its owner found on the link is neither cleared at the start nor taken off at the end', async () => {
  const { ports, calls } = kernel()
  const owned = vip('192.0.2.11', { prefix: 24 })
  const owner = instance({ priority: 255, addresses: [owned, vip('192.0.2.100')] })
  const withOwn = { ...ports, link: () => link({ addresses: [onLink('192.0.2.11', 24)] }) }
  const held = new HeldAddresses(withOwn, silentLog)
  await held.ensure(owner, false)
  await held.ensure(owner, true)
  await held.ensure(owner, false)
  assert.deepEqual(
    calls.filter(call => call.includes('192.0.2.11/')),
    [],
  )
  assert.ok(
    calls.some(call => call.startsWith('add 192.0.2.100')) && calls.some(call => call.startsWith('remove 192.0.2.100')),
  )
  const heir = new HeldAddresses(withOwn, silentLog, [{ address: '192.0.2.11', prefix: 24, interface: 'eth0' }])
  await heir.ensure(owner, false)
  assert.ok(
    calls.some(call => call.startsWith('remove 192.0.2.11/')),
    'what a predecessor put there goes',
  )
})
