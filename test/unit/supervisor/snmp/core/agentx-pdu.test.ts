// AgentX PDUs: bytes of RFC 2741's own layout, everything that is encoded can be decoded, and nothing makes the decoder throw.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  decodePdu,
  encodeNotify,
  encodeOpen,
  encodePing,
  encodeRegister,
  encodeResponse,
  HEADER_BYTES,
  PAYLOAD_BYTES_MAX,
  pduLength,
} from '../../../../../src/supervisor/snmp/core/agentx-pdu.ts'
import { AgentxReader } from '../../../../../src/supervisor/snmp/core/agentx-reader.ts'
import type { Varbind } from '../../../../../src/supervisor/snmp/core/value.ts'

const envelope = { session: 7, transaction: 8, packet: 9 }
const subid = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const oid = fc.oneof(
  fc.array(subid, { maxLength: 12 }),
  fc.array(subid, { maxLength: 8 }).map(rest => [1, 3, 6, 1, ...rest]),
)
const bytes = fc.uint8Array({ maxLength: 40 })
const unsigned = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const typed = <T extends string, V>(type: T, of: fc.Arbitrary<V>) => of.map(value => ({ type, value }))
const value: fc.Arbitrary<Varbind['value']> = fc.oneof(
  typed('integer', fc.integer()),
  typed('octets', bytes),
  typed('ip-address', bytes),
  typed('counter32', unsigned),
  typed('gauge32', unsigned),
  typed('ticks', unsigned),
  typed('counter64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  typed('oid', oid),
  fc.constantFrom('null', 'no-such-object', 'no-such-instance', 'end-of-mib-view'),
)
const varbinds = fc.array(
  fc.tuple(oid, value).map(([name, of]) => ({ oid: name, value: of })),
  { maxLength: 6 },
)

test('an open PDU byte by byte', () => {
  const expected = [
    '01011000', // version, open, network order
    '00000000', // no session yet
    '00000000',
    '00000003', // packet
    '0000001c', // 28 bytes follow
    '05000000', // the master waits 5 s
    '02040000', // 1.3.6.1.4, and two more
    '00000001',
    '00002572', // 9586
    '00000005', // five bytes, padded
    '68656c6c',
    '6f000000',
  ]
  const open = encodeOpen(3, 5, [1, 3, 6, 1, 4, 1, 9586], 'hello')
  assert.equal(Buffer.from(open).toString('hex'), expected.join(''))
})

test('every varbind comes back as it was sent', () => {
  fc.assert(
    fc.property(varbinds, list => {
      const sent = encodeResponse(envelope, { error: 0, index: 0, varbinds: list })
      assert.equal(pduLength(sent), sent.length)
      const reader = new AgentxReader(sent.subarray(HEADER_BYTES + 8), false)
      assert.deepEqual(reader.varbinds(), list)
      assert.equal(reader.failed, false)
    }),
  )
})

test('requests of a master: ranges, bulk, set', () => {
  const pdu = (type: number, payload: readonly number[]) =>
    Uint8Array.from([1, type, 0x10, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, payload.length, ...payload])
  const ranges = [{ start: [1, 3, 6, 1, 2, 9], include: true, end: [] }]
  // 1.3.6.1.2.9 with itself, and no end.
  const short = [1, 2, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0]
  assert.deepEqual(decodePdu(pdu(6, short)), {
    kind: 'request',
    request: { type: 'get-next', ranges },
    ...envelope,
  })
  assert.deepEqual(decodePdu(pdu(7, [0, 1, 0, 20, ...short])), {
    kind: 'request',
    request: { type: 'get-bulk', nonRepeaters: 1, repetitionsMax: 20, ranges },
    ...envelope,
  })
  assert.deepEqual(decodePdu(pdu(9, [])), { kind: 'request', request: { type: 'commit-set' }, ...envelope })
})

test('a master of the other byte order is understood', () => {
  const little = [1, 18, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 210, 4, 0, 0, 1, 1, 0, 0]
  assert.equal(pduLength(Uint8Array.from(little)), 28)
  assert.deepEqual(decodePdu(Uint8Array.from(little)), { kind: 'response', sysUpTime: 1234, error: 257, ...envelope })
})

test('lengths: too little to know, another version, too long, not a multiple of four', () => {
  const ping = encodePing(envelope)
  assert.equal(pduLength(ping), HEADER_BYTES)
  assert.equal(pduLength(ping.subarray(0, 19)), undefined)
  assert.equal(pduLength(Uint8Array.of(2)), 'bad')
  const withLength = (length: number) => {
    const copy = ping.slice()
    new DataView(copy.buffer).setUint32(16, length)
    return copy
  }
  assert.equal(pduLength(withLength(PAYLOAD_BYTES_MAX + 4)), 'bad')
  assert.equal(pduLength(withLength(6)), 'bad')
})

test('no bytes make the decoder throw or run away', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.boolean(), fc.uint8Array({ maxLength: 200 }), (type, big, rest) => {
      const head = Uint8Array.of(1, type, big ? 0x10 : 0, 0)
      decodePdu(Uint8Array.from([...head, ...new Uint8Array(16), ...rest]))
    }),
    { numRuns: 2_000 },
  )
})

test('a cut PDU is refused, not half believed', () => {
  fc.assert(
    fc.property(varbinds, fc.integer({ min: 1, max: 12 }), (list, cut) => {
      fc.pre(list.length > 0)
      const sent = encodeNotify(envelope, list)
      const reader = new AgentxReader(sent.subarray(HEADER_BYTES, sent.length - cut), false)
      reader.varbinds()
      assert.ok(reader.failed || cut >= 8)
    }),
  )
})

test('a registration names its subtree', () => {
  const register = encodeRegister(envelope, [1, 3, 6, 1, 2, 1, 68])
  assert.equal(Buffer.from(register.subarray(HEADER_BYTES)).toString('hex'), '007f0000020200000000000100000044')
})
