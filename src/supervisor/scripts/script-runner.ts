// Starts scripts under their account, with their shell and environment, bounds how many run at a time, and ends them all at a
// stop. Not one run (script-process.ts), not when (script-tracker.ts), not in which order (notify-queue.ts).

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { Log } from '../../lib/log.ts'
import type { ScriptAccounts } from './script-accounts.ts'
import { notStarted, type RunningScript, ScriptProcess, spawnFailure } from './script-process.ts'
import { commandLine, shellPath } from './shell.ts'

export interface RunnerOptions {
  readonly log: Log
  readonly accounts: ScriptAccounts
  /** More children than this are refused. Default 256. */
  readonly runningMax?: number
  readonly environment?: Readonly<Record<string, string | undefined>>
}

interface RunOptions {
  /** Arguments appended to those of the command. */
  readonly extraArgs?: readonly string[]
  /** The time limit in milliseconds; undefined: none. */
  readonly timeoutMs?: number | undefined
}

const runningMaxDefault = 256
const secretlyLoaded = ['IFS', 'LD_PRELOAD', 'LD_LIBRARY_PATH'] as const
/** Messages to the service manager are the daemon's; a script that inherits the socket could announce things in its name. */
const serviceManager = ['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC'] as const

/** Starts scripts and knows which are running. `start` blocks for the fork only. */
export class ScriptRunner {
  readonly #log: Log
  readonly #accounts: ScriptAccounts
  readonly #runningMax: number
  readonly #environment: Record<string, string>
  readonly #running = new Set<RunningScript>()
  readonly #roomListeners: (() => void)[] = []

  constructor(options: RunnerOptions) {
    this.#log = options.log
    this.#accounts = options.accounts
    this.#runningMax = options.runningMax ?? runningMaxDefault
    this.#environment = scriptEnvironment(options.environment ?? process.env)
  }

  get running(): number {
    return this.#running.size
  }

  get full(): boolean {
    return this.#running.size >= this.#runningMax
  }

  /** Calls `listener` after each script that has gone: there is room for another one. It must not throw. */
  onRoom(listener: () => void): void {
    this.#roomListeners.push(listener)
  }

  /** The user and group that a command asks for, as text: two commands with equal answers run as the same account. */
  userOf(command: ScriptCommand): string {
    return this.#accounts.keyOf(command)
  }

  /** Runs a command once. Failures to start are an end like any other. */
  start(command: ScriptCommand, options: RunOptions = {}): RunningScript {
    if (this.full) return notStarted({ ok: false, reason: 'too-many', detail: `${this.running} scripts are running` })
    const { self } = this.#accounts
    const found = this.#accounts.find(command)
    if (!found.ok) return notStarted({ ok: false, reason: 'unknown-user', detail: found.error })
    const secured = this.#accounts.secured(command, found.value)
    if (!secured.ok) return this.#refuse(command, secured.error)
    const { uid, gid } = found.value
    const shell = command.shell ? shellPath(command.text, existsSync) : '/bin/sh'
    if (shell === undefined)
      return notStarted({ ok: false, reason: 'not-found', detail: `${command.text}: needs bash` })
    const { file, args } = commandLine(command, options.extraArgs ?? [], shell)
    // Equal ids are left out: asking for them needs privileges that a daemon without root does not have.
    const ids = uid === self.uid && gid === self.gid ? {} : { uid, gid }
    let child: ChildProcess
    try {
      const options = { detached: true, stdio: 'ignore', env: this.#environment, ...ids } as const
      // What was traced is what runs, under the name that it was called by.
      child = spawn(secured.value ?? file, args, { ...options, argv0: file })
    } catch (thrown) {
      return notStarted(spawnFailure(thrown, file))
    }
    return this.#track(new ScriptProcess(child, file, options.timeoutMs, this.#log))
  }

  /** Ends everything that runs: SIGTERM, and SIGKILL `graceMs` later. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.#running].map(script => script.terminate(graceMs)))
  }

  #refuse(command: ScriptCommand, reason: string): RunningScript {
    this.#log.error('script-not-safe', { command: command.text, reason })
    return notStarted({ ok: false, reason: 'not-safe', detail: `${command.text}: ${reason}` })
  }

  #track(script: RunningScript): RunningScript {
    this.#running.add(script)
    void script.gone.then(() => {
      this.#running.delete(script)
      for (const listener of this.#roomListeners) listener()
    })
    return script
  }
}

/** What scripts inherit: everything but what changes how a shell splits words or which libraries programs load. */
function scriptEnvironment(base: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const removed = new Set<string>([...secretlyLoaded, ...serviceManager])
  const kept = Object.entries(base).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !removed.has(entry[0]),
  )
  return Object.fromEntries(kept)
}
