import assert from 'node:assert/strict'
import test from 'node:test'
import { suspendedUs } from '../../../src/native/clock.ts'

test('the time in suspend is not negative, and stands still while the host runs', () => {
  const first = suspendedUs()
  assert.ok(first >= -1_000, `${first} us`)
  assert.ok(Math.abs(suspendedUs() - first) < 1_000_000)
})
