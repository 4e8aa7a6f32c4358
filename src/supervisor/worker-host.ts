// Keeps one actor alive: starts its worker thread, pings it, replaces it when it ends or stops answering, and holds a warm
// spare for actors that must be back within milliseconds. What the actor is told after a restart is its owner's business.
//
//   owner -- post(To) -------------> incarnation (active) --- message(From) ---> owner.onMessage
//   host  -- ping, every pingEveryMs ->                   --- pong -----------> host
//                                    incarnation (spare)   --- standby --------> host, waits for its turn

import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { type Instant, monotonicNowUs, US_PER_MS } from '../lib/time.ts'
import type { Board } from '../ipc/board.ts'
import type { Shapes } from '../ipc/channel.ts'
import type { FromAnyWorker, ToAnyWorker } from '../ipc/messages/common.ts'
import { admitRestart, type RestartPolicy, type RestartRecord, restartRecord } from './restart-policy.ts'
import { WorkerIncarnation } from './worker-incarnation.ts'

export interface WorkerSpec {
  readonly id: string
  readonly file: URL
  readonly heapMaxMb: number
  readonly warmSpare: boolean
  readonly pingEveryMs: number
  /** A thread that has not answered for so long is killed. */
  readonly pongWithinMs: number
  readonly restart: RestartPolicy
}

export interface WorkerOwner<From> {
  /** A thread is there and waits for its start message. `clean`: predecessors died before `ready`, so resume nothing. */
  activated(clean: boolean): void
  message(message: From): void
  /** The active thread has ended; a successor follows, unless `escalated` is called too. */
  down(reason: string): void
  /** Too many restarts: the fault is above us. */
  escalated(): void
}

type Thread<To extends { readonly t: string }, From extends { readonly t: string }> = WorkerIncarnation<
  To | ToAnyWorker,
  From | FromAnyWorker
>

/** Deaths before `ready` after which a successor is started without what might be killing it. */
const DEATHS_BEFORE_CLEAN_START = 2

export class WorkerHost<To extends { readonly t: string }, From extends { readonly t: string }> {
  readonly #spec: WorkerSpec
  readonly #shapes: Shapes<From | FromAnyWorker>
  readonly #board: Board | null
  readonly #owner: WorkerOwner<From>
  readonly #log: Log
  #active: Thread<To, From> | undefined
  #spare: Thread<To, From> | undefined
  #record: RestartRecord = restartRecord()
  #deathsBeforeReady = 0
  #pingTimer: NodeJS.Timeout | undefined
  #respawnTimer: NodeJS.Timeout | undefined
  #pings = 0
  #answeredAt: Instant = 0
  #stopped = false
  #restarts = 0

  constructor(
    spec: WorkerSpec,
    shapes: Shapes<From | FromAnyWorker>,
    board: Board | null,
    owner: WorkerOwner<From>,
    log: Log,
  ) {
    this.#spec = spec
    this.#shapes = shapes
    this.#board = board
    this.#owner = owner
    this.#log = log
  }

  start(): void {
    this.#activate(this.#create())
    this.#pingTimer = setInterval(() => this.#ping(), this.#spec.pingEveryMs)
  }

  /** Is a thread there that was given its start message? */
  get running(): boolean {
    return this.#active?.standby === true
  }

  /** When the active thread last gave a sign of life. */
  get answeredAt(): Instant {
    return this.#answeredAt
  }

  get restarts(): number {
    return this.#restarts
  }

  /** Sends to the active thread; false if there is none at present. */
  post(message: To | ToAnyWorker): boolean {
    if (this.#active?.standby !== true) return false
    this.#active.post(message)
    return true
  }

  /** Ends the thread and starts no other. */
  stop(): void {
    this.#stopped = true
    clearInterval(this.#pingTimer)
    clearTimeout(this.#respawnTimer)
    this.#active?.kill('stopped')
    this.#spare?.kill('stopped')
  }

  #create(): Thread<To, From> {
    const { file, heapMaxMb } = this.#spec
    const incarnation = new WorkerIncarnation<To | ToAnyWorker, From | FromAnyWorker>(
      { file, heapMaxMb, board: this.#board },
      this.#shapes,
    )
    incarnation.onMessage = message => this.#received(incarnation, message)
    void incarnation.ended.then(reason => this.#ended(incarnation, reason))
    return incarnation
  }

  #received(incarnation: Thread<To, From>, message: From | FromAnyWorker): void {
    if (message.t === 'standby') {
      incarnation.standby = true
      if (incarnation === this.#active) this.#handOver()
      return
    }
    if (incarnation !== this.#active) return
    this.#answeredAt = monotonicNowUs()
    if (message.t === 'pong') return
    if (message.t === 'ready') this.#becameReady(incarnation)
    this.#owner.message(message as From)
  }

  #activate(incarnation: Thread<To, From>): void {
    this.#active = incarnation
    this.#answeredAt = monotonicNowUs()
    if (incarnation.standby) this.#handOver()
  }

  #handOver(): void {
    this.#answeredAt = monotonicNowUs()
    this.#owner.activated(this.#deathsBeforeReady >= DEATHS_BEFORE_CLEAN_START)
  }

  #becameReady(incarnation: Thread<To, From>): void {
    incarnation.ready = true
    this.#deathsBeforeReady = 0
    if (this.#spec.warmSpare && this.#spare === undefined && !this.#stopped) this.#spare = this.#create()
  }

  #ended(incarnation: Thread<To, From>, reason: string): void {
    if (this.#stopped) return
    if (incarnation === this.#spare) {
      this.#spare = undefined
      this.#log.warn('worker-spare-died', { worker: this.#spec.id, reason })
      return
    }
    if (incarnation !== this.#active) return
    if (!incarnation.ready) this.#deathsBeforeReady++
    this.#active = undefined
    this.#owner.down(reason)
    this.#replace(reason)
  }

  #replace(reason: string): void {
    const verdict = admitRestart(this.#record, monotonicNowUs(), this.#spec.restart)
    this.#record = verdict.record
    if (verdict.action === 'escalate') {
      this.#log.error('worker-gave-up', { worker: this.#spec.id, reason })
      this.#owner.escalated()
      return
    }
    this.#restarts++
    this.#log.warn('worker-restart', { worker: this.#spec.id, reason, delayMs: verdict.delayUs / US_PER_MS })
    if (verdict.delayUs === 0) this.#succeed()
    else this.#respawnTimer = setTimeout(() => this.#succeed(), verdict.delayUs / US_PER_MS)
  }

  #succeed(): void {
    const successor = this.#spare ?? this.#create()
    this.#spare = undefined
    this.#activate(successor)
  }

  #ping(): void {
    const active = this.#active
    if (active === undefined) return
    const silentUs = monotonicNowUs() - this.#answeredAt
    // A thread that still loads its code gets the time that a cold start takes on a busy machine.
    const patienceMs = active.standby ? this.#spec.pongWithinMs : LOAD_PATIENCE_MS
    if (silentUs > patienceMs * US_PER_MS) {
      active.kill(`no answer for ${Math.round(silentUs / US_PER_MS)} ms`)
      return
    }
    if (!active.standby) return
    try {
      active.post({ t: 'ping', n: ++this.#pings })
    } catch (thrown) {
      active.kill(messageOf(thrown))
    }
  }
}

const LOAD_PATIENCE_MS = 10_000
