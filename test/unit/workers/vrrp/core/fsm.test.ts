// The whole machine: every state x event x relation of priorities against a table and invariants, and hostile frames.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { Verdicts } from '../../../../../src/workers/vrrp/core/door.ts'
import type { Event } from '../../../../../src/workers/vrrp/core/event.ts'
import { deadline, initial, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import { differs } from '../../../../../src/workers/vrrp/core/snapshot.ts'
import type { State, StateName } from '../../../../../src/workers/vrrp/core/state.ts'
import type { Step } from '../../../../../src/workers/vrrp/core/step.ts'
import {
  elected,
  frame,
  highSource,
  instance,
  instance6,
  link,
  lowSource,
  start,
  started,
  surroundings,
  words,
} from './fixture.ts'

const delayed = (params: VrrpInstance): State => {
  const event = { type: 'start', surroundings: surroundings(), delayUntil: start + 60_000_000 } as const
  return transition(params, initial(params, start), event, start).state
}

const states: Readonly<Record<StateName, (params: VrrpInstance) => { state: State; now: number }>> = {
  init: params => ({ state: delayed(params), now: start }),
  backup: params => ({ state: started({ ...params, priority: Math.min(params.priority, 254) }), now: start }),
  master: params => elected(params),
  fault: params => ({ state: started(params, start, surroundings({ links: [] })), now: start }),
}

/** What an advert does, by state and by how its sender ranks. */
const byRank: Readonly<Record<StateName, Readonly<Record<string, StateName>>>> = {
  init: {
    zero: 'init',
    lower: 'init',
    'equal, lower address': 'init',
    'equal, higher address': 'init',
    higher: 'init',
  },
  fault: {
    zero: 'fault',
    lower: 'fault',
    'equal, lower address': 'fault',
    'equal, higher address': 'fault',
    higher: 'fault',
  },
  backup: {
    zero: 'backup',
    lower: 'backup',
    'equal, lower address': 'backup',
    'equal, higher address': 'backup',
    higher: 'backup',
  },
  master: {
    zero: 'master',
    lower: 'master',
    'equal, lower address': 'master',
    'equal, higher address': 'backup',
    higher: 'backup',
  },
}

/** The state that any other event leads to from each state. */
const byEvent: Readonly<Record<string, Readonly<Record<StateName, StateName>>>> = {
  'early timer': { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
  'due timer': { init: 'backup', backup: 'master', master: 'master', fault: 'fault' },
  'link down': { init: 'init', backup: 'fault', master: 'fault', fault: 'fault' },
  'link up': { init: 'init', backup: 'backup', master: 'master', fault: 'backup' },
  'address lost': { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
  'script up': { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
  reload: { init: 'init', backup: 'backup', master: 'master', fault: 'backup' },
  stop: { init: 'init', backup: 'init', master: 'init', fault: 'init' },
  remove: { init: 'init', backup: 'init', master: 'init', fault: 'init' },
  resume: { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
  'long pause': { init: 'init', backup: 'backup', master: 'backup', fault: 'fault' },
  'step down': { init: 'init', backup: 'backup', master: 'backup', fault: 'fault' },
  'group to master': { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
  'group to backup': { init: 'init', backup: 'backup', master: 'backup', fault: 'fault' },
  'group looks': { init: 'init', backup: 'backup', master: 'master', fault: 'fault' },
}

function eventOf(name: string, params: VrrpInstance): Event {
  const events: Readonly<Record<string, Event>> = {
    'early timer': { type: 'timer' },
    'due timer': { type: 'timer' },
    'link down': { type: 'link', link: link({ up: false }), reserved: [] },
    'link up': { type: 'link', link: link(), reserved: [] },
    'address lost': { type: 'address-lost', address: '192.0.2.100' },
    'script up': { type: 'script', script: 'check', status: 'up' },
    reload: { type: 'reload', previous: params, surroundings: surroundings() },
    stop: { type: 'stop' },
    remove: { type: 'remove' },
    resume: { type: 'resume', deadlineUs: null },
    'long pause': { type: 'paused', forUs: 60_000_000 },
    'step down': { type: 'step-down' },
    'group to master': { type: 'group', to: 'master', member: 'VI_2' },
    'group to backup': { type: 'group', to: 'backup', member: 'VI_2' },
    'group looks': { type: 'group', to: 'look', member: 'VI_2' },
  }
  return events[name]!
}

const variants: Readonly<Record<string, VrrpInstance>> = {
  'version 2': instance(),
  'version 3': instance({ version: 3 }),
  IPv6: instance6(),
  nopreempt: instance({ preempt: false }),
  'preempt delay': instance({ preemptDelayUs: 5_000_000 }),
  'all options': instance({ lowerPrioNoAdvert: true, higherPrioSendAdvert: true, notifyPriorityChanges: true }),
  ah: instance({ authentication: { type: 'ah', password: 'secret12' } }),
}

function checkStep(before: State, step: Step, now: number, what: string): void {
  const said = words(step.effects)
  const transmits = said.filter(word => word.startsWith('transmit'))
  assert.ok(transmits.length <= 1, `${what}: at most one advert`)
  if (transmits.length === 1) assert.equal(step.effects[0]?.type, 'transmit', `${what}: the advert is first`)
  const { name } = step.state
  const left = before.name === 'master' && name !== 'master'
  const entered = before.name !== 'master' && name === 'master'
  assert.equal(
    said.includes('no addresses'),
    left || (before.name === 'init' && ['backup', 'fault'].includes(name)),
    what,
  )
  if (entered) assert.ok(said.indexOf('addresses') === 1, `${what}: addresses right after the advert`)
  assert.ok((deadline(step.state) ?? Number.POSITIVE_INFINITY) > now - 1, `${what}: no deadline in the past`)
  assertPlain(step.state, what)
  const sent = transmits.length
  assert.equal(step.state.counters.advert_sent - before.counters.advert_sent, sent, `${what}: adverts are counted`)
  if (before.name !== name) assert.equal(differs(before, step.state), true, what)
}

function assertPlain(value: unknown, what: string): void {
  assert.notEqual(value, undefined, `${what}: no undefined in the state`)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  assert.ok(plain, `${what}: only plain objects in the state`)
  for (const [key, inner] of Object.entries(value)) assertPlain(inner, `${what}.${key}`)
}

const stateNames = Object.keys(states) as StateName[]

for (const [variant, params] of Object.entries(variants)) {
  test(`every event in every state leads where the table says: ${variant}`, () => {
    for (const name of stateNames) {
      for (const [event, expected] of Object.entries(byEvent)) {
        const { state, now } = states[name](params)
        const at = event === 'due timer' ? (deadline(state) ?? now) : now + 1
        const step = transition(params, state, eventOf(event, params), at)
        const what = `${name}, ${event}`
        assert.equal(step.state.name, expected[name], what)
        checkStep(state, step, at, what)
      }
    }
  })

  test(`an advert of every rank in every state leads where the table says: ${variant}`, () => {
    const addresses = params.family === 4 ? [lowSource, highSource] : ['fe80::5', 'fe80::ffff:ffff:1']
    const [low, high] = addresses as [string, string]
    const ranks = {
      zero: [0, high],
      lower: [50, high],
      'equal, lower address': [100, low],
      'equal, higher address': [100, high],
      higher: [200, low],
    } as const
    for (const name of stateNames) {
      for (const [rank, [priority, source]] of Object.entries(ranks)) {
        const { state, now } = states[name](params)
        const event = { type: 'frame', frame: frame(params, priority, source, {}, state.ahSequence + 1) } as const
        const step = transition(params, state, event, now + 1)
        const what = `${name}, ${rank}`
        assert.equal(step.state.name, byRank[name][rank], what)
        checkStep(state, step, now + 1, what)
      }
    }
  })
}

test('an owner in BACKUP and every event keep the invariants', () => {
  const params = instance({ priority: 255 })
  const { state, now } = elected(params)
  const backup = transition(params, state, { type: 'step-down' }, now)
  for (const event of Object.keys(byEvent)) {
    const step = transition(params, backup.state, eventOf(event, params), now + 1)
    checkStep(backup.state, step, now + 1, event)
  }
})

const heldBack: Verdicts = { group: { faulty: [], holdouts: ['VI_2'] } }

test('a vetoed member wants to be MASTER and waits, an owner too', () => {
  for (const priority of [100, 255]) {
    const params = instance({ priority })
    const event = { type: 'start', surroundings: surroundings(), delayUntil: null } as const
    const { state } = transition(params, initial(params, start), event, start, heldBack)
    assert.equal(state.name, 'backup')
    const at = deadline(state)!
    const held = transition(params, state, { type: 'timer' }, at, heldBack)
    assert.ok(held.state.name === 'backup' && held.state.wantsMaster)
    assert.ok(held.state.masterDownAt > at)
    assert.deepEqual(words(held.effects), [])
  }
})

test('a steady MASTER and a steady BACKUP differ in nothing that a successor needs', () => {
  const params = instance()
  const { state: master } = elected(params)
  assert.equal(differs(master, transition(params, master, { type: 'timer' }, deadline(master)!).state), false)
  const heard = (state: State, priority: number, at: number) =>
    transition(params, state, { type: 'frame', frame: frame(params, priority, highSource) }, at).state
  const first = heard(started(params), 200, start)
  assert.equal(differs(started(params), first), true)
  assert.equal(differs(first, heard(first, 200, start + 1)), false)
  assert.equal(differs(first, heard(first, 201, start + 1)), true)
})

const hostileRuns = 20_000

/** Frames that must be rejected: noise, and good adverts with something wrong in them. */
function hostileBytes(params: VrrpInstance) {
  const good = frame(params, 255, params.family === 4 ? highSource : 'fe80::ffff:ffff:1').bytes
  const noise = fc.uint8Array({ maxLength: 96 })
  const cut = fc.integer({ min: 0, max: good.length - 1 }).map(length => good.slice(0, length))
  // Two bytes more, or six, or ten, could be Ethernet padding.
  const grown = fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .filter(more => more.length % 4 !== 2)
    .map(more => Uint8Array.from([...good, ...more]))
  // The changed byte is in the VRRP message: the kernel has verified the IPv4 header before us.
  const pduAt = params.family === 4 ? 20 : 0
  const changed = fc
    .tuple(fc.integer({ min: pduAt, max: good.length - 1 }), fc.integer({ min: 1, max: 255 }))
    .map(([at, mask]) => good.map((byte, i) => (i === at ? byte ^ mask : byte)))
  const relayed = fc.constant(good.map((byte, i) => (params.family === 4 && i === 8 ? 254 : byte)))
  return params.family === 4 ? fc.oneof(noise, cut, grown, changed, relayed) : fc.oneof(noise, cut, grown, changed)
}

for (const [variant, params] of Object.entries({
  'version 2': instance(),
  'version 2 with a password': instance({ authentication: { type: 'pass', password: 'secret12' } }),
  'version 3': instance({ version: 3 }),
  IPv6: instance6(),
})) {
  test(`${hostileRuns / 4} hostile frames leave role and deadlines alone: ${variant}`, () => {
    const { state: master, now } = elected(params)
    const backup = started(params)
    fc.assert(
      fc.property(hostileBytes(params), bytes => {
        const received = { ...frame(params, 255, params.family === 4 ? highSource : 'fe80::ffff:ffff:1'), bytes }
        for (const state of [master, backup]) {
          const step = transition(params, state, { type: 'frame', frame: received }, now + 1)
          const { counters, logged } = state
          assert.deepEqual({ ...step.state, counters, logged }, state)
          assert.equal(step.state.counters.advert_rcvd, 0)
          assert.ok(step.effects.every(effect => effect.type === 'log'))
        }
      }),
      { numRuns: hostileRuns / 4 },
    )
  })
}
