// The world has changed: does the priority change with it, must the instance stop, may it start? Called after every
// event about links, scripts and sync groups, and after a reload.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { formatIp } from '../../../lib/ip.ts'
import type { Instant } from '../../../lib/time.ts'
import { becomeBackup, becomeFault, becomeMaster } from './become.ts'
import { reachOf } from './destination.ts'
import type { Effect } from './effect.ts'
import { effectivePriorityOf } from './effective-priority.ts'
import { faultsOf, stoppingFaults } from './faults.ts'
import { announceBlock } from './garp.ts'
import type { Fault, FaultState, MasterState, State, World } from './state.ts'
import { and, log, type Step, stay } from './step.ts'
import { firstChanceUs, masterDownUs, ownerPriority } from './timers.ts'

/** The step to a state that fits `world`. With `mayLead` false nothing leads to MASTER (sync group). */
export function reconsider(params: VrrpInstance, before: State, world: World, now: Instant, mayLead: boolean): Step {
  const { state, effects } = withPriority(params, { ...before, world })
  const step = withFaults(params, state, before.world, now, mayLead)
  return { state: step.state, effects: [...step.effects, ...effects] }
}

/** The start proper: what keepalived does with residual addresses, then FAULT, MASTER (owner) or BACKUP. */
export function begin(params: VrrpInstance, state: State, now: Instant, mayLead: boolean): Step {
  const faults = faultsOf(params, state.world)
  const first = faults.length > 0 ? becomeFault(params, state, faults, now) : takeUp(params, state, now, mayLead)
  if (first.state.name === 'master') return first
  return { state: first.state, effects: [{ type: 'ensure-addresses', present: false }, ...first.effects] }
}

function withFaults(params: VrrpInstance, state: State, before: World, now: Instant, mayLead: boolean): Step {
  const faults = faultsOf(params, state.world)
  switch (state.name) {
    case 'init':
      return stay(state)
    case 'fault':
      return faults.length > 0 ? stillFault(params, state, faults, now) : takeUp(params, state, now, mayLead)
    case 'backup':
    case 'master': {
      const stopping = stoppingFaults(faults)
      if (stopping.length > 0) return becomeFault(params, state, stopping, now)
      return state.name === 'master' ? onSameLink(params, state, before) : stay(state)
    }
  }
}

// RFC 9568 section 6.4.1: an owner goes to MASTER at once. keepalived lets it wait a full period after a fault.
function takeUp(params: VrrpInstance, state: State, now: Instant, mayLead: boolean): Step {
  const owner = params.priority === ownerPriority && !state.yielded
  const announced = state.name === 'fault' ? announceSource(params, state.world) : []
  if (owner && mayLead) return and<State>(becomeMaster(params, state, now), ...announced)
  const ownUs = params.advertIntervalUs
  const waitUs = owner ? firstChanceUs(params, ownUs) : masterDownUs(params, state.effectivePriority, ownUs)
  const { state: backup, effects } = becomeBackup(params, { ...state, masterIntervalUs: ownUs }, now + waitUs, now)
  return { state: { ...backup, wantsMaster: owner }, effects: [...effects, ...announced] }
}

// After a fault the peers may have another hardware address for ours, or none, and adverts would wait for it.
function announceSource(params: VrrpInstance, { source }: World): Effect[] {
  if (reachOf(params) !== 'unicast' || source === null) return []
  return [{ type: 'announce-source', address: formatIp(source) }]
}

function stillFault(params: VrrpInstance, state: FaultState, faults: readonly Fault[], now: Instant): Step {
  const waited = stoppingFaults(state.faults).length === 0
  const stopping = stoppingFaults(faults).length > 0
  return waited && stopping ? becomeFault(params, state, faults, now) : stay({ ...state, faults })
}

// A link that was deleted and made again between two looks has none of our addresses.
function onSameLink(params: VrrpInstance, state: MasterState, before: World): Step {
  if (state.world.ifindex === before.ifindex) return stay(state)
  return {
    state,
    effects: [{ type: 'ensure-addresses', present: true }, ...announceBlock(params.garp.masterRepeat)],
  }
}

/** The state with the priority that its world gives; a BACKUP's running deadline moves by what its wait changes. */
export function withPriority(params: VrrpInstance, state: State): Step {
  const effectivePriority = effectivePriorityOf(params, state.world, state.yielded)
  if (effectivePriority === state.effectivePriority) return stay(state)
  const next = { ...state, effectivePriority }
  const effects = state.name === 'init' ? [] : priorityEffects(params, state, effectivePriority)
  if (next.name !== 'backup') return { state: next, effects }
  const wait = (priority: number) => masterDownUs(params, priority, state.masterIntervalUs)
  const shiftUs = wait(effectivePriority) - wait(state.effectivePriority)
  return { state: { ...next, masterDownAt: next.masterDownAt + shiftUs }, effects }
}

function priorityEffects(params: VrrpInstance, state: State, priority: number): Effect[] {
  const change = log('info', 'priority-changed', { from: state.effectivePriority, to: priority })
  if (!params.notifyPriorityChanges) return [change]
  return [{ type: 'notify', state: state.name === 'master' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY', priority }, change]
}
