// A sync group: its members are MASTER together or not at all, and one that is at fault holds all others. keepalived.conf(5),
// vrrp_sync_group. Pure: the shell gives all members, one of which an event is for, and gets a step for each.

import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { countedTrackers } from '../../../lib/priority.ts'
import type { Instant } from '../../../lib/time.ts'
import { type GroupView, wantsToLead } from './door.ts'
import type { Event, Surroundings } from './event.ts'
import { faultsOf, stoppingFaults } from './faults.ts'
import { transition } from './fsm.ts'
import { lookAround } from './life.ts'
import type { State, StateName } from './state.ts'
import { type Step, stay } from './step.ts'
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

export interface GroupStep {
  /** In the order of the members; those that nothing happened to have their old state and no effects. */
  readonly members: readonly Step[]
  readonly group: GroupState
  /** What to tell of the group, after the members' own effects; null: nothing new. */
  readonly notify: 'MASTER' | 'BACKUP' | 'FAULT' | null
}

export const initialGroup: GroupState = { name: 'init', notified: null }

/**
 * One event for the member at `index`, and what it means for the others. `run`: the machine of a member, for
 * simulations of broken ones.
 */
export function groupTransition(
  group: GroupState,
  members: readonly Member[],
  index: number,
  event: Event,
  now: Instant,
  run: typeof transition = transition,
): GroupStep {
  const steps: Step[] = members.map(({ state }) => stay(state))
  give({ members, run }, steps, index, event, now)
  spreadFaults({ members, run }, steps, now)
  return { members: steps, ...groupOutcome(group, steps) }
}

/**
 * The members that have not begun do so together: each first sees its surroundings, then they begin. So a fault of one is known
 * before another speaks, and owners know whether all of them can lead.
 */
export function groupStart(
  group: GroupState,
  members: readonly Member[],
  surroundingsOf: (params: VrrpInstance) => Surroundings,
  delayUntil: Instant | null,
  now: Instant,
  run: typeof transition = transition,
): GroupStep {
  const fresh = members.map(({ state }) => state.name === 'init' && state.startAt === null)
  const steps = members.map(({ params, state }, i): Step => {
    const startAt = Math.max(now, delayUntil ?? now)
    return stay(fresh[i] ? lookAround(params, state, surroundingsOf(params), startAt) : state)
  })
  for (const [i, isFresh] of fresh.entries()) if (isFresh) give({ members, run }, steps, i, { type: 'timer' }, now)
  spreadFaults({ members, run }, steps, now)
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

interface Machine {
  readonly members: readonly Member[]
  readonly run: typeof transition
}

/** An event for one member behind what has happened to it in this step, and a change of its role for the others. */
function give(machine: Machine, steps: Step[], index: number, event: Event, now: Instant): void {
  const before = steps[index]!.state
  const { members } = machine
  advance(machine, steps, index, event, now)
  const to = changeOf(before, steps[index]!.state)
  if (to === null) return
  const member = members[index]!.params.name
  for (const i of members.keys()) if (i !== index) advance(machine, steps, i, { type: 'group', to, member }, now)
}

function advance({ members, run }: Machine, steps: Step[], i: number, event: Event, now: Instant): void {
  const { state, effects } = steps[i]!
  const next = run(members[i]!.params, state, event, now, { group: viewOf(members, steps, i) })
  steps[i] = { state: next.state, effects: [...effects, ...next.effects] }
}

/** What the others say to the member at `index`, by their states as they are now. */
function viewOf(members: readonly Member[], steps: readonly Step[], index: number): GroupView {
  const faulty: string[] = []
  const holdouts: string[] = []
  for (const [i, { params }] of members.entries()) {
    if (i === index) continue
    const { state } = steps[i]!
    if (isFaulty(params, state)) faulty.push(params.name)
    if (!wantsToLead(params, state)) holdouts.push(params.name)
  }
  return { faulty, holdouts }
}

function changeOf(before: State, after: State): 'master' | 'backup' | null {
  if (before.name !== 'master' && after.name === 'master') return 'master'
  return before.name === 'master' && after.name === 'backup' ? 'backup' : null
}

function spreadFaults(machine: Machine, steps: Step[], now: Instant): void {
  const { members } = machine
  const faulty = members.flatMap(({ params }, i) => (isFaulty(params, steps[i]!.state) ? [params.name] : []))
  for (const [i, { params }] of members.entries()) {
    const others = faulty.filter(name => name !== params.name)
    if (hasHeardOf(steps[i]!.state, others)) continue
    give(machine, steps, i, { type: 'group', to: 'look', member: others[0] ?? params.name }, now)
  }
}

/** True if the state already is what these faulty members make of it. */
function hasHeardOf(state: State, faulty: readonly string[]): boolean {
  if (state.name === 'init') return true
  const known = state.name === 'fault' ? state.faults.filter(({ kind }) => kind === 'group') : []
  return known.length === faulty.length && known.every(({ of }) => faulty.includes(of))
}

// A fault that no other member caused, and that does not only wait for a script.
function hasOwnFault(state: State): boolean {
  return state.name === 'fault' && stoppingFaults(state.faults).some(({ kind }) => kind !== 'group')
}

function isFaulty(params: VrrpInstance, state: State): boolean {
  if (hasOwnFault(state)) return true
  // Of one that is about to begin the surroundings say it.
  return state.name === 'init' && state.startAt !== null && stoppingFaults(faultsOf(params, state.world)).length > 0
}

function groupOutcome(before: GroupState, steps: readonly Step[]): Pick<GroupStep, 'group' | 'notify'> {
  const name = groupName(steps.map(({ state }) => state))
  const told = name === 'init' ? null : toldNames[name]
  const notify = told === before.notified ? null : told
  return { group: { name, notified: told ?? before.notified }, notify }
}

const toldNames = { master: 'MASTER', backup: 'BACKUP', fault: 'FAULT' } as const

function groupName(states: readonly State[]): StateName {
  if (states.some(hasOwnFault)) return 'fault'
  if (states.some(({ name }) => name === 'init' || name === 'fault')) return 'init'
  return states.every(({ name }) => name === 'master') ? 'master' : 'backup'
}
