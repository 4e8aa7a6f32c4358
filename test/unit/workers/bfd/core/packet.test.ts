// The codec: recorded packets of keepalived, each way to be wrong, and the two properties of every codec.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  type ControlPacket,
  decodePacket,
  encodePacket,
  PACKET_LENGTH,
  sessionStates,
} from '../../../../../src/workers/bfd/core/packet.ts'
import { controlPacket } from './fixture.ts'

const keepalived = { multiplier: 5, myDiscriminator: 0x11223344, minTxUs: 1_000_000, minRxUs: 10_000, diag: 0 } as const
const up = { ...keepalived, yourDiscriminator: 0x55667788, minTxUs: 10_000, state: 'up' } as const

const recorded: readonly (readonly [string, string, Partial<ControlPacket>])[] = [
  ['Down', '204005181122334400000000000f42400000271000000000', { ...keepalived, state: 'down', yourDiscriminator: 0 }],
  [
    'Init',
    '208005181122334455667788000f42400000271000000000',
    { ...keepalived, state: 'init', yourDiscriminator: 0x55667788 },
  ],
  ['Up with Poll', '20e005181122334455667788000027100000271000000000', { ...up, poll: true }],
  ['Up with Final', '20d005181122334455667788000027100000271000000000', { ...up, final: true }],
  [
    'Down after an expiry',
    '2140051899aabbcc00000000000f42400000271000000000',
    { ...keepalived, diag: 1, state: 'down', myDiscriminator: 0x99aabbcc, yourDiscriminator: 0 },
  ],
  [
    'Down of a live daemon',
    '20400318aae1312e00000000000f4240000186a000000000',
    {
      ...keepalived,
      multiplier: 3,
      state: 'down',
      myDiscriminator: 0xaae1312e,
      yourDiscriminator: 0,
      minRxUs: 100_000,
    },
  ],
]

for (const [name, hex, changes] of recorded) {
  test(`keepalived's packet is read and written the same: ${name}`, () => {
    const packet = controlPacket(changes)
    assert.equal(Buffer.from(encodePacket(packet)).toString('hex'), hex)
    assert.deepEqual(decodePacket(Uint8Array.from(Buffer.from(hex, 'hex'))), { ok: true, value: packet })
  })
}

function altered(changes: Readonly<Record<number, number>>, packet: Partial<ControlPacket> = {}): Uint8Array {
  const bytes = encodePacket(controlPacket(packet))
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value
  return bytes
}

const wrong: readonly (readonly [string, Uint8Array])[] = [
  ['too-short', altered({}).slice(0, PACKET_LENGTH - 1)],
  ['bad-length', altered({ 3: 23 })],
  ['bad-length', Uint8Array.from([...altered({}), 0])],
  ['bad-version', altered({ 0: 0x40 })],
  ['bad-multiplier', altered({ 2: 0 })],
  ['multipoint', altered({ 1: 0x41 })],
  ['no-discriminator', altered({}, { myDiscriminator: 0 })],
  ['state-without-discriminator', altered({}, { state: 'up', yourDiscriminator: 0 })],
  ['state-without-discriminator', altered({}, { state: 'init', yourDiscriminator: 0 })],
  ['poll-and-final', altered({ 1: 0x70 })],
  ['bad-diagnostic', altered({ 0: 0x29 })],
  ['authenticated', altered({ 1: 0x44 })],
]

for (const [reason, bytes] of wrong) {
  test(`a packet is refused: ${reason} (${Buffer.from(bytes).toString('hex').slice(0, 8)}, ${bytes.length} bytes)`, () => {
    assert.deepEqual(decodePacket(bytes), { ok: false, error: reason })
  })
}

test('decoding never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      decodePacket(bytes)
    }),
  )
})

test('what was written is read again', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff })
  const any = fc.record({
    diag: fc.integer({ min: 0, max: 8 }),
    state: fc.constantFrom(...sessionStates),
    poll: fc.boolean(),
    final: fc.constant(false),
    controlPlaneIndependent: fc.boolean(),
    demand: fc.boolean(),
    multiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: fc.integer({ min: 1, max: 0xffffffff }),
    yourDiscriminator: fc.integer({ min: 1, max: 0xffffffff }),
    minTxUs: word,
    minRxUs: word,
    minEchoRxUs: word,
  })
  fc.assert(
    fc.property(any, packet => {
      assert.deepEqual(decodePacket(encodePacket(packet)), { ok: true, value: { ...packet } })
    }),
  )
})
