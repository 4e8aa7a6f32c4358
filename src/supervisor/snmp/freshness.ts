// A value that takes time to get: loaded when somebody wants it and it is too old, once at a time, and waited for within a bound.
// Who waited too long has the old one.

import { monotonicNowUs } from '../../lib/time.ts'

export class Freshness<T> {
  readonly #load: () => Promise<T>
  readonly #failed: (thrown: unknown) => void
  #value: T
  #loadedAt: number | undefined
  #loading: Promise<void> | undefined

  constructor(initial: T, load: () => Promise<T>, failed: (thrown: unknown) => void) {
    this.#value = initial
    this.#load = load
    this.#failed = failed
  }

  get value(): T {
    return this.#value
  }

  /** Resolves when the value is no older than that, or after the wait. Never rejects. */
  async within(ageUs: number, waitMs: number): Promise<void> {
    if (this.#loadedAt !== undefined && monotonicNowUs() - this.#loadedAt <= ageUs) return
    this.#loading ??= this.#refresh()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([this.#loading, late])
    clearTimeout(timer)
  }

  async #refresh(): Promise<void> {
    try {
      this.#value = await this.#load()
    } catch (thrown) {
      this.#failed(thrown)
    }
    // Also after a failure: it is tried again no sooner.
    this.#loadedAt = monotonicNowUs()
    this.#loading = undefined
  }
}
