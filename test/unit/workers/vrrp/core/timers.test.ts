// The times that keepalived computes, to the microsecond.

import assert from 'node:assert/strict'
import test from 'node:test'
import { firstChanceUs, masterDownUs, skewOf, skewUs, stallUs } from '../../../../../src/workers/vrrp/core/timers.ts'

const v2 = { version: 2, priority: 100, downTimerAdverts: 3, advertIntervalUs: 1_000_000 } as const
const v3 = { ...v2, version: 3 } as const

test('master-down times agree with keepalived', () => {
  assert.equal(masterDownUs(v2, 100, 1_000_000), 3_609_375)
  assert.equal(masterDownUs(v2, 110, 1_000_000), 3_570_312)
  assert.equal(masterDownUs(v3, 100, 1_000_000), 3_609_375)
  assert.equal(masterDownUs({ ...v3, advertIntervalUs: 100_000 }, 200, 100_000), 321_875)
})

test('the skew of version 2 does not depend on the interval, that of version 3 does', () => {
  assert.equal(skewUs(2, 100, 10_000_000), 609_375)
  assert.equal(skewUs(3, 100, 10_000_000), 6_093_750)
  assert.equal(skewUs(3, 255, 10_000), 39)
  assert.equal(skewUs(3, 1, 10_000), 9_960)
})

test('all times are integers and a higher priority waits less', () => {
  for (const version of [2, 3] as const) {
    for (let priority = 1; priority < 255; priority++) {
      const waitUs = masterDownUs({ ...v2, version }, priority, 10_000)
      assert.ok(Number.isInteger(waitUs))
      assert.ok(waitUs > masterDownUs({ ...v2, version }, priority + 1, 10_000))
    }
  }
})

test('an owner that gave way keeps the skew of an owner', () => {
  assert.equal(skewOf({ ...v2, priority: 255 }, 254, 1_000_000), 3_906)
})

test('down_timer_adverts multiplies the interval', () => {
  assert.equal(masterDownUs({ ...v2, downTimerAdverts: 1 }, 100, 1_000_000), 1_609_375)
})

test('the first chance for others is one interval and the skew of an owner', () => {
  assert.equal(firstChanceUs(v2, 1_000_000), 1_003_906)
})

test('a MASTER is stalled after what its peers wait, by its own interval', () => {
  assert.equal(stallUs({ ...v3, advertIntervalUs: 10_000 }, 100), 36_093)
})

test('with timer_expired_backup a MASTER supposes peers of that priority', () => {
  assert.equal(stallUs({ ...v2, timerExpiredPriority: 254 }, 100), 3_007_812)
  assert.equal(stallUs({ ...v2, timerExpiredPriority: 1 }, 100), 3_996_093)
})
