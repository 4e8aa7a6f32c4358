import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { decodeMessages, encodeMessage, errnoOf, FLAG, MESSAGE_TYPE } from '../../../src/native/netlink-message.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

test('a message has its length, type, flags, sequence and port before the padded body', () => {
  const bytes = encodeMessage({ type: 20, flags: 0x605, sequence: 7, port: 0x1234, body: Uint8Array.of(1, 2, 3, 4, 5) })
  assert.equal(hex(bytes), '1500000014000506070000003412000001020304 05000000'.replace(' ', ''))
})

test('the messages of a datagram are told apart, padding included', () => {
  const first = encodeMessage({ type: 16, flags: FLAG.multi, sequence: 1, port: 2, body: Uint8Array.of(9, 9, 9) })
  const second = encodeMessage({
    type: MESSAGE_TYPE.done,
    flags: FLAG.multi,
    sequence: 1,
    port: 2,
    body: new Uint8Array(4),
  })
  const messages = decodeMessages(Uint8Array.from([...first, ...second]))
  assert.deepEqual(
    messages.map(({ type, body }) => [type, hex(body)]),
    [
      [16, '090909'],
      [3, '00000000'],
    ],
  )
})

test('decoding stops at a header that does not fit', () => {
  assert.deepEqual(decodeMessages(unhex('0f000000 1400 0000 00000000 00000000')), [])
  assert.deepEqual(decodeMessages(unhex('ff000000 1400 0000 00000000 00000000')), [])
  assert.deepEqual(decodeMessages(new Uint8Array(15)), [])
})

test('errors carry a positive errno, an ACK is 0, and other messages have none', () => {
  const of = (type: number, body: Uint8Array) => errnoOf({ type, flags: 0, sequence: 0, port: 0, body })
  assert.equal(of(MESSAGE_TYPE.error, unhex('efffffff')), 17)
  assert.equal(of(MESSAGE_TYPE.error, unhex('00000000')), 0)
  assert.equal(of(MESSAGE_TYPE.done, new Uint8Array(0)), 0)
  assert.equal(of(MESSAGE_TYPE.error, new Uint8Array(2)), undefined)
  assert.equal(of(16, unhex('efffffff')), undefined)
})

test('property: whatever the bytes, decoding does not throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void decodeMessages(bytes)))
})
