// Start, reload, resume, pause and end of an instance: the events that come from the program and not from the network.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import { becomeBackup, becomeFault, leave } from './become.ts'
import type { Verdicts } from './door.ts'
import type { Effect } from './effect.ts'
import { effectivePriorityOf } from './effective-priority.ts'
import type { Event, Surroundings } from './event.ts'
import { faultsOf, stoppingFaults } from './faults.ts'
import { listenAgain } from './from-backup.ts'
import { sendAdvert } from './from-master.ts'
import { announceBlock, garpAfterTakeover } from './garp.ts'
import { afterNap } from './nap.ts'
import { observeAll } from './observe.ts'
import { begin, reconsider, withPriority } from './reconsider.ts'
import { countersAfterGap } from './seal.ts'
import {
  type BackupState,
  type Common,
  commonOf,
  emptyWorld,
  type InitState,
  type MasterState,
  type State,
} from './state.ts'
import { log, type Step, stay } from './step.ts'
import { masterDownUs, ownerPriority, stallUs } from './timers.ts'
import { addressChanges } from './virtual-addresses.ts'

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>

/** `start`: at once, or after the start-up delay during which the instance is deaf and mute. */
export function start(
  params: VrrpInstance,
  state: State,
  event: EventOf<'start'>,
  now: Instant,
  verdicts: Verdicts,
): Step {
  if (state.name !== 'init') return stay(state)
  return initTimer(params, lookAround(params, state, event.surroundings, event.delayUntil ?? now), now, verdicts)
}

/** The instance has seen its surroundings and begins with the first `timer` from `startAt` on. */
export function lookAround(
  params: VrrpInstance,
  state: State,
  surroundings: Surroundings,
  startAt: Instant,
): InitState {
  const world = observeAll(params, emptyWorld, surroundings)
  return {
    ...commonOf(state),
    name: 'init',
    world,
    effectivePriority: effectivePriorityOf(params, world, false),
    startAt,
  }
}

/** `timer` in INIT: the start-up delay is over. */
export function initTimer(params: VrrpInstance, state: InitState, now: Instant, verdicts: Verdicts): Step {
  if (state.startAt === null || now < state.startAt) return stay(state)
  return begin(params, { ...state, startAt: null }, now, verdicts)
}

/** `reload`: MASTER stays MASTER and says so at once, BACKUP waits a full period, FAULT is worked out anew. */
export function reload(
  params: VrrpInstance,
  before: State,
  event: EventOf<'reload'>,
  now: Instant,
  verdicts: Verdicts,
): Step {
  const world = observeAll(params, before.world, event.surroundings)
  const yielded = before.yielded && params.priority === ownerPriority
  if (before.name === 'init' || before.name === 'fault') {
    return reconsider(params, { ...before, yielded }, world, now, verdicts)
  }
  const { state, effects } = withPriority(params, { ...before, yielded, world })
  const step = reloadRunning(params, state, { previous: event.previous, ifindex: before.world.ifindex, verdicts }, now)
  return { state: step.state, effects: [...step.effects, ...effects] }
}

function reloadRunning(
  params: VrrpInstance,
  state: State,
  { previous, ifindex, verdicts }: { previous: VrrpInstance; ifindex: number; verdicts: Verdicts },
  now: Instant,
): Step {
  const faults = stoppingFaults(faultsOf(params, state.world, verdicts.group?.faulty))
  if (faults.length > 0) return becomeFault(params, state, faults, now)
  if (state.name === 'master') return reloadMaster(params, state, previous, ifindex, now)
  const learnedUs = params.version === 3 && state.lastMaster !== null ? state.masterIntervalUs : params.advertIntervalUs
  const masterDownAt = now + masterDownUs(params, state.effectivePriority, learnedUs)
  const backup = becomeBackup(params, { ...state, masterIntervalUs: learnedUs }, masterDownAt, now, state.cause)
  // The delay of preemption is as long as it is, however often somebody reloads.
  const running = state.name === 'backup' && params.preemptDelayUs > 0 ? state.preemptAt : null
  const preemptAt = running === null ? null : Math.min(running, now + params.preemptDelayUs)
  return { state: { ...backup.state, preemptAt }, effects: backup.effects }
}

function reloadMaster(
  params: VrrpInstance,
  state: MasterState,
  previous: VrrpInstance,
  ifindex: number,
  now: Instant,
): Step {
  const { changed, added } = addressChanges(previous, params)
  const fresh = garpAfterTakeover(params.garp, now).timers
  const garp = { ...state.garp, secondAt: added ? fresh.secondAt : state.garp.secondAt, refreshAt: fresh.refreshAt }
  const sent = sendAdvert(params, { ...state, garp, masterIntervalUs: params.advertIntervalUs }, now)
  const present: Effect[] =
    changed || state.world.ifindex !== ifindex ? [{ type: 'ensure-addresses', present: true }] : []
  const block = added || params.garp.masterRefreshUs > 0 ? announceBlock(params.garp.masterRepeat) : []
  return { state: sent.state, effects: [...sent.effects, ...present, ...block] }
}

/** `resume`: the role is what it was. While the worker was away others sent the adverts, at the published deadlines. */
export function resume(params: VrrpInstance, state: State, deadlineUs: Instant | null, now: Instant): Step {
  switch (state.name) {
    case 'master':
      return stay(resumeMaster(params, state, deadlineUs, now))
    case 'backup': {
      const latest = now + masterDownUs(params, state.effectivePriority, state.masterIntervalUs)
      // Without a deadline nobody knows what was heard meanwhile: a full period.
      return stay({ ...state, masterDownAt: Math.min(deadlineUs ?? latest, latest) })
    }
    case 'init':
    case 'fault':
      return stay(state)
  }
}

function resumeMaster(params: VrrpInstance, state: MasterState, deadlineUs: Instant | null, now: Instant): MasterState {
  const dueAt = Math.max(now, deadlineUs ?? state.advertAt)
  const advertAt = Math.min(dueAt, now + params.advertIntervalUs)
  const counters = countersAfterGap(state, now - state.lastSentAt, params.advertIntervalUs)
  // When the last advert really went out: a MASTER for which none was sent for too long has to listen first, see
  // listenIfStalled.
  const lastSentAt = deadlineUs === null ? now : Math.min(now, deadlineUs - params.advertIntervalUs)
  return { ...state, ...counters, advertAt, lastSentAt }
}

/** `paused`: after a pause in which others may have taken over, listen before sending. */
export function paused(params: VrrpInstance, state: State, forUs: number, now: Instant): Step {
  if (state.name === 'master' && forUs > stallUs(params, state.effectivePriority))
    return listen(params, state, forUs, now)
  if (state.name !== 'backup') return stay(state)
  const waitUs = masterDownUs(params, state.effectivePriority, state.masterIntervalUs)
  return forUs > waitUs ? listenAgain(params, state, forUs, now) : stay(afterNap(state, forUs, now))
}

/** A MASTER that was silent for too long is a listener first. No priority 0: somebody else may be MASTER rightly. */
export function listenIfStalled(params: VrrpInstance, state: State, now: Instant): Step {
  if (state.name !== 'master') return stay(state)
  const silentUs = now - state.lastSentAt
  return silentUs > stallUs(params, state.effectivePriority) ? listen(params, state, silentUs, now) : stay(state)
}

function listen(params: VrrpInstance, state: MasterState, silentUs: number, now: Instant): Step<BackupState> {
  const masterDownAt = now + masterDownUs(params, state.effectivePriority, params.advertIntervalUs)
  const cause: Cause = { kind: 'paused', forUs: silentUs }
  const { state: backup, effects } = becomeBackup(params, state, masterDownAt, now, cause)
  return { state: backup, effects: [...effects, log('warn', 'listening-after-pause', { silentUs })] }
}

/** `step-down`: BACKUP, with priority 0 so that another takes over soon. */
export function stepDown(params: VrrpInstance, state: State, now: Instant): Step {
  if (state.name !== 'master') return stay(state)
  const masterDownAt = now + masterDownUs(params, state.effectivePriority, params.advertIntervalUs)
  return becomeBackup(params, state, masterDownAt, now, { kind: 'step-down' }, true)
}

/** `stop`: resign and tell. */
export function stop(params: VrrpInstance, state: State): Step {
  const { common, effects } = leave(params, state, true)
  const cause: Cause = { kind: 'stop' }
  const told: Effect = { type: 'notify', state: 'STOP', priority: common.effectivePriority, cause }
  return { state: ended(common, cause), effects: [...effects, told] }
}

/** `remove`: a reload has no such instance any more. Told as DELETED if the configuration asks for it, else as FAULT. */
export function remove(params: VrrpInstance, state: State): Step {
  const { common, effects } = leave(params, state, true)
  const { notifyDeleted } = params.notify
  const cause: Cause = { kind: 'removed' }
  if (!notifyDeleted && state.name === 'fault') return { state: ended(common, cause), effects }
  const told: Effect = {
    type: 'notify',
    state: notifyDeleted ? 'DELETED' : 'FAULT',
    priority: common.effectivePriority,
    cause,
  }
  return { state: ended(common, cause), effects: [...effects, told] }
}

function ended(common: Common, cause: Cause): InitState {
  return { ...common, cause, name: 'init', startAt: null, notified: null }
}
