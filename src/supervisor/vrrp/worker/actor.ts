// The vrrp worker as the rest of the daemon sees it. The worker is a thread that decides for all VRRP instances, and it may
// crash, hang or be killed at any moment without a peer noticing. This file is the part that touches the world. policy.ts
// decides, and is pure: #dispatch() gives it each event with the state, and carries out the effects that come back, in order.
//
// What the daemon keeps, so that the death of the thread loses nothing:
// - of each instance the last snapshot and the last advert, ready to be sent again. The worker posts a step (snapshot and
//   effects) as one message, so there is never an effect without the state that wanted it;
// - the board (src/ipc/board.ts), a page of shared memory on which the worker writes when each MASTER's next advert is due.
//   It can be read after the thread has died, so nothing has to be sent for a steady MASTER;
// - configuration, links, script results and other readings, which a successor is told again.
//
// The life of a thread is host-policy.ts: a spare that has loaded its code waits, and takes over within milliseconds. In
// between
// - frames that arrive wait in a bounded mailbox (newest kept);
// - the advert bridge (advert-bridge.ts, stand-in.ts) sends the last advert of each MASTER when it is due, for as long as
//   its lease lasts: a master-down time, at least a second, since the last sign of life of a worker;
// - a role whose lease is over, or that may have killed two threads, is resigned here with priority 0.
// A hung thread looks the same as a busy one, so the bridge first gives a living thread two fifths of an interval of grace.
//
// Two timers (the bridge's next look, and the time that a stop may take), the host of the threads and the board belong to this
// file. Steps are carried out by effect-runner.ts; a successor of this *process* gets the roles from the watchdog
// (docs/adr/0004-estate.md). Why the worker is built like this: docs/adr/0005-wire-and-threads.md and 0006-patience.md.

import type { ThreadConduct } from '../../../config/blocks/global/model.ts'
import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import {
  type Board,
  consumed,
  createBoard,
  deadlineOf,
  publishBridged,
  publishDeadline,
  resetConsumed,
} from '../../../ipc/board.ts'
import type { FaultKind } from '../../../ipc/messages/common.ts'
import { type BridgeOrder, type FromVrrp, fromVrrpShapes, type ToVrrp } from '../../../ipc/messages/vrrp.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../../lib/time.ts'
import { readingKey, type TrackedKind } from '../../../lib/tracked-reading.ts'
import type { Counters } from '../../../workers/vrrp/core/counters.ts'
import type { Effect, NotifyState } from '../../../workers/vrrp/core/effect.ts'
import type { ReceivedFrame, ScriptStatus } from '../../../workers/vrrp/core/event.ts'
import type { SealedAdvert } from '../../../workers/vrrp/core/seal.ts'
import type { State } from '../../../workers/vrrp/core/state.ts'
import type { RestartPolicy } from '../../actors/restart-policy.ts'
import { WorkerHost } from '../../actors/worker-host.ts'
import { pingEveryMs, pongWithinMs, stopWithinMs } from './patience.ts'
import { actorDeadline, decide } from './policy.ts'
import {
  type ActorEffect,
  type ActorEvent,
  type LentSockets,
  newActor,
  type Outside,
  type RememberedRole,
} from './state.ts'

interface VrrpActorPorts {
  readonly log: Log
  /** Applies the effects of one step, in order per instance. */
  apply(instance: VrrpInstance, effects: readonly Effect[]): void
  /** Tells of a sync group. */
  notifyGroup(group: string, state: NotifyState): void
  /** Sends a ready packet at once from the main thread. Must not throw. */
  transmit(order: BridgeOrder, advert: SealedAdvert): void
  sockets(): LentSockets
  /** A successor of this process has to know this: see `remember` in state.ts. */
  remembered(role: RememberedRole): void
  /** The worker goes by the newest configuration; those that it removed have said goodbye. */
  upToDate(): void
  /** The worker cannot be kept alive; every role has been given up. */
  gaveUp(): void
}

interface VrrpActorOptions {
  readonly restart: RestartPolicy
  readonly delayUntil: Instant | null
  readonly warmSpare: boolean
  /** States that a dead predecessor of this process left, still fresh enough to go on with; empty: start clean. */
  readonly inherited: Readonly<Record<string, State>>
}

/** What is known of one instance, for dumps and status. */
export interface InstanceView {
  readonly params: VrrpInstance
  readonly state: State | undefined
}

const heapMaxMb = 128
const answerWithinMs = 1_000

export class VrrpActor {
  readonly #ports: VrrpActorPorts
  readonly #options: VrrpActorOptions
  readonly #host: WorkerHost<ToVrrp, FromVrrp>
  readonly #board: Board = createBoard()
  readonly #outside: Outside
  readonly #waiting = new Map<number, (counters: Readonly<Record<string, Counters>>) => void>()
  #state = newActor
  #timer: NodeJS.Timeout | undefined
  #requests = 0
  #abandoned = false
  #onStopped: (() => void) | undefined

  constructor(ports: VrrpActorPorts, options: VrrpActorOptions) {
    this.#ports = ports
    this.#options = options
    const host = new WorkerHost<ToVrrp, FromVrrp>(
      {
        id: 'vrrp',
        file: new URL('../../../workers/vrrp/worker.js', import.meta.url),
        heapMaxMb,
        warmSpare: options.warmSpare,
        pingEveryMs,
        pongWithinMs: pongWithinMs([]),
        restart: options.restart,
      },
      fromVrrpShapes,
      this.#board,
      {
        activated: clean => this.#dispatch({ type: 'activated', clean }),
        message: message => this.#dispatch({ type: 'message', message }),
        down: () => this.#dispatch({ type: 'down' }),
        escalated: () => this.#dispatch({ type: 'escalated' }),
      },
      ports.log,
    )
    this.#host = host
    this.#outside = {
      get running() {
        return host.running
      },
      get lifeAt() {
        return host.lifeAt
      },
      consumed: () => consumed(this.#board),
      deadlineOf: slot => deadlineOf(this.#board, slot),
      sockets: () => ports.sockets(),
    }
  }

  start(instances: readonly VrrpInstance[], groups: readonly SyncGroup[]): void {
    this.#host.setPongWithin(pongWithinMs(instances))
    this.#dispatch({ type: 'start', instances, groups, inherited: this.#options.inherited })
    this.#host.start()
  }

  /** A received frame; held back while no worker is there, dropped and counted when the worker cannot keep up. */
  frame(frame: ReceivedFrame): void {
    this.#dispatch({ type: 'frame', frame })
  }

  link(link: LinkState): void {
    this.#dispatch({ type: 'link', link })
  }

  script(script: string, status: ScriptStatus): void {
    this.#dispatch({ type: 'script', script, status })
  }

  /** A tracked file, BFD session or process has this reading now; see tracked-reading.ts for what it means. */
  reading(kind: TrackedKind, name: string, value: number): void {
    this.#dispatch({ type: 'reading', object: readingKey(kind, name), value })
  }

  /** The transmit descriptors have changed. */
  sockets(): void {
    this.#dispatch({ type: 'sockets' })
  }

  addressLost(router: string, address: string): void {
    this.#dispatch({ type: 'post', message: { t: 'address-lost', router, address } })
  }

  reload(instances: readonly VrrpInstance[], groups: readonly SyncGroup[]): void {
    this.#host.setPongWithin(pongWithinMs(instances))
    this.#dispatch({ type: 'reload', instances, groups })
  }

  fault(kind: FaultKind): void {
    this.#dispatch({ type: 'post', message: { t: 'fault', kind } })
  }

  /** The counters of every instance as of now, or those last known if the worker does not answer. */
  counters(clear: boolean): Promise<Readonly<Record<string, Counters>>> {
    const n = ++this.#requests
    return new Promise(resolve => {
      const timer = setTimeout(() => answer(this.#lastCounters()), answerWithinMs)
      const answer = (counters: Readonly<Record<string, Counters>>) => {
        clearTimeout(timer)
        this.#waiting.delete(n)
        resolve(counters)
      }
      this.#waiting.set(n, answer)
      if (!this.#host.running) answer(this.#lastCounters())
      else this.#dispatch({ type: 'post', message: { t: 'counters', n, clear } })
    })
  }

  /** Every role is resigned by the worker, or in its stead if it does not answer in time. */
  async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => this.#dispatch({ type: 'stop-overdue' }), stopWithinMs)
      this.#onStopped = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#dispatch({ type: 'stop' })
    })
    await this.#host.stop()
  }

  /** --dont-release-vrrp: the thread ends, nobody resigns, and every address stays where it is. */
  async abandon(): Promise<void> {
    this.#abandoned = true
    clearTimeout(this.#timer)
    await this.#host.stop()
  }

  views(): InstanceView[] {
    return this.#state.known.map(({ params, snapshot }) => ({ params, state: snapshot ?? undefined }))
  }

  get framesDropped(): number {
    return this.#state.framesDropped
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

  #dispatch(event: ActorEvent): void {
    if (this.#abandoned) return
    const step = decide(this.#options, this.#state, event, this.#outside, monotonicNowUs())
    const lookAt = actorDeadline(this.#state)
    this.#state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    if (lookAt !== actorDeadline(this.#state)) this.#setTimer()
  }

  #carryOut(effect: ActorEffect): void {
    switch (effect.type) {
      case 'post':
        this.#host.post(effect.message)
        return
      case 'reset-consumed':
        resetConsumed(this.#board)
        return
      case 'publish-deadline':
        publishDeadline(this.#board, effect.slot, effect.at ?? undefined)
        return
      case 'publish-bridged':
        publishBridged(this.#board, effect.slot, effect.at)
        return
      case 'transmit':
        this.#ports.transmit(effect.order, effect.advert)
        return
      case 'apply':
        this.#ports.apply(effect.instance, effect.effects)
        return
      case 'notify-group':
        this.#ports.notifyGroup(effect.group, effect.state)
        return
      case 'remember':
        this.#ports.remembered(effect)
        return
      case 'return-fence':
        // In the check phase every socket that was readable has been read.
        setImmediate(() => this.#dispatch({ type: 'post', message: { t: 'fence', n: effect.n } }))
        return
      case 'counters':
        this.#waiting.get(effect.n)?.(effect.counters)
        return
      case 'up-to-date':
        this.#ports.upToDate()
        return
      case 'stopped':
        this.#onStopped?.()
        return
      case 'gave-up':
        this.#ports.gaveUp()
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const at = actorDeadline(this.#state)
    if (at === undefined) return
    // Node fires timers early by a fraction of a millisecond: then it is set again.
    this.#timer = setTimeout(
      () => {
        this.#dispatch({ type: 'timer' })
        this.#setTimer()
      },
      Math.max(0, at - monotonicNowUs()) / usPerMs,
    )
  }

  #lastCounters(): Readonly<Record<string, Counters>> {
    const known = this.#state.known.flatMap(({ params, snapshot }) =>
      snapshot === null ? [] : [[params.name, snapshot.counters] as const],
    )
    return Object.fromEntries(known)
  }
}
