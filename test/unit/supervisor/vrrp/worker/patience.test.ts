import assert from 'node:assert/strict'
import test from 'node:test'
import { pongWithinMs } from '../../../../../src/supervisor/vrrp/worker/patience.ts'

test('the fastest instance decides how long the worker may be silent, within bounds', () => {
  const of = (...intervalsMs: readonly number[]) =>
    pongWithinMs(intervalsMs.map(ms => ({ advertIntervalUs: ms * 1_000 })))
  assert.equal(of(), 400)
  assert.equal(of(1_000), 400)
  assert.equal(of(1_000, 200), 300)
  assert.equal(of(100), 150)
  assert.equal(of(10), 150)
})
