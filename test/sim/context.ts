// A process or thread of a simulated host: something that may be stalled alone, paused with its host, or dead. What it has to
// do meanwhile waits. When it runs again, overdue timers and what has arrived come in either order.

import type { Action, Entry, VirtualClock } from './clock.ts'

/** What a context needs of its host. */
export interface Machine {
  readonly clock: VirtualClock
  /** True time until which nothing runs. */
  readonly pausedUntil: number
  /** The host's own clock, in microseconds. */
  local(): number
  /** True time of a local instant, if no clock jumps until then. */
  trueTime(local: number): number
  chance(probability: number): boolean
}

export class Timer {
  readonly #context: Context
  readonly #action: Action
  #dueAt: number | undefined
  #entry: Entry | undefined

  constructor(context: Context, action: Action) {
    this.#context = context
    this.#action = action
    context.timers.push(this)
  }

  /** To be called at this local instant; undefined: not. The last word counts. */
  set(dueAt: number | undefined): void {
    if (dueAt === this.#dueAt && this.#entry?.action !== null && this.#entry !== undefined) return
    this.#dueAt = dueAt
    this.rearm()
  }

  /** The host's clock has jumped. */
  rearm(): void {
    if (this.#entry !== undefined) this.#entry.action = null
    this.#entry = undefined
    if (this.#dueAt === undefined) return
    const at = this.#context.machine.trueTime(this.#dueAt) + this.#context.latenessUs()
    this.#entry = this.#context.machine.clock.at(at, () => this.#ring())
  }

  #ring(): void {
    this.#context.run(() => {
      if (this.#dueAt === undefined) return
      if (this.#context.machine.local() < this.#dueAt) {
        this.rearm()
        return
      }
      this.#dueAt = undefined
      this.#entry = undefined
      this.#action()
    }, true)
  }
}

export class Context {
  readonly machine: Machine
  readonly timers: Timer[] = []
  dead = false
  stalledUntil = 0
  #timersFirst = true
  readonly #lateness: () => number

  constructor(machine: Machine, lateness: () => number) {
    this.machine = machine
    this.#lateness = lateness
  }

  latenessUs(): number {
    return this.#lateness()
  }

  /** Runs the action as soon as this context can run at all. */
  run(action: Action, isTimer = false): void {
    if (this.dead) return
    const { clock, pausedUntil } = this.machine
    const freeAt = Math.max(pausedUntil, this.stalledUntil)
    if (freeAt <= clock.now) action()
    else if (freeAt < Number.POSITIVE_INFINITY) {
      clock.at(freeAt + (isTimer === this.#timersFirst ? 0 : 1), () => this.run(action, isTimer))
    }
  }

  /** Runs the action later, at a true time. */
  at(time: number, action: Action): void {
    this.machine.clock.at(time, () => this.run(action))
  }

  /** Does nothing until then, a true time; for ever if it is infinite. */
  stall(until: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, until)
    this.drawOrder()
  }

  /** Whether overdue timers come before what has arrived after the pause that begins now. */
  drawOrder(): void {
    this.#timersFirst = this.machine.chance(0.5)
  }

  die(): void {
    this.dead = true
    for (const timer of this.timers) timer.set(undefined)
  }
}

/** Messages from one context to another: in order, each a little later. What a dead sender sent still arrives. */
export class Channel<T> {
  readonly #to: Context
  readonly #latency: () => number
  readonly #deliver: (message: T) => void
  #lastAt = 0

  constructor(to: Context, latency: () => number, deliver: (message: T) => void) {
    this.#to = to
    this.#latency = latency
    this.#deliver = deliver
  }

  get isEmpty(): boolean {
    return this.#lastAt <= this.#to.machine.clock.now
  }

  /** Returns the true time of arrival. */
  send(message: T): number {
    this.#lastAt = Math.max(this.#lastAt, this.#to.machine.clock.now + this.#latency())
    this.#to.at(this.#lastAt, () => this.#deliver(message))
    return this.#lastAt
  }
}
