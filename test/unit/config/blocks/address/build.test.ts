// Rows of virtual_ipaddress to the model: vrrp-behaviour section 5.1, one row per rule.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { VirtualAddress } from '../../../../../src/config/blocks/instance/model.ts'
import { instanceOf, instanceText, problemsOf } from '../../load-text.ts'

const plain: VirtualAddress = {
  family: 4,
  address: '192.0.2.9',
  prefix: 24,
  prefixIsDefault: false,
  scope: 0,
  nodad: false,
  flags: 0,
  noTrack: false,
}
const six: VirtualAddress = { ...plain, family: 6, address: '2001:db8::1', prefix: 64 }

/** `left out`: the row does not count. */
type Row = readonly [row: string, expected: VirtualAddress | 'left out', ...codes: string[]]

const rows: readonly Row[] = [
  ['192.0.2.9/24', plain],
  ['192.0.2.9', { ...plain, prefix: 32, prefixIsDefault: true }, 'KA1321'],
  ['192.0.2.9/33', { ...plain, prefix: 32, prefixIsDefault: true }, 'KA1221'],
  ['192.0.2.300', 'left out', 'KA1220'],
  ['192.0.2.9/24 dev eth1', { ...plain, device: 'eth1' }],
  ['192.0.2.9/24 dev', 'left out', 'KA1211'],
  ['192.0.2.9/24 brd 192.0.2.255', { ...plain, broadcast: '192.0.2.255' }],
  ['192.0.2.9/24 broadcast +', { ...plain, broadcast: '192.0.2.255' }],
  ['192.0.2.9/24 brd -', { ...plain, broadcast: '192.0.2.0' }],
  ['192.0.2.9/20 brd +', { ...plain, prefix: 20, broadcast: '192.0.15.255' }],
  ['192.0.2.9/31 brd +', { ...plain, prefix: 31 }, 'KA1324'],
  ['192.0.2.9/24 brd 1.2.3', 'left out', 'KA1220'],
  ['192.0.2.9/24 scope link', { ...plain, scope: 253 }],
  ['192.0.2.9/24 scope 7', { ...plain, scope: 7 }],
  ['192.0.2.9/24 scope foo', plain, 'KA1324'],
  ['192.0.2.9/24 label eth0:1', { ...plain, label: 'eth0:1' }],
  ['192.0.2.9/24 label eth0:12345678901', 'left out', 'KA1324'],
  ['192.0.2.9 peer 192.0.2.10', { ...plain, prefix: 32, prefixIsDefault: true, peer: '192.0.2.10', peerPrefix: 32 }],
  [
    '192.0.2.9/24 peer 192.0.2.10',
    { ...plain, prefix: 32, prefixIsDefault: true, peer: '192.0.2.10', peerPrefix: 32 },
    'KA1324',
  ],
  ['192.0.2.9/24 noprefixroute no_track', { ...plain, flags: 0x200, noTrack: true }],
  ['192.0.2.9/24 frob', plain, 'KA1216'],
  ['2001:DB8:0::1/64', six],
  ['2001:db8::1', { ...six, prefix: 128, prefixIsDefault: true }, 'KA1321'],
  ['2001:db8::1/64 -nodad home mngtmpaddr', { ...six, nodad: true, flags: 0x110 }],
  ['2001:db8::1/64 preferred_lft 0', { ...six, preferredLifetimeSeconds: 0 }],
  ['2001:db8::1/64 preferred_lft forever', { ...six, preferredLifetimeSeconds: 4_294_967_295 }],
  ['2001:db8::1/64 brd +', 'left out', 'KA1324'],
  ['2001:db8::1/64 label eth0:1', six, 'KA1324'],
  ['2001:db8::1/64 scope link', six, 'KA1324'],
]

for (const [row, expected, ...codes] of rows) {
  test(`the row '${row}'`, () => {
    // In the excluded list both families may stand, so that one instance serves for all rows.
    const body = `  virtual_ipaddress_excluded {\n    ${row}\n  }`
    assert.deepEqual(instanceOf(body).excludedAddresses, expected === 'left out' ? [] : [expected])
    assert.deepEqual(
      problemsOf(instanceText(body)).map(({ code }) => code),
      codes,
    )
  })
}

test('an address that is listed twice counts once', () => {
  const body = '  virtual_ipaddress {\n    192.0.2.9/24\n    192.0.2.9/24\n  }'
  assert.equal(instanceOf(body).addresses.length, 1)
  assert.deepEqual(
    problemsOf(instanceText(body)).map(({ code, span }) => [code, span?.line]),
    [['KA1323', 6]],
  )
})

test('lists of one keyword add up', () => {
  const body = '  virtual_ipaddress {\n    192.0.2.9/24\n  }\n  virtual_ipaddress {\n    192.0.2.10/24\n  }'
  assert.equal(instanceOf(body).addresses.length, 2)
})
