// The bytes of adverts that keepalived 2.4.3 sends, and properties of the decoder.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Family } from '../../../../../src/lib/ip.ts'
import {
  type Advert,
  advertisedMax,
  decodeAdvert,
  encodeAdvert,
  hasValidChecksum,
  type PseudoHeader,
  passData,
} from '../../../../../src/workers/vrrp/core/advert.ts'
import { bytes, hex } from './fixture.ts'

const none = new Uint8Array(8)
const empty = new Uint8Array(0)
const pair = [bytes('192.0.2.100'), bytes('192.0.2.101')]
const v2: Advert = {
  version: 2,
  type: 1,
  vrid: 51,
  priority: 100,
  intervalUs: 1_000_000,
  authType: 0,
  authData: none,
  addresses: pair,
}
const v3: Advert = { ...v2, version: 3, authData: empty }
const multicast4 = { source: bytes('192.0.2.11'), destination: bytes('224.0.0.18') }
const multicast6 = { source: bytes('fe80::ff:fe00:a01'), destination: bytes('ff02::12') }

interface Vector {
  readonly id: string
  readonly family: Family
  readonly advert: Advert
  readonly pseudo: PseudoHeader | null
  readonly pdu: string
}

const vectors: readonly Vector[] = [
  { id: 'A1', family: 4, advert: v2, pseudo: null, pdu: '213364020001f5fec0000264c00002650000000000000000' },
  {
    id: 'A3',
    family: 4,
    advert: { ...v2, priority: 0 },
    pseudo: null,
    pdu: '21330002000159ffc0000264c00002650000000000000000',
  },
  {
    id: 'A4',
    family: 4,
    advert: { ...v2, authType: 1, authData: passData('1111') },
    pseudo: null,
    pdu: '213364020101929cc0000264c00002653131313100000000',
  },
  { id: 'B1', family: 4, advert: v3, pseudo: multicast4, pdu: '31336402006442fdc0000264c0000265' },
  { id: 'B2', family: 4, advert: v3, pseudo: null, pdu: '313364020064e59bc0000264c0000265' },
  {
    id: 'B3',
    family: 4,
    advert: v3,
    pseudo: { ...multicast4, destination: bytes('192.0.2.12') },
    pdu: '3133640200646103c0000264c0000265',
  },
  { id: 'B4', family: 4, advert: { ...v3, priority: 0 }, pseudo: multicast4, pdu: '313300020064a6fdc0000264c0000265' },
  {
    id: 'C1',
    family: 6,
    advert: { ...v3, addresses: [bytes('fe80::100'), bytes('fd00::100')] },
    pseudo: multicast6,
    pdu: '31336402006465b5fe800000000000000000000000000100fd000000000000000000000000000100',
  },
  {
    id: 'C2',
    family: 6,
    advert: { ...v3, addresses: [bytes('fd00::100')] },
    pseudo: { source: bytes('fd00::11'), destination: bytes('fd00::12') },
    pdu: '31336401006471b9fd000000000000000000000000000100',
  },
  {
    id: 'C3',
    family: 6,
    advert: { ...v2, authData: empty, addresses: [bytes('fe80::100')] },
    pseudo: multicast6,
    pdu: '213364010001742afe800000000000000000000000000100',
  },
]

for (const { id, family, advert, pseudo, pdu } of vectors) {
  test(`vector ${id} is encoded, decoded and its checksum is valid`, () => {
    assert.equal(Buffer.from(encodeAdvert(advert, family, pseudo)).toString('hex'), pdu)
    assert.deepEqual(decodeAdvert(hex(pdu), family), { ok: true, value: advert })
    assert.equal(hasValidChecksum(hex(pdu), family, pseudo), true)
  })
}

test('one wrong bit makes the checksum wrong', () => {
  const pdu = hex(vectors[3]!.pdu)
  for (let bit = 0; bit < pdu.length * 8; bit++) {
    const bad = pdu.slice()
    bad[bit >> 3] = bad[bit >> 3]! ^ (1 << (bit & 7))
    assert.equal(hasValidChecksum(bad, 4, multicast4), false, `bit ${bit}`)
  }
})

test('a PDU that is too short, too long or of another version is named so', () => {
  const pdu = hex(vectors[0]!.pdu)
  assert.deepEqual(decodeAdvert(pdu.subarray(0, 7), 4), { ok: false, error: 'short' })
  assert.deepEqual(decodeAdvert(pdu.subarray(0, 23), 4), { ok: false, error: 'length' })
  assert.deepEqual(decodeAdvert(Uint8Array.from([...pdu, 0]), 4), { ok: false, error: 'length' })
  const strange = hex(vectors[3]!.pdu)
  strange[0] = 0x51
  assert.deepEqual(decodeAdvert(strange, 4), { ok: false, error: 'version' })
})

test('the reserved bits of version 3 are ignored', () => {
  const pdu = hex(vectors[3]!.pdu)
  pdu[4] = pdu[4]! | 0xf0
  const decoded = decodeAdvert(pdu, 4)
  assert.equal(decoded.ok && decoded.value.intervalUs, 1_000_000)
})

test('a password is cut to 8 bytes and padded with zeros', () => {
  assert.deepEqual([...passData('abc')], [0x61, 0x62, 0x63, 0, 0, 0, 0, 0])
  assert.equal(Buffer.from(passData('0123456789')).toString(), '01234567')
})

test('an advert has room for as many addresses as fit into the MTU, at most 255', () => {
  assert.equal(advertisedMax(9_000, 3, 4, false), 255)
  assert.equal(advertisedMax(1_500, 2, 4, false), 255)
  assert.equal(advertisedMax(1_500, 3, 6, false), 89)
  assert.equal(advertisedMax(576, 2, 4, true), Math.floor((576 - 14 - 20 - 16 - 24) / 4))
  assert.equal(advertisedMax(0, 3, 6, false), 0)
})

const advertOf = (version: 2 | 3, family: Family) => {
  const size = family === 4 ? 4 : 16
  const data = version === 2 && family === 4 ? fc.uint8Array({ minLength: 8, maxLength: 8 }) : fc.constant(empty)
  return fc.record({
    version: fc.constant(version),
    type: fc.integer({ min: 0, max: 15 }),
    vrid: fc.integer({ min: 0, max: 255 }),
    priority: fc.integer({ min: 0, max: 255 }),
    intervalUs:
      version === 2
        ? fc.integer({ min: 0, max: 255 }).map(seconds => seconds * 1_000_000)
        : fc.integer({ min: 0, max: 4095 }).map(centiseconds => centiseconds * 10_000),
    authType: version === 2 ? fc.integer({ min: 0, max: 255 }) : fc.constant(0),
    authData: data,
    addresses: fc.array(fc.uint8Array({ minLength: size, maxLength: size }), { maxLength: 255 }),
  })
}

for (const version of [2, 3] as const) {
  for (const family of [4, 6] as const) {
    test(`any version ${version} advert over IPv${family} survives encoding and decoding`, () => {
      const pseudo = family === 4 ? multicast4 : multicast6
      fc.assert(
        fc.property(advertOf(version, family), advert => {
          const pdu = encodeAdvert(advert, family, pseudo)
          assert.deepEqual(decodeAdvert(pdu, family), { ok: true, value: { ...advert } })
          assert.equal(hasValidChecksum(pdu, family, pseudo), true)
        }),
        { numRuns: 200 },
      )
    })
  }
}

test('no bytes make the decoder throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom<Family>(4, 6), (pdu, family) => {
      const decoded = decodeAdvert(pdu, family)
      assert.equal(typeof decoded.ok, 'boolean')
      assert.equal(typeof hasValidChecksum(pdu, family, null), 'boolean')
    }),
    { numRuns: 2_000 },
  )
})
