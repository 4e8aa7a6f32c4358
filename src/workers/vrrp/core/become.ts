// Entering MASTER, BACKUP and FAULT from any state: the new state, and what is sent and done, in the order it has to be.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import { type Cause, causeText } from '../../../lib/vrrp-cause.ts'
import { type Fault, faultsText } from '../../../lib/vrrp-fault.ts'
import { sequenceMax } from './ah.ts'
import { count } from './counters.ts'
import type { Effect } from './effect.ts'
import { effectivePriorityOf } from './effective-priority.ts'
import { stoppingFaults } from './faults.ts'
import { announceBlock, garpAfterTakeover } from './garp.ts'
import { nextCounters } from './seal.ts'
import { type BackupState, type Common, commonOf, type FaultState, type MasterState, type State } from './state.ts'
import { log, type Step } from './step.ts'

/** The advert goes first: it lets the old MASTER take its addresses off. RFC 9568 section 6.4.1 (115). */
export function becomeMaster(params: VrrpInstance, state: State, now: Instant, cause: Cause): Step<MasterState> {
  const effectivePriority = effectivePriorityOf(params, state.world, false)
  const common: Common = {
    ...commonOf(state),
    effectivePriority,
    yielded: false,
    masterIntervalUs: params.advertIntervalUs,
    ahSequence: state.ahSequence > sequenceMax ? 0 : state.ahSequence,
    notified: 'MASTER',
    logged: [],
    counters: count(state.counters, 'become_master'),
    changedAt: now,
    cause,
  }
  const { repeat, timers } = garpAfterTakeover(params.garp, now)
  const advertAt = now + params.advertIntervalUs
  return {
    state: {
      ...afterSending(common, effectivePriority),
      name: 'master',
      advertAt,
      lastSentAt: now,
      garp: timers,
      rogue: null,
    },
    effects: [
      { type: 'transmit', priority: effectivePriority },
      { type: 'ensure-addresses', present: true },
      ...announceBlock(repeat),
      ...tell(state, 'MASTER', effectivePriority, cause),
      log('info', 'became-master', { priority: effectivePriority, cause: causeText(cause) }),
    ],
  }
}

/** BACKUP until `masterDownAt`. A MASTER's addresses go; that it resigns with priority 0 is said by `resign`. */
export function becomeBackup(
  params: VrrpInstance,
  state: State,
  masterDownAt: Instant,
  now: Instant,
  cause: Cause,
  resign = false,
): Step<BackupState> {
  const { common, effects } = leave(params, state, resign)
  const { effectivePriority: priority } = common
  const since = state.name === 'backup' ? { changedAt: state.changedAt, cause: state.cause } : { changedAt: now, cause }
  return {
    state: {
      ...common,
      name: 'backup',
      notified: 'BACKUP',
      ...since,
      masterDownAt,
      preemptAt: null,
      wantsMaster: false,
      graced: false,
    },
    effects: [
      ...effects,
      ...tell(state, 'BACKUP', common.effectivePriority, cause),
      ...(state.name === 'backup' ? [] : [log('info', 'became-backup', { priority, cause: causeText(cause) })]),
    ],
  }
}

/** FAULT: a MASTER sends priority 0 (once) if it still has an address to send from. Merely waiting is told to nobody. */
export function becomeFault(
  params: VrrpInstance,
  state: State,
  faults: readonly Fault[],
  now: Instant,
): Step<FaultState> {
  const { common, effects } = leave(params, state, true)
  const silent = stoppingFaults(faults).length === 0
  const changedAt = state.name === 'fault' ? state.changedAt : now
  const cause: Cause = { kind: 'faults', faults }
  const told: Effect[] = silent
    ? [log('info', 'waiting-for-scripts', {})]
    : [
        ...tell(state, 'FAULT', common.effectivePriority, cause),
        log('warn', 'became-fault', { faults: faultsText(faults) }),
      ]
  const notified = silent ? state.notified : 'FAULT'
  return { state: { ...common, name: 'fault', notified, changedAt, cause, faults }, effects: [...effects, ...told] }
}

/** What it takes to stop being MASTER; nothing in any other state. */
export function leave(params: VrrpInstance, state: State, resign: boolean): { common: Common; effects: Effect[] } {
  const common: Common = { ...commonOf(state), masterIntervalUs: params.advertIntervalUs }
  if (state.name !== 'master') return { common: commonOf(state), effects: [] }
  const left: Common = { ...common, logged: [], counters: count(common.counters, 'release_master') }
  const removal: Effect = { type: 'ensure-addresses', present: false }
  if (!resign || !canSend(params, state)) return { common: left, effects: [removal] }
  return { common: afterSending(left, 0), effects: [{ type: 'transmit', priority: 0 }, removal] }
}

/** The common data once an advert of this priority has gone out. */
export function afterSending(common: Common, priority: number): Common {
  const sent = count(common.counters, 'advert_sent')
  const counters = priority === 0 ? count(sent, 'pri_zero_sent') : sent
  return { ...common, ...nextCounters(common), counters }
}

// IPv4 packets carry the lost address in a header of our own making; for IPv6 the kernel would have to know it.
function canSend(params: VrrpInstance, { world }: Common): boolean {
  return world.mute === null && world.source !== null && (params.family === 4 || !world.sourceLost)
}

function tell(state: Common, to: 'MASTER' | 'BACKUP' | 'FAULT', priority: number, cause: Cause): Effect[] {
  return state.notified === to ? [] : [{ type: 'notify', state: to, priority, cause }]
}
