// One run of a script: how it ended, its time limit, and the end of its whole process group. Not the start (script-runner.ts).
// keepalived.conf(5) "VRRP script(s)". keepalived also asks the kernel to signal a script when the daemon dies
// (PR_SET_PDEATHSIG); Node offers no way to set that between fork and exec, so a script outlives a daemon that is killed with
// SIGKILL. An orderly stop ends all of them.

import type { ChildProcess } from 'node:child_process'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../lib/time.ts'

/** How a run ended. A timeout is reported when the limit is reached, not when the process has finally gone. */
export type ScriptEnd =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'exit-status'; readonly exitStatus: number }
  | { readonly ok: false; readonly reason: 'signal'; readonly signal: string }
  | { readonly ok: false; readonly reason: 'timeout' | 'terminated' }
  | {
      readonly ok: false
      readonly reason:
        | 'not-found'
        | 'not-executable'
        | 'not-permitted'
        | 'unknown-user'
        | 'not-safe'
        | 'too-many'
        | 'spawn-failed'
      readonly detail: string
    }

export interface RunningScript {
  /** Never rejects. */
  readonly end: Promise<ScriptEnd>
  /** Resolves when the process has been reaped; at once if it never started. Never rejects. */
  readonly gone: Promise<void>
  /** SIGTERM to the process group, SIGKILL `graceMs` later. Resolves with `gone`. */
  terminate(graceMs: number): Promise<void>
}

/** keepalived: SIGTERM at the limit, SIGKILL after 2 s, again after 2 s, then every 10 s. */
const killDelaysMs = [2_000, 2_000] as const
const killRepeatMs = 10_000
/** Signals sent to a process that does not go before it is left to the kernel (it hangs in a system call). */
const killAttemptsMax = 10
/** setTimeout() takes longer delays for 1 ms. */
const timerMsMax = 2 ** 31 - 1

/** Supervises a child that was spawned as the leader of a process group of its own. */
export class ScriptProcess implements RunningScript {
  readonly end: Promise<ScriptEnd>
  readonly gone: Promise<void>
  readonly #child: ChildProcess
  readonly #log: Log
  #settle: (end: ScriptEnd) => void = () => {}
  #timer: NodeJS.Timeout | undefined
  /** Signals sent so far: one SIGTERM, then SIGKILLs. */
  #attempts = 0
  #killAt: Instant = 0
  #leaderGone = false

  /** `file` is for messages; `timeoutMs` undefined: no limit. */
  constructor(child: ChildProcess, file: string, timeoutMs: number | undefined, log: Log) {
    this.#child = child
    this.#log = log
    this.end = new Promise(resolve => {
      this.#settle = resolve
    })
    this.gone = new Promise(resolve => {
      child.once('exit', (code, signal) => {
        this.#onExit(code, signal)
        resolve()
      })
      child.on('error', thrown => {
        if (child.pid !== undefined) return
        this.#leaderGone = true
        clearTimeout(this.#timer)
        this.#settle(spawnFailure(thrown, file))
        resolve()
      })
    })
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => this.#timedOut(), Math.min(timeoutMs, timerMsMax))
    }
  }

  terminate(graceMs: number): Promise<void> {
    if (this.#leaderGone) return this.gone
    this.#settle({ ok: false, reason: 'terminated' })
    const killAt = monotonicNowUs() + graceMs * usPerMs
    if (this.#attempts === 0) this.#begin(graceMs)
    // SIGTERM is out already: a second request may bring SIGKILL forward, but never puts it off.
    else if (this.#attempts === 1 && killAt < this.#killAt) this.#killAfter(graceMs)
    return this.gone
  }

  #timedOut(): void {
    this.#settle({ ok: false, reason: 'timeout' })
    this.#begin(killDelaysMs[0])
  }

  #begin(graceMs: number): void {
    this.#attempts = 1
    this.#signalGroup('SIGTERM')
    this.#killAfter(graceMs)
  }

  #killAfter(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#killAt = monotonicNowUs() + delayMs * usPerMs
    this.#timer = setTimeout(() => this.#kill(), delayMs)
  }

  #kill(): void {
    this.#signalGroup('SIGKILL')
    this.#attempts++
    if (this.#attempts < killAttemptsMax) this.#killAfter(killDelaysMs[this.#attempts - 1] ?? killRepeatMs)
    else this.#log.error('script-unkillable', { pid: this.#child.pid, attempts: this.#attempts })
  }

  #onExit(code: number | null, signal: string | null): void {
    this.#leaderGone = true
    clearTimeout(this.#timer)
    // keepalived: what a timed-out script leaves behind in its group is killed. Background processes of others stay.
    if (this.#attempts > 0) this.#signalGroup('SIGKILL')
    if (code === 0) this.#settle({ ok: true })
    else if (code !== null) this.#settle({ ok: false, reason: 'exit-status', exitStatus: code })
    else this.#settle({ ok: false, reason: 'signal', signal: signal ?? 'unknown signal' })
  }

  #signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch (thrown) {
      // ESRCH: the whole group is gone already, which is what was wanted.
      if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return
      this.#log.warn('script-signal-failed', { pid: this.#child.pid, signal, error: messageOf(thrown) })
    }
  }
}

/** A run that never began. */
export function notStarted(end: ScriptEnd): RunningScript {
  return { end: Promise.resolve(end), gone: Promise.resolve(), terminate: () => Promise.resolve() }
}

/** Names what spawn() complained about. */
export function spawnFailure(thrown: unknown, file: string): ScriptEnd {
  const code = (thrown as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return {
        ok: false,
        reason: 'not-found',
        detail: `${file}: there is no such program, or its interpreter is missing`,
      }
    case 'EACCES':
      return { ok: false, reason: 'not-executable', detail: `${file}: its user may not execute it` }
    case 'EPERM':
      return { ok: false, reason: 'not-permitted', detail: `${file}: the daemon may not change to its user` }
    default:
      return { ok: false, reason: 'spawn-failed', detail: `${file}: ${messageOf(thrown)}` }
  }
}

/** A sentence part for logs, like "exited with status 1". */
export function describeEnd(end: ScriptEnd): string {
  if (end.ok) return 'succeeded'
  switch (end.reason) {
    case 'exit-status':
      return `exited with status ${end.exitStatus}`
    case 'signal':
      return `killed by ${end.signal}`
    case 'timeout':
      return 'timed out'
    case 'terminated':
      return 'ended by us'
    case 'not-found':
    case 'not-executable':
    case 'not-permitted':
    case 'unknown-user':
    case 'not-safe':
    case 'too-many':
    case 'spawn-failed':
      return `could not be started: ${end.detail}`
  }
}
