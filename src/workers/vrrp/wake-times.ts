// When the vrrp worker has to run next, and whether it overslept: a thread, or a whole host, that was asleep must not
// take what it missed for the silence of others (core/nap.ts).

import { type Instant, usPerMs } from '../../lib/time.ts'
import { deadline } from './core/fsm.ts'
import type { State } from './core/state.ts'
import type { Fence } from './fence.ts'

/** Shorter than this is no sleep. */
const napMinUs = usPerMs
/** Within the last one and a half intervals before a timer ends; while a MASTER is heard it never comes to that. */
const looksMax = 3

export class WakeTimes {
  readonly #fence: Pick<Fence, 'isBehind' | 'isAwaited' | 'opensAt'>
  /** When we wanted to run next. */
  #plannedAt: Instant = Number.POSITIVE_INFINITY

  constructor(fence: Pick<Fence, 'isBehind' | 'isAwaited' | 'opensAt'>) {
    this.#fence = fence
  }

  /** The earliest moment at which one of the machines wants to be looked at; undefined: none does. */
  next(machines: Iterable<{ readonly state: State }>, now: Instant): Instant | undefined {
    let earliest: Instant | undefined
    for (const { state } of machines) {
      const at = this.#lookAt(state, now)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    this.#plannedAt = earliest ?? Number.POSITIVE_INFINITY
    return earliest
  }

  /** How much later than planned we run, in microseconds; 0: in time, or nothing was planned. Asked again it says 0. */
  sleptUs(now: Instant): number {
    const sleptUs = now - this.#plannedAt
    this.#plannedAt = now
    return sleptUs < napMinUs ? 0 : sleptUs
  }

  /** A BACKUP that misses adverts looks every half interval whether this thread runs at all, see nap.ts. */
  #lookAt(state: State, now: Instant): Instant | undefined {
    const due = deadline(state)
    if (due === undefined || state.name !== 'backup' || this.#fence.isBehind(due)) return due
    if (this.#fence.isAwaited(due)) return undefined
    const halfUs = state.masterIntervalUs / 2
    const looks = Math.min(looksMax, Math.ceil((due - now) / halfUs) - 1)
    return looks > 0 ? Math.ceil(due - looks * halfUs) : this.#fence.opensAt(due)
  }
}
