// RFC 1071 section 3 has the worked example.

import assert from 'node:assert/strict'
import test from 'node:test'
import { internetChecksum, pseudoHeader4, pseudoHeader6 } from '../../../src/lib/checksum.ts'

test('the example of RFC 1071 sums to ddf2', () => {
  assert.equal(internetChecksum(Uint8Array.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])), ~0xddf2 & 0xffff)
})

test('an odd last byte counts as the high half of a word', () => {
  assert.equal(internetChecksum(Uint8Array.of(0x12)), ~0x1200 & 0xffff)
})

test('parts count as one run of bytes, and a message with its checksum sums to zero', () => {
  const message = Uint8Array.from([1, 2, 3, 4, 250, 251])
  const checksum = internetChecksum(message)
  assert.equal(internetChecksum(message.subarray(0, 4), message.subarray(4)), checksum)
  assert.equal(internetChecksum(message, Uint8Array.of(checksum >> 8, checksum & 255)), 0)
})

test('carries are folded until none is left', () => {
  assert.equal(internetChecksum(new Uint8Array(65_534).fill(0xff)), 0)
})

test('pseudo headers have the layout of their RFCs', () => {
  const v4 = pseudoHeader4(Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8), 112, 0x0102)
  assert.deepEqual([...v4], [1, 2, 3, 4, 5, 6, 7, 8, 0, 112, 1, 2])
  const v6 = pseudoHeader6(new Uint8Array(16).fill(1), new Uint8Array(16).fill(2), 112, 0x0102)
  assert.deepEqual([...v6.subarray(32)], [0, 0, 1, 2, 0, 0, 0, 112])
  assert.equal(v6.length, 40)
})
