// Has everything been looked at that had arrived by a certain time? The worker asks the main thread, which owns the sockets, and
// the answer comes back behind all frames that were waiting there. One question at a time.
//
// The question is asked a moment before the deadline, so that the answer is there when it comes: no deadline passes while a frame
// waits that had arrived `leadUs` before it, or earlier. What arrives within that moment is seen too, unless the main thread is
// stalled in just this moment; an advert that comes so late is as good as lost, and the election settles it.

import type { Instant } from '../../lib/time.ts'

/** A question and its answer take about a tenth of this on an idle machine. */
export const fenceLeadUs = 1_000

export class Fence {
  readonly #leadUs: number
  #n = 0
  #askedAt: Instant | undefined
  /** Deadlines whose question is due by now wait for the answer, or for the next question. */
  #heldUntil: Instant = 0
  #clearUntil: Instant = 0

  constructor(leadUs = fenceLeadUs) {
    this.#leadUs = leadUs
  }

  /** When the question for this deadline may be asked. */
  opensAt(deadline: Instant): Instant {
    return deadline - this.#leadUs
  }

  /** A deadline waits at `now`. Returns the number of the question that has to be asked; undefined: one is under way. */
  await(now: Instant): number | undefined {
    this.#heldUntil = now
    if (this.#askedAt !== undefined) return undefined
    this.#askedAt = now
    return ++this.#n
  }

  /** The answer to question `n` is there. */
  returned(n: number): void {
    if (n !== this.#n || this.#askedAt === undefined) return
    this.#clearUntil = this.#askedAt
    this.#askedAt = undefined
  }

  /** Nothing that came `leadUs` before the deadline is still to be seen. */
  isBehind(deadline: Instant): boolean {
    return this.opensAt(deadline) <= this.#clearUntil
  }

  /** The deadline need not be waited for: the answer will come instead. */
  isAwaited(deadline: Instant): boolean {
    return this.#askedAt !== undefined && this.opensAt(deadline) <= this.#heldUntil
  }
}
