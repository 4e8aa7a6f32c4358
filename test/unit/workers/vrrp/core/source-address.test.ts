import assert from 'node:assert/strict'
import test from 'node:test'
import type { LinkAddress } from '../../../../../src/lib/link.ts'
import { chooseSource } from '../../../../../src/workers/vrrp/core/source-address.ts'
import { bytes, instance, instance6, link } from './fixture.ts'

function address(text: string, changes: Partial<LinkAddress> = {}): LinkAddress {
  const family = text.includes(':') ? 6 : 4
  return { family, address: text, prefix: 24, scope: text.startsWith('fe80') ? 253 : 0, tentative: false, ...changes }
}

const on = (...addresses: readonly LinkAddress[]) => link({ addresses })

test('IPv4: the first address that is not virtual', () => {
  const chosen = chooseSource(
    instance(),
    on(address('192.0.2.100'), address('192.0.2.7'), address('192.0.2.8')),
    null,
    [],
  )
  assert.deepEqual(chosen, bytes('192.0.2.7'))
})

test('virtual addresses of other instances are no source either, but only on their own link', () => {
  const both = on(address('192.0.2.50'), address('192.0.2.8'))
  assert.deepEqual(chooseSource(instance(), both, null, ['eth0 192.0.2.50']), bytes('192.0.2.8'))
  assert.deepEqual(chooseSource(instance(), both, null, ['eth1 192.0.2.50']), bytes('192.0.2.50'))
})

test('an address once chosen is kept while it is there', () => {
  const both = on(address('192.0.2.7'), address('192.0.2.8'))
  assert.deepEqual(chooseSource(instance(), both, bytes('192.0.2.8'), []), bytes('192.0.2.8'))
  assert.deepEqual(chooseSource(instance(), on(address('192.0.2.7')), bytes('192.0.2.8'), []), bytes('192.0.2.7'))
})

test('IPv6: a link-local address that is no longer tentative', () => {
  const links = on(
    address('fd00::1'),
    address('fe80::1', { tentative: true }),
    address('fe80::2'),
    address('fe80::100'),
  )
  assert.deepEqual(chooseSource(instance6(), links, null, []), bytes('fe80::2'))
  assert.equal(chooseSource(instance6(), on(address('fd00::1'), address('192.0.2.1')), null, []), null)
})

test('a configured source is taken whether it is there or not', () => {
  const params = instance({ sourceAddress: '192.0.2.99' })
  assert.deepEqual(chooseSource(params, on(), null, []), bytes('192.0.2.99'))
})

test('an owner whose only address is the virtual one sends from it', () => {
  const only = on(address('192.0.2.100'))
  assert.equal(chooseSource(instance(), only, null, ['192.0.2.100']), null)
  assert.deepEqual(chooseSource(instance({ priority: 255 }), only, null, ['192.0.2.100']), bytes('192.0.2.100'))
})

test('with track_src_ip a configured source is taken only while it is there and usable', () => {
  const params = instance6({ sourceAddress: 'fd00:0::11', trackSourceAddress: true })
  assert.equal(chooseSource(params, on(address('fd00::12')), null, []), null)
  assert.equal(chooseSource(params, on(address('fd00::11', { tentative: true })), null, []), null)
  assert.deepEqual(chooseSource(params, on(address('fd00::11')), null, []), bytes('fd00::11'))
})
