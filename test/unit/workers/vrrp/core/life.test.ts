// Start, reload, resume, pause, end, and what links and scripts do to a running instance.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { LinkState } from '../../../../../src/lib/link.ts'
import type { Event, ScriptStatus } from '../../../../../src/workers/vrrp/core/event.ts'
import { deadline, initial, roleDeadline, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { MasterState, State } from '../../../../../src/workers/vrrp/core/state.ts'
import {
  bytes,
  elected,
  faultKinds,
  frame,
  highSource,
  instance,
  instance6,
  link,
  logged,
  ownSource,
  start,
  started,
  surroundings,
  unicast,
  vip,
  words,
} from './fixture.ts'

const down = 3_609_375
const begin = (params: VrrpInstance, around = surroundings(), delayUntil: number | null = null) =>
  transition(params, initial(params, start), { type: 'start', surroundings: around, delayUntil }, start)
const linkEvent = (changes: Partial<LinkState>): Event => ({ type: 'link', link: link(changes), reserved: [] })
const script = (status: ScriptStatus): Event => ({ type: 'script', script: 'check', status })
const vital = [{ script: 'check', weight: 0, reverse: false }]
const weighted = [{ script: 'check', weight: -30, reverse: false }]

test('defect 7: an instance that cannot hear is in FAULT until it can', () => {
  const { state: master, now } = elected(instance())
  const deaf = transition(instance(), master, { type: 'hearing', deaf: 'EMFILE' }, now)
  assert.deepEqual(words(deaf.effects), ['transmit 0', 'no addresses', 'notify FAULT 100'])
  assert.deepEqual(faultKinds(deaf.state), ['deaf'])
  assert.equal(transition(instance(), deaf.state, { type: 'hearing', deaf: null }, now).state.name, 'backup')
  const starting = begin(instance(), surroundings({ deaf: 'EMFILE' }))
  assert.deepEqual(faultKinds(starting.state), ['deaf'])
})

test('it starts as BACKUP: leftover addresses go, the operator is told, the full time is waited', () => {
  const { state, effects } = begin(instance({ initialState: 'MASTER' }))
  assert.deepEqual(words(effects), ['no addresses', 'notify BACKUP 100'])
  assert.equal(deadline(state), start + down)
})

test('an owner starts as MASTER at once and is told as nothing else', () => {
  const { effects } = begin(instance({ priority: 255 }))
  assert.deepEqual(words(effects), ['transmit 255', 'addresses', 'announce 5', 'notify MASTER 255'])
})

test('without its interface it starts in FAULT', () => {
  for (const links of [[], [link({ up: false })]]) {
    const { state, effects } = begin(instance(), surroundings({ links }))
    assert.deepEqual(words(effects), ['no addresses', 'notify FAULT 100'])
    assert.equal(deadline(state), undefined)
  }
})

test('a vital script without a result makes it wait in silence, the first success starts it', () => {
  const params = instance({ trackedScripts: vital })
  const waiting = begin(params)
  assert.deepEqual(words(waiting.effects), ['no addresses'])
  assert.deepEqual(faultKinds(waiting.state), ['waiting'])
  const running = transition(params, waiting.state, script('up'), start + 9)
  assert.deepEqual(words(running.effects), ['notify BACKUP 100'])
  assert.equal(deadline(running.state), start + 9 + down)
  const failed = transition(params, waiting.state, script('down'), start + 9)
  assert.deepEqual(words(failed.effects), ['notify FAULT 100'])
  assert.deepEqual(transition(params, failed.state, script('down'), start + 10).effects, [])
})

test('an owner that waited for a script goes straight to MASTER', () => {
  const params = instance({ priority: 255, trackedScripts: vital })
  const running = transition(params, begin(params).state, script('up'), start + 9)
  assert.deepEqual(words(running.effects), ['transmit 255', 'addresses', 'announce 5', 'notify MASTER 255'])
})

test('during the start-up delay nothing is heard or sent, then the timers begin', () => {
  const params = instance({ priority: 255 })
  const until = start + 5_000_000
  const { state, effects } = begin(params, surroundings(), until)
  assert.deepEqual([effects, deadline(state)], [[], until])
  const heard = transition(params, state, { type: 'frame', frame: frame(params, 0, highSource) }, start + 1)
  assert.deepEqual(heard, { state, effects: [] })
  assert.deepEqual(transition(params, state, { type: 'timer' }, until - 1).effects, [])
  assert.equal(transition(params, state, { type: 'timer' }, until).state.name, 'master')
})

test('a link that fails during the start-up delay is known at its end', () => {
  const params = instance()
  const { state } = begin(params, surroundings(), start + 1_000)
  const failed = transition(params, state, linkEvent({ up: false }), start + 1)
  assert.equal(transition(params, failed.state, { type: 'timer' }, start + 1_000).state.name, 'fault')
})

test('MASTER to FAULT sends priority 0 once; FAULT to BACKUP waits in full', () => {
  const params = instance()
  const { state: before, now } = elected(params)
  const fault = transition(params, before, linkEvent({ up: false }), now + 1)
  assert.deepEqual(words(fault.effects), ['transmit 0', 'no addresses', 'notify FAULT 100'])
  assert.deepEqual([fault.state.counters.pri_zero_sent, fault.state.counters.release_master], [1, 1])
  const back = transition(params, fault.state, linkEvent({}), now + 2)
  assert.deepEqual(words(back.effects), ['notify BACKUP 100'])
  assert.equal(deadline(back.state), now + 2 + down)
})

test('an owner is MASTER at once when its fault clears', () => {
  const params = instance({ priority: 255 })
  const { state, now } = elected(params)
  const fault = transition(params, state, linkEvent({ up: false }), now + 1)
  assert.equal(transition(params, fault.state, linkEvent({}), now + 2).state.name, 'master')
})

test('after a fault a unicast instance announces the address that its adverts come from', () => {
  const params = instance({ unicast: unicast(['192.0.2.12']) })
  const { state, now } = elected(params)
  const fault = transition(params, state, linkEvent({ up: false }), now + 1)
  assert.deepEqual(words(fault.effects), ['transmit 0', 'no addresses', 'notify FAULT 100'])
  const back = transition(params, fault.state, linkEvent({}), now + 2)
  assert.deepEqual(words(back.effects), ['notify BACKUP 100', `announce ${ownSource}`])
  const owner = instance({ priority: 255, unicast: unicast(['192.0.2.12']) })
  assert.ok(words(transition(owner, fault.state, linkEvent({}), now + 2).effects).includes(`announce ${ownSource}`))
  const started = words(begin(params).effects)
  assert.deepEqual(started, ['no addresses', 'notify BACKUP 100'], 'not at the start')
})

test('unicast without a peer stays in FAULT', () => {
  const params = instance({ unicast: unicast([]) })
  const { state } = begin(params)
  assert.deepEqual(faultKinds(state), ['no-unicast-peer'])
  const peers = instance({ unicast: unicast(['192.0.2.12']) })
  const event = { type: 'reload', previous: params, surroundings: surroundings() } as const
  assert.equal(transition(peers, state, event, start + 1).state.name, 'backup')
})

test('unicast and broadcast do not need an interface that can do multicast, and broadcast needs its own address', () => {
  const deaf = surroundings({ links: [link({ multicast: false })] })
  const nameOf = (params: VrrpInstance, around = deaf) => begin(params, around).state.name
  assert.equal(nameOf(instance()), 'fault')
  assert.equal(nameOf(instance({ unicast: unicast(['192.0.2.12']) })), 'backup')
  for (const good of ['192.0.2.255', '255.255.255.255']) {
    assert.equal(nameOf(instance({ broadcastAddress: good })), 'backup')
  }
  const { state } = begin(instance({ broadcastAddress: '192.0.2.127' }), deaf)
  assert.deepEqual(faultKinds(state), ['not-broadcast'])
})

test('adverts are ignored in FAULT', () => {
  const params = instance()
  const { state } = begin(params, surroundings({ links: [] }))
  assert.deepEqual(transition(params, state, { type: 'frame', frame: frame(params, 200, highSource) }, start), {
    state,
    effects: [],
  })
})

test('losing the last address is a fault: IPv4 resigns from the old one, IPv6 cannot', () => {
  for (const [params, expected] of [
    [instance(), ['transmit 0', 'no addresses', 'notify FAULT 100']],
    [instance6(), ['no addresses', 'notify FAULT 100']],
  ] as const) {
    const { state, now } = elected(params)
    const fault = transition(params, state, linkEvent({ addresses: [] }), now + 1)
    assert.deepEqual(words(fault.effects), expected)
    assert.deepEqual(faultKinds(fault.state), ['no-source-ip'])
    assert.notEqual(fault.state.world.source, null)
  }
})

test('the source follows the addresses of the interface without a change of role', () => {
  const params = instance()
  const { state, now } = elected(params)
  const addresses = [{ family: 4, address: '192.0.2.12', prefix: 24, scope: 0, tentative: false }] as const
  const moved = transition(params, state, linkEvent({ addresses }), now + 1)
  assert.deepEqual(moved.effects, [])
  assert.deepEqual(moved.state.world.source, bytes('192.0.2.12'))
})

test('an interface that was deleted and made again gets the addresses again', () => {
  const params = instance()
  const { state, now } = elected(params)
  assert.deepEqual(words(transition(params, state, linkEvent({ ifindex: 9 }), now + 1).effects), [
    'addresses',
    'announce 5',
  ])
})

test('a weight that changes the priority shifts the running deadline and does not restart it', () => {
  const params = instance({ trackedScripts: weighted, notifyPriorityChanges: true })
  const { state: before } = begin(params)
  const { state, effects } = transition(params, before, script('down'), start + 1_000_000)
  assert.equal(deadline(state), start + down + Math.trunc((186 * 1_000_000) / 256) - 609_375)
  assert.deepEqual(words(effects), ['notify BACKUP_PRIORITY 70'])
})

test('a MASTER advertises the new priority with the next advert', () => {
  const params = instance({ trackedScripts: weighted, notifyPriorityChanges: true })
  const { state, now } = elected(params)
  const changed = transition(params, state, script('down'), now + 1)
  assert.deepEqual(words(changed.effects), ['notify MASTER_PRIORITY 70'])
  const sent = transition(params, changed.state, { type: 'timer' }, deadline(changed.state)!)
  assert.deepEqual(words(sent.effects), ['transmit 70'])
})

test('a script result is not forgotten when its status becomes unknown', () => {
  const params = instance({ trackedScripts: vital })
  const running = transition(params, begin(params).state, script('up'), start + 1).state
  assert.deepEqual(transition(params, running, script('unknown'), start + 2), { state: running, effects: [] })
})

test('a tracked interface of weight 0 takes a MASTER down', () => {
  const params = instance({ trackedInterfaces: [{ interface: 'eth1', weight: 0, reverse: false }] })
  const state = started(params, start, surroundings({ links: [link(), link({ name: 'eth1' })] }))
  assert.equal(state.name, 'backup')
  const fault = transition(params, state, linkEvent({ name: 'eth1', up: false }), start + 1)
  assert.deepEqual(faultKinds(fault.state), ['tracked-interface-down'])
})

test('news of links and scripts that it does not track change nothing', () => {
  const params = instance()
  const { state } = begin(params)
  assert.deepEqual(transition(params, state, linkEvent({ name: 'eth9', up: false }), start + 1), { state, effects: [] })
  assert.deepEqual(transition(params, state, script('down'), start + 1), { state, effects: [] })
})

const reloaded = (previous: VrrpInstance, params: VrrpInstance, state: State, now: number) =>
  transition(params, state, { type: 'reload', previous, surroundings: surroundings() }, now)

test('reload: a MASTER stays MASTER and says so at once, nobody is told', () => {
  const params = instance()
  const { state, now } = elected(params)
  const step = reloaded(params, instance({ priority: 120 }), state, now + 400_000)
  assert.deepEqual(words(step.effects), ['transmit 120'])
  assert.equal((step.state as MasterState).advertAt, now + 1_400_000)
})

test('reload: new addresses are put on and announced twice, removed ones taken off', () => {
  const params = instance({ garp: { ...instance().garp, masterDelayUs: 9_000_000 } })
  const { state, now } = elected(params)
  const later = {
    ...state,
    garp: { secondAt: null, refreshAt: null, answerAt: null, lowerPrioAt: null, answeredAt: null },
  } as MasterState
  const more = reloaded(params, { ...params, excludedAddresses: [vip('192.0.2.110')] }, later, now + 1)
  assert.deepEqual(words(more.effects), ['transmit 100', 'addresses', 'announce 5'])
  assert.equal((more.state as MasterState).garp.secondAt, now + 1 + 9_000_000)
  const fewer = reloaded(params, { ...params, addresses: params.addresses.slice(1) }, later, now + 1)
  assert.deepEqual(words(fewer.effects), ['transmit 100', 'addresses'])
})

test('reload: a BACKUP waits the full time again', () => {
  const params = instance()
  const { state } = begin(params)
  const step = reloaded(params, instance({ priority: 110 }), state, start + 3_000_000)
  assert.equal(deadline(step.state), start + 3_000_000 + 3_570_312)
  assert.deepEqual(words(step.effects), [])
})

test('reload: a fault that the new configuration brings or clears takes effect', () => {
  const params = instance()
  const { state, now } = elected(params)
  const strict = instance({ trackedInterfaces: [{ interface: 'eth1', weight: 0, reverse: false }] })
  const fault = reloaded(params, strict, state, now + 1)
  assert.deepEqual(words(fault.effects), ['transmit 0', 'no addresses', 'notify FAULT 100'])
  assert.deepEqual(words(reloaded(strict, params, fault.state, now + 2).effects), ['notify BACKUP 100'])
})

test('reload: a new vital script without a result does not stop a MASTER', () => {
  const params = instance()
  const { state, now } = elected(params)
  const step = reloaded(params, instance({ trackedScripts: vital }), state, now + 1)
  assert.equal(step.state.name, 'master')
  assert.equal(transition(params, step.state, script('unknown'), now + 2).state.name, 'master')
})

test('stop: a MASTER resigns, and everybody tells', () => {
  const params = instance()
  const { state, now } = elected(params)
  const stopped = transition(params, state, { type: 'stop' }, now + 1)
  assert.deepEqual(words(stopped.effects), ['transmit 0', 'no addresses', 'notify STOP 100'])
  assert.deepEqual([stopped.state.name, deadline(stopped.state)], ['init', undefined])
  assert.deepEqual(words(transition(params, begin(params).state, { type: 'stop' }, start).effects), ['notify STOP 100'])
})

test('removal by reload is told as DELETED or as FAULT', () => {
  const params = instance()
  const { state, now } = elected(params)
  const remove = (of: VrrpInstance, from: State) => words(transition(of, from, { type: 'remove' }, now + 1).effects)
  assert.deepEqual(remove(params, state), ['transmit 0', 'no addresses', 'notify FAULT 100'])
  const telling = instance({ notify: { notifyDeleted: true } })
  assert.deepEqual(remove(telling, state), ['transmit 0', 'no addresses', 'notify DELETED 100'])
  const fault = begin(params, surroundings({ links: [] })).state
  assert.deepEqual(remove(params, fault), [])
  assert.deepEqual(remove(telling, fault), ['notify DELETED 100'])
})

test('resume: a MASTER goes on at the published deadline and nobody notices', () => {
  const params = instance({ authentication: { type: 'ah', password: 'secret12' } })
  const { state, now } = elected(params)
  const later = now + 60_000_000
  const resumed = transition(params, state, { type: 'resume', deadlineUs: later + 300_000 }, later)
  assert.deepEqual(resumed.effects, [])
  assert.equal(roleDeadline(resumed.state), later + 300_000)
  assert.ok(resumed.state.ahSequence > 60)
  const overdue = transition(params, state, { type: 'resume', deadlineUs: later - 5 }, later)
  assert.equal(roleDeadline(overdue.state), later)
  assert.equal(transition(params, overdue.state, { type: 'timer' }, later).state.name, 'master')
})

test('resume: a MASTER for which nobody spoke any more listens first', () => {
  const params = instance()
  const { state, now } = elected(params)
  const later = now + 10_000_000
  const resumed = transition(params, state, { type: 'resume', deadlineUs: now + 1_000_000 }, later)
  assert.equal(transition(params, resumed.state, { type: 'timer' }, later).state.name, 'backup')
})

test('resume: a BACKUP goes on waiting, but never longer than a full period', () => {
  const params = instance()
  const { state } = begin(params)
  const resumeAt = (deadlineUs: number | null) =>
    deadline(transition(params, state, { type: 'resume', deadlineUs }, start + 1_000).state)
  assert.equal(resumeAt(start + 2_000), start + 2_000)
  assert.equal(resumeAt(null), start + 1_000 + down)
  assert.equal(resumeAt(start + 99_000_000), start + 1_000 + down)
})

test('after a long pause a MASTER listens and a BACKUP waits in full, after a short one nothing changes', () => {
  const params = instance()
  const { state: master, now } = elected(params)
  const paused = (state: State, forUs: number, at: number) => transition(params, state, { type: 'paused', forUs }, at)
  const listening = paused(master, down + 1, now + 1)
  assert.deepEqual(words(listening.effects), ['no addresses', 'notify BACKUP 100'])
  assert.deepEqual(logged(listening.effects), ['became-backup', 'listening-after-pause'])
  assert.deepEqual(paused(master, down, now + 1), { state: master, effects: [] })
  const { state: backup } = begin(params)
  assert.equal(deadline(paused(backup, down + 1, start + 7).state), start + 7 + down)
  assert.deepEqual(paused(backup, down, start + 7), { state: backup, effects: [] })
})

test('stepping down resigns and waits in full', () => {
  const params = instance()
  const { state, now } = elected(params)
  const step = transition(params, state, { type: 'step-down' }, now + 1)
  assert.deepEqual(words(step.effects), ['transmit 0', 'no addresses', 'notify BACKUP 100'])
  assert.equal(deadline(step.state), now + 1 + down)
})
