// Runs the checkers: keeps one timer per checker at its deadline, makes the check, feeds the result to the core and posts the
// step. Not what a check does (checks/), not what follows from it (core/). Bounded: a checker has one check in flight.

import type { Checker, MiscChecker } from '../../config/blocks/checker/model.ts'
import type { CheckerSet, FromChecker } from '../../ipc/messages/checker.ts'
import { messageOf } from '../../lib/errors.ts'
import { type Instant, usPerMs } from '../../lib/time.ts'
import { CheckGate } from './check-gate.ts'
import { type CheckMaker, checkMaker } from './checks/check.ts'
import { secureContextOf, verifiesCertificate } from './checks/http.ts'
import {
  applyResult,
  type CheckResult,
  type CheckState,
  type CheckStep,
  initialCheck,
  onSchedule,
  postpone,
  resumeCheck,
} from './core/check-state.ts'
import { fileResult } from './core/file-value.ts'
import { type MiscEnd, miscResult } from './core/misc-exit.ts'
import { applySession } from './core/session-verdict.ts'

interface LoopPorts {
  send(message: FromChecker): void
  now(): Instant
  /** In [0, 1). */
  random(): number
  /** Ends the worker: something impossible happened. */
  fail(reason: Error): void
}

interface Running {
  checker: Checker
  state: CheckState
  maker: CheckMaker
  timer: NodeJS.Timeout | undefined
  /** Set while a check is in flight; a result of another number is out of date. */
  flight: number
  startedAt: Instant
}

/** Checkers that make no checks: track files and BFD sessions tell them their results. */
const passive: ReadonlySet<Checker['type']> = new Set(['FILE_CHECK', 'BFD_CHECK'])
/** setTimeout() takes longer delays for 1 ms. */
const timerMsMax = 2 ** 31 - 1
/** Checks in flight at the same time; more wait their turn. */
const inFlightMax = 512

/** Checkers whose last check has thrown: if it is that many, and more than half of all, the thread is replaced. */
const brokenMax = 8

export class CheckerLoop {
  readonly #ports: LoopPorts
  readonly #gate = new CheckGate(inFlightMax)
  #running = new Map<string, Running>()
  #suspended: ReadonlySet<string> = new Set()
  #flights = 0
  /** Checkers whose last check has thrown. */
  readonly #broken = new Set<string>()

  constructor(ports: LoopPorts) {
    this.#ports = ports
  }

  start(set: CheckerSet, resume: Readonly<Record<string, CheckState>>, fresh: boolean): void {
    this.#take(set, id => (Object.hasOwn(resume, id) ? resume[id] : undefined), fresh)
  }

  reload(set: CheckerSet): void {
    const before = this.#running
    for (const running of before.values()) this.#retire(running)
    this.#running = new Map()
    this.#broken.clear()
    this.#take(set, id => before.get(id)?.state, false)
  }

  suspend(checkers: readonly string[]): void {
    this.#suspended = new Set(checkers)
  }

  miscEnded(id: string, run: number, end: MiscEnd): void {
    const running = this.#running.get(id)
    if (running === undefined || running.flight !== run || running.checker.type !== 'MISC_CHECK') return
    this.#finish(running, miscResult(running.checker, end))
  }

  /** A track file has another value now: the checkers that use it have a result at once. */
  fileChanged(name: string, value: number): void {
    const now = this.#ports.now()
    for (const running of this.#running.values()) {
      const { checker, state } = running
      if (checker.type !== 'FILE_CHECK' || checker.trackFile !== name) continue
      this.#commit(running, applyResult(checker, { ...state, failures: 0 }, fileResult(checker, value), now, now))
    }
  }

  /** A BFD session is up or down. */
  sessionIs(session: string, up: boolean): void {
    for (const running of this.#running.values()) {
      const { checker } = running
      if (checker.type !== 'BFD_CHECK' || checker.session !== session) continue
      this.#commit(running, applySession(checker, running.state, up))
    }
  }

  #take(set: CheckerSet, stateOf: (id: string) => CheckState | undefined, fresh: boolean): void {
    const now = this.#ports.now()
    const tls = once(() => secureContextOf(set.ssl, set.checkers.some(verifiesCertificate)))
    this.#suspended = new Set(set.suspended)
    for (const checker of set.checkers) {
      const before = stateOf(checker.id)
      const random = this.#ports.random()
      const state =
        before === undefined ? initialCheck(checker, now, random, fresh) : resumeCheck(checker, before, now, random)
      const running: Running = {
        checker,
        state,
        maker: checkMaker(checker, tls),
        timer: undefined,
        flight: 0,
        startedAt: now,
      }
      this.#running.set(checker.id, running)
      if (!passive.has(checker.type)) this.#arm(running)
    }
    for (const [name, value] of Object.entries(set.files)) this.fileChanged(name, value)
  }

  #retire(running: Running): void {
    clearTimeout(running.timer)
    running.flight = -1
    running.maker.close()
  }

  #arm(running: Running): void {
    const delayMs = Math.min((running.state.dueAt - this.#ports.now()) / usPerMs, timerMsMax)
    running.timer = setTimeout(() => this.#due(running), Math.max(0, Math.ceil(delayMs)))
  }

  #due(running: Running): void {
    const now = this.#ports.now()
    if (now < running.state.dueAt) {
      this.#arm(running)
      return
    }
    if (this.#suspended.has(running.checker.id)) {
      running.state = postpone(running.checker, running.state, now)
      this.#arm(running)
      return
    }
    running.flight = ++this.#flights
    const flight = running.flight
    this.#gate.enter(() => this.#check(running, flight))
  }

  async #check(running: Running, flight: number): Promise<void> {
    if (running.flight !== flight) return
    running.startedAt = this.#ports.now()
    if (running.checker.type === 'MISC_CHECK') return this.#runMisc(running.checker, flight)
    const result = await running.maker.check(running.state.url).then(
      made => {
        this.#broken.delete(running.checker.id)
        return made
      },
      (thrown: unknown): CheckResult => this.#brokenCheck(running.checker.id, thrown),
    )
    if (running.flight === flight) this.#finish(running, result)
  }

  /**
   * A check that throws is a failed one of that checker; only when many of them do at a time is it this thread that is
   * broken.
   */
  #brokenCheck(id: string, thrown: unknown): CheckResult {
    this.#broken.add(id)
    if (this.#broken.size >= brokenMax && this.#broken.size > this.#running.size / 2)
      this.#ports.fail(thrown instanceof Error ? thrown : new Error(messageOf(thrown)))
    return { kind: 'failed', reason: `the check cannot be made: ${messageOf(thrown)}` }
  }

  #runMisc(checker: MiscChecker, run: number): void {
    const { command, timeoutUs } = checker
    this.#ports.send({ t: 'misc-run', checker: checker.id, run, command, timeoutUs })
  }

  #finish(running: Running, result: CheckResult): void {
    running.flight = 0
    const now = this.#ports.now()
    const lagUs = running.startedAt - running.state.dueAt
    const step = applyResult(running.checker, running.state, result, running.startedAt, now)
    this.#commit(running, { ...step, state: onSchedule(step.state, lagUs, now) })
    this.#arm(running)
  }

  #commit(running: Running, step: CheckStep): void {
    const before = running.state
    running.state = step.state
    if (step.effects.length === 0 && sameButTimes(before, step.state)) return
    this.#ports.send({ t: 'step', checker: running.checker.id, snapshot: step.state, effects: step.effects })
  }
}

function sameButTimes(a: CheckState, b: CheckState): boolean {
  return (
    a.up === b.up &&
    a.hasRun === b.hasRun &&
    a.failures === b.failures &&
    a.weight === b.weight &&
    a.failedUrl === b.failedUrl
  )
}

/** Makes it when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
