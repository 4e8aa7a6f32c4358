// Every way to MASTER asks the same question; these are its answers.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import type { Cause } from '../../../../../src/lib/vrrp-cause.ts'
import { causeText } from '../../../../../src/lib/vrrp-cause.ts'
import { doorFor, nobodyElse, type Verdicts } from '../../../../../src/workers/vrrp/core/door.ts'
import type { Event } from '../../../../../src/workers/vrrp/core/event.ts'
import { deadline, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { BackupState, State } from '../../../../../src/workers/vrrp/core/state.ts'
import { elected, frame, highSource, instance, link, logged, lowSource, start, started } from './fixture.ts'

const params = instance()
const owner = instance({ priority: 255 })
const backup = started(params) as BackupState
const dueAt = backup.masterDownAt
const withHoldout: Verdicts = { group: { faulty: [], holdouts: ['VI_2'] } }
const withFaulty: Verdicts = { group: { faulty: ['VI_2'], holdouts: ['VI_2'] } }

test('a BACKUP may lead when its election is over', () => {
  assert.deepEqual(doorFor(params, backup, nobodyElse, dueAt - 1), { open: false, why: 'election', until: dueAt })
  assert.deepEqual(doorFor(params, backup, nobodyElse, dueAt), { open: true })
  assert.deepEqual(doorFor(params, { ...backup, wantsMaster: true }, nobodyElse, start), { open: true })
})

test('nobody leads past a member that does not want to, neither by a timer nor as an owner nor after priority 0', () => {
  const full = { open: false, why: 'group', holdouts: ['VI_2'], until: dueAt + 3_609_375 }
  assert.deepEqual(doorFor(params, backup, withHoldout, dueAt), full)
  const fault = transition(owner, started(owner), linkEvent(false), start).state
  assert.equal(transition(owner, fault, linkEvent(true), start, withHoldout).state.name, 'backup')
  assert.equal(transition(owner, fault, linkEvent(true), start, nobodyElse).state.name, 'master')
  const resigned = transition(
    params,
    backup,
    { type: 'frame', frame: frame(params, 0, highSource) },
    start,
    withHoldout,
  )
  const skewed = deadline(resigned.state)!
  assert.ok(skewed < dueAt)
  assert.equal(transition(params, resigned.state, { type: 'timer' }, skewed, withHoldout).state.name, 'backup')
  assert.equal(transition(params, resigned.state, { type: 'timer' }, skewed, nobodyElse).state.name, 'master')
})

test('a fault shuts the door, of the instance as of another member', () => {
  const faults = [{ kind: 'group', of: 'VI_2' }]
  assert.deepEqual(doorFor(params, backup, withFaulty, dueAt), { open: false, why: 'faults', faults })
  const deaf = { ...backup, world: { ...backup.world, deaf: 'EMFILE' } }
  const own = [{ kind: 'deaf', of: 'EMFILE' }]
  assert.deepEqual(doorFor(params, deaf, nobodyElse, dueAt), { open: false, why: 'faults', faults: own })
})

test('a script without a result shuts the door to one that begins, not to one that runs', () => {
  const scripted = instance({ priority: 255, trackedScripts: [{ script: 'chk', weight: 0, reverse: false }] })
  const init = { ...started(params), name: 'init', startAt: start } as State
  assert.equal(doorFor(scripted, init, nobodyElse, start).open, false)
  assert.equal(doorFor(scripted, backup, nobodyElse, dueAt).open, true)
})

test('becomeMaster has one caller', () => {
  const core = new URL('../../../../../../src/workers/vrrp/core/', import.meta.url)
  const callers = readdirSync(core).filter(file => /[^.\w]becomeMaster\(/.test(withoutDeclarations(core, file)))
  assert.deepEqual(callers, ['door.ts'])
})

const heard = (priority: number, source: string, state = backup) =>
  transition(params, state, { type: 'frame', frame: frame(params, priority, source) }, start).state as BackupState

const causes: readonly (readonly [string, () => State, Cause])[] = [
  ['nobody heard', () => due(backup), { kind: 'timeout', of: null }],
  ['a MASTER that fell silent', () => due(heard(200, highSource)), { kind: 'timeout', of: highSource }],
  ['a MASTER that resigned', () => due(heard(0, highSource)), { kind: 'resigned', by: highSource }],
  [
    'a MASTER of lower priority',
    () => due(heard(50, lowSource)),
    { kind: 'preempting', of: lowSource, theirs: 50, ours: 100 },
  ],
  ['an owner', () => started(owner), { kind: 'owner' }],
  [
    'a better MASTER',
    () =>
      transition(params, elected(params).state, { type: 'frame', frame: frame(params, 200, highSource) }, start).state,
    { kind: 'outranked', by: highSource, theirs: 200, ours: 100 },
  ],
  ['the start', () => backup, { kind: 'start' }],
]

for (const [name, state, cause] of causes) {
  test(`the cause of a role: ${name}`, () => {
    const { cause: told } = state()
    assert.deepEqual(told, cause)
    assert.doesNotMatch(causeText(told), /undefined|\[object/)
  })
}

test('each fault that comes or goes while in FAULT is a line', () => {
  const tracking = instance({ trackedInterfaces: [{ interface: 'eth9', weight: 0, reverse: false }] })
  const both = started(tracking, start)
  const down = transition(tracking, both, linkEvent(false), start)
  assert.deepEqual(logged(down.effects), ['fault-came'])
  const up = transition(tracking, down.state, linkEvent(true), start)
  assert.deepEqual(logged(up.effects), ['fault-went'])
  assert.deepEqual(logged(transition(tracking, up.state, linkEvent(true), start).effects), [])
})

function due(state: BackupState): State {
  return transition(params, state, { type: 'timer' }, state.masterDownAt).state
}

function linkEvent(up: boolean): Event {
  return { type: 'link', link: link({ up }), reserved: [] }
}

function withoutDeclarations(folder: URL, file: string): string {
  return readFileSync(new URL(file, folder), 'utf8').replace(/function becomeMaster\(|`[^`]*`|\/\/.*/g, '')
}
