import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  type AttributeTable,
  decodeAttributes,
  decodeWhatFits,
  encodeAttributes,
  hostWords,
} from '../../../src/native/netlink-attribute.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const table = {
  name: [3, 'string'],
  mtu: [4, 'u32'],
  small: [5, 'u8'],
  delta: [6, 'i32'],
  large: [7, 'u64'],
  port: [8, 'be16'],
  mark: [9, 'be32'],
  raw: [10, 'bytes'],
  half: [11, 'u16'],
} as const satisfies AttributeTable

test('attributes are padded, come in the order of the table, and flags in their type are ignored', () => {
  const bytes = encodeAttributes(table, { mtu: 1500, name: 'v0', raw: undefined })
  assert.equal(hex(bytes), '0700030076300000 08000400dc050000'.replaceAll(' ', ''))
  assert.deepEqual(decodeAttributes(table, unhex('07000300 76300000 08000480 dc050000')), { name: 'v0', mtu: 1500 })
})

test('unknown attributes are skipped', () => {
  assert.deepEqual(decodeAttributes(table, unhex('08006300 01020304 05000500 07000000')), { small: 7 })
})

for (const [what, bytes] of [
  ['an attribute that is cut off', '0c000400 01020304'],
  ['a length below that of the header', '03000400'],
  ['a number that is too short', '06000400 01020000'],
] as const) {
  test(`${what}: IPVS refuses the message, rtnetlink does without it`, () => {
    assert.throws(() => decodeAttributes(table, unhex(bytes)), RangeError)
    assert.deepEqual(decodeWhatFits(table, unhex(bytes)), {})
  })
}

test('what comes before a length that does not fit is kept', () => {
  assert.deepEqual(decodeWhatFits(table, unhex('05000500 07000000 ff000400 01020304')), { small: 7 })
})

test('words in host order', () => {
  assert.equal(hex(hostWords(1, 0xffff_ffff)), '01000000ffffffff')
})

test('property: whatever the bytes, rtnetlink does not throw, and what was encoded is decoded', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void decodeWhatFits(table, bytes)))
  const values = fc.record(
    {
      name: fc.string({ maxLength: 20 }).filter(text => !text.includes('\0')),
      mtu: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      small: fc.integer({ min: 0, max: 255 }),
      delta: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      large: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      port: fc.integer({ min: 0, max: 65535 }),
      mark: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      raw: fc.uint8Array({ maxLength: 40 }),
      half: fc.integer({ min: 0, max: 65535 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(values, given => {
      const encoded = encodeAttributes(table, given)
      assert.deepEqual(decodeAttributes(table, encoded), decodeWhatFits(table, encoded))
      assert.deepEqual({ ...decodeAttributes(table, encoded) }, { ...given })
    }),
  )
})
