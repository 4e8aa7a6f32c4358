// VRRP's derived times in integer microseconds, keepalived's arithmetic: multiply before divide, round down.
// RFC 3768 section 6.1 (v2), RFC 9568 section 6.1 (v3).

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { ownerPriority } from '../../../lib/priority.ts'
import { skewUs } from '../../../lib/skew.ts'

export { ownerPriority, skewUs }

/** The parts of the configuration that times depend on. */
type TimingParams = Pick<VrrpInstance, 'version' | 'priority' | 'downTimerAdverts' | 'advertIntervalUs'> & {
  readonly timerExpiredPriority?: number
}

/** How long a BACKUP waits for an advert, in microseconds. An owner has the shortest skew even while it gives way. */
export function masterDownUs(params: TimingParams, effectivePriority: number, masterIntervalUs: number): number {
  return params.downTimerAdverts * masterIntervalUs + skewOf(params, effectivePriority, masterIntervalUs)
}

/** Skew of this instance, in microseconds: the wait after a MASTER resigned with priority 0. */
export function skewOf(params: TimingParams, effectivePriority: number, masterIntervalUs: number): number {
  const priority = params.priority === ownerPriority ? ownerPriority : effectivePriority
  return skewUs(params.version, priority, masterIntervalUs)
}

/** One interval for the others to speak up first, in microseconds: how a sync group starts. */
export function firstChanceUs(params: TimingParams, masterIntervalUs: number): number {
  return masterIntervalUs + skewUs(params.version, ownerPriority, masterIntervalUs)
}

/**
 * A MASTER silent for longer than this, in microseconds, must suppose that another has taken over. Peers of lower
 * priority wait longer than the own master-down time, so that is the bound. With timer_expired_backup peers have its priority.
 */
export function stallUs(params: TimingParams, effectivePriority: number): number {
  const { version, downTimerAdverts, advertIntervalUs, timerExpiredPriority } = params
  if (timerExpiredPriority === undefined) return masterDownUs(params, effectivePriority, advertIntervalUs)
  return downTimerAdverts * advertIntervalUs + skewUs(version, timerExpiredPriority, advertIntervalUs)
}
