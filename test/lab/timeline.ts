// Everything the lab has seen, in order of arrival, and waiting for something to become true of it. Conditions are
// looked at again whenever something arrives, so a test waits as long as the protocol takes and no longer.

import { epochNowUs } from './clock.ts'
import { describeEvent, type LabEvent } from './event.ts'

const SHOWN_ON_FAILURE = 60
/** For conditions about something that makes no event here, such as a file. */
const RECHECK_MS = 50

/** A condition that did not become true or did not stay so; the message ends with what was seen. */
export class UnmetError extends Error {}

interface Waiter {
  readonly check: () => void
}

export class Timeline {
  readonly events: LabEvent[] = []
  readonly #waiters = new Set<Waiter>()
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #startedAt = epochNowUs()
  #pulsePending = false

  record(event: LabEvent): void {
    this.events.push(event)
    for (const listener of this.#listeners) listener(event)
    this.pulse()
  }

  /** Each event as it arrives. */
  follow(listener: (event: LabEvent) => void): void {
    this.#listeners.add(listener)
  }

  /** Something outside the timeline changed (a process ended, say): look at the conditions again. */
  pulse(): void {
    if (this.#pulsePending) return
    this.#pulsePending = true
    setImmediate(() => {
      this.#pulsePending = false
      for (const waiter of [...this.#waiters]) waiter.check()
    })
  }

  /** Resolves with the condition's first value that is neither undefined nor false; rejects after `boundMs`. */
  waitFor<T>(label: string, condition: () => T | undefined | false, boundMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (conclude: () => void) => {
        clearTimeout(timer)
        clearInterval(ticking)
        this.#waiters.delete(waiter)
        conclude()
      }
      const check = () => {
        try {
          const value = condition()
          if (value !== undefined && value !== false) settle(() => resolve(value))
        } catch (thrown) {
          settle(() => reject(thrown))
        }
      }
      const waiter = { check }
      const timer = setTimeout(
        () => settle(() => reject(new UnmetError(`not within ${boundMs} ms: ${label}\n${this.tail()}`))),
        boundMs,
      )
      const ticking = setInterval(check, RECHECK_MS)
      this.#waiters.add(waiter)
      check()
    })
  }

  /** The condition stays true for the whole time; rejects as soon as it does not. */
  async holdsFor(label: string, condition: () => boolean, durationMs: number): Promise<void> {
    const endsAt = epochNowUs() + durationMs * 1_000
    const timer = setTimeout(() => this.pulse(), durationMs + 1)
    try {
      await this.waitFor(
        label,
        () => {
          if (!condition()) throw new UnmetError(`no longer true: ${label}\n${this.tail()}`)
          return epochNowUs() >= endsAt
        },
        durationMs + 5_000,
      )
    } finally {
      clearTimeout(timer)
    }
  }

  /** The latest events for a failure message; runs of the same advert are shown once. */
  tail(): string {
    return this.#lines(this.events.slice(-2_000)).slice(-SHOWN_ON_FAILURE).join('\n')
  }

  /** What happened between two times, in microseconds since the epoch; the latest of it if it is much. */
  between(from: number, to: number): string {
    return this.#lines(this.events.filter(({ at }) => at >= from && at <= to))
      .slice(-SHOWN_ON_FAILURE)
      .join('\n')
  }

  #lines(events: readonly LabEvent[]): string[] {
    const lines: string[] = []
    let last = ''
    for (const event of events) {
      const text = describeEvent(event)
      if (text === last) continue
      last = text
      lines.push(`${((event.at - this.#startedAt) / 1_000_000).toFixed(3).padStart(9)} ${text}`)
    }
    return lines
  }
}
