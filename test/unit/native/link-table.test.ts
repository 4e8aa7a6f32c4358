import assert from 'node:assert/strict'
import test from 'node:test'
import { LinkTable } from '../../../src/native/link-table.ts'
import type { AddressMessage, LinkMessage } from '../../../src/native/rtnetlink.ts'

const MAC = Uint8Array.of(2, 0, 0, 0, 0x0a, 1)
const V0: LinkMessage = {
  ifindex: 5,
  name: 'v0',
  up: true,
  loopback: false,
  multicast: true,
  noArp: false,
  mtu: 1500,
  mac: MAC,
}
const VIP: AddressMessage = { ifindex: 5, family: 4, address: '192.0.2.100', prefix: 32, scope: 0, tentative: false }

const names = (changes: { readonly links: readonly { readonly name: string; readonly ifindex: number }[] }) =>
  changes.links.map(link => `${link.name}:${link.ifindex}`)

function tableWith(...addresses: readonly AddressMessage[]): LinkTable {
  const table = new LinkTable()
  table.setLink(V0)
  for (const address of addresses) table.setAddress(address)
  return table
}

test('a link is told once, and again only when it has changed', () => {
  const table = new LinkTable()
  assert.deepEqual(names(table.setLink(V0)), ['v0:5'])
  assert.deepEqual(names(table.setLink({ ...V0, mac: new Uint8Array(MAC) })), [])
  const fields = { up: false, multicast: false, noArp: true, mtu: 1400, mac: Uint8Array.of(2, 0, 0, 0, 0x0a, 2) }
  for (const [field, value] of Object.entries(fields)) {
    const before = tableWith()
    assert.deepEqual(names(before.setLink({ ...V0, [field]: value })), ['v0:5'], field)
  }
})

test('a short event keeps what it does not tell', () => {
  const table = tableWith(VIP)
  const { ifindex, loopback, multicast, noArp } = V0
  table.setLink({ ifindex, up: false, loopback, multicast, noArp })
  const link = table.link('v0')
  assert.deepEqual([link?.up, link?.mtu, link?.mac, link?.addresses.length], [false, 1500, MAC, 1])
})

test('a short event about an unknown link is ignored', () => {
  const table = new LinkTable()
  const { name: _name, ...short } = V0
  assert.deepEqual(names(table.setLink(short)), [])
  assert.deepEqual(table.links(), [])
})

test('a renamed link ends under its old name and exists under the new one', () => {
  const table = tableWith(VIP)
  assert.deepEqual(names(table.setLink({ ...V0, name: 'v7' })), ['v0:0', 'v7:5'])
  assert.equal(table.link('v0'), undefined)
  assert.equal(table.link('v7')?.addresses.length, 1)
})

test('a deleted link takes its addresses with it', () => {
  const table = tableWith(VIP)
  const changes = table.dropLink(5)
  assert.deepEqual(names(changes), ['v0:0'])
  assert.deepEqual(changes.links[0]?.addresses, [])
  assert.deepEqual([changes.links[0]?.up, changes.links[0]?.addresses], [false, []])
  assert.deepEqual(names(table.dropLink(5)), [])
})

test('addresses keep the order of the kernel, and a new flag changes one in place', () => {
  const second = { ...VIP, family: 6, address: 'fd00::1', prefix: 64, tentative: true } as const
  const table = tableWith(VIP, second, { ...VIP, address: '192.0.2.101' })
  assert.equal(table.setAddress(second), false)
  assert.equal(table.setAddress({ ...second, tentative: false }), true)
  assert.deepEqual(
    table.link('v0')?.addresses.map(({ address, tentative }) => [address, tentative]),
    [
      ['192.0.2.100', false],
      ['fd00::1', false],
      ['192.0.2.101', false],
    ],
  )
})

test('a removal is news once', () => {
  const table = tableWith(VIP)
  assert.equal(table.dropAddress(VIP), true)
  assert.deepEqual(table.link('v0')?.addresses, [])
  assert.equal(table.dropAddress(VIP), false)
  assert.equal(table.dropAddress({ ...VIP, ifindex: 9 }), false)
})

test('the same address with another prefix is another address', () => {
  const table = tableWith(VIP, { ...VIP, prefix: 24 })
  assert.equal(table.dropAddress({ ...VIP, prefix: 24 }), true)
  assert.deepEqual(
    table.link('v0')?.addresses.map(({ prefix }) => prefix),
    [32],
  )
})

test('addresses of unknown links are ignored', () => {
  assert.equal(tableWith().setAddress({ ...VIP, ifindex: 9 }), false)
})

test('a sweep removes what no message has renewed', () => {
  const table = tableWith(VIP, { ...VIP, address: '192.0.2.101' })
  table.setLink({ ...V0, ifindex: 6, name: 'v1' })
  table.setAddress({ ...VIP, ifindex: 6, address: '192.0.2.200' })
  table.beginSweep()
  table.setLink(V0)
  table.setAddress(VIP)
  const changes = table.finishSweep()
  assert.deepEqual(names(changes), ['v0:5', 'v1:0'])
  assert.deepEqual(
    table.links().map(({ name, addresses }) => [name, addresses.length]),
    [['v0', 1]],
  )
  table.beginSweep()
  table.setLink(V0)
  table.setAddress(VIP)
  assert.deepEqual(table.finishSweep(), { links: [] })
})

test('the loopback link has no hardware address', () => {
  const table = new LinkTable()
  table.setLink({ ...V0, name: 'lo', loopback: true, mac: new Uint8Array(6) })
  assert.deepEqual(table.link('lo')?.mac, new Uint8Array(0))
})

test('of a link that is renamed while another takes its name each has its own', () => {
  const table = tableWith(VIP)
  table.setLink({ ...V0, name: 'v7' })
  table.setLink({ ...V0, ifindex: 6 })
  assert.deepEqual([table.link('v7')?.ifindex, table.link('v0')?.ifindex, table.nameOf(6)], [5, 6, 'v0'])
  table.setLink({ ...V0, ifindex: 6, name: 'v7' })
  table.setLink({ ...V0, ifindex: 5, name: 'v0' })
  assert.deepEqual([table.link('v7')?.ifindex, table.link('v0')?.ifindex], [6, 5])
})

test('the list of addresses is made when somebody looks, and once', () => {
  const table = tableWith(VIP)
  const before = table.link('v0')
  assert.equal(table.link('v0'), before, 'the list is made once')
  for (let i = 0; i < 4_000; i++) table.setAddress({ ...VIP, address: `10.${i >> 8}.${i & 255}.1` })
  assert.equal(table.link('v0')?.addresses.length, 4_001)
})
