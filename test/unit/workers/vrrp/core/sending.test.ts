// Adverts that do not leave the host: when that is a fault, when it is tried again, and what is said and counted.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Instant } from '../../../../../src/lib/time.ts'
import { deadline, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import { retrySending, transmitted } from '../../../../../src/workers/vrrp/core/sending.ts'
import { type State, unhindered } from '../../../../../src/workers/vrrp/core/state.ts'
import type { Step } from '../../../../../src/workers/vrrp/core/step.ts'
import { elected, faultKinds, instance, logged, unicast, words } from './fixture.ts'

const params = instance()
const downUs = 3_609_375
const { state: master, now } = elected(params)
const refused = ['EPERM to 224.0.0.18']

function sent(state: State, failures: readonly string[], at: Instant, left = failures.length === 0): Step {
  return transition(params, state, { type: 'transmitted', priority: 100, left, failures }, at)
}

/** What comes of adverts that fail, one each interval, from `at` on. */
function silenced(from: State, at: Instant, adverts: number): State {
  let state = from
  for (let n = 0; n < adverts; n++) {
    state = transition(params, state, { type: 'timer' }, at + n * params.advertIntervalUs).state
    state = sent(state, refused, at + n * params.advertIntervalUs).state
  }
  return state
}

test('a MASTER stays for a master-down time, because one lost advert harms nobody, and is then at fault', () => {
  const first = now + params.advertIntervalUs
  assert.equal(silenced(master, first, 4).name, 'master', '3 s of silence')
  const mute = silenced(master, first, 5)
  assert.deepEqual(faultKinds(mute), ['mute'])
  assert.equal(mute.world.mute, 'EPERM to 224.0.0.18')
})

test('a mute MASTER cannot resign either: the addresses go, and nothing is sent', () => {
  const first = now + params.advertIntervalUs
  const last = silenced(master, first, 4)
  const { effects } = sent(last, refused, first + downUs)
  assert.deepEqual(words(effects), ['no addresses', 'notify FAULT 100'])
})

test('an advert that leaves begins the time anew, and ends the complaint', () => {
  const first = now + params.advertIntervalUs
  const healed = sent(silenced(master, first, 4), [], first + 3_500_000)
  assert.deepEqual(healed.state.sending, unhindered)
  assert.deepEqual(logged(healed.effects), ['advert-sent-again'])
  assert.equal(silenced(healed.state, first + 4_000_000, 4).name, 'master')
})

test('each attempt after a fault waits twice as long, 30 s at most, and one advert is enough to know', () => {
  let state = silenced(master, now + params.advertIntervalUs, 5)
  const waits: number[] = []
  for (let attempt = 0; attempt < 6; attempt++) {
    const retryAt = deadline(state)!
    assert.equal(transition(params, state, { type: 'timer' }, retryAt - 1).state, state, 'not before its time')
    const backup = transition(params, state, { type: 'timer' }, retryAt).state
    assert.equal(backup.name, 'backup', 'it listens first')
    const takeover = transition(params, backup, { type: 'timer' }, deadline(backup)!).state
    assert.equal(takeover.name, 'master')
    state = sent(takeover, refused, takeover.changedAt).state
    assert.deepEqual(faultKinds(state), ['mute'])
    waits.push(deadline(state)! - takeover.changedAt)
  }
  assert.deepEqual(waits.slice(0, 3), [2 * downUs, 4 * downUs, 8 * downUs])
  assert.equal(waits.at(-1), 30_000_000)
})

test('what did not leave is not counted as sent, each packet is counted, and each reason is said once', () => {
  const first = sent(master, refused, now)
  assert.deepEqual(logged(first.effects), ['advert-not-sent'])
  assert.equal(first.state.counters.advert_sent, master.counters.advert_sent - 1)
  assert.equal(first.state.counters.send_err, 1)
  const second = sent(first.state, refused, now + 1)
  assert.deepEqual(logged(second.effects), [])
  const other = sent(second.state, ['ENOBUFS to 224.0.0.18'], now + 2)
  assert.deepEqual(logged(other.effects), ['advert-not-sent'])
  const cleared = { ...master, counters: { ...master.counters, advert_sent: 0, pri_zero_sent: 0 } }
  const event = { type: 'transmitted', priority: 0, left: false, failures: refused } as const
  const { counters } = transmitted(params, cleared, event, now, { group: null }).state
  assert.deepEqual([counters.advert_sent, counters.pri_zero_sent], [0, 0])
})

test('one unicast peer that cannot be reached is said and counted, and no fault', () => {
  const two = instance({ unicast: unicast(['192.0.2.2', '192.0.2.200']) })
  let state: State = master
  for (let n = 1; n < 20; n++) {
    const event = { type: 'transmitted', priority: 100, left: true, failures: ['EHOSTUNREACH to 192.0.2.2'] } as const
    state = transition(two, state, event, now + n * 1_000).state
  }
  assert.equal(state.name, 'master')
  assert.equal(state.counters.send_err, 19)
  assert.equal(state.counters.advert_sent, master.counters.advert_sent)
})

test('a silence of an earlier time as MASTER does not count, and a resignation that fails is no fault', () => {
  const old = { ...master, sending: { ...unhindered, failures: refused, muteSince: master.changedAt - 10_000_000 } }
  assert.equal(sent(old, refused, now + 1).state.name, 'master')
  const backup = transition(params, master, { type: 'step-down' }, now).state
  const event = { type: 'transmitted', priority: 0, left: false, failures: refused } as const
  assert.equal(transition(params, backup, event, now + 1).state.name, 'backup')
})

test('without an attempt that is due nothing happens in FAULT', () => {
  const fault = silenced(master, now + params.advertIntervalUs, 5)
  assert.ok(fault.name === 'fault')
  const quiet = { ...fault, sending: { ...fault.sending, retryAt: null } }
  assert.equal(retrySending(params, quiet, now + 1e9, { group: null }).state, quiet)
})
