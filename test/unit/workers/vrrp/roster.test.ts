import assert from 'node:assert/strict'
import test from 'node:test'
import type { SyncGroup, VrrpInstance } from '../../../../src/config/blocks/instance/model.ts'
import { initialGroup } from '../../../../src/workers/vrrp/core/sync-group.ts'
import { type Roster, rosterOf } from '../../../../src/workers/vrrp/roster.ts'
import { elected, instance, place, start } from './core/fixture.ts'

const empty: Roster = { machines: new Map(), groups: new Map() }
const one = instance({ name: 'VI_1' })
const two = instance({ name: 'VI_2', vrid: 52 })

function group(members: readonly string[]): SyncGroup {
  const nothing = { trackedScripts: [], trackedInterfaces: [], trackedObjects: [] }
  const rest = { notify: { notifyDeleted: false }, smtpAlert: false, trackingWeight: false, ...nothing }
  return { name: 'VG_1', place, members, ...rest }
}

function setting(instances: readonly VrrpInstance[], groups: readonly SyncGroup[] = []) {
  return { instances, groups, slots: Object.fromEntries(instances.map(({ name }, slot) => [name, slot])) }
}

test('machines stand in the order of the configuration, new ones in init, each at its place on the board', () => {
  const { machines } = rosterOf(setting([two, one]), empty, {}, start)
  assert.deepEqual(
    [...machines].map(([name, { slot, state, dirty }]) => [name, slot, state.name, dirty]),
    [
      ['VI_2', 0, 'init', true],
      ['VI_1', 1, 'init', true],
    ],
  )
})

test('a reload keeps the state of an instance and takes its new settings', () => {
  const before = rosterOf(setting([one, two]), empty, {}, start)
  const { state } = elected(one)
  before.machines.get('VI_1')!.state = state
  const { machines } = rosterOf(setting([{ ...one, priority: 200 }]), before, {}, start)
  assert.deepEqual([...machines.keys()], ['VI_1'])
  assert.equal(machines.get('VI_1')!.state, state)
  assert.equal(machines.get('VI_1')!.params.priority, 200)
})

test('members of a group know it, and a name that is no instance is none', () => {
  const { machines, groups } = rosterOf(setting([one, two], [group(['VI_2', 'VI_9'])]), empty, {}, start)
  const [made] = groups.values()
  assert.deepEqual(
    made!.members.map(({ params }) => params.name),
    ['VI_2'],
  )
  assert.equal(machines.get('VI_2')!.group, made)
  assert.equal(machines.get('VI_1')!.group, undefined)
})

test('a group goes on as a predecessor left it, else as it was, else from the beginning', () => {
  const config = setting([one], [group(['VI_1'])])
  const fault = { name: 'fault', notified: 'FAULT' } as const
  const master = { name: 'master', notified: 'MASTER' } as const
  const first = rosterOf(config, empty, {}, start)
  assert.equal(first.groups.get('VG_1')!.state, initialGroup)
  first.groups.get('VG_1')!.state = fault
  assert.equal(rosterOf(config, first, {}, start).groups.get('VG_1')!.state, fault)
  assert.equal(rosterOf(config, first, { VG_1: master }, start).groups.get('VG_1')!.state, master)
})

test('an instance without a place on the board is a bug of ours', () => {
  assert.throws(() => rosterOf({ ...setting([one]), slots: {} }, empty, {}, start), /VI_1 has a place on the board/)
})
