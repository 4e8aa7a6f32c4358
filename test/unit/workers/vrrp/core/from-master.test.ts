// MASTER: adverts in time, and the adverts of others.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { Effect } from '../../../../../src/workers/vrrp/core/effect.ts'
import { deadline, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { BackupState, MasterState, State } from '../../../../../src/workers/vrrp/core/state.ts'
import { bytes, elected, frame, highSource, instance, logged, lowSource, ownSource, words } from './fixture.ts'

function master(params: VrrpInstance): { state: MasterState; now: number } {
  const { state, now } = elected(params)
  assert.ok(state.name === 'master')
  return { state, now }
}

const hears = (params: VrrpInstance, state: State, priority: number, at: number, source = highSource) =>
  transition(params, state, { type: 'frame', frame: frame(params, priority, source) }, at)

const tick = (params: VrrpInstance, state: State, at: number) => transition(params, state, { type: 'timer' }, at)

test('an advert each interval, without drift when the timer is a little late', () => {
  const params = instance()
  const { state, now } = master(params)
  assert.deepEqual(tick(params, state, state.advertAt - 1), { state, effects: [] })
  const late = tick(params, state, state.advertAt + 300_000)
  assert.deepEqual(words(late.effects), ['transmit 100'])
  assert.equal((late.state as MasterState).advertAt, now + 2_000_000)
  const later = tick(params, state, state.advertAt + 1_100_000)
  assert.equal((later.state as MasterState).advertAt, now + 3_100_000)
})

test('the second block of announcements follows once after its delay', () => {
  const params = instance({ advertIntervalUs: 60_000_000 })
  const { state, now } = master(params)
  assert.equal(deadline(state), now + 5_000_000)
  const block = tick(params, state, now + 5_000_000)
  assert.deepEqual(words(block.effects), ['announce 5'])
  assert.equal(deadline(block.state), now + 60_000_000)
})

test('announcements are refreshed for ever', () => {
  const garp = { ...instance().garp, masterDelayUs: 1_000_000, masterRefreshUs: 7_000_000, masterRefreshRepeat: 2 }
  const params = instance({ garp, advertIntervalUs: 60_000_000 })
  let { state, now }: { state: State; now: number } = master(params)
  const seen: [number, string[]][] = []
  const began = now
  for (let i = 0; i < 4; i++) {
    now = deadline(state)!
    const step = tick(params, state, now)
    seen.push([now - began, words(step.effects)])
    state = step.state
  }
  assert.deepEqual(seen, [
    [1_000_000, ['announce 5']],
    [8_000_000, ['announce 2']],
    [15_000_000, ['announce 2']],
    [22_000_000, ['announce 2']],
  ])
})

test('with garp_master_repeat 0 nothing is announced and no timer is left behind', () => {
  const garp = { ...instance().garp, masterRepeat: 0 }
  const { state } = master(instance({ garp }))
  assert.deepEqual(state.garp, { secondAt: null, refreshAt: null, answerAt: null, lowerPrioAt: null, answeredAt: null })
})

test('a lower-priority advert is answered at once, announced over and told', () => {
  const params = instance()
  const { state: before, now } = master(params)
  const { state, effects } = hears(params, before, 50, now + 400_000)
  assert.deepEqual(words(effects), ['transmit 100', 'announce 5', 'notify MASTER_RX_LOWER_PRI 100'])
  assert.equal((state as MasterState).advertAt, now + 1_400_000)
  assert.equal((state as MasterState).garp.lowerPrioAt, now + 5_400_000)
})

test('defect 15: a flood of lower-priority adverts brings about one block of announcements a second', () => {
  const params = instance()
  let { state, now } = elected(params)
  const blocks: number[] = []
  const note = (effects: readonly Effect[]) => {
    if (effects.some(({ type }) => type === 'announce')) blocks.push(now)
  }
  const began = now + 1_500_000
  for (now = began; now < began + 3_000_000; now += 10_000) {
    const heard = transition(params, state, { type: 'frame', frame: frame(params, 50, lowSource) }, now)
    note(heard.effects)
    assert.ok(words(heard.effects).includes('transmit 100'), 'each is answered with an advert')
    const timed = transition(params, heard.state, { type: 'timer' }, now)
    note(timed.effects)
    state = timed.state
  }
  assert.deepEqual(
    blocks.map(at => at - began),
    [0, 1_000_000, 2_000_000],
  )
})

test('defect 15: the advert that had to wait for its block gets it after a second, and then a delayed one', () => {
  const params = instance()
  const { state, now } = elected(params)
  const hear = (before: State, at: number) =>
    transition(params, before, { type: 'frame', frame: frame(params, 50, lowSource) }, at)
  const first = hear(state, now + 10_000)
  const second = hear(first.state, now + 20_000)
  assert.deepEqual(words(second.effects), ['transmit 100', 'notify MASTER_RX_LOWER_PRI 100'])
  const { garp } = second.state as MasterState
  assert.equal(garp.answerAt, now + 1_010_000)
  const waited = transition(params, second.state, { type: 'timer' }, now + 1_010_000)
  assert.ok(words(waited.effects).includes('announce 5'))
  assert.deepEqual((waited.state as MasterState).garp.answerAt, null)
  assert.equal((waited.state as MasterState).garp.lowerPrioAt, now + 5_020_000)
})

test('lower_prio_no_advert answers with announcements only and leaves the timer alone', () => {
  const params = instance({ lowerPrioNoAdvert: true })
  const { state: before, now } = master(params)
  const { state, effects } = hears(params, before, 50, now + 400_000)
  assert.deepEqual(words(effects), ['announce 5', 'notify MASTER_RX_LOWER_PRI 100'])
  assert.equal((state as MasterState).advertAt, before.advertAt)
})

test('a higher priority takes over: no priority 0, addresses go, full wait', () => {
  const params = instance()
  const { state: before, now } = master(params)
  const { state, effects } = hears(params, before, 101, now + 400_000)
  assert.deepEqual(words(effects), ['no addresses', 'notify BACKUP 100'])
  assert.equal(deadline(state), now + 400_000 + 3_609_375)
  assert.deepEqual(state.lastMaster, { source: bytes(highSource), priority: 101 })
  assert.equal(state.counters.release_master, 1)
})

test('higher_prio_send_advert says a last word first', () => {
  const params = instance({ higherPrioSendAdvert: true })
  const { state, now } = master(params)
  const { effects } = hears(params, state, 101, now + 400_000)
  assert.deepEqual(words(effects), ['transmit 100', 'no addresses', 'notify BACKUP 100'])
})

test('equal priorities are decided by address', () => {
  const params = instance()
  const { state, now } = master(params)
  assert.equal(hears(params, state, 100, now + 1, lowSource).state.name, 'master')
  assert.equal(hears(params, state, 100, now + 1, highSource).state.name, 'backup')
})

test('our own address in an advert of equal priority is only worth a warning', () => {
  const params = instance()
  const { state, now } = master(params)
  const same = hears(params, state, 100, now + 1, ownSource)
  assert.deepEqual(logged(same.effects), ['advert-same-source'])
  assert.equal(deadline(same.state), deadline(state))
  assert.deepEqual(words(same.effects), [])
})

test('priority 0 of another is answered with an advert', () => {
  const params = instance()
  const { state, now } = master(params)
  const answered = hears(params, state, 0, now + 400_000)
  assert.deepEqual(words(answered.effects), ['transmit 100'])
  assert.equal((answered.state as MasterState).advertAt, now + 1_400_000)
})

test('a flood of packets with wrong checksums does not silence a MASTER', () => {
  const params = instance()
  let { state, now }: { state: State; now: number } = master(params)
  const bad = frame(params, 200, highSource)
  bad.bytes[22] = 201
  const until = now + 10_000_000
  let adverts = 0
  for (; now < until; now += 100_000) {
    state = transition(params, state, { type: 'frame', frame: bad }, now).state
    const step = tick(params, state, now)
    adverts += words(step.effects).filter(word => word === 'transmit 100').length
    state = step.state
  }
  assert.equal(adverts, 9)
})

test('version 3 learns the interval of the router that takes over', () => {
  const params = instance({ version: 3 })
  const { state, now } = master(params)
  const fast = { ...params, advertIntervalUs: 100_000 }
  const left = transition(params, state, { type: 'frame', frame: frame(fast, 200, highSource) }, now + 1)
  assert.equal((left.state as BackupState).masterIntervalUs, 100_000)
  assert.equal(deadline(left.state), now + 1 + 300_000 + 60_937)
})

test('an address that somebody removed is announced again, without resigning', () => {
  const params = instance()
  const { state: before, now } = master(params)
  const { state, effects } = transition(params, before, { type: 'address-lost', address: '192.0.2.100' }, now + 1)
  assert.deepEqual(words(effects), ['announce 5 192.0.2.100'])
  assert.deepEqual(logged(effects), ['address-restored'])
  assert.equal(state, before)
})

test('two owners: the one with the lower address gives way', () => {
  const params = instance({ priority: 255 })
  const { state, now } = master(params)
  const { state: left, effects } = hears(params, state, 255, now + 1, highSource)
  assert.equal(left.name, 'backup')
  assert.ok(logged(effects).includes('advert-other-owner'))
  assert.equal(left.effectivePriority, 255)
})

test('two owners: if the other does not give way after two of our adverts, we do, as 254', () => {
  const params = instance({ priority: 255 })
  let { state, now }: { state: State; now: number } = master(params)
  const first = hears(params, state, 255, now + 100_000, lowSource)
  assert.ok(logged(first.effects).includes('advert-other-owner'))
  assert.equal((first.state as MasterState).rogue?.advertsLeft, 2)
  state = first.state
  for (let advert = 0; advert < 2; advert++) {
    now = (state as MasterState).advertAt
    state = tick(params, state, now).state
    if (advert === 0) state = hears(params, state, 255, now + 10, lowSource).state
    assert.equal(state.name, 'master')
  }
  assert.equal((state as MasterState).rogue?.quietUntil, now + 1_200_000)
  const gone = hears(params, state, 255, now + 1_000_000, lowSource)
  assert.equal(gone.state.name, 'backup')
  assert.equal(gone.state.effectivePriority, 254)
  assert.deepEqual(words(gone.effects), ['no addresses', 'notify BACKUP 254'])
  const back = tick(params, gone.state, deadline(gone.state)!)
  assert.deepEqual([back.state.name, back.state.effectivePriority], ['master', 255])
})

test('two owners: the silence of the other is measured by the slower interval of the two', () => {
  for (const [ownUs, theirUs] of [
    [1_000_000, 3_000_000],
    [3_000_000, 1_000_000],
  ] as const) {
    const params = instance({ version: 3, priority: 255, advertIntervalUs: ownUs })
    const { state: before, now } = master(params)
    const other = frame({ ...params, advertIntervalUs: theirUs }, 255, lowSource)
    let { state } = transition(params, before, { type: 'frame', frame: other }, now + 1)
    let at = now
    for (let advert = 0; advert < 2; advert++) {
      at = (state as MasterState).advertAt
      state = tick(params, state, at).state
    }
    assert.equal((state as MasterState).rogue?.quietUntil, at + 3_600_000)
  }
})

test('two owners: if the other falls silent we go on as before', () => {
  const params = instance({ priority: 255 })
  let { state, now }: { state: State; now: number } = master(params)
  state = hears(params, state, 255, now + 100_000, lowSource).state
  for (let advert = 0; advert < 4; advert++) {
    now = (state as MasterState).advertAt
    state = tick(params, state, now).state
  }
  assert.ok(state.name === 'master')
  assert.deepEqual([state.rogue, state.effectivePriority], [null, 255])
})

test('a MASTER that was not scheduled for longer than its peers wait becomes a listener before it sends', () => {
  const params = instance()
  const { state, now } = master(params)
  const late = now + 3_609_375 + 1
  const woken = tick(params, state, late)
  assert.deepEqual(words(woken.effects), ['no addresses', 'notify BACKUP 100'])
  assert.equal(deadline(woken.state), late + 3_609_375)
  const heard = hears(params, state, 50, late)
  assert.deepEqual(words(heard.effects), ['no addresses', 'notify BACKUP 100'])
  assert.equal(tick(params, state, late - 1).state.name, 'master')
})

test('the authentication header sequence goes beyond that of a lower-priority sender', () => {
  const params = instance({ authentication: { type: 'ah', password: 'secret12' } })
  const { state, now } = master(params)
  const lower = { type: 'frame', frame: frame(params, 50, lowSource, {}, 40) } as const
  assert.equal(transition(params, state, lower, now + 1).state.ahSequence, 42)
})

test('two MASTERs whose authentication headers count in step hear each other', () => {
  const params = instance({ authentication: { type: 'ah', password: 'secret12' } })
  const { state, now } = master(params)
  const equal = { type: 'frame', frame: frame(params, 150, lowSource, {}, state.ahSequence) } as const
  assert.equal(transition(params, state, equal, now + 1).state.name, 'backup')
  const replayed = { type: 'frame', frame: frame(params, 150, lowSource, {}, state.ahSequence - 1) } as const
  assert.equal(transition(params, state, replayed, now + 1).state.name, 'master')
})
