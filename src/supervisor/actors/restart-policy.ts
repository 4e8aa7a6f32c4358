// When a worker thread that has died is started again, and when not any more. Pure: the OTP rule of restart intensity,
// with keepalived's growing delay for workers whose absence hurts nobody at once. worker-host.ts restarts the thread.

import { type Instant, usPerSecond } from '../../lib/time.ts'

/** How long a worker waits before it is started again. */
type Backoff =
  | { readonly type: 'none' }
  /** First restart at once, then `firstUs`, twice that, … up to `maxUs`; from the beginning after `forgetUs` of life. */
  | { readonly type: 'growing'; readonly firstUs: number; readonly maxUs: number; readonly forgetUs: number }

export interface RestartPolicy {
  /** More deaths than this within the period mean that the fault is above the worker. */
  readonly intensity: number
  readonly periodUs: number
  readonly backoff: Backoff
}

/** What is remembered of a worker's deaths. `recent` never holds more than `intensity + 1` entries. */
export interface RestartRecord {
  readonly recent: readonly Instant[]
  /** When the last restart was due, and how long it had to wait; absent before the first death. */
  readonly last?: { readonly startAt: Instant; readonly delayUs: number }
}

type Admission =
  | { readonly action: 'restart'; readonly delayUs: number; readonly record: RestartRecord }
  | { readonly action: 'escalate'; readonly record: RestartRecord }

/** vrrp: always at once. Its role is bounded by the advert lease, its loop by the intensity. */
export const vrrpRestart: RestartPolicy = { intensity: 5, periodUs: 30 * usPerSecond, backoff: { type: 'none' } }

/** keepalived's delays: at once, then 1, 2, 4 … 60 s, forgotten after a minute of life. */
export const growingBackoff = {
  type: 'growing',
  firstUs: usPerSecond,
  maxUs: 60 * usPerSecond,
  forgetUs: 60 * usPerSecond,
} as const satisfies Backoff

/**
 * checker and ipvs. Their delays keep a worker that dies at once below 7 deaths in 30 s: as with keepalived it is tried
 * for ever.
 */
export const checkerRestart: RestartPolicy = { intensity: 8, periodUs: 30 * usPerSecond, backoff: growingBackoff }

/** bfd: neighbours wait for as little as some tens of milliseconds, so its delays begin small; tried for ever, too. */
export const bfdRestart: RestartPolicy = {
  intensity: 14,
  periodUs: 30 * usPerSecond,
  backoff: { ...growingBackoff, firstUs: 10_000 },
}

/** The record of a worker that has never died. */
export function restartRecord(): RestartRecord {
  return { recent: [] }
}

/** A worker has died at `now`: may it start again, and after how many microseconds? */
export function admitRestart(record: RestartRecord, now: Instant, policy: RestartPolicy): Admission {
  const recent = [...record.recent.filter(at => now - at <= policy.periodUs), now]
  if (recent.length > policy.intensity) return { action: 'escalate', record: { ...record, recent } }
  const delayUs = nextDelayUs(record, now, policy.backoff)
  return { action: 'restart', delayUs, record: { recent, last: { startAt: now + delayUs, delayUs } } }
}

/** The delay that follows the record's last one, in microseconds. */
export function nextDelayUs(record: RestartRecord, now: Instant, backoff: Backoff): number {
  if (backoff.type === 'none' || record.last === undefined) return 0
  if (now - record.last.startAt > backoff.forgetUs) return 0
  return Math.min(backoff.maxUs, Math.max(backoff.firstUs, 2 * record.last.delayUs))
}
