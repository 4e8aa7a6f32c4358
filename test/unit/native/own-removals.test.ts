import assert from 'node:assert/strict'
import test from 'node:test'
import { OwnRemovals } from '../../../src/native/own-removals.ts'

const VIP = { ifindex: 5, family: 4, address: '192.0.2.100' } as const

test('an expected removal is ours once', () => {
  const removals = new OwnRemovals()
  removals.expect(VIP, 0)
  assert.equal(removals.consume(VIP, 10), true)
  assert.equal(removals.consume(VIP, 20), false)
})

test('two expected removals are ours twice', () => {
  const removals = new OwnRemovals()
  removals.expect(VIP, 0)
  removals.expect(VIP, 1)
  assert.deepEqual(
    [1, 2, 3].map(now => removals.consume(VIP, now)),
    [true, true, false],
  )
})

test('link and address must be the same', () => {
  const removals = new OwnRemovals()
  removals.expect(VIP, 0)
  assert.equal(removals.consume({ ...VIP, ifindex: 6 }, 1), false)
  assert.equal(removals.consume({ ...VIP, address: '192.0.2.101' }, 1), false)
})

test('a refused removal is not expected any more', () => {
  const removals = new OwnRemovals()
  removals.expect(VIP, 0)
  removals.withdraw(VIP, 1)
  assert.equal(removals.consume(VIP, 2), false)
})

test('an expectation whose report was lost does not hide a removal by somebody else later', () => {
  const removals = new OwnRemovals()
  removals.expect(VIP, 0)
  assert.equal(removals.consume(VIP, 5_000_001), false)
})
