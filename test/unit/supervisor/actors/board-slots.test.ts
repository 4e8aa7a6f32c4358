import assert from 'node:assert/strict'
import test from 'node:test'
import { boardSlotsMax } from '../../../../src/ipc/board.ts'
import { assignSlots } from '../../../../src/supervisor/actors/board-slots.ts'

test('an instance keeps its place over reloads and places are not shared', () => {
  const first = assignSlots({}, ['a', 'b', 'c'])
  assert.deepEqual(first, { a: 0, b: 1, c: 2 })
  assert.deepEqual(assignSlots(first, ['c', 'd']), { c: 2, d: 3 })
})

test('the place of a removed instance is free one reload later, when its worker has heard of it', () => {
  const after = assignSlots(assignSlots({}, ['a']), ['b'])
  assert.deepEqual(after, { b: 1 })
  assert.deepEqual(assignSlots(after, ['b', 'c']), { b: 1, c: 0 })
})

test('more instances than places are an error that says so', () => {
  const names = Array.from({ length: boardSlotsMax + 1 }, (_, i) => `VI_${i}`)
  assert.throws(() => assignSlots({}, names), /more than 4080 VRRP instances/)
})
