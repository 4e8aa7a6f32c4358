// A sync group: its members are MASTER together or not at all, and one that is at fault holds all others. keepalived.conf(5),
// vrrp_sync_group. Pure: the shell gives all members, one of which an event is for, and gets a step for each.

import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { countedTrackers } from '../../../lib/priority.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Event } from './event.ts'
import { stoppingFaults } from './faults.ts'
import { transition } from './fsm.ts'
import type { State, StateName } from './state.ts'
import { and, type Step, stay } from './step.ts'
import { ownerPriority } from './timers.ts'

export interface Member {
  readonly params: VrrpInstance
  readonly state: State
}

export interface GroupState {
  readonly name: StateName
  /** What the operator was told of the group last. */
  readonly notified: 'MASTER' | 'BACKUP' | 'FAULT' | null
}

interface GroupStep {
  /** In the order of the members; those that nothing happened to have their old state and no effects. */
  readonly members: readonly Step[]
  readonly group: GroupState
  /** What to tell of the group, after the members' own effects; null: nothing new. */
  readonly notify: 'MASTER' | 'BACKUP' | 'FAULT' | null
}

export const initialGroup: GroupState = { name: 'init', notified: null }

/** One event for the member at `index`, and what it means for the others. */
export function groupTransition(
  group: GroupState,
  members: readonly Member[],
  index: number,
  event: Event,
  now: Instant,
): GroupStep {
  const { params, state } = members[index]!
  const first = transition(params, state, event, now, mayLead(members, index, event))
  const steps: Step[] = members.map((member, i) => (i === index ? first : stay(member.state)))
  const verdict = verdictOf(state, first.state)
  if (verdict !== null) tellOthers(members, steps, index, verdict, now)
  spreadFaults(members, steps, now)
  return { members: steps, ...groupOutcome(group, steps) }
}

/** The members as the group lets them be: its trackers are theirs too, weights count only where the group allows them. */
export function memberParams(group: SyncGroup, instances: readonly VrrpInstance[]): VrrpInstance[] {
  const ownerInside = instances.some(params => params.priority === ownerPriority)
  const rules = { trackingWeight: group.trackingWeight, ownerInside }
  return instances.map(params => ({
    ...params,
    trackedScripts: countedTrackers(params.trackedScripts, group.trackedScripts, rules),
    trackedInterfaces: countedTrackers(params.trackedInterfaces, group.trackedInterfaces, rules),
    trackedObjects: countedTrackers(params.trackedObjects, group.trackedObjects, rules),
  }))
}

// The last one that wants to be MASTER decides. At the start only a group of owners may lead at once.
function mayLead(members: readonly Member[], index: number, event: Event): boolean {
  if (event.type === 'start') return members.every(({ params }) => params.priority === ownerPriority)
  return members.every(({ state }, i) => i === index || wantsMaster(state))
}

function wantsMaster(state: State): boolean {
  return state.name === 'master' || (state.name === 'backup' && state.wantsMaster)
}

function verdictOf(before: State, after: State): 'master' | 'backup' | null {
  if (before.name !== 'master' && after.name === 'master') return 'master'
  return before.name === 'master' && after.name === 'backup' ? 'backup' : null
}

function tellOthers(
  members: readonly Member[],
  steps: Step[],
  index: number,
  to: 'master' | 'backup',
  now: Instant,
): void {
  for (const i of members.keys()) if (i !== index) follow(members, steps, i, { type: 'group', to }, now)
}

function spreadFaults(members: readonly Member[], steps: Step[], now: Instant): void {
  const faulty = steps.map(({ state }) => isFaulty(state))
  for (const [i, { state }] of steps.entries()) {
    const groupFault = faulty.some((bad, j) => bad && j !== i)
    if (groupFault === state.world.groupFault) continue
    follow(members, steps, i, { type: 'group', to: groupFault ? 'fault' : 'recover' }, now)
  }
}

function follow(members: readonly Member[], steps: Step[], i: number, event: Event, now: Instant): void {
  const others = steps.map(({ state }, j) => ({ params: members[j]!.params, state }))
  const next = transition(members[i]!.params, steps[i]!.state, event, now, mayLead(others, i, event))
  steps[i] = and({ state: next.state, effects: steps[i]!.effects }, ...next.effects)
}

// A fault of its own, not one that another member caused or that only waits for a script.
function isFaulty(state: State): boolean {
  return state.name === 'fault' && stoppingFaults(state.faults).some(fault => fault !== 'group')
}

function groupOutcome(before: GroupState, steps: readonly Step[]): Pick<GroupStep, 'group' | 'notify'> {
  const name = groupName(steps.map(({ state }) => state))
  const told = name === 'init' ? null : toldNames[name]
  const notify = told === before.notified ? null : told
  return { group: { name, notified: told ?? before.notified }, notify }
}

const toldNames = { master: 'MASTER', backup: 'BACKUP', fault: 'FAULT' } as const

function groupName(states: readonly State[]): StateName {
  if (states.some(isFaulty)) return 'fault'
  if (states.some(({ name }) => name === 'init' || name === 'fault')) return 'init'
  return states.every(({ name }) => name === 'master') ? 'master' : 'backup'
}
