// Has everything been looked at that had arrived by a certain time? The worker asks the main thread, which owns the sockets, and
// the answer comes back behind all frames that were waiting there. One question at a time.

import type { Instant } from '../../lib/time.ts'

export class Fence {
  #n = 0
  #askedAt: Instant | undefined
  /** Deadlines up to here wait for the answer, or for the next question. */
  #heldUntil: Instant = 0
  #clearUntil: Instant = 0

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

  /** Nothing that came before the deadline is still to be seen. */
  isBehind(deadline: Instant): boolean {
    return deadline <= this.#clearUntil
  }

  /** The deadline need not be waited for: the answer will come instead. */
  isAwaited(deadline: Instant): boolean {
    return this.#askedAt !== undefined && deadline <= this.#heldUntil
  }
}
