// When gratuitous ARP and unsolicited NA are due, as data. keepalived.conf(5), garp_master_* and garp_lower_prio_*.

import type { GarpSettings } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Effect } from './effect.ts'
import type { GarpTimers } from './state.ts'

/** On taking over: a block at once, a second one after a delay, then the refresh. */
export function garpAfterTakeover(garp: GarpSettings, now: Instant): { repeat: number; timers: GarpTimers } {
  const secondAt = garp.masterDelayUs > 0 && garp.masterRepeat > 0 ? now + garp.masterDelayUs : null
  const refreshes = garp.masterRefreshUs > 0 && garp.masterRefreshRepeat > 0
  const refreshAt = refreshes ? now + garp.masterDelayUs + garp.masterRefreshUs : null
  return { repeat: garp.masterRepeat, timers: { secondAt, refreshAt, lowerPrioAt: null } }
}

/** After an advert of lower priority: a block at once, one more after a delay. */
export function garpAfterLowerPriority(garp: GarpSettings, timers: GarpTimers, now: Instant): GarpTimers {
  if (garp.lowerPrioDelayUs === 0 || garp.lowerPrioRepeat === 0) return timers
  return { ...timers, lowerPrioAt: now + garp.lowerPrioDelayUs }
}

/** What is due now, and the timers that remain. Blocks due at the same moment are one block of the largest size. */
export function dueGarp(garp: GarpSettings, timers: GarpTimers, now: Instant): { repeat: number; timers: GarpTimers } {
  const due = (at: Instant | null) => at !== null && at <= now
  const second = due(timers.secondAt)
  const refresh = due(timers.refreshAt)
  const lower = due(timers.lowerPrioAt)
  const repeat = Math.max(
    second ? garp.masterRepeat : 0,
    refresh ? garp.masterRefreshRepeat : 0,
    lower ? garp.lowerPrioRepeat : 0,
  )
  const nextRefresh = garp.masterRefreshUs > 0 ? now + garp.masterRefreshUs : null
  return {
    repeat,
    timers: {
      secondAt: second ? null : timers.secondAt,
      refreshAt: refresh ? nextRefresh : timers.refreshAt,
      lowerPrioAt: lower ? null : timers.lowerPrioAt,
    },
  }
}

/** When the next block is due; null: no block is. */
export function nextGarpAt(timers: GarpTimers): Instant | null {
  const instants = [timers.secondAt, timers.refreshAt, timers.lowerPrioAt].filter(at => at !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

/** The effect of a block, none if it is empty. */
export function announceBlock(repeat: number): Effect[] {
  return repeat > 0 ? [{ type: 'announce', repeat }] : []
}
