import assert from 'node:assert/strict'
import test from 'node:test'
import { Fence } from '../../../../src/workers/vrrp/fence.ts'

test('a deadline is past the fence when the question asked after it has come back', () => {
  const fence = new Fence(0)
  assert.ok(!fence.isBehind(100))
  assert.equal(fence.await(105), 1)
  assert.ok(!fence.isBehind(100))
  fence.returned(1)
  assert.ok(fence.isBehind(100))
  assert.ok(!fence.isBehind(106))
})

test('one question at a time, and what waits for it is no reason to wake up', () => {
  const fence = new Fence(0)
  fence.await(105)
  assert.equal(fence.await(110), undefined)
  assert.ok(fence.isAwaited(110))
  assert.ok(!fence.isAwaited(111))
  fence.returned(1)
  assert.ok(!fence.isAwaited(110))
  assert.equal(fence.await(112), 2)
})

test('an answer to another question is none', () => {
  const fence = new Fence(0)
  fence.await(105)
  fence.returned(2)
  assert.ok(!fence.isBehind(100))
  fence.returned(1)
  fence.returned(1)
  assert.ok(fence.isBehind(105))
})

test('the question is asked a moment before the deadline, and its answer covers no more than that moment before it', () => {
  const fence = new Fence(10)
  assert.equal(fence.opensAt(100), 90)
  fence.await(90)
  assert.ok(fence.isAwaited(100))
  assert.ok(!fence.isAwaited(101))
  fence.returned(1)
  assert.ok(fence.isBehind(100))
  assert.ok(!fence.isBehind(101))
})
