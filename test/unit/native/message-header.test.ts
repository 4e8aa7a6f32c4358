import assert from 'node:assert/strict'
import test from 'node:test'
import { LITTLE_ENDIAN, POINTER_SIZE } from '../../../src/native/libc.ts'
import { CMSG_HEADER, controlSpace, MessageHeader } from '../../../src/native/message-header.ts'

test('a control message is found behind another one, by level and type', () => {
  const header = new MessageHeader({ controlMax: 96, payloadMax: 8 })
  const view = new DataView(header.control.buffer, header.control.byteOffset)
  const write = (at: number, level: number, type: number, value: number) => {
    view.setUint32(at, CMSG_HEADER + 4, LITTLE_ENDIAN)
    view.setInt32(at + POINTER_SIZE, level, LITTLE_ENDIAN)
    view.setInt32(at + POINTER_SIZE + 4, type, LITTLE_ENDIAN)
    view.setInt32(at + CMSG_HEADER, value, LITTLE_ENDIAN)
  }
  write(0, 1, 2, 11)
  write(controlSpace(4), 41, 52, 64)
  header.setLengths(0, 2 * controlSpace(4), 0)
  assert.equal(header.controlInt(41, 52), 64)
  assert.equal(header.controlInt(1, 2), 11)
  assert.equal(header.controlInt(1, 52), undefined)
  header.setLengths(0, controlSpace(4), 0)
  assert.equal(header.controlInt(41, 52), undefined, 'only what the kernel has written counts')
})

test('a control message of length zero does not loop', () => {
  const header = new MessageHeader({ controlMax: 96, payloadMax: 8 })
  header.setLengths(0, 96, 0)
  assert.equal(header.controlInt(41, 52), undefined)
})

test('the parts do not overlap', () => {
  const header = new MessageHeader({ controlMax: 40, payloadMax: 100 })
  const spans = [header.name, header.control, header.payload].map(part => [
    part.byteOffset,
    part.byteOffset + part.length,
  ])
  for (const [i, [start]] of spans.entries()) assert.ok(start! >= (i === 0 ? 9 * POINTER_SIZE : spans[i - 1]![1]!))
})

test('two control messages written one behind the other are both found', () => {
  const header = new MessageHeader({ controlMax: controlSpace(20) + controlSpace(4), payloadMax: 8 })
  header.setControlHeader(41, 50, 20)
  header.control.set([1, 2, 3], CMSG_HEADER)
  header.setControlHeader(41, 52, 4, controlSpace(20))
  header.control.set([64, 0, 0, 0], controlSpace(20) + CMSG_HEADER)
  header.setLengths(0, header.control.length, 0)
  assert.deepEqual(header.controlBytes(41, 50, 20)?.subarray(0, 4), Uint8Array.of(1, 2, 3, 0))
  assert.equal(header.controlBytes(41, 50, 28), undefined, 'not more than there is')
  assert.equal(header.controlInt(41, 52), LITTLE_ENDIAN ? 64 : 64 << 24)
})
