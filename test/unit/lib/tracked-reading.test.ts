import assert from 'node:assert/strict'
import test from 'node:test'
import { effectOfReading, readingOf, type TrackedKind } from '../../../src/lib/tracked-reading.ts'

const fault = { fault: true, priority: 0 }
const adds = (priority: number) => ({ fault: false, priority })

test('a BFD session of weight 0 is a fault while it is down, a reversed one while it is up', () => {
  for (const kind of ['bfd', 'process'] as const) {
    assert.deepEqual(effectOfReading(kind, 0, false, 0), fault)
    assert.deepEqual(effectOfReading(kind, 0, false, 1), adds(0))
    assert.deepEqual(effectOfReading(kind, 0, true, 0), adds(0))
    assert.deepEqual(effectOfReading(kind, 0, true, 1), fault)
  }
})

test('a weighted BFD session counts as a script does', () => {
  const cases: readonly (readonly [number, boolean, number, number])[] = [
    [20, false, 1, 20],
    [20, false, 0, 0],
    [-20, false, 1, 0],
    [-20, false, 0, -20],
    [20, true, 1, -20],
    [-20, true, 0, 20],
  ]
  for (const [weight, reverse, reading, priority] of cases) {
    assert.deepEqual(effectOfReading('bfd', weight, reverse, reading), adds(priority))
  }
})

test('what a file says is multiplied by the weight and kept within 253; from -254 on it is a fault', () => {
  const cases: readonly (readonly [number, boolean, number, object])[] = [
    [1, false, 5, adds(5)],
    [1, false, -5, adds(-5)],
    [2, false, 5, adds(10)],
    [2, true, 5, adds(-10)],
    [-1, true, 5, adds(5)],
    [1, false, 1000, adds(253)],
    [1, false, -253, adds(-253)],
    [1, false, -254, fault],
    [-127, false, 2, fault],
    [1, true, 2147483647, fault],
    [5, true, 0, adds(0)],
  ]
  for (const [weight, reverse, value, effect] of cases) {
    assert.deepEqual(effectOfReading('file', weight, reverse, value), effect)
  }
})

test('a file of weight 0 is a fault unless it says 0, a reversed one if it does', () => {
  assert.deepEqual(effectOfReading('file', 0, false, 0), adds(0))
  assert.deepEqual(effectOfReading('file', 0, false, -3), fault)
  assert.deepEqual(effectOfReading('file', 0, true, 0), fault)
  assert.deepEqual(effectOfReading('file', 0, true, 1), adds(0))
})

test('objects of one name but another kind are told apart, and what was never heard of reads 0', () => {
  const readings = { 'bfd a': 1, 'file a': 7 }
  const read = (kind: TrackedKind) => readingOf(readings, kind, 'a')
  assert.deepEqual([read('bfd'), read('file'), read('process')], [1, 7, 0])
})
