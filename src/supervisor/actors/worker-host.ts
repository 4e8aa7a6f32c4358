// The threads of one actor: the shell around host-policy.ts, which says when one is created, pinged, killed and
// replaced. The owner says what a successor is told.
//
//   owner -- post(To) -------------> incarnation (active) --- message(From) ---> owner.message
//   host  -- ping, every pingEveryMs ->                   --- pong -----------> host
//                                    incarnation (spare)   --- standby --------> host, waits for its turn

import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import { aliveAt, type Board } from '../../ipc/board.ts'
import type { Shapes } from '../../ipc/channel.ts'
import type { FromAnyWorker, ToAnyWorker } from '../../ipc/messages/common.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../lib/time.ts'
import {
  type HostEffect,
  type HostEvent,
  type HostLimits,
  host,
  hostDeadline,
  isRunning,
  newHost,
} from './host-policy.ts'
import type { RestartPolicy } from './restart-policy.ts'
import { conductThread } from './thread-conduct.ts'
import { WorkerIncarnation } from './worker-incarnation.ts'

interface WorkerSpec {
  readonly id: string
  readonly file: URL
  readonly heapMaxMb: number
  readonly warmSpare: boolean
  readonly pingEveryMs: number
  /** A thread that has not answered for so long is killed. */
  readonly pongWithinMs: number
  readonly restart: RestartPolicy
  /** Called after each message to a thread that sleeps elsewhere than in its event loop or on the board. */
  readonly wake?: () => void
}

/** Nothing is asked of the kernel. */
const plain: ThreadConduct = { cpus: [], noSwap: false }

interface WorkerOwner<From> {
  /** A thread is there and waits for its start message. `clean`: predecessors died before `ready`, so resume nothing. */
  activated(clean: boolean): void
  message(message: From): void
  /** The active thread has ended; a successor follows, unless `escalated` is called too. */
  down(reason: string): void
  /** Too many restarts: the fault is above us. */
  escalated(): void
}

export class WorkerHost<To extends { readonly t: string }, From extends { readonly t: string }> {
  readonly #spec: WorkerSpec
  #limits: HostLimits
  readonly #shapes: Shapes<From | FromAnyWorker>
  readonly #board: Board | null
  readonly #owner: WorkerOwner<From>
  readonly #log: Log
  readonly #threads = new Map<number, WorkerIncarnation<To | ToAnyWorker, From | FromAnyWorker>>()
  /** The kernel's numbers of the threads that have said theirs. */
  readonly #threadIds = new Map<number, number>()
  #conduct: ThreadConduct = plain
  #state = newHost(monotonicNowUs())
  #pingTimer: NodeJS.Timeout | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    spec: WorkerSpec,
    shapes: Shapes<From | FromAnyWorker>,
    board: Board | null,
    owner: WorkerOwner<From>,
    log: Log,
  ) {
    this.#spec = spec
    this.#limits = {
      warmSpare: spec.warmSpare,
      pingEveryUs: spec.pingEveryMs * usPerMs,
      pongWithinUs: spec.pongWithinMs * usPerMs,
      restart: spec.restart,
    }
    this.#shapes = shapes
    this.#board = board
    this.#owner = owner
    this.#log = log
  }

  start(): void {
    this.#dispatch({ type: 'start' })
    this.#pingTimer = setInterval(() => this.#tick(), this.#spec.pingEveryMs)
  }

  /** How long the active thread may be silent from now on, in milliseconds. */
  setPongWithin(pongWithinMs: number): void {
    this.#limits = { ...this.#limits, pongWithinUs: pongWithinMs * usPerMs }
  }

  /** Is a thread there that was given its start message? */
  get running(): boolean {
    return isRunning(this.#state)
  }

  /** When an active thread last gave a sign of life. */
  get lifeAt(): Instant {
    return this.#state.lifeAt
  }

  /** The kernel's number of the active thread, once it has said it. */
  get thread(): number | undefined {
    const { active } = this.#state
    return active === null ? undefined : this.#threadIds.get(active.id)
  }

  get restarts(): number {
    return this.#state.restarts
  }

  /** Sends to the active thread; false if there is none at present. */
  post(message: To | ToAnyWorker): boolean {
    const { active } = this.#state
    if (active === null || !active.standby) return false
    this.#threads.get(active.id)?.post(message)
    return true
  }

  /** How the kernel is to treat the active thread and its successors from now on; a spare is left as it is. */
  setConduct(conduct: ThreadConduct): void {
    if (JSON.stringify(conduct) === JSON.stringify(this.#conduct)) return
    this.#conduct = conduct
    this.#conductActive()
  }

  /** Ends the threads and starts no other; resolves when they are gone, so that the process may end. */
  async stop(): Promise<void> {
    clearInterval(this.#pingTimer)
    this.#dispatch({ type: 'stop' })
    await Promise.all([...this.#threads.values()].map(thread => thread.ended))
  }

  #dispatch(event: HostEvent): void {
    const step = host(this.#state, event, monotonicNowUs(), this.#limits)
    this.#state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    this.#setTimer()
  }

  #carryOut(effect: HostEffect): void {
    const worker = this.#spec.id
    switch (effect.type) {
      case 'create':
        this.#create(effect.id)
        return
      case 'kill':
        this.#threads.get(effect.id)?.kill(effect.reason)
        return
      case 'ping':
        this.#ping(effect.id, effect.n)
        return
      case 'activated':
        this.#conductActive()
        this.#owner.activated(effect.clean)
        return
      case 'down':
        this.#owner.down(effect.reason)
        return
      case 'spare-died':
        this.#log.warn('worker-spare-died', { worker, reason: effect.reason })
        return
      case 'restart':
        this.#log.warn('worker-restart', { worker, reason: effect.reason, delayMs: effect.delayUs / usPerMs })
        return
      case 'back':
        this.#log.info('worker-back', { worker, backAfterMs: effect.afterUs / usPerMs, warm: effect.isWarm })
        return
      case 'escalated':
        this.#log.error('worker-gave-up', { worker, reason: effect.reason })
        this.#owner.escalated()
    }
  }

  /** A thread that marks the board is alive, even if this one was too busy to read its pongs. */
  #tick(): void {
    const { active, silentSince } = this.#state
    const isSeen = this.#board !== null && active !== null && aliveAt(this.#board) > silentSince
    if (isSeen) this.#dispatch({ type: 'heard', id: active.id, ready: false })
    this.#dispatch({ type: 'tick' })
  }

  #create(id: number): void {
    const { file, heapMaxMb, wake } = this.#spec
    const thread = new WorkerIncarnation<To | ToAnyWorker, From | FromAnyWorker>(
      { file, heapMaxMb, board: this.#board, ...(wake === undefined ? {} : { wake }) },
      this.#shapes,
    )
    this.#threads.set(id, thread)
    thread.onMessage = message => this.#received(id, message)
    void thread.ended.then(reason => {
      this.#threads.delete(id)
      this.#threadIds.delete(id)
      this.#dispatch({ type: 'ended', id, reason })
    })
  }

  #received(id: number, message: From | FromAnyWorker): void {
    if (message.t === 'standby') {
      this.#threadIds.set(id, (message as Extract<FromAnyWorker, { t: 'standby' }>).thread)
      this.#dispatch({ type: 'standby', id })
      return
    }
    this.#dispatch({ type: 'heard', id, ready: message.t === 'ready' })
    if (this.#state.active?.id === id && message.t !== 'pong') this.#owner.message(message as From)
  }

  #conductActive(): void {
    const { active } = this.#state
    const thread = active === null ? undefined : this.#threadIds.get(active.id)
    if (thread !== undefined) conductThread(this.#spec.id, thread, this.#conduct, this.#log)
  }

  #ping(id: number, n: number): void {
    const thread = this.#threads.get(id)
    try {
      thread?.post({ t: 'ping', n })
    } catch (thrown) {
      thread?.kill(messageOf(thrown))
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const at = hostDeadline(this.#state)
    if (at === undefined) return
    this.#timer = setTimeout(() => this.#dispatch({ type: 'timer' }), Math.max(0, at - monotonicNowUs()) / usPerMs)
  }
}
