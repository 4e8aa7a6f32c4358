// A value that takes time to load. It is loaded when somebody asks and it is too old, one load at a time. A caller
// waits for a bounded time; if the load takes longer, the caller gets the old value.

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

  /** Resolves when the value is at most this old, or after the wait. Never rejects. */
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
    // Set after a failure too, so that a failed load is not repeated sooner than a good one.
    this.#loadedAt = monotonicNowUs()
    this.#loading = undefined
  }
}
