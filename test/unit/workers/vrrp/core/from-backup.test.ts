// BACKUP: timers and adverts.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { deadline, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { BackupState } from '../../../../../src/workers/vrrp/core/state.ts'
import {
  bytes,
  frame,
  highSource,
  instance,
  logged,
  lowSource,
  start,
  started,
  surroundings,
  words,
} from './fixture.ts'

function backup(params: VrrpInstance): BackupState {
  const state = started(params)
  assert.ok(state.name === 'backup')
  return state
}

const hears = (params: VrrpInstance, state: BackupState, priority: number, at: number, source = highSource) =>
  transition(params, state, { type: 'frame', frame: frame(params, priority, source) }, at)

const down = 3_609_375

test('after silence it becomes MASTER: the advert goes first', () => {
  const params = instance()
  const before = backup(params)
  assert.equal(before.masterDownAt, start + down)
  const now = before.masterDownAt
  assert.deepEqual(transition(params, before, { type: 'timer' }, now - 1), { state: before, effects: [] })
  const { state, effects } = transition(params, before, { type: 'timer' }, now)
  assert.deepEqual(words(effects), ['transmit 100', 'addresses', 'announce 5', 'notify MASTER 100'])
  assert.equal(effects[0]?.type, 'transmit')
  assert.ok(state.name === 'master')
  assert.equal(state.advertAt, now + 1_000_000)
  assert.deepEqual(state.garp, {
    secondAt: now + 5_000_000,
    refreshAt: null,
    answerAt: null,
    lowerPrioAt: null,
    answeredAt: null,
  })
  assert.deepEqual([state.counters.become_master, state.counters.advert_sent, state.ipId], [1, 1, 1])
})

test('an advert of equal or higher priority restarts the full wait, whatever its address', () => {
  const params = instance()
  for (const [priority, source] of [
    [100, lowSource],
    [100, highSource],
    [254, lowSource],
  ] as const) {
    const { state, effects } = hears(params, backup(params), priority, start + 500_000, source)
    assert.equal(deadline(state), start + 500_000 + down)
    assert.deepEqual(effects, [])
    assert.deepEqual(state.lastMaster, { source: bytes(source), priority })
  }
})

test('a lower-priority advert does not delay a preempting backup', () => {
  const params = instance({ priority: 150 })
  const before = backup(params)
  const { state, effects } = hears(params, before, 100, start + 500_000)
  assert.equal(deadline(state), before.masterDownAt)
  assert.deepEqual(logged(effects), ['advert-lower-priority'])
  assert.deepEqual(logged(hears(params, state as BackupState, 100, start + 600_000).effects), [])
})

test('with nopreempt a lower-priority MASTER is left alone', () => {
  const params = instance({ priority: 150, preempt: false })
  const { state } = hears(params, backup(params), 100, start + 500_000)
  assert.equal(deadline(state), start + 500_000 + 3_000_000 + 414_062)
})

test('priority 0 counts the skew by the interval that was learned, and allows one more nap', () => {
  const params = instance({ version: 3 })
  const slow = { ...params, advertIntervalUs: 4_000_000 }
  const event = (priority: number) => ({ type: 'frame', frame: frame(slow, priority, highSource) }) as const
  const learned = transition(params, backup(params), event(200), start).state as BackupState
  assert.equal(learned.masterIntervalUs, 4_000_000)
  const { state } = transition(params, { ...learned, graced: true }, event(0), start + 1)
  assert.equal(deadline(state), start + 1 + 4 * 609_375)
  assert.equal((state as BackupState).graced, false)
})

test('defect 23: preempt_delay does not begin anew with a reload, and never lasts longer than it says', () => {
  const params = instance({ preemptDelayUs: 5_000_000 })
  const event = { type: 'frame', frame: frame(params, 50, lowSource) } as const
  const waiting = transition(params, backup(params), event, start).state as BackupState
  assert.equal(waiting.preemptAt, start + 5_000_000)
  const reload = (next: VrrpInstance) =>
    transition(next, waiting, { type: 'reload', previous: params, surroundings: surroundings() }, start + 1_000_000)
      .state
  assert.equal((reload(params) as BackupState).preemptAt, start + 5_000_000)
  assert.equal((reload({ ...params, preemptDelayUs: 2_000_000 }) as BackupState).preemptAt, start + 3_000_000)
  assert.equal((reload({ ...params, preemptDelayUs: 0 }) as BackupState).preemptAt, null)
})

test('priority 0 shortens the wait to the skew and teaches no interval', () => {
  const params = instance({ version: 3 })
  const slow = { ...params, advertIntervalUs: 9_000_000 }
  const { state } = transition(
    params,
    backup(params),
    { type: 'frame', frame: frame(slow, 0, highSource) },
    start + 500_000,
  )
  assert.equal(deadline(state), start + 500_000 + 609_375)
  assert.equal(state.masterIntervalUs, 1_000_000)
  assert.equal(state.counters.pri_zero_rcvd, 1)
})

test('preempt_delay lets a live lower-priority MASTER stay until its clock has run', () => {
  const params = instance({ priority: 150, preemptDelayUs: 10_000_000 })
  const waitUs = 3_414_062
  const first = hears(params, backup(params), 100, start).state as BackupState
  assert.equal(first.preemptAt, start + 10_000_000)
  assert.equal(first.masterDownAt, start + waitUs)
  const later = hears(params, first, 100, start + 9_999_999).state as BackupState
  assert.equal(later.masterDownAt, start + 9_999_999 + waitUs)
  assert.equal(later.preemptAt, first.preemptAt)
  const elapsed = hears(params, later, 100, start + 10_000_000).state as BackupState
  assert.equal(elapsed.masterDownAt, later.masterDownAt)
})

test('a higher-priority advert stops the preempt clock', () => {
  const params = instance({ priority: 150, preemptDelayUs: 10_000_000 })
  const running = hears(params, backup(params), 100, start).state as BackupState
  assert.equal((hears(params, running, 200, start + 1).state as BackupState).preemptAt, null)
})

test('preempt_delay never delays the takeover after silence or priority 0', () => {
  const params = instance({ priority: 150, preemptDelayUs: 100_000_000 })
  const running = hears(params, backup(params), 100, start).state as BackupState
  assert.equal(transition(params, running, { type: 'timer' }, running.masterDownAt).state.name, 'master')
  const resigned = hears(params, running, 0, start + 1_000).state as BackupState
  assert.equal(resigned.masterDownAt, start + 1_000 + 414_062)
})

test('version 3 learns the interval of the MASTER and forgets it on taking over', () => {
  const params = instance({ version: 3 })
  const fast = { ...params, advertIntervalUs: 100_000 }
  const heard = transition(params, backup(params), { type: 'frame', frame: frame(fast, 200, highSource) }, start)
  const learned = heard.state as BackupState
  assert.equal(learned.masterIntervalUs, 100_000)
  assert.equal(learned.masterDownAt, start + 300_000 + 60_937)
  const master = transition(params, learned, { type: 'timer' }, learned.masterDownAt).state
  assert.equal(master.masterIntervalUs, 1_000_000)
})

test('an interval of 0 is not learned: it would make every BACKUP a MASTER at once', () => {
  const params = instance({ version: 3 })
  const zero = { ...params, advertIntervalUs: 0 }
  const heard = transition(params, backup(params), { type: 'frame', frame: frame(zero, 200, highSource) }, start + 7)
  assert.equal(deadline(heard.state), start + 7 + down)
})

test('a rejected packet changes counters and log flags, no timer', () => {
  const params = instance()
  const before = backup(params)
  const bad = frame(params, 200, highSource)
  bad.bytes[22] = 201
  const { state, effects } = transition(params, before, { type: 'frame', frame: bad }, start + 1)
  assert.deepEqual(logged(effects), ['advert-checksum-wrong'])
  assert.deepEqual({ ...state, counters: before.counters, logged: before.logged }, before)
  assert.deepEqual([state.counters.chk_err, state.logged], [1, ['advert-checksum-wrong']])
  const again = transition(params, state, { type: 'frame', frame: bad }, start + 2)
  assert.deepEqual(again.effects, [])
  assert.equal(again.state.counters.chk_err, 2)
})

test('a spoofed rejected packet does not make complaints repeatable, a new MASTER does', () => {
  const params = instance()
  const bad = frame(params, 200, highSource)
  bad.bytes[22] = 201
  const complained = transition(params, backup(params), { type: 'frame', frame: bad }, start + 1).state as BackupState
  const accepted = hears(params, complained, 200, start + 2)
  assert.deepEqual(accepted.state.logged, [])
  const again = transition(params, accepted.state, { type: 'frame', frame: bad }, start + 3)
  assert.deepEqual(logged(again.effects), ['advert-checksum-wrong'])
  const same = hears(params, again.state as BackupState, 200, start + 4)
  assert.deepEqual(same.state.logged, ['advert-checksum-wrong'])
})

test('a backup that overslept a whole period listens once more before it takes over', () => {
  const params = instance()
  const before = backup(params)
  const late = before.masterDownAt + down + 1
  const { state, effects } = transition(params, before, { type: 'timer' }, late)
  assert.equal(deadline(state), late + down)
  assert.deepEqual(logged(effects), ['woke-up-late'])
})

test('a backup that was asleep when its timer ended sends no advert on waking while the MASTER lives', () => {
  const params = instance()
  const before = backup(params)
  const wokenAt = before.masterDownAt + 700_000
  const woken = transition(params, before, { type: 'timer' }, wokenAt)
  assert.deepEqual([woken.state.name, deadline(woken.state), woken.effects], ['backup', wokenAt + 1_500_000, []])
  const heard = hears(params, woken.state as BackupState, 200, wokenAt + 900_000).state as BackupState
  assert.deepEqual([heard.name, heard.graced], ['backup', false])
})

test('a backup that is always late listens longer only once, then it takes over', () => {
  const params = instance()
  const woken = transition(params, backup(params), { type: 'timer' }, backup(params).masterDownAt + 700_000).state
  assert.equal(transition(params, woken, { type: 'timer' }, deadline(woken)! + 700_000).state.name, 'master')
})

test('a backup whose timer is late by what a busy machine does takes over at once', () => {
  const params = instance()
  const before = backup(params)
  assert.equal(transition(params, before, { type: 'timer' }, before.masterDownAt + 200_000).state.name, 'master')
})

test('an owner that gave way is an owner again once another than that owner is MASTER', () => {
  const params = instance({ priority: 255 })
  const common = { ...started(params), name: 'backup', masterDownAt: start + down, preemptAt: null } as const
  const other = { source: bytes(highSource), priority: 255 }
  const yielded = {
    ...common,
    wantsMaster: false,
    yielded: true,
    effectivePriority: 254,
    lastMaster: other,
  } as BackupState
  assert.equal(hears(params, yielded, 255, start).state.effectivePriority, 254)
  assert.equal(hears(params, yielded, 255, start, lowSource).state.effectivePriority, 255)
  assert.equal(hears(params, yielded, 200, start).state.effectivePriority, 255)
})

test('the authentication header sequence of an accepted advert is the low-water mark', () => {
  const params = instance({ authentication: { type: 'ah', password: 'secret12' } })
  const first = { type: 'frame', frame: frame(params, 200, highSource, {}, 7) } as const
  const heard = transition(params, backup(params), first, start + 1)
  assert.equal(heard.state.ahSequence, 7)
  const replayed = transition(params, heard.state, first, start + 2)
  assert.equal(replayed.state.counters.auth_failure, 1)
  assert.equal(deadline(replayed.state), deadline(heard.state))
})
