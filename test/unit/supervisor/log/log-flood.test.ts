// The flood filter: nothing is lost without being counted, and memory is bounded.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { usPerSecond } from '../../../../src/lib/time.ts'
import { FloodFilter } from '../../../../src/supervisor/log/log-flood.ts'

const second = usPerSecond
const limit = { burst: 3, refillEveryUs: second, reportEveryUs: 10 * second, keysMax: 4 }

test('a burst is written, the rest is counted, and the count comes once it is due', () => {
  const filter = new FloodFilter(limit)
  const written = Array.from({ length: 1237 }, () => filter.admit('a', 0)).filter(Boolean).length
  assert.equal(written, 3)
  assert.deepEqual(filter.reports(9 * second), [])
  assert.deepEqual(filter.reports(10 * second), [{ key: 'a', count: 1234, sinceUs: 10 * second }])
  assert.deepEqual(filter.reports(20 * second), [])
})

test('one event does not use up the lines of another', () => {
  const filter = new FloodFilter(limit)
  for (let i = 0; i < 10; i++) filter.admit('advert-checksum-wrong VI_1', 0)
  assert.equal(filter.admit('advert-checksum-wrong VI_2', 0), true)
  assert.equal(filter.admit('became-master VI_1', 0), true)
})

test('an event that comes once a second is always written', () => {
  const filter = new FloodFilter(limit)
  for (let i = 0; i < 100; i++) assert.equal(filter.admit('a', i * second), true)
})

test('at the end counts are reported although they are not due', () => {
  const filter = new FloodFilter(limit)
  for (let i = 0; i < 5; i++) filter.admit('a', 0)
  assert.deepEqual(filter.reports(second, true), [{ key: 'a', count: 2, sinceUs: second }])
})

test('everything that was refused is reported, whatever the order and however many kinds there are', () => {
  const happenings = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 * second })))
  fc.assert(
    fc.property(happenings, list => {
      const filter = new FloodFilter(limit)
      let now = 0
      let refused = 0
      let reported = 0
      for (const [key, gap] of list) {
        now += gap
        if (!filter.admit(`event-${key}`, now)) refused++
        for (const { count } of filter.reports(now)) reported += count
      }
      for (const { count } of filter.reports(now, true)) reported += count
      assert.equal(reported, refused)
    }),
  )
})
