import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeProcessEvent } from '../../../src/native/process-events.ts'

const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** A datagram of the connector with this event and process ids behind it. */
function datagram(what: number, ...ids: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(76)
  const view = new DataView(bytes.buffer)
  view.setUint32(36, what, little)
  for (const [i, id] of ids.entries()) view.setUint32(52 + 4 * i, id, little)
  return bytes
}

test('fork, exec, comm and exit of processes are told', () => {
  assert.deepEqual(decodeProcessEvent(datagram(1, 10, 10, 11, 11)), { type: 'fork', parent: 10, pid: 11 })
  assert.deepEqual(decodeProcessEvent(datagram(2, 11, 11)), { type: 'changed', pid: 11 })
  assert.deepEqual(decodeProcessEvent(datagram(0x200, 11, 11)), { type: 'changed', pid: 11 })
  assert.deepEqual(decodeProcessEvent(datagram(0x80000000, 11, 11)), { type: 'exit', pid: 11 })
})

test('a process that a thread makes is a child of the whole process', () => {
  assert.deepEqual(decodeProcessEvent(datagram(1, 12, 10, 11, 11)), { type: 'fork', parent: 10, pid: 11 })
})

test('threads, other events and what is too short are nothing', () => {
  assert.equal(decodeProcessEvent(datagram(1, 10, 10, 12, 11)), undefined)
  assert.equal(decodeProcessEvent(datagram(0x200, 12, 11)), undefined)
  assert.equal(decodeProcessEvent(datagram(0x80000000, 12, 11)), undefined)
  assert.equal(decodeProcessEvent(datagram(4, 11, 11)), undefined)
  assert.equal(decodeProcessEvent(datagram(1, 10, 10, 11, 11).subarray(0, 40)), undefined)
})
