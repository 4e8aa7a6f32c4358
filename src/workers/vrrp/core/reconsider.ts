// The world has changed: does the priority change with it, must the instance stop, may it start? Called after every
// event about links, scripts and sync groups, and after a reload.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { formatIp } from '../../../lib/ip.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import { type Fault, faultText, isSameFault } from '../../../lib/vrrp-fault.ts'
import { becomeBackup, becomeFault } from './become.ts'
import { reachOf } from './destination.ts'
import { lead, type Verdicts } from './door.ts'
import type { Effect } from './effect.ts'
import { effectivePriorityOf } from './effective-priority.ts'
import { faultsOf, stoppingFaults } from './faults.ts'
import { announceBlock } from './garp.ts'
import type { FaultState, MasterState, State, World } from './state.ts'
import { and, log, type Step, stay } from './step.ts'
import { masterDownUs } from './timers.ts'

/** The step to a state that fits `world`. */
export function reconsider(params: VrrpInstance, before: State, world: World, now: Instant, verdicts: Verdicts): Step {
  const { state, effects } = withPriority(params, { ...before, world })
  const step = withFaults(params, state, before.world, now, verdicts)
  return { state: step.state, effects: [...step.effects, ...effects] }
}

/** The start proper: what keepalived does with residual addresses, then FAULT, MASTER (owner) or BACKUP. */
export function begin(params: VrrpInstance, state: State, now: Instant, verdicts: Verdicts): Step {
  const faults = faultsOf(params, state.world, verdicts.group?.faulty)
  const first = faults.length > 0 ? becomeFault(params, state, faults, now) : takeUp(params, state, now, verdicts)
  if (first.state.name === 'master') return first
  return { state: first.state, effects: [{ type: 'ensure-addresses', present: false }, ...first.effects] }
}

function withFaults(params: VrrpInstance, state: State, before: World, now: Instant, verdicts: Verdicts): Step {
  const faults = faultsOf(params, state.world, verdicts.group?.faulty)
  switch (state.name) {
    case 'init':
      return stay(state)
    case 'fault':
      return faults.length > 0 ? stillFault(params, state, faults, now) : takeUp(params, state, now, verdicts)
    case 'backup':
    case 'master': {
      const stopping = stoppingFaults(faults)
      if (stopping.length > 0) return becomeFault(params, state, stopping, now)
      return state.name === 'master' ? onSameLink(params, state, before) : stay(state)
    }
  }
}

// An owner is MASTER at once, if it may; everybody else listens first.
function takeUp(params: VrrpInstance, state: State, now: Instant, verdicts: Verdicts): Step {
  const announced = state.name === 'fault' ? announceSource(params, state.world) : []
  const step = lead(params, state, { verdicts, now, cause: { kind: 'owner' } }, door => {
    const wantsMaster = door.why === 'group'
    const ownUs = params.advertIntervalUs
    // The caller has looked for faults already. If the door names no time, the instance waits a full period.
    const masterDownAt = 'until' in door ? door.until : now + masterDownUs(params, state.effectivePriority, ownUs)
    const cause: Cause = { kind: state.name === 'fault' ? 'recovered' : 'start' }
    const { state: backup, effects } = becomeBackup(
      params,
      { ...state, masterIntervalUs: ownUs },
      masterDownAt,
      now,
      cause,
    )
    return { state: { ...backup, wantsMaster }, effects }
  })
  return and(step, ...announced)
}

// After a fault the peers may have another hardware address for ours, or none, and adverts would wait for it.
function announceSource(params: VrrpInstance, { source }: World): Effect[] {
  if (reachOf(params) !== 'unicast' || source === null) return []
  return [{ type: 'announce-source', address: formatIp(source) }]
}

function stillFault(params: VrrpInstance, state: FaultState, faults: readonly Fault[], now: Instant): Step {
  const waited = stoppingFaults(state.faults).length === 0
  const stopping = stoppingFaults(faults).length > 0
  if (waited && stopping) return becomeFault(params, state, faults, now)
  const has = (list: readonly Fault[]) => (fault: Fault) => list.some(one => isSameFault(one, fault))
  const came = faults.filter(fault => !has(state.faults)(fault))
  const went = state.faults.filter(fault => !has(faults)(fault))
  if (came.length === 0 && went.length === 0) return stay(state)
  const effects = [
    ...came.map(fault => log('warn', 'fault-came', { fault: faultText(fault) })),
    ...went.map(fault => log('info', 'fault-went', { fault: faultText(fault) })),
  ]
  return { state: { ...state, faults }, effects }
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
  const told = state.name === 'master' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY'
  return [{ type: 'notify', state: told, priority, cause: null }, change]
}
