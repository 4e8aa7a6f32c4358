// When which address has to be looked at again: many keys, each with its time, and one timer for all of them.

import { type Instant, usPerMs } from '../../../lib/time.ts'
import type { Cancellable, Later } from '../../actors/timer-port.ts'

interface AgendaPorts {
  now(): Instant
  readonly later: Later
  /** The time of this key has come. */
  due(key: string): void
}

export class Agenda {
  readonly #ports: AgendaPorts
  readonly #times = new Map<string, Instant>()
  #alarm: { readonly at: Instant; readonly timer: Cancellable } | undefined

  constructor(ports: AgendaPorts) {
    this.#ports = ports
  }

  /** The last word about a key counts. */
  set(key: string, at: Instant): void {
    this.#times.set(key, at)
    if (this.#alarm !== undefined && this.#alarm.at <= at) return
    this.#alarm?.timer.cancel()
    const delayMs = Math.max(0, at - this.#ports.now()) / usPerMs
    this.#alarm = { at, timer: this.#ports.later(() => this.#ring(), delayMs) }
  }

  drop(key: string): void {
    this.#times.delete(key)
  }

  close(): void {
    this.#alarm?.timer.cancel()
    this.#times.clear()
  }

  /** What is not due yet sets the timer again. */
  #ring(): void {
    this.#alarm = undefined
    const now = this.#ports.now()
    const times = [...this.#times]
    this.#times.clear()
    for (const [key, at] of times) if (at > now) this.set(key, at)
    for (const [key, at] of times) if (at <= now) this.#ports.due(key)
  }
}
