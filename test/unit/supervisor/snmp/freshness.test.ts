// Values that take time: loaded once for all who wait, kept while young, and not waited for without end.

import assert from 'node:assert/strict'
import test from 'node:test'
import { Freshness } from '../../../../src/supervisor/snmp/freshness.ts'

test('all who ask at once wait for one load, and a young value is not loaded again', async () => {
  let loads = 0
  const fresh = new Freshness(0, async () => ++loads, assert.ifError)
  await Promise.all([fresh.within(60e6, 1_000), fresh.within(60e6, 1_000)])
  await fresh.within(60e6, 1_000)
  assert.equal(fresh.value, 1)
})

test('who has waited long enough has the old value; a failure leaves it, too', async () => {
  const failures: unknown[] = []
  const slow = new Freshness('old', () => new Promise<string>(() => {}), assert.ifError)
  await slow.within(0, 1)
  assert.equal(slow.value, 'old')
  const broken = new Freshness(
    'old',
    () => Promise.reject(new Error('no')),
    thrown => failures.push(thrown),
  )
  await broken.within(0, 1_000)
  assert.equal(broken.value, 'old')
  assert.equal(failures.length, 1)
})
