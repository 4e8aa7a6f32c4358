// When gratuitous ARP and unsolicited NA are due, as data. keepalived.conf(5), garp_master_* and garp_lower_prio_*.

import type { GarpSettings } from '../../../config/blocks/instance/model.ts'
import { type Instant, usPerSecond } from '../../../lib/time.ts'
import type { Effect } from './effect.ts'
import type { GarpTimers } from './state.ts'

/** Least time between two blocks that adverts of others bring about. */
const spacingUs = usPerSecond

/** On taking over: a block at once, a second one after a delay, then the refresh. */
export function garpAfterTakeover(garp: GarpSettings, now: Instant): { repeat: number; timers: GarpTimers } {
  const secondAt = garp.masterDelayUs > 0 && garp.masterRepeat > 0 ? now + garp.masterDelayUs : null
  const refreshes = garp.masterRefreshUs > 0 && garp.masterRefreshRepeat > 0
  const refreshAt = refreshes ? now + garp.masterDelayUs + garp.masterRefreshUs : null
  return {
    repeat: garp.masterRepeat,
    timers: { secondAt, refreshAt, answerAt: null, lowerPrioAt: null, answeredAt: null },
  }
}

/**
 * After an advert of lower priority: a block at once, or as soon as one may follow the last, and one more after a
 * delay. A flood of such adverts brings about at most one block of announcements in `spacingUs`.
 */
export function garpAfterLowerPriority(
  garp: GarpSettings,
  timers: GarpTimers,
  now: Instant,
): { repeat: number; timers: GarpTimers } {
  if (garp.lowerPrioRepeat === 0) return { repeat: 0, timers }
  const lowerPrioAt = garp.lowerPrioDelayUs > 0 ? now + garp.lowerPrioDelayUs : timers.lowerPrioAt
  const earliest = earliestAnswer(timers, now)
  if (earliest > now) return { repeat: 0, timers: { ...timers, lowerPrioAt, answerAt: timers.answerAt ?? earliest } }
  return { repeat: garp.lowerPrioRepeat, timers: { ...timers, lowerPrioAt, answerAt: null, answeredAt: now } }
}

/** What is due now, and the timers that remain. Blocks due at the same moment are one block of the largest size. */
export function dueGarp(garp: GarpSettings, timers: GarpTimers, now: Instant): { repeat: number; timers: GarpTimers } {
  const due = (at: Instant | null) => at !== null && at <= now
  const second = due(timers.secondAt)
  const refresh = due(timers.refreshAt)
  const own = second || refresh
  const mayAnswer = own || earliestAnswer(timers, now) <= now
  const lower = due(timers.lowerPrioAt) && mayAnswer
  const answer = due(timers.answerAt) && mayAnswer
  const repeat = Math.max(
    second ? garp.masterRepeat : 0,
    refresh ? garp.masterRefreshRepeat : 0,
    lower || answer ? garp.lowerPrioRepeat : 0,
  )
  const nextRefresh = garp.masterRefreshUs > 0 ? now + garp.masterRefreshUs : null
  return {
    repeat,
    timers: {
      secondAt: second ? null : timers.secondAt,
      refreshAt: refresh ? nextRefresh : timers.refreshAt,
      // Any block tells the neighbours what the one that waits would.
      answerAt: repeat > 0 ? null : postponed(timers.answerAt, timers, now),
      lowerPrioAt: lower ? null : postponed(timers.lowerPrioAt, timers, now),
      answeredAt: lower || answer ? now : timers.answeredAt,
    },
  }
}

/** When the next block is due; null: no block is. */
export function nextGarpAt(timers: GarpTimers): Instant | null {
  const instants = [timers.secondAt, timers.refreshAt, timers.answerAt, timers.lowerPrioAt].filter(at => at !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

function earliestAnswer({ answeredAt }: GarpTimers, now: Instant): Instant {
  return answeredAt === null ? now : answeredAt + spacingUs
}

function postponed(at: Instant | null, timers: GarpTimers, now: Instant): Instant | null {
  return at !== null && at <= now ? Math.max(at, earliestAnswer(timers, now)) : at
}

/** The effect of a block, none if it is empty. */
export function announceBlock(repeat: number): Effect[] {
  return repeat > 0 ? [{ type: 'announce', repeat }] : []
}
