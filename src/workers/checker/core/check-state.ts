// The machine of one health checker: turns results of single checks into verdicts and says when the next check is due. Pure.
// What a check does on the network is not known here. keepalived.conf(5) `retry`, `delay_before_retry`, `delay_loop`,
// `warmup`, `alpha`; several URLs and SMTP's rounds follow rules of their own.

import type { Checker, CheckerMail, HttpChecker } from '../../../config/blocks/checker/model.ts'
import type { EventFields, EventName, PlainFields } from '../../../lib/log-events.ts'
import { type Instant, usPerSecond } from '../../../lib/time.ts'

/** What a check found. `skipped`: it could not be made for a reason of our own, so it counts for nothing. */
export type CheckResult =
  | { readonly kind: 'passed'; readonly weight?: number }
  | Failure
  | { readonly kind: 'skipped'; readonly reason: string }

/** `overdue`: it did not end in its time, for kinds that have words of their own for that. */
interface Failure {
  readonly kind: 'failed'
  readonly reason: string
  readonly overdue?: true
}

export interface CheckState {
  readonly up: boolean
  /** Has it ever come to a verdict? */
  readonly hasRun: boolean
  /** Failures in a row while up. */
  readonly failures: number
  /** What it adds to the weight of its real server. */
  readonly weight: number
  readonly dueAt: Instant
  /** HTTP: the URL that is next, and the one whose failure took the server down. */
  readonly url: number
  readonly failedUrl: number | null
  /** Why the last check failed, as it was told last; null: it passed. */
  readonly reason: string | null
}

export type CheckEffect =
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  /** The last check failed for another reason than the one before; nothing else has changed. */
  | { readonly type: 'remark'; readonly reason: string }
  | {
      readonly type: 'log'
      readonly level: 'info' | 'warn'
      readonly event: EventName
      readonly fields: PlainFields
    }

/** What the rest of the program is told: the state the checker is in now and what there is to say about it. */
export interface Verdict {
  readonly checker: string
  readonly up: boolean
  /** The checker's own state flipped, or this is the first failure of one that starts as failed. */
  readonly changed: boolean
  readonly weight: number
  readonly reason: string
  /** Text of the mail about it; undefined: none is sent. */
  readonly mail?: string
}

export interface CheckStep {
  readonly state: CheckState
  readonly effects: readonly CheckEffect[]
}

const mailReasonMax = 500

/** The first check of a daemon's life comes one second after the start, and a random share of the warmup later. */
const firstCheckUs = usPerSecond

/**
 * The state before the first check. At a daemon start one failure is enough to take a server down, except that SMTP still makes
 * its retries; a checker that a reload brings counts from 0. `random` is in [0, 1).
 */
export function initialCheck(checker: Checker, now: Instant, random: number, atStart: boolean): CheckState {
  return {
    up: !checker.alpha,
    hasRun: false,
    failures: atStart && checker.type !== 'SMTP_CHECK' ? checker.retry : 0,
    weight: 0,
    dueAt: firstDueUs(checker, now, random),
    url: 0,
    failedUrl: null,
    reason: null,
  }
}

/** An earlier state under this configuration: a reload or a restarted worker. The schedule starts anew. */
export function resumeCheck(checker: Checker, before: CheckState, now: Instant, random: number): CheckState {
  const urls = 'urls' in checker ? checker.urls.length : 1
  const failedUrl = before.failedUrl !== null && before.failedUrl < urls ? before.failedUrl : null
  return {
    ...before,
    failures: Math.min(before.failures, checker.retry),
    url: failedUrl ?? (before.url < urls ? before.url : 0),
    failedUrl,
    dueAt: firstDueUs(checker, now, random),
  }
}

/** What follows from a result. `startedAt` is when that check began, `now` when it ended. */
export function applyResult(
  checker: Checker,
  state: CheckState,
  result: CheckResult,
  startedAt: Instant,
  now: Instant,
): CheckStep {
  if (result.kind === 'skipped') {
    const event = log('warn', 'check-skipped', checker, { reason: result.reason })
    return { state: { ...state, dueAt: now + checker.delayLoopUs }, effects: [event] }
  }
  const step = 'urls' in checker ? applyHttp(checker, state, result, now) : applyPlain(checker, state, result, now)
  // A script is due a delay after its start, not after its end, but never before now.
  const dueAt =
    checker.type === 'MISC_CHECK' ? Math.max(now + 1, startedAt + (step.state.dueAt - now)) : step.state.dueAt
  return { ...step, state: { ...step.state, dueAt } }
}

/**
 * The schedule of a check that began `lagUs` late: its successor makes up for that, by half of its delay at most.
 * Without it checks that one stall has made wait begin together ever after, until all of them come in one burst.
 * keepalived counts from the end.
 */
export function onSchedule(state: CheckState, lagUs: number, now: Instant): CheckState {
  const shareMax = Math.floor((state.dueAt - now) / 2)
  const makeUpUs = Math.min(lagUs, shareMax)
  return makeUpUs > 0 ? { ...state, dueAt: state.dueAt - makeUpUs } : state
}

/** A check that may not run because its virtual address is not here: look again in a delay_loop. */
export function postpone(checker: Checker, state: CheckState, now: Instant): CheckState {
  return { ...state, dueAt: now + checker.delayLoopUs }
}

type Result = Exclude<CheckResult, { kind: 'skipped' }>

function applyPlain(checker: Checker, state: CheckState, result: Result, now: Instant): CheckStep {
  if (result.kind === 'passed') return passed(checker, state, result.weight ?? 0, now + checker.delayLoopUs)
  return failed(checker, state, result, now)
}

function passed(checker: Checker, state: CheckState, weight: number, dueAt: Instant): CheckStep {
  const after: CheckState = {
    ...state,
    up: true,
    hasRun: true,
    failures: 0,
    weight,
    dueAt,
    failedUrl: null,
    reason: null,
  }
  if (state.up && weight === state.weight) return { state: after, effects: [] }
  const verdict = verdictOf(checker, { up: true, changed: !state.up, weight, reason: 'succeeded' })
  const effects: CheckEffect[] = [{ type: 'verdict', verdict }]
  if (!state.up) effects.unshift(log('info', 'check-succeeded', checker, {}))
  return { state: after, effects }
}

function failed(checker: Checker, state: CheckState, failure: Failure, now: Instant): CheckStep {
  const { reason } = failure
  const failures = state.failures + 1
  // keepalived: SMTP makes its retries in each round, even while down, HTTP also before its first verdict; others only while up.
  const retries = state.up || checker.type === 'SMTP_CHECK' || ('urls' in checker && !state.hasRun)
  if (retries && failures <= checker.retry) {
    const quiet = !checker.logAllFailures || !state.up
    const note = log('info', 'check-attempt-failed', checker, { reason, attempt: failures, retry: checker.retry })
    const after: CheckState = { ...state, failures, reason, dueAt: now + checker.delayBeforeRetryUs }
    return { state: after, effects: quiet ? remark(state, reason) : [note] }
  }
  return down(checker, state, failure, now + checker.delayLoopUs)
}

/** A server that stays down for one reason costs no message. */
function remark(before: CheckState, reason: string): readonly CheckEffect[] {
  return before.reason === reason ? [] : [{ type: 'remark', reason }]
}

function down(checker: Checker, state: CheckState, { reason, overdue }: Failure, dueAt: Instant): CheckStep {
  const after: CheckState = { ...state, up: false, hasRun: true, failures: 0, weight: 0, dueAt, reason }
  // The first failure of a checker that starts as failed changes nothing but is news.
  const news = state.up || !state.hasRun
  if (!news) return { state: after, effects: remark(state, reason) }
  const retries = state.hasRun ? checker.retry : 0
  const verdict = verdictOf(checker, { up: false, changed: true, weight: 0, reason }, overdue)
  return {
    state: after,
    effects: [log('warn', 'check-failed', checker, { reason, retries }), { type: 'verdict', verdict }],
  }
}

/** What the rest of the program is told, with the words that the mail of this kind of checker has for it. */
export function verdictOf({ id, mail }: Checker, said: Omit<Verdict, 'checker' | 'mail'>, overdue = false): Verdict {
  const verdict = { ...said, checker: id }
  return mail === null ? verdict : { ...verdict, mail: mailLine(mail, said, overdue) }
}

function mailLine(mail: CheckerMail, { up, reason }: Pick<Verdict, 'up' | 'reason'>, overdue: boolean): string {
  const failure = overdue ? (mail.timedOut ?? mail.down) : mail.down
  // What a server sent may be in the reason.
  return (up ? mail.up : failure).replace('{reason}', () => reason.replaceAll(/\p{Cc}/gu, ' ').slice(0, mailReasonMax))
}

/**
 * Several URLs: one a delay_loop; the server is down when one of them fails too often, that one is then tried until it heals,
 * and the whole list must pass before the server is up.
 */
function applyHttp(checker: HttpChecker, state: CheckState, result: Result, now: Instant): CheckStep {
  if (result.kind === 'failed') return failedUrl(checker, state, result, now)
  const fast = checker.fastRecovery && (!state.hasRun || !state.up)
  const next = fast ? now : now + checker.delayLoopUs
  if (state.failedUrl === state.url && !state.up) {
    const after = { ...state, failures: 0, failedUrl: null, url: 0 }
    if (checker.urls.length === 1) return passed(checker, after, 0, now + checker.delayLoopUs)
    return { state: { ...after, dueAt: next }, effects: [] }
  }
  if (state.url + 1 < checker.urls.length) {
    return { state: { ...state, failures: 0, url: state.url + 1, dueAt: next }, effects: [] }
  }
  return passed(checker, { ...state, url: 0 }, 0, now + checker.delayLoopUs)
}

function failedUrl(checker: HttpChecker, state: CheckState, failure: Failure, now: Instant): CheckStep {
  const step = failed(checker, state, failure, now)
  if (step.state.up || !step.state.hasRun) return step
  const dueAt = now + Math.max(checker.delayBeforeRetryUs, checker.delayLoopUs)
  return { ...step, state: { ...step.state, failedUrl: state.url, dueAt } }
}

function firstDueUs(checker: Checker, now: Instant, random: number): Instant {
  return now + firstCheckUs + Math.floor(random * checker.warmupUs)
}

function log<Event extends EventName, Fields extends PlainFields & EventFields<Event, 'checker'>>(
  level: 'info' | 'warn',
  event: Event,
  checker: Checker,
  fields: Fields,
): CheckEffect {
  const plain: PlainFields = fields
  return { type: 'log', level, event, fields: { checker: checker.id, ...plain } }
}
