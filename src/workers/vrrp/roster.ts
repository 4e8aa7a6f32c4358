// The machines of a configuration and the groups that they belong to: a new roster takes over the states of the one before. Which
// state a machine has next is not decided here but in core/.

import type { SyncGroup, VrrpInstance } from '../../config/blocks/instance/model.ts'
import { assert } from '../../lib/errors.ts'
import type { Instant } from '../../lib/time.ts'
import { initial } from './core/fsm.ts'
import type { State } from './core/state.ts'
import { type GroupState, initialGroup, memberParams } from './core/sync-group.ts'

export interface Machine {
  readonly slot: number
  readonly params: VrrpInstance
  state: State
  group: Group | undefined
  /** The state changed since the supervisor was last given a snapshot. */
  dirty: boolean
}

export interface Group {
  readonly name: string
  readonly members: readonly Machine[]
  state: GroupState
}

export interface Roster {
  /** By router (what peers can see of an instance), in the order of the configuration. */
  readonly machines: ReadonlyMap<string, Machine>
  readonly groups: ReadonlyMap<string, Group>
}

/** What a configuration says of it. */
export interface RosterSetting {
  readonly instances: readonly VrrpInstance[]
  readonly groups: readonly SyncGroup[]
  /** Router -> its place on the board; each has one. */
  readonly slots: Readonly<Record<string, number>>
}

/** `groupStates`: states of groups that a predecessor left; they come before those of `before`. */
export function rosterOf(
  { instances, groups, slots }: RosterSetting,
  before: Roster,
  groupStates: Readonly<Record<string, GroupState>>,
  now: Instant,
): Roster {
  const asMembers = new Map(groups.flatMap(group => memberParams(group, membersOf(group, instances))).map(named))
  const machines = new Map<string, Machine>()
  for (const alone of instances) {
    const { name, router } = alone
    const params = asMembers.get(name) ?? alone
    const slot = slots[router]
    assert(slot !== undefined, `${name} has a place on the board`)
    const state = before.machines.get(router)?.state ?? initial(params, now)
    machines.set(router, { slot, params, state, group: undefined, dirty: true })
  }
  const stateOf = (name: string) => groupStates[name] ?? before.groups.get(name)?.state ?? initialGroup
  return { machines, groups: new Map(groups.map(group => [group.name, groupOf(group, stateOf(group.name), machines)])) }
}

function groupOf(config: SyncGroup, state: GroupState, machines: ReadonlyMap<string, Machine>): Group {
  const named = new Map([...machines.values()].map(machine => [machine.params.name, machine]))
  const members = config.members.flatMap(name => named.get(name) ?? [])
  const group: Group = { name: config.name, members, state }
  for (const machine of members) machine.group = group
  return group
}

function membersOf(group: SyncGroup, instances: readonly VrrpInstance[]): VrrpInstance[] {
  return group.members.flatMap(name => instances.find(params => params.name === name) ?? [])
}

function named(params: VrrpInstance): [string, VrrpInstance] {
  return [params.name, params]
}
