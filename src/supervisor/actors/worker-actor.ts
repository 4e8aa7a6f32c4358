// The common part of all actors except that of the vrrp worker, whose roles need more (vrrp/worker/policy.ts): one host
// with its restart policy, the start message again for each successor, answers only to the thread that asked. The owner
// says what a worker is told and handles its messages.

import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import type { Board } from '../../ipc/board.ts'
import type { Shapes } from '../../ipc/channel.ts'
import type { FaultKind, FromAnyWorker, ToAnyWorker } from '../../ipc/messages/common.ts'
import type { Log } from '../../lib/log.ts'
import { checkerRestart, type RestartPolicy } from './restart-policy.ts'
import { WorkerHost } from './worker-host.ts'

type Message = { readonly t: string }

interface WorkerActorSpec<From extends Message> {
  /** As log and `keepalived-ts fault` call it. */
  readonly id: string
  readonly file: URL
  readonly shapes: Shapes<From | FromAnyWorker>
  /** Memory shared with the threads; default none. */
  readonly board?: Board
  /** Called after each message to the thread, for one that sleeps elsewhere than in its event loop or on the board. */
  readonly wake?: () => void
  /** Default: that of the checkers. */
  readonly restart?: RestartPolicy
  /** Default: no spare, a ping each second, five seconds for the pong. */
  readonly warmSpare?: boolean
  readonly pingEveryMs?: number
  readonly pongWithinMs?: number
}

interface WorkerActorOwner<From extends Message> {
  /** A thread waits for its start message. `clean`: its predecessors died of what they resumed. */
  activated(clean: boolean): void
  message(message: Exclude<From, FromAnyWorker>): void
  /** The worker cannot be kept alive. */
  gaveUp(): void
}

/** The thread that asked for something. Once it is gone, `post` does nothing: its successor has not asked. */
export interface Asker<To> {
  readonly isHere: boolean
  post(message: To): void
}

const pingEveryMsDefault = 1_000
const pongWithinMsDefault = 5_000
const heapMaxMbDefault = 256

export class WorkerActor<To extends Message, From extends Message> {
  readonly #owner: WorkerActorOwner<From>
  readonly #host: WorkerHost<To, From>
  /** Another number for each thread, and for the time between two. */
  #generation = 0

  constructor(spec: WorkerActorSpec<From>, owner: WorkerActorOwner<From>, log: Log) {
    this.#owner = owner
    this.#host = new WorkerHost<To, From>(
      {
        id: spec.id,
        file: spec.file,
        heapMaxMb: heapMaxMbDefault,
        warmSpare: spec.warmSpare ?? false,
        pingEveryMs: spec.pingEveryMs ?? pingEveryMsDefault,
        pongWithinMs: spec.pongWithinMs ?? pongWithinMsDefault,
        restart: spec.restart ?? checkerRestart,
        ...(spec.wake === undefined ? {} : { wake: spec.wake }),
      },
      spec.shapes,
      spec.board ?? null,
      {
        activated: clean => {
          this.#generation++
          owner.activated(clean)
        },
        message: message => this.#message(message),
        down: () => {
          this.#generation++
        },
        escalated: () => owner.gaveUp(),
      },
      log,
    )
  }

  start(): void {
    this.#host.start()
  }

  /** False if no thread is there at present: then `activated` must tell the next one. */
  post(message: To | ToAnyWorker): boolean {
    return this.#host.post(message)
  }

  /** Whom to answer, whenever the answer is ready. */
  asker(): Asker<To> {
    const generation = this.#generation
    const isHere = () => generation === this.#generation
    return {
      get isHere() {
        return isHere()
      },
      post: message => {
        if (isHere()) this.#host.post(message)
      },
    }
  }

  fault(kind: FaultKind): void {
    this.#host.post({ t: 'fault', kind })
  }

  /** How the kernel is to treat the worker's thread from now on. */
  setConduct(conduct: ThreadConduct): void {
    this.#host.setConduct(conduct)
  }

  /** The kernel's number of the worker's thread. */
  get thread(): number | undefined {
    return this.#host.thread
  }

  get restarts(): number {
    return this.#host.restarts
  }

  /** Resolves when the thread is gone. */
  stop(): Promise<void> {
    return this.#host.stop()
  }

  #message(message: From): void {
    switch (message.t) {
      case 'standby':
      case 'ready':
      case 'pong':
        return
      default:
        this.#owner.message(message as Exclude<From, FromAnyWorker>)
    }
  }
}
