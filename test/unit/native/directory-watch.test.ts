import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeEvents } from '../../../src/native/directory-watch.ts'

function record(watch: number, mask: number, name: string, padded: number): Buffer {
  const bytes = Buffer.alloc(16 + padded)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
  view.setInt32(0, watch, little)
  view.setUint32(4, mask, little)
  view.setUint32(12, padded, little)
  bytes.write(name, 16)
  return bytes
}

test('records of inotify(7) follow one another, names are padded with zeros', () => {
  const bytes = Buffer.concat([record(1, 8, 'value', 16), record(2, 0x8000, '', 0), record(1, 2, 'ä', 16)])
  assert.deepEqual(decodeEvents(bytes), [
    { watch: 1, mask: 8, name: 'value' },
    { watch: 2, mask: 0x8000, name: '' },
    { watch: 1, mask: 2, name: 'ä' },
  ])
})

test('a record that is cut short is left out', () => {
  const bytes = record(1, 8, 'value', 16)
  assert.deepEqual(decodeEvents(bytes.subarray(0, 20)), [])
  assert.deepEqual(decodeEvents(bytes.subarray(0, 10)), [])
})
