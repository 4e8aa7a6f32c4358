// Runs notify scripts so that those of one instance or group never overlap and never change places. keepalived starts all of
// them at once, so that two quick transitions may finish in the wrong order; here each name has a line of its own. Different
// names do not wait for each other.

import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { Log } from '../../lib/log.ts'
import { describeEnd, type RunningScript } from '../scripts/script-process.ts'
import { type NotifyJob, newestOf, withJob } from './waiting-jobs.ts'

/** What the queue needs of a ScriptRunner. */
interface NotifyRunner {
  readonly full: boolean
  /** Calls back each time that a place becomes free, whoever had it. */
  onRoom(listener: () => void): void
  start(
    command: ScriptCommand,
    options: { readonly extraArgs: readonly string[]; readonly timeoutMs: number },
  ): RunningScript
}

export interface NotifyLimits {
  /** Notifications of one name that may wait. Default 16. */
  readonly waitingMax?: number
  /** A script that has run this long is ended as soon as a later one waits for it. Default 60 s. */
  readonly overdueMs?: number
  /** A script that has run this long is ended in any case. Default 10 min. */
  readonly runMsMax?: number
}

/** keepalived lets a notify script run for ever; a hanging one must not keep the news of the next state from its script. */
const overdueMsDefault = 60_000
const runMsMaxDefault = 600_000
const waitingMaxDefault = 16
const killGraceMs = 2_000

interface Line {
  readonly name: string
  waiting: readonly NotifyJob[]
  running: RunningScript | undefined
  overdue: boolean
  busy: boolean
}

export class NotifyQueue {
  readonly #log: Log
  readonly #runner: NotifyRunner
  readonly #waitingMax: number
  readonly #overdueMs: number
  readonly #runMsMax: number
  readonly #lines = new Map<string, Line>()
  #idleWaiters: (() => void)[] = []
  #dropped = 0
  #draining = false
  #closed = false

  constructor(ports: { readonly log: Log; readonly runner: NotifyRunner }, limits: NotifyLimits = {}) {
    this.#log = ports.log
    this.#runner = ports.runner
    this.#waitingMax = limits.waitingMax ?? waitingMaxDefault
    this.#overdueMs = limits.overdueMs ?? overdueMsDefault
    this.#runMsMax = limits.runMsMax ?? runMsMaxDefault
    this.#runner.onRoom(() => this.#pump())
  }

  /** Notifications lost because too many waited for one name. */
  get dropped(): number {
    return this.#dropped
  }

  /** Lines up a notification; which one goes when too many wait for this name says waiting-jobs.ts. */
  push(job: NotifyJob): void {
    if (this.#closed || job.runs.length === 0) return
    const line = this.#lineOf(job.line)
    const { waiting, dropped } = withJob(line.waiting, job, this.#waitingMax)
    line.waiting = waiting
    this.#drop(dropped)
    if (line.overdue) void line.running?.terminate(killGraceMs)
    this.#pump()
  }

  /**
   * For the shutdown: only the newest notification of each name is still run, scripts that stand in its way are ended, and
   * what is not done after `timeoutMs` is killed. Nothing is accepted afterwards. keepalived waits 1 s for STOP scripts.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true
    for (const line of this.#lines.values()) {
      const newest = newestOf(line.waiting)
      for (const job of line.waiting) if (job !== newest) this.#drop(job)
      line.waiting = newest === undefined ? [] : [newest]
      if (line.waiting.length > 0) void line.running?.terminate(timeoutMs / 4)
    }
    await withinMs(timeoutMs, this.#idle())
    this.#closed = true
    for (const line of this.#lines.values()) {
      for (const job of line.waiting) this.#drop(job)
      line.waiting = []
    }
    const left = [...this.#lines.values()].flatMap(line => (line.running === undefined ? [] : [line]))
    for (const line of left) this.#log.warn('notify-killed', { name: line.name })
    // SIGKILL follows at once: the time to end in good order has been had.
    await withinMs(killGraceMs, Promise.all(left.map(line => line.running?.terminate(0))))
  }

  #lineOf(name: string): Line {
    const known = this.#lines.get(name)
    if (known !== undefined) return known
    const line: Line = { name, waiting: [], running: undefined, overdue: false, busy: false }
    this.#lines.set(name, line)
    return line
  }

  /** Starts the next job of every name that is free, as long as there is room for children. */
  #pump(): void {
    for (const line of this.#lines.values()) {
      if (line.busy) continue
      if (line.waiting.length > 0 && this.#runner.full) continue
      const [job, ...others] = line.waiting
      line.waiting = others
      if (job === undefined) this.#lines.delete(line.name)
      else void this.#runJob(line, job)
    }
    if (this.#lines.size > 0) return
    for (const wake of this.#idleWaiters.splice(0)) wake()
  }

  async #runJob(line: Line, job: NotifyJob): Promise<void> {
    line.busy = true
    for (const run of job.runs) {
      // At the shutdown what is left of an overtaken notification would only delay the one that waits.
      if (this.#closed || (this.#draining && line.waiting.length > 0)) break
      const running = this.#runner.start(run.command, { extraArgs: run.extraArgs, timeoutMs: this.#runMsMax })
      line.running = running
      const overdue = setTimeout(() => this.#overdue(line, running), this.#overdueMs)
      const end = await running.end
      if (!end.ok) {
        const fields = { name: line.name, state: job.state, command: run.command.text, result: describeEnd(end) }
        this.#log.warn('notify-script-failed', fields)
      }
      // Never overlapping: a script that was ended must really be gone before the next one starts.
      await running.gone
      clearTimeout(overdue)
      line.running = undefined
      line.overdue = false
    }
    line.busy = false
    this.#pump()
  }

  #overdue(line: Line, running: RunningScript): void {
    line.overdue = true
    if (line.waiting.length > 0) void running.terminate(killGraceMs)
  }

  #drop(job: NotifyJob | undefined): void {
    if (job === undefined) return
    this.#dropped++
    this.#log.warn('notify-dropped', { name: job.line, state: job.state, dropped: this.#dropped })
  }

  #idle(): Promise<void> {
    if (this.#lines.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#idleWaiters.push(resolve))
  }
}

/** Resolves when the work is done, or after this many milliseconds. */
async function withinMs(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>(resolve => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
