import assert from 'node:assert/strict'
import test from 'node:test'
import { ChunkEnd } from '../../../../../src/workers/checker/core/chunk-end.ts'

function reached(text: string, pieceBytes: number): boolean {
  const end = new ChunkEnd()
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += pieceBytes) end.add(bytes.subarray(at, at + pieceBytes))
  return end.reached
}

test('the end of a chunked body is found, however the packets fall', () => {
  const whole = [
    '0\r\n\r\n',
    '3\r\nabc\r\n0\r\n\r\n',
    'A;x=y\r\n0123456789\r\n00\r\nT: 1\r\n\r\n',
    '2\r\n\r\n\r\n0\r\n\r\n',
  ]
  for (const text of whole) {
    for (const pieceBytes of [1, 2, 3, 1_000]) {
      assert.ok(reached(text, pieceBytes), JSON.stringify([text, pieceBytes]))
      assert.ok(!reached(text.slice(0, -1), pieceBytes), JSON.stringify(text))
    }
  }
})

test('what is no chunked body has no end, and takes no memory', () => {
  for (const text of ['', 'hello\r\n0\r\n\r\n', '-1\r\n\r\n', '\r\n0\r\n\r\n', '0'.repeat(100_000)])
    assert.ok(!reached(text, 7))
})
