// The supervisor's side of the checker worker: keeps each checker's last state for a successor, runs the programs of
// MISC_CHECK, suspends checkers whose virtual address is not here, and passes verdicts on. The worker makes the checks.

import type { Checker } from '../../config/blocks/checker/model.ts'
import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { LvsConfig } from '../../config/blocks/server/model.ts'
import { type CheckerSet, type FromChecker, fromCheckerShapes, type ToChecker } from '../../ipc/messages/checker.ts'
import type { FromAnyWorker } from '../../ipc/messages/common.ts'
import type { Log } from '../../lib/log.ts'
import { usPerMs } from '../../lib/time.ts'
import type { CheckEffect, CheckState, Verdict } from '../../workers/checker/core/check-state.ts'
import type { MiscEnd } from '../../workers/checker/core/misc-exit.ts'
import type { PartWorker } from '../actors/part.ts'
import { WorkerActor } from '../actors/worker-actor.ts'
import type { RunningScript, ScriptEnd } from '../scripts/script-process.ts'
import { PingPermission } from './ping-permission.ts'
import type { CheckerMemory, Remark } from './server-view.ts'

interface CheckerActorPorts {
  readonly log: Log
  /** Starts the program of a MISC_CHECK (ScriptRunner.start). Must not throw. */
  startScript(command: ScriptCommand, timeoutMs: number): RunningScript
  /** A checker has come to a verdict, or adds another weight. */
  verdict(verdict: Verdict): void
  /** The worker cannot be kept alive. */
  gaveUp(): void
}

interface CheckerActorOptions {
  /** Addresses (canonical text) that are on this host at the start, for ha_suspend. */
  readonly addresses: readonly string[]
}

const scriptGraceMs = 1_000
/** Characters of a reason that are kept. */
const remarkMax = 200

export class CheckerActor {
  readonly #ports: CheckerActorPorts
  readonly #worker: WorkerActor<ToChecker, FromChecker>
  readonly #ping: PingPermission
  readonly #scripts = new Set<RunningScript>()
  /** BFD sessions, up or not. */
  readonly #sessions = new Map<string, boolean>()
  #states = new Map<string, CheckState>()
  /** The last verdict of each checker in words. */
  #remarks = new Map<string, Remark>()
  #set: CheckerSet = { checkers: [], files: {}, ssl: null, suspended: [] }
  #config: LvsConfig | undefined
  #addresses: ReadonlySet<string>
  /**
   * True until the first reload: a checker without a state is then at the start of the daemon, and its first failure is
   * enough.
   */
  #fresh = true
  #started = false

  constructor(ports: CheckerActorPorts, options: CheckerActorOptions) {
    this.#ports = ports
    this.#addresses = new Set(options.addresses)
    this.#ping = new PingPermission(ports.log)
    this.#worker = new WorkerActor<ToChecker, FromChecker>(
      {
        id: 'checker',
        file: new URL('../../workers/checker/worker.js', import.meta.url),
        shapes: fromCheckerShapes,
      },
      {
        activated: clean => this.#activated(clean),
        message: message => this.#message(message),
        gaveUp: () => ports.gaveUp(),
      },
      ports.log,
    )
  }

  start(config: LvsConfig): void {
    this.#configure(config)
    this.#startIfNeeded()
  }

  reload(config: LvsConfig): void {
    this.#fresh = false
    this.#configure(config)
    const known = new Set(this.#set.checkers.map(checker => checker.id))
    this.#states = new Map([...this.#states].filter(([id]) => known.has(id)))
    this.#remarks = new Map([...this.#remarks].filter(([id]) => known.has(id)))
    if (this.#started) this.#worker.post({ t: 'reload', set: this.#set })
    else this.#startIfNeeded()
    this.#tellSessions()
  }

  /** A BFD session is up or down. Kept, in case the worker is away or another checker follows it later. */
  session(session: string, up: boolean): void {
    this.#sessions.set(session, up)
    this.#worker.post({ t: 'session', session, up })
  }

  /** What a track file says from now on. */
  file(name: string, value: number): void {
    this.#set = { ...this.#set, files: { ...this.#set.files, [name]: value } }
    this.#worker.post({ t: 'file', name, value })
  }

  /** All addresses that are on this host now, canonical text. */
  addresses(addresses: readonly string[]): void {
    this.#addresses = new Set(addresses)
    const suspended = this.#suspended()
    if (suspended.join(' ') === this.#set.suspended.join(' ')) return
    this.#ports.log.info('checkers-suspended', { suspended: suspended.length, of: this.#set.checkers.length })
    this.#set = { ...this.#set, suspended }
    this.#worker.post({ t: 'suspended', checkers: suspended })
  }

  /** What is known of the checkers, for dumps and status. */
  memory(): CheckerMemory {
    return { states: this.#states, remarks: this.#remarks, suspended: new Set(this.#set.suspended) }
  }

  /** How the kernel is to treat the worker's thread from now on. */
  setConduct(conduct: ThreadConduct): void {
    this.#worker.setConduct(conduct)
  }

  /** As the supervisor looks after it. */
  get worker(): PartWorker {
    return this.#worker
  }

  /** No check runs any more, nor a program of one. */
  async stop(): Promise<void> {
    await this.#worker.stop()
    this.#ping.restore()
    await Promise.all([...this.#scripts].map(script => script.terminate(scriptGraceMs)))
  }

  /** Without checkers there is no thread: it would cost memory and, at the start, CPU time that the IPVS table needs. */
  #startIfNeeded(): void {
    if (this.#started || this.#set.checkers.length === 0) return
    this.#started = true
    this.#worker.start()
  }

  #configure(config: LvsConfig): void {
    this.#config = config
    const checkers = allCheckers(config)
    if (checkers.some(checker => checker.type === 'PING_CHECK')) this.#ping.widen()
    const { files } = this.#set
    this.#set = { checkers, files, ssl: config.ssl ?? null, suspended: this.#suspended() }
  }

  /** Checkers of virtual servers that are checked only while one of their addresses is here. */
  #suspended(): readonly string[] {
    const away = (this.#config?.virtualServers ?? []).filter(
      ({ haSuspend, services }) =>
        haSuspend && !services.some(service => service.kind === 'address' && this.#addresses.has(service.address)),
    )
    return away.flatMap(({ realServers }) => realServers.flatMap(real => real.checkers.map(checker => checker.id)))
  }

  #activated(clean: boolean): void {
    const states = [...this.#states].map(([id, state]) => [id, clean ? verdictOnly(state) : state] as const)
    this.#worker.post({ t: 'start', set: this.#set, resume: Object.fromEntries(states), fresh: this.#fresh })
    this.#tellSessions()
  }

  #tellSessions(): void {
    for (const [session, up] of this.#sessions) this.#worker.post({ t: 'session', session, up })
  }

  #message(message: Exclude<FromChecker, FromAnyWorker>): void {
    switch (message.t) {
      case 'step':
        this.#step(message)
        return
      case 'misc-run':
        void this.#runMisc(message)
    }
  }

  #step({ checker, snapshot, effects }: Extract<FromChecker, { t: 'step' }>): void {
    this.#states.set(checker, snapshot)
    for (const effect of effects) {
      const text = reasonOf(effect)
      if (text !== undefined) this.#remarks.set(checker, { text: String(text).slice(0, remarkMax), at: Date.now() })
      if (effect.type === 'verdict') this.#ports.verdict(effect.verdict)
      else if (effect.type === 'log') this.#ports.log[effect.level](effect.event, effect.fields)
    }
  }

  /** The answer is for the worker that asked, not for its successor. */
  async #runMisc({ checker, run, command, timeoutUs }: Extract<FromChecker, { t: 'misc-run' }>): Promise<void> {
    const asker = this.#worker.asker()
    const script = this.#ports.startScript(command, timeoutUs / usPerMs)
    this.#scripts.add(script)
    void script.gone.then(() => this.#scripts.delete(script))
    const end = miscEndOf(await script.end)
    asker.post({ t: 'misc-end', checker, run, end })
  }
}

function reasonOf(effect: CheckEffect): unknown {
  switch (effect.type) {
    case 'verdict':
      return effect.verdict.reason
    case 'remark':
      return effect.reason
    case 'log':
      return effect.fields.reason
  }
}

function allCheckers(config: LvsConfig): readonly Checker[] {
  return config.virtualServers.flatMap(({ realServers }) => realServers.flatMap(real => real.checkers))
}

/**
 * After two deaths before `ready` a successor gets only the verdict and the weight, which the ipvs worker relies on:
 * something else in the state may be what kills the thread.
 */
function verdictOnly(state: CheckState): CheckState {
  const { up, weight, reason } = state
  return { up, hasRun: true, failures: 0, weight, dueAt: 0, url: 0, failedUrl: null, reason }
}

function miscEndOf(end: ScriptEnd): MiscEnd {
  if (end.ok) return { kind: 'exited', status: 0 }
  switch (end.reason) {
    case 'exit-status':
      return { kind: 'exited', status: end.exitStatus }
    case 'signal':
      return { kind: 'signalled', signal: end.signal }
    case 'timeout':
      return { kind: 'timed-out' }
    case 'terminated':
      return { kind: 'not-started', reason: 'ended by us' }
    case 'not-found':
    case 'not-executable':
    case 'not-permitted':
    case 'unknown-user':
    case 'not-safe':
    case 'too-many':
    case 'spawn-failed':
      return { kind: 'not-started', reason: end.detail }
  }
}
