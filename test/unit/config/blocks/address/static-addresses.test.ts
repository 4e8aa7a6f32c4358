import assert from 'node:assert/strict'
import test from 'node:test'
import { configOf, instanceText, loadText, marks } from '../../load-text.ts'

const statics = (rows: string, before = '') =>
  configOf(`${before}static_ipaddress {\n${rows}\n}\n`).staticAddresses.map(
    ({ address, prefix, device }) => `${address}/${prefix} ${device}`,
  )

test('a static address goes on the interface it names, else on default_interface, else on eth0', () => {
  assert.deepEqual(statics('192.0.2.1/24 dev eth1\n192.0.2.2/24'), ['192.0.2.1/24 eth1', '192.0.2.2/24 eth0'])
  assert.deepEqual(statics('fd00::1/64', 'global_defs {\ndefault_interface eth1\n}\n'), ['fd00::1/64 eth1'])
})

test('a default that does not exist is told of', () => {
  const { diagnostics } = loadText('static_ipaddress {\n192.0.2.1/24\n}', { interfaces: ['lo', 'ens3'] })
  assert.deepEqual(marks(diagnostics), ['KA1318 2:1'])
})

test('the instances of a track_group track the interface of the address', () => {
  const group = 'track_group G {\ngroup {\nA\n}\n}\n'
  const rows = 'static_ipaddress {\n192.0.2.1/24 dev eth1 track_group G\n192.0.2.2/24 track_group G\n}\n'
  const tracked = (text: string) => configOf(text + instanceText('')).instances[0]?.trackedInterfaces
  assert.deepEqual(tracked(group + rows), [{ interface: 'eth1', weight: 0, reverse: false }])
  assert.deepEqual(tracked(rows + group), [])
  assert.ok(marks(loadText(rows + group).diagnostics).includes('KA1381 2:1'))
})
