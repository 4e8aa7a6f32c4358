import assert from 'node:assert/strict'
import test from 'node:test'
import type { TrackedObject } from '../../../../../src/config/blocks/tracking/model.ts'
import { transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import { elected, faultKinds, instance, logged, start, started, surroundings, words } from './fixture.ts'

const session: TrackedObject = { kind: 'bfd', name: 'peer', weight: 0, reverse: false }
const load: TrackedObject = { kind: 'file', name: 'load', weight: 1, reverse: false }
const reading = (object: string, value: number) => ({ type: 'reading', object, value }) as const

test('an instance with a BFD session of weight 0 is at fault from the start until the session is up', () => {
  const params = instance({ trackedObjects: [session] })
  const before = started(params)
  assert.deepEqual(faultKinds(before), ['bfd'])
  const step = transition(params, before, reading('bfd peer', 1), start + 10)
  assert.equal(step.state.name, 'backup')
  const again = transition(params, step.state, reading('bfd peer', 1), start + 20)
  assert.deepEqual([again.state.name, again.effects], ['backup', []])
})

test('a MASTER resigns when the BFD session that it needs goes down', () => {
  const params = instance({ trackedObjects: [session] })
  const backup = started(params, start, surroundings({ readings: { 'bfd peer': 1 } }))
  assert.equal(backup.name, 'backup')
  const master = elected(instance(), start)
  const state = { ...master.state, world: backup.world }
  const step = transition(params, state, reading('bfd peer', 0), master.now + 10)
  assert.equal(step.state.name, 'fault')
  assert.deepEqual(words(step.effects), ['transmit 0', 'no addresses', 'notify FAULT 100'])
})

test('the value of a tracked file moves the priority, and from -254 on it is a fault', () => {
  const params = instance({ trackedObjects: [load] })
  const zero = started(params)
  assert.equal(zero.effectivePriority, 100)
  const more = transition(params, zero, reading('file load', 30), start + 10)
  assert.deepEqual([more.state.effectivePriority, logged(more.effects)], [130, ['priority-changed']])
  const gone = transition(params, more.state, reading('file load', -254), start + 20)
  assert.deepEqual(faultKinds(gone.state), ['file'])
  const back = transition(params, gone.state, reading('file load', -20), start + 30)
  assert.deepEqual([back.state.name, back.state.effectivePriority], ['backup', 80])
})

test('what an instance does not track changes nothing', () => {
  const params = instance({ trackedObjects: [load] })
  const before = started(params)
  const step = transition(params, before, reading('bfd load', 1), start + 10)
  assert.deepEqual(step.state.world.readings, {})
  assert.deepEqual(step.effects, [])
})

test('a reload that takes a tracker away forgets what it said', () => {
  const params = instance({ trackedObjects: [session] })
  const fault = started(params)
  const event = { type: 'reload', previous: params, surroundings: surroundings() } as const
  assert.equal(transition(instance(), fault, event, start + 10).state.name, 'backup')
})
