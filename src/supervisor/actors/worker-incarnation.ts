// One life of a worker thread: a Piscina pool of exactly one thread that runs exactly one task. The promise of that task is
// the life of the actor, its AbortSignal the kill switch. A thread is never reused for a second life.

import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { type Board, wake } from '../../ipc/board.ts'
import { listen, post, type Shapes } from '../../ipc/channel.ts'
import { messageOf } from '../../lib/errors.ts'

/** What a worker's entry function is called with. */
interface WorkerTask {
  readonly port: MessagePort
  /** Memory shared with the supervisor, for workers that use a board. */
  readonly board: SharedArrayBuffer | null
}

interface IncarnationOptions {
  readonly file: URL
  /** The thread's own heap limit; beyond it the thread dies, not the process. */
  readonly heapMaxMb: number
  readonly board: Board | null
  /** Called after each message, see WorkerSpec. */
  readonly wake?: () => void
}

export class WorkerIncarnation<To extends { readonly t: string }, From extends { readonly t: string }> {
  /** Resolves, never rejects, with the reason when the thread has ended, for whatever reason. */
  readonly ended: Promise<string>
  standby = false
  ready = false
  onMessage: (message: From) => void = () => {}
  readonly #port: MessagePort
  readonly #board: Board | null
  readonly #wake: (() => void) | undefined
  readonly #abort = new AbortController()
  #killedFor: string | undefined
  #loaded = false

  constructor(options: IncarnationOptions, shapes: Shapes<From>) {
    const channel = new MessageChannel()
    this.#port = channel.port1
    this.#board = options.board
    this.#wake = options.wake
    listen(
      this.#port,
      shapes,
      message => this.#received(message),
      reason => this.kill(`malformed message: ${reason.message}`),
    )
    const pool = new Piscina({
      filename: fileURLToPath(options.file),
      // With minThreads 1 the pool would start another thread behind our back each time this one ends.
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMaxMb },
    })
    // A thread that dies after its task was settled is reported on the pool; without a listener it would end the process.
    pool.on('error', () => {})
    const task: WorkerTask = { port: channel.port2, board: options.board?.memory ?? null }
    this.ended = pool
      .run(task, { transferList: [channel.port2], signal: this.#abort.signal })
      .then(
        () => 'ended by itself',
        (thrown: unknown) => this.#killedFor ?? messageOf(thrown),
      )
      .then(reason => {
        this.#port.close()
        void pool.destroy().catch(() => {})
        return reason
      })
  }

  post(message: To): void {
    post(this.#port, message)
    if (this.#board !== null) wake(this.#board)
    this.#wake?.()
  }

  /**
   * Ends the thread, whatever it is doing. One that still loads its code is ended when it has: a native package that is
   * interrupted while it initialises takes the whole process with it (seen with koffi: napi_throw, SIGABRT).
   */
  kill(reason: string): void {
    this.#killedFor ??= reason
    if (this.#loaded) this.#abort.abort()
    else setTimeout(() => this.#abort.abort(), loadMsMax).unref()
  }

  #received(message: From): void {
    if (message.t === 'standby') {
      this.#loaded = true
      if (this.#killedFor !== undefined) this.#abort.abort()
    }
    if (this.#killedFor === undefined) this.onMessage(message)
  }
}

/** Longer than any thread takes to load its code. */
const loadMsMax = 10_000
