import assert from 'node:assert/strict'
import test from 'node:test'
import { deadline } from '../../../../src/workers/vrrp/core/fsm.ts'
import { Fence } from '../../../../src/workers/vrrp/fence.ts'
import { WakeTimes } from '../../../../src/workers/vrrp/wake-times.ts'
import { elected, instance, start, started } from './core/fixture.ts'

const leadUs = 1_000
const backup = started(instance())
const due = deadline(backup)!
const intervalUs = 1_000_000

function plan() {
  const fence = new Fence(leadUs)
  return { fence, wake: new WakeTimes(fence) }
}

test('without a machine there is nothing to wake for, and nobody oversleeps', () => {
  const { wake } = plan()
  assert.equal(wake.next([], start), undefined)
  assert.equal(wake.sleptUs(start + 60_000_000), 0)
})

test('a MASTER wakes for its advert, whoever else waits longer', () => {
  const { wake } = plan()
  const { state, now } = elected(instance())
  assert.equal(wake.next([{ state: started(instance(), now) }, { state }], now), deadline(state))
})

test('a BACKUP looks every half interval in the end, then asks a moment before its deadline', () => {
  const { wake, fence } = plan()
  const looks: number[] = []
  // Bounded: each look comes after the one before.
  for (let now = start, n = 0; n < 10; n++) {
    now = wake.next([{ state: backup }], now)!
    looks.push(now - due)
    if (now >= fence.opensAt(due)) break
  }
  assert.deepEqual(looks, [-1.5 * intervalUs, -intervalUs, -intervalUs / 2, -leadUs])
})

test('a BACKUP that has asked sleeps until the answer, and then acts at its deadline', () => {
  const { wake, fence } = plan()
  const at = fence.opensAt(due)
  const n = fence.await(at)!
  assert.equal(wake.next([{ state: backup }], at), undefined)
  fence.returned(n)
  assert.equal(wake.next([{ state: backup }], at), due)
})

test('a wake-up counts as overslept from one millisecond on, and only once', () => {
  const { wake } = plan()
  const planned = wake.next([{ state: backup }], start)!
  assert.equal(wake.sleptUs(planned + 999), 0)
  wake.next([{ state: backup }], start)
  assert.equal(wake.sleptUs(planned + 5_000), 5_000)
  assert.equal(wake.sleptUs(planned + 5_000), 0)
})
