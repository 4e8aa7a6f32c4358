// BACKUP: what the timer and adverts do. RFC 3768 section 6.4.2, RFC 9568 section 6.4.2, with keepalived's preempt_delay.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { formatIp } from '../../../lib/ip.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import { becomeBackup } from './become.ts'
import { lead, type Verdicts } from './door.ts'
import { effectivePriorityOf } from './effective-priority.ts'
import type { ReceivedFrame } from './event.ts'
import { complain, hear, isNewMaster } from './hear.ts'
import { afterNap } from './nap.ts'
import type { Accepted } from './receive.ts'
import type { BackupState } from './state.ts'
import { log, type Step, stay } from './step.ts'
import { masterDownUs, ownerPriority, skewOf } from './timers.ts'

/** No advert for too long. A sync group may hold the member back, then it waits once more. */
export function backupTimer(params: VrrpInstance, state: BackupState, now: Instant, verdicts: Verdicts): Step {
  if (now < state.masterDownAt) return stay(state)
  const waitUs = masterDownUs(params, state.effectivePriority, state.masterIntervalUs)
  const lateUs = now - state.masterDownAt
  // A BACKUP that was not scheduled for a whole period cannot know which router is MASTER now, so it listens first.
  if (lateUs > waitUs) {
    return { state: { ...state, masterDownAt: now + waitUs }, effects: [log('warn', 'woke-up-late', { lateUs })] }
  }
  const napped = afterNap(state, lateUs, now)
  if (napped !== state) return stay(napped)
  const cause = electionCause(params, state, now)
  return lead(params, state, { verdicts, now, cause }, () =>
    stay({ ...state, masterDownAt: now + waitUs, wantsMaster: true }),
  )
}

/** Why the wait of a BACKUP has ended, by the last advert that it heard. */
function electionCause(params: VrrpInstance, state: BackupState, now: Instant): Cause {
  if (state.lastMaster === null) return { kind: 'timeout', of: null }
  const { priority } = state.lastMaster
  const of = formatIp(state.lastMaster.source)
  if (priority === 0) return { kind: 'resigned', by: of }
  if (follows(params, state, priority, now)) return { kind: 'timeout', of }
  return { kind: 'preempting', of, theirs: priority, ours: state.effectivePriority }
}

/** An advert, or something that is none. */
export function backupFrame(params: VrrpInstance, before: BackupState, frame: ReceivedFrame, now: Instant): Step {
  const { state: heard, effects, accepted } = hear(params, before, frame)
  if (accepted === null) return { state: heard, effects }
  const state = restored(params, heard, accepted)
  const step = weigh(params, state, accepted, now)
  return { state: step.state, effects: [...effects, ...step.effects] }
}

function weigh(params: VrrpInstance, state: BackupState, accepted: Accepted, now: Instant): Step {
  const { priority } = accepted.advert
  const lastMaster = { source: accepted.source, priority }
  // RFC 9568 section 6.4.2 (320): the MASTER resigned, so only the skew is waited for.
  if (priority === 0) {
    const skewUs = skewOf(params, state.effectivePriority, state.masterIntervalUs)
    return stay({ ...state, lastMaster, masterDownAt: now + skewUs, graced: false })
  }
  const preemptAt = preemptClock(params, state, priority, now)
  if (!follows(params, state, priority, now)) {
    const { logged, effects } = complain(
      state.logged,
      [{ flag: 'advert-lower-priority', fields: { priority, own: state.effectivePriority } }],
      formatIp(accepted.source),
    )
    return { state: { ...state, lastMaster, preemptAt, logged }, effects }
  }
  const masterIntervalUs = learnedIntervalUs(params, accepted)
  const waitUs = masterDownUs(params, state.effectivePriority, masterIntervalUs)
  const masterDownAt = now + waitUs
  return stay({ ...state, lastMaster, preemptAt, masterIntervalUs, masterDownAt, wantsMaster: false, graced: false })
}

// RFC 9568 section 6.4.2 (345), (350): is this MASTER left in place?
function follows(params: VrrpInstance, state: BackupState, priority: number, now: Instant): boolean {
  if (!params.preempt || priority >= state.effectivePriority) return true
  if (params.preemptDelayUs === 0) return false
  return state.preemptAt === null || now < state.preemptAt
}

function preemptClock(params: VrrpInstance, state: BackupState, priority: number, now: Instant): Instant | null {
  if (params.preemptDelayUs === 0 || priority >= state.effectivePriority) return null
  return state.preemptAt ?? now + params.preemptDelayUs
}

/** The interval to reckon with: v3 takes over that of the MASTER, unless it is the invalid 0. In microseconds. */
export function learnedIntervalUs(params: VrrpInstance, accepted: Accepted): number {
  const learnedUs = accepted.advert.intervalUs
  return params.version === 3 && learnedUs > 0 ? learnedUs : params.advertIntervalUs
}

// An owner that gave way is an owner again once the other one is not the MASTER any more.
function restored(params: VrrpInstance, state: BackupState, accepted: Accepted): BackupState {
  const otherOwner = accepted.advert.priority === ownerPriority && !isNewMaster(state, accepted)
  if (!state.yielded || otherOwner) return state
  return { ...state, yielded: false, effectivePriority: effectivePriorityOf(params, state.world, false) }
}

/** A full period of listening from now on, as after a pause. */
export function listenAgain(params: VrrpInstance, state: BackupState, forUs: number, now: Instant): Step {
  const masterDownAt = now + masterDownUs(params, state.effectivePriority, state.masterIntervalUs)
  return becomeBackup(params, state, masterDownAt, now, { kind: 'paused', forUs })
}
