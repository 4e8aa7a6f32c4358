import assert from 'node:assert/strict'
import test from 'node:test'
import { bytesEqual, bytesEqualConstantTime, concatBytes } from '../../../src/lib/bytes.ts'

test('runs of bytes are equal when length and every byte are', () => {
  for (const equal of [bytesEqual, bytesEqualConstantTime]) {
    assert.equal(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true)
    assert.equal(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false)
    assert.equal(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)), false)
    assert.equal(equal(new Uint8Array(0), new Uint8Array(0)), true)
  }
})

test('joined bytes keep their order', () => {
  assert.deepEqual([...concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))], [1, 2, 3])
})
