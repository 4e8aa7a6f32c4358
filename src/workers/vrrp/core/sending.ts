// Whether the adverts of an instance leave the host. sendmsg(2) says so at once, and a MASTER that nobody hears is none: its peers
// have taken over after a master-down time, so it is in FAULT from then on and tries again later, less and less often.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { type Instant, usPerSecond } from '../../../lib/time.ts'
import { count, uncount } from './counters.ts'
import type { Verdicts } from './door.ts'
import type { Event } from './event.ts'
import { reconsider } from './reconsider.ts'
import { type FaultState, type State, unhindered } from './state.ts'
import { and, log, type Step, stay } from './step.ts'
import { masterDownUs } from './timers.ts'

const retryMinUs = usPerSecond
const retryMaxUs = 30 * usPerSecond

/** What became of the packets of an advert. The loop tells it only while there is something to tell. */
export function transmitted(
  params: VrrpInstance,
  before: State,
  { priority, left, failures }: Extract<Event, { readonly type: 'transmitted' }>,
  now: Instant,
  verdicts: Verdicts,
): Step {
  const counted = left ? before.counters : notSent(before.counters, priority)
  const counters = count(counted, ...failures.map(() => 'send_err' as const))
  const news = failures.filter(failure => !before.sending.failures.includes(failure))
  const said = news.map(reason => log('warn', 'advert-not-sent', { reason }))
  if (left) {
    const again = failures.length === 0 && before.sending.failures.length > 0
    const sending = { ...unhindered, failures }
    return and(
      reconsider(params, { ...before, counters, sending }, { ...before.world, mute: null }, now, verdicts),
      ...said,
      ...(again ? [log('info', 'advert-sent-again', {})] : []),
    )
  }
  const muteSince = before.name === 'master' ? sinceAsMaster(before, now) : before.sending.muteSince
  const state = { ...before, counters, sending: { ...before.sending, failures, muteSince } }
  return and(isMute(params, state, now) ? becomeMute(params, state, now, verdicts) : stay(state), ...said)
}

/** `timer` in FAULT: the instance may try again. */
export function retrySending(params: VrrpInstance, state: FaultState, now: Instant, verdicts: Verdicts): Step {
  const { retryAt } = state.sending
  if (retryAt === null || now < retryAt) return stay(state)
  const sending = { ...state.sending, retryAt: null }
  return reconsider(params, { ...state, sending }, { ...state.world, mute: null }, now, verdicts)
}

function notSent(counters: State['counters'], priority: number): State['counters'] {
  return priority === 0 ? uncount(counters, 'advert_sent', 'pri_zero_sent') : uncount(counters, 'advert_sent')
}

/** A silence of an earlier time as MASTER does not count. */
function sinceAsMaster({ sending, changedAt }: State, now: Instant): Instant {
  return sending.muteSince !== null && sending.muteSince >= changedAt ? sending.muteSince : now
}

/** One that has just come back from FAULT needs no second master-down time to be sure. */
function isMute(params: VrrpInstance, { name, sending, effectivePriority }: State, now: Instant): boolean {
  if (name !== 'master' || sending.muteSince === null) return false
  const waitUs = masterDownUs(params, effectivePriority, params.advertIntervalUs)
  return sending.faults > 0 || now - sending.muteSince >= waitUs
}

function becomeMute(params: VrrpInstance, state: State, now: Instant, verdicts: Verdicts): Step {
  const { failures, faults } = state.sending
  const waitUs = Math.max(retryMinUs, masterDownUs(params, state.effectivePriority, params.advertIntervalUs))
  // The exponent is bounded, lest the product leave the range of integers.
  const retryAt = now + Math.min(retryMaxUs, waitUs * 2 ** Math.min(faults, 8))
  const sending = { ...state.sending, faults: faults + 1, retryAt }
  const mute = failures[0] ?? 'nothing leaves'
  return reconsider(params, { ...state, sending }, { ...state.world, mute }, now, verdicts)
}
