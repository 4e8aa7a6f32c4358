// Two members that share one fate.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { SyncGroup, VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { Cause } from '../../../../../src/lib/vrrp-cause.ts'
import type { Event } from '../../../../../src/workers/vrrp/core/event.ts'
import { deadline, initial, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { BackupState } from '../../../../../src/workers/vrrp/core/state.ts'
import {
  type GroupState,
  type GroupStep,
  groupStart,
  groupTransition,
  initialGroup,
  type Member,
  memberParams,
} from '../../../../../src/workers/vrrp/core/sync-group.ts'
import { faultKinds, frame, highSource, instance, link, place, start, surroundings, words } from './fixture.ts'

const inside = instance({ name: 'inside' })
const outside = instance({ name: 'outside', vrid: 52, interface: 'eth1', priority: 120 })

/** A group that remembers what was done and said. */
class Group {
  members: Member[]
  group: GroupState = initialGroup
  said: string[] = []

  constructor(...instances: readonly VrrpInstance[]) {
    this.members = instances.map(params => ({ params, state: initial(params, start) }))
  }

  /** All members begin. */
  begin(around = surroundings({ links }), delayUntil: number | null = null): void {
    this.#take(groupStart(this.group, this.members, () => around, delayUntil, start))
  }

  send(index: number, event: Event, now: number): void {
    this.#take(groupTransition(this.group, this.members, index, event, now))
  }

  #take(step: GroupStep): void {
    this.group = step.group
    this.said = step.members.flatMap(({ effects }, i) =>
      words(effects).map(word => `${this.members[i]!.params.name}: ${word}`),
    )
    if (step.notify !== null) this.said.push(`group: ${step.notify}`)
    this.members = this.members.map(({ params }, i) => ({ params, state: step.members[i]!.state }))
  }

  get names(): string[] {
    return this.members.map(({ state }) => state.name)
  }
}

const links = [link(), link({ name: 'eth1', ifindex: 3 })]
const down = (name: string, up = false): Event => ({ type: 'link', link: link({ name, ifindex: 3, up }), reserved: [] })

function startedGroup(...instances: readonly VrrpInstance[]): Group {
  const group = new Group(...instances)
  group.begin()
  return group
}

function masterGroup(): { group: Group; now: number } {
  const group = startedGroup(inside, outside)
  const [first, second] = group.members.map(({ state }) => deadline(state)!) as [number, number]
  group.send(1, { type: 'timer' }, second)
  group.send(0, { type: 'timer' }, first)
  return { group, now: first }
}

test('a group starts as BACKUP and says so once all members are', () => {
  const group = new Group(inside, outside)
  group.begin()
  assert.deepEqual(group.said, [
    'inside: no addresses',
    'inside: notify BACKUP 100',
    'outside: no addresses',
    'outside: notify BACKUP 120',
    'group: BACKUP',
  ])
})

test('the first member whose time is up waits, the last one takes all along', () => {
  const group = startedGroup(inside, outside)
  const at = deadline(group.members[1]!.state)!
  group.send(1, { type: 'timer' }, at)
  assert.deepEqual([group.said, group.names], [[], ['backup', 'backup']])
  assert.equal((group.members[1]!.state as BackupState).wantsMaster, true)
  group.send(0, { type: 'timer' }, deadline(group.members[0]!.state)!)
  assert.deepEqual(group.names, ['master', 'master'])
  assert.deepEqual(group.said, [
    'inside: transmit 100',
    'inside: addresses',
    'inside: announce 5',
    'inside: notify MASTER 100',
    'outside: transmit 120',
    'outside: addresses',
    'outside: announce 5',
    'outside: notify MASTER 120',
    'group: MASTER',
  ])
})

test('a member that hears a MASTER holds the group back', () => {
  const group = startedGroup(inside, outside)
  group.send(1, { type: 'timer' }, deadline(group.members[1]!.state)!)
  group.send(1, { type: 'frame', frame: frame(outside, 200, highSource) }, start + 3_560_000)
  group.send(0, { type: 'timer' }, deadline(group.members[0]!.state)!)
  assert.deepEqual(group.names, ['backup', 'backup'])
})

test('one that must give way takes the others along, without priority 0', () => {
  const { group, now } = masterGroup()
  group.send(0, { type: 'frame', frame: frame(inside, 200, highSource) }, now + 1)
  assert.deepEqual(group.names, ['backup', 'backup'])
  assert.deepEqual(group.said, [
    'inside: no addresses',
    'inside: notify BACKUP 100',
    'outside: no addresses',
    'outside: notify BACKUP 120',
    'group: BACKUP',
  ])
})

test('one fault is a fault of all, and all recover when it has gone', () => {
  const { group, now } = masterGroup()
  group.send(1, down('eth1'), now + 1)
  assert.deepEqual(group.names, ['fault', 'fault'])
  assert.deepEqual(group.said, [
    'inside: transmit 0',
    'inside: no addresses',
    'inside: notify FAULT 100',
    'outside: transmit 0',
    'outside: no addresses',
    'outside: notify FAULT 120',
    'group: FAULT',
  ])
  group.send(1, down('eth1', true), now + 2)
  assert.deepEqual(group.names, ['backup', 'backup'])
  assert.deepEqual(group.said, ['inside: notify BACKUP 100', 'outside: notify BACKUP 120', 'group: BACKUP'])
})

test('with two faults the group recovers after the last', () => {
  const { group, now } = masterGroup()
  group.send(1, down('eth1'), now + 1)
  group.send(0, { type: 'link', link: link({ up: false }), reserved: [] }, now + 2)
  group.send(1, down('eth1', true), now + 3)
  assert.deepEqual([group.names, group.said], [['fault', 'fault'], []])
  group.send(0, { type: 'link', link: link(), reserved: [] }, now + 4)
  assert.deepEqual(group.names, ['backup', 'backup'])
})

test('a group of owners is MASTER from the start, one owner alone does not make it so', () => {
  const owners = startedGroup({ ...inside, priority: 255 }, { ...outside, priority: 255 })
  assert.deepEqual([owners.names, owners.group.name], [['master', 'master'], 'master'])
  const mixed = startedGroup({ ...inside, priority: 255 }, outside)
  assert.deepEqual(mixed.names, ['backup', 'backup'])
  assert.equal(deadline(mixed.members[0]!.state), start + 1_003_906)
})

test('defect 11: owners of whom one is at fault are in FAULT from the start and say nothing before', () => {
  const group = new Group({ ...inside, priority: 255 }, { ...outside, priority: 255 })
  group.begin(surroundings({ links: [link(), link({ name: 'eth1', ifindex: 3, up: false })] }))
  assert.deepEqual(group.names, ['fault', 'fault'])
  assert.deepEqual(group.said, [
    'inside: no addresses',
    'inside: notify FAULT 255',
    'outside: no addresses',
    'outside: notify FAULT 255',
    'group: FAULT',
  ])
  group.send(1, down('eth1', true), start + 1)
  assert.deepEqual(group.names, ['master', 'master'])
})

test('defect 11: owners begin together after the start-up delay, too', () => {
  const group = new Group({ ...inside, priority: 255 }, { ...outside, priority: 255 })
  group.begin(surroundings({ links }), start + 5)
  assert.deepEqual([group.names, group.said], [['init', 'init'], []])
  for (const index of [0, 1]) group.send(index, { type: 'timer' }, start + 5)
  assert.deepEqual(group.names, ['master', 'master'])
})

test('defect 3: an instance that leaves its group leaves the fault of the others behind', () => {
  const { group, now } = masterGroup()
  group.send(1, down('eth1'), now + 1)
  assert.deepEqual(faultKinds(group.members[0]!.state), ['group'])
  const reload: Event = { type: 'reload', previous: inside, surroundings: surroundings({ links }) }
  assert.equal(transition(inside, group.members[0]!.state, reload, now + 2).state.name, 'backup')
})

test('a member says which one took it along, and which one is at fault', () => {
  const { group, now } = masterGroup()
  const [first, second] = group.members.map(({ state }) => state.cause) as [Cause, Cause]
  assert.deepEqual(
    [first, second],
    [
      { kind: 'timeout', of: null },
      { kind: 'group', member: 'inside' },
    ],
  )
  group.send(1, down('eth1'), now + 1)
  assert.deepEqual(group.members[0]!.state.cause, { kind: 'faults', faults: [{ kind: 'group', of: 'outside' }] })
})

test('a member that waits for a script keeps the group from leading and is told to nobody', () => {
  const waiting = { ...outside, trackedScripts: [{ script: 'check', weight: 0, reverse: false }] }
  const group = startedGroup(inside, waiting)
  assert.deepEqual([group.names, group.group], [['backup', 'fault'], { name: 'init', notified: null }])
  group.send(0, { type: 'timer' }, deadline(group.members[0]!.state)!)
  assert.equal(group.names[0], 'backup')
})

test('weights of members count only with sync_group_tracking_weight, those of the group not beside an owner', () => {
  const tracked = instance({
    trackedScripts: [
      { script: 'heavy', weight: 10, reverse: false },
      { script: 'vital', weight: 0, reverse: false },
    ],
  })
  const group: SyncGroup = {
    name: 'G',
    place,
    members: ['VI_1', 'outside'],
    notify: { notifyDeleted: false },
    smtpAlert: false,
    trackingWeight: false,
    trackedScripts: [{ script: 'common', weight: 5, reverse: false }],
    trackedInterfaces: [{ interface: 'eth9', weight: -5, reverse: false }],
    trackedObjects: [],
  }
  const scripts = (params: VrrpInstance) => params.trackedScripts.map(({ script, weight }) => `${script} ${weight}`)
  const [first, second] = memberParams(group, [tracked, outside]) as [VrrpInstance, VrrpInstance]
  assert.deepEqual(scripts(first), ['vital 0', 'common 5'])
  assert.deepEqual(scripts(second), ['common 5'])
  assert.deepEqual(second.trackedInterfaces, group.trackedInterfaces)
  const weighted = memberParams({ ...group, trackingWeight: true }, [tracked, outside])
  assert.deepEqual(scripts(weighted[0]!), ['heavy 10', 'vital 0', 'common 5'])
  const owned = memberParams(group, [tracked, { ...outside, priority: 255 }])
  assert.deepEqual(scripts(owned[0]!), ['vital 0', 'common 0'])
})
