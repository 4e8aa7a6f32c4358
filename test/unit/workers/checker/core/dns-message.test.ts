import assert from 'node:assert/strict'
import test from 'node:test'
import { encodeQuery, judgeAnswer, rcodeName } from '../../../../../src/workers/checker/core/dns-message.ts'

test('only an answer with the id of the question is one; its code is the low half of a byte', () => {
  const answer = (id: number, flags: number, more = 0) =>
    Uint8Array.from([id >> 8, id & 255, flags, more, 0, 1, 0, 0, 0, 0, 0, 0])
  assert.deepEqual(judgeAnswer(answer(0x1234, 0x81, 0x83), 0x1234), { rcode: 3 })
  assert.deepEqual(judgeAnswer(answer(0x1234, 0x80), 0x1234), { rcode: 0 })
  assert.equal(judgeAnswer(answer(0x1234, 0x01), 0x1234), undefined)
  assert.equal(judgeAnswer(answer(0x1235, 0x81), 0x1234), undefined)
  assert.equal(judgeAnswer(answer(0x1234, 0x81).subarray(0, 11), 0x1234), undefined)
  assert.equal(judgeAnswer(encodeQuery(7, 'www.example', 'A')!, 7), undefined)
  assert.deepEqual([2, 3, 11].map(rcodeName), ['SERVFAIL', 'NXDOMAIN', 'rcode 11'])
})

test('a question has the name in labels, the type and the class; what is no name has none', () => {
  const bytes = [...encodeQuery(0x0102, 'a.bc', 'AAAA')!]
  assert.deepEqual(bytes.slice(0, 12), [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  assert.deepEqual(bytes.slice(12), [1, 97, 2, 98, 99, 0, 0, 28, 0, 1])
  assert.equal(encodeQuery(1, 'a..b', 'A'), undefined)
  assert.equal(encodeQuery(1, 'x'.repeat(64), 'A'), undefined)
})
