import assert from 'node:assert/strict'
import test from 'node:test'
import { internetChecksum } from '../../../src/lib/checksum.ts'
import { decodeIpv4Header, encodeIpv4 } from '../../../src/lib/ipv4-packet.ts'

const fields = {
  tos: 0xc0,
  id: 0x1234,
  ttl: 255,
  protocol: 112,
  source: Uint8Array.of(192, 0, 2, 11),
  destination: Uint8Array.of(224, 0, 0, 18),
}

test('what is encoded is decoded again, with a checksum that sums to zero', () => {
  const packet = encodeIpv4(fields, Uint8Array.of(1, 2, 3))
  assert.equal(internetChecksum(packet.subarray(0, 20)), 0)
  assert.deepEqual([...packet.subarray(20)], [1, 2, 3])
  const { id, ttl, protocol, source, destination } = fields
  const expected = { headerLength: 20, totalLength: 23, id, ttl, protocol, source, destination }
  assert.deepEqual(decodeIpv4Header(packet), { ok: true, value: expected })
})

test('a header that is not one is named', () => {
  const packet = encodeIpv4(fields, new Uint8Array(8))
  assert.deepEqual(decodeIpv4Header(packet.subarray(0, 19)), { ok: false, error: 'short' })
  assert.deepEqual(decodeIpv4Header(Uint8Array.from([0x65, ...packet.subarray(1)])), { ok: false, error: 'not-ipv4' })
  for (const first of [0x44, 0x4f]) {
    assert.deepEqual(decodeIpv4Header(Uint8Array.from([first, ...packet.subarray(1)])), {
      ok: false,
      error: 'header-length',
    })
  }
})
