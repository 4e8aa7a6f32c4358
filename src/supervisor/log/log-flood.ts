// Keeps a log readable when one event comes thousands of times: a token bucket per event and instance. What is over the limit is
// counted instead of written, and the count is written now and then. Pure: the time comes as an argument.

import { type Instant, usPerSecond } from '../../lib/time.ts'

interface FloodLimit {
  /** So many lines may come at once. */
  readonly burst: number
  /** One more line is allowed after each such time. */
  readonly refillEveryUs: number
  /** Counts are reported at most so often. */
  readonly reportEveryUs: number
  /** Kinds of lines that are told apart; with more of them those unused for longest are forgotten. */
  readonly keysMax: number
}

const floodLimit: FloodLimit = {
  burst: 20,
  refillEveryUs: usPerSecond,
  reportEveryUs: 10 * usPerSecond,
  keysMax: 1000,
}

/** Lines that were not written since `sinceUs` ago. `key` is undefined for kinds that have been forgotten meanwhile. */
export interface FloodReport {
  readonly key: string | undefined
  readonly count: number
  readonly sinceUs: number
}

interface Bucket {
  tokens: number
  filledAt: Instant
  suppressed: number
  suppressedSince: Instant
}

export class FloodFilter {
  readonly #limit: FloodLimit
  /** In order of last use, so that the first one is the one to forget. */
  readonly #buckets = new Map<string, Bucket>()
  #forgotten = 0
  #forgottenSince: Instant = 0

  constructor(limit: FloodLimit = floodLimit) {
    this.#limit = limit
  }

  /** May a line of this kind be written now? If not, it is counted. */
  admit(key: string, now: Instant): boolean {
    const bucket = this.#take(key, now)
    const refills = Math.floor((now - bucket.filledAt) / this.#limit.refillEveryUs)
    if (refills > 0) {
      bucket.tokens = Math.min(this.#limit.burst, bucket.tokens + refills)
      bucket.filledAt += refills * this.#limit.refillEveryUs
    }
    if (bucket.tokens >= 1) {
      bucket.tokens--
      return true
    }
    if (bucket.suppressed === 0) bucket.suppressedSince = now
    bucket.suppressed++
    return false
  }

  /** Counts that are due to be written; they start again from 0. With `all` also those that are not due yet. */
  reports(now: Instant, all = false): readonly FloodReport[] {
    const due = (since: Instant) => all || now - since >= this.#limit.reportEveryUs
    const found: FloodReport[] = []
    for (const [key, bucket] of this.#buckets) {
      if (bucket.suppressed === 0 || !due(bucket.suppressedSince)) continue
      found.push({ key, count: bucket.suppressed, sinceUs: now - bucket.suppressedSince })
      bucket.suppressed = 0
    }
    if (this.#forgotten > 0 && due(this.#forgottenSince)) {
      found.push({ key: undefined, count: this.#forgotten, sinceUs: now - this.#forgottenSince })
      this.#forgotten = 0
    }
    return found
  }

  #take(key: string, now: Instant): Bucket {
    const known = this.#buckets.get(key)
    if (known !== undefined) this.#buckets.delete(key)
    else if (this.#buckets.size >= this.#limit.keysMax) this.#forgetOldest(now)
    const bucket = known ?? { tokens: this.#limit.burst, filledAt: now, suppressed: 0, suppressedSince: now }
    this.#buckets.set(key, bucket)
    return bucket
  }

  #forgetOldest(now: Instant): void {
    const oldest = this.#buckets.entries().next().value
    if (oldest === undefined) return
    const [key, bucket] = oldest
    this.#buckets.delete(key)
    if (bucket.suppressed === 0) return
    if (this.#forgotten === 0) this.#forgottenSince = Math.min(now, bucket.suppressedSince)
    this.#forgotten += bucket.suppressed
  }
}
