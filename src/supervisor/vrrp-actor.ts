// The supervisor's side of the vrrp worker: keeps what a successor needs (snapshots, topics, board), holds frames back while
// nobody is there to take them, runs the advert bridge, and steps down when nobody stands behind a role any more.
// What steps ask for is carried out by effect-runner.ts.

import type { SyncGroup, VrrpInstance } from '../config/model.ts'
import {
  type Board,
  consumed,
  createBoard,
  deadlineOf,
  publishBridged,
  publishDeadline,
  resetConsumed,
} from '../ipc/board.ts'
import type { FaultKind } from '../ipc/messages/common.ts'
import {
  type BridgeOrder,
  type FromVrrp,
  fromVrrpShapes,
  type InstanceChange,
  type Resume,
  type ToVrrp,
  type TransmitSocket,
} from '../ipc/messages/vrrp.ts'
import { BoundedQueue } from '../lib/bounded-queue.ts'
import { assert } from '../lib/errors.ts'
import type { LinkState } from '../lib/link.ts'
import type { Log } from '../lib/log.ts'
import { type Instant, monotonicNowUs, US_PER_MS } from '../lib/time.ts'
import type { Counters } from '../workers/vrrp/core/counters.ts'
import type { Effect, NotifyState } from '../workers/vrrp/core/effect.ts'
import type { ReceivedFrame, ScriptStatus } from '../workers/vrrp/core/event.ts'
// The one piece of the core that both sides need: how a packet is sealed.
import { countersAfterGap, seal } from '../workers/vrrp/core/seal.ts'
import type { State } from '../workers/vrrp/core/state.ts'
import type { GroupState } from '../workers/vrrp/core/sync-group.ts'
import { type BridgeEntry, nextDueUs, planBridge } from './advert-bridge.ts'
import { assignSlots } from './board-slots.ts'
import type { RestartPolicy } from './restart-policy.ts'
import { WorkerHost } from './worker-host.ts'

export interface VrrpActorPorts {
  readonly log: Log
  /** Applies the effects of one step, in order per instance. */
  apply(instance: VrrpInstance, effects: readonly Effect[]): void
  /** Tells of a sync group. */
  notifyGroup(group: string, state: NotifyState): void
  /** Sends a ready packet at once from the main thread. Must not throw. */
  transmit(order: BridgeOrder, packet: Uint8Array): void
  sockets(): readonly TransmitSocket[]
  /** An instance's state changed in a way that a successor of this process has to know; null: it is gone. */
  remembered(instance: string, state: State | null): void
  /** The worker cannot be kept alive; every role has been given up. */
  gaveUp(): void
}

export interface VrrpActorOptions {
  readonly restart: RestartPolicy
  readonly rtPriority: number
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

/** Frames that wait while no worker is there; more than a second of a busy segment, newest kept. */
const MAILBOX_MAX = 1_024
/** Frames posted and not yet taken by the worker, before further ones are dropped. */
const IN_FLIGHT_MAX = 4_096
const PING_EVERY_MS = 100
/** Together with a cold start this stays below the shortest lease of one second. */
const PONG_WITHIN_MS = 400
const HEAP_MAX_MB = 128
const STOP_WITHIN_MS = 2_000
const ANSWER_WITHIN_MS = 1_000

export class VrrpActor {
  readonly #ports: VrrpActorPorts
  readonly #options: VrrpActorOptions
  readonly #host: WorkerHost<ToVrrp, FromVrrp>
  readonly #board: Board = createBoard()
  readonly #snapshots = new Map<string, State>()
  readonly #bridge = new Map<string, BridgeOrder>()
  readonly #bridgeSentAt = new Map<string, Instant>()
  readonly #links = new Map<string, LinkState>()
  readonly #scripts = new Map<string, ScriptStatus>()
  readonly #mailbox = new BoundedQueue<ReceivedFrame>(MAILBOX_MAX)
  readonly #waiting = new Map<number, (counters: Readonly<Record<string, Counters>>) => void>()
  readonly #groupStates = new Map<string, GroupState>()
  #instances = new Map<string, VrrpInstance>()
  #groups: readonly SyncGroup[] = []
  #slots: Readonly<Record<string, number>> = {}
  #bridgeTimer: NodeJS.Timeout | undefined
  #posted = 0
  #framesDropped = 0
  #requests = 0
  #onStopped: (() => void) | undefined

  constructor(ports: VrrpActorPorts, options: VrrpActorOptions) {
    this.#ports = ports
    this.#options = options
    for (const [instance, state] of Object.entries(options.inherited)) this.#snapshots.set(instance, state)
    this.#host = new WorkerHost<ToVrrp, FromVrrp>(
      {
        id: 'vrrp',
        file: new URL('../workers/vrrp/worker.js', import.meta.url),
        heapMaxMb: HEAP_MAX_MB,
        warmSpare: options.warmSpare,
        pingEveryMs: PING_EVERY_MS,
        pongWithinMs: PONG_WITHIN_MS,
        restart: options.restart,
      },
      fromVrrpShapes,
      this.#board,
      {
        activated: clean => this.#activated(clean),
        message: message => this.#message(message),
        down: () => this.#look(),
        escalated: () => this.#escalated(),
      },
      ports.log,
    )
  }

  start(instances: readonly VrrpInstance[], groups: readonly SyncGroup[]): void {
    this.#configure(instances, groups)
    this.#host.start()
    this.#look()
  }

  /** A received frame; held back while no worker is there, dropped and counted when the worker cannot keep up. */
  frame(frame: ReceivedFrame): void {
    if (!this.#host.running) this.#mailbox.push(frame)
    else if (((this.#posted - consumed(this.#board)) | 0) > IN_FLIGHT_MAX) this.#framesDropped++
    else this.#post({ t: 'rx', frame })
  }

  link(link: LinkState): void {
    this.#links.set(link.name, link)
    this.#post({ t: 'link', link })
  }

  script(script: string, status: ScriptStatus): void {
    this.#scripts.set(script, status)
    this.#post({ t: 'script', script, status })
  }

  /** The transmit descriptors have changed. */
  sockets(): void {
    this.#post({ t: 'sockets', sockets: this.#ports.sockets() })
  }

  addressLost(instance: string, address: string): void {
    this.#post({ t: 'address-lost', instance, address })
  }

  reload(instances: readonly VrrpInstance[], groups: readonly SyncGroup[]): void {
    this.#configure(instances, groups)
    this.#post({ t: 'reload', instances, groups, slots: this.#slots })
  }

  fault(kind: FaultKind): void {
    this.#post({ t: 'fault', kind })
  }

  /** The counters of every instance as of now, or those last known if the worker does not answer. */
  counters(clear: boolean): Promise<Readonly<Record<string, Counters>>> {
    const n = ++this.#requests
    return new Promise(resolve => {
      const lastKnown = () =>
        Object.fromEntries([...this.#snapshots].map(([instance, state]) => [instance, state.counters]))
      const timer = setTimeout(() => answer(lastKnown()), ANSWER_WITHIN_MS)
      const answer = (counters: Readonly<Record<string, Counters>>) => {
        clearTimeout(timer)
        this.#waiting.delete(n)
        resolve(counters)
      }
      this.#waiting.set(n, answer)
      if (!this.#post({ t: 'counters', n, clear })) answer(lastKnown())
    })
  }

  /** Every role is resigned by the worker, or in its stead if it does not answer in time. */
  async stop(): Promise<void> {
    clearTimeout(this.#bridgeTimer)
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, STOP_WITHIN_MS)
      this.#onStopped = () => {
        clearTimeout(timer)
        resolve()
      }
      if (!this.#post({ t: 'stop' })) this.#onStopped()
    })
    this.#host.stop()
    for (const instance of [...this.#bridge.keys()]) this.#stepDown(instance, 'stopped without the worker')
  }

  views(): InstanceView[] {
    return [...this.#instances.values()].map(params => ({ params, state: this.#snapshots.get(params.name) }))
  }

  get framesDropped(): number {
    return this.#framesDropped + this.#mailbox.dropped
  }

  get restarts(): number {
    return this.#host.restarts
  }

  #configure(instances: readonly VrrpInstance[], groups: readonly SyncGroup[]): void {
    this.#groups = groups
    // Removed instances stay known until their last step has been applied.
    this.#instances = new Map([...this.#instances, ...instances.map(params => [params.name, params] as const)])
    this.#slots = assignSlots(this.#slots, instances.map(params => params.name))
  }

  #post(message: ToVrrp): boolean {
    const posted = this.#host.post(message)
    if (posted) this.#posted++
    return posted
  }

  #activated(clean: boolean): void {
    resetConsumed(this.#board)
    this.#posted = 0
    if (clean) this.#forgetRoles()
    this.#dropRemoved()
    const current = [...this.#instances.values()].filter(params => params.name in this.#slots)
    this.#post({
      t: 'start',
      instances: current,
      groups: this.#groups,
      groupStates: Object.fromEntries(this.#groupStates),
      resume: this.#resume(current),
      links: [...this.#links.values()],
      scripts: Object.fromEntries(this.#scripts),
      slots: this.#slots,
      sockets: this.#ports.sockets(),
      rtPriority: this.#options.rtPriority,
      delayUntil: this.#options.delayUntil,
    })
    for (const frame of this.#mailbox.drain()) this.#post({ t: 'rx', frame })
  }

  /** Instances that a reload removed while no worker was there to say goodbye for them. */
  #dropRemoved(): void {
    for (const name of this.#instances.keys()) {
      if (name in this.#slots) continue
      if (this.#bridge.has(name)) this.#stepDown(name, 'removed from the configuration')
      this.#snapshots.delete(name)
      this.#instances.delete(name)
    }
  }

  #resume(instances: readonly VrrpInstance[]): Record<string, Resume> {
    const resume: Record<string, Resume> = {}
    for (const { name } of instances) {
      const state = this.#snapshots.get(name)
      if (state === undefined) continue
      const entry = this.#bridgeEntry(name)
      // A BACKUP gets no deadline: adverts that the dead worker had not yet looked at are lost, so it waits a full period.
      resume[name] = entry === undefined ? { state } : { state, deadlineUs: nextDueUs(entry) }
    }
    return resume
  }

  /** Predecessors died before they were ready, so what they were given may be the cause: start without it. */
  #forgetRoles(): void {
    for (const instance of [...this.#bridge.keys()]) this.#stepDown(instance, 'the worker died twice at its start')
    this.#snapshots.clear()
    this.#groupStates.clear()
    this.#mailbox.drain()
  }

  #message(message: FromVrrp): void {
    switch (message.t) {
      case 'step':
        this.#step(message)
        return
      case 'counters':
        this.#waiting.get(message.n)?.(message.counters)
        return
      case 'stopped':
        this.#bridge.clear()
        this.#onStopped?.()
        return
      case 'ready':
      case 'standby':
      case 'pong':
    }
  }

  /** Snapshots first, then effects: should this process die in between, its successor makes true what the states say. */
  #step({ changes, group }: Extract<FromVrrp, { t: 'step' }>): void {
    const known = changes.map(change => ({ change, params: this.#instances.get(change.instance) }))
    const bridgedBefore = this.#bridge.size
    for (const { change, params } of known) {
      assert(params !== undefined, `a step of the unknown instance ${change.instance}`)
      this.#remember(change)
    }
    if (group !== null) this.#groupStates.set(group.name, group.state)
    for (const { change, params } of known) if (change.effects.length > 0) this.#ports.apply(params!, change.effects)
    if (group !== null && group.notify !== null) this.#ports.notifyGroup(group.name, group.notify)
    if (this.#bridge.size > bridgedBefore) this.#look()
  }

  #remember({ instance, snapshot, effects, bridge }: InstanceChange): void {
    if (effects.length > 0 || snapshot?.name !== this.#snapshots.get(instance)?.name) {
      this.#ports.remembered(instance, snapshot)
    }
    if (snapshot === null) this.#snapshots.delete(instance)
    else this.#snapshots.set(instance, snapshot)
    if (bridge === null) this.#bridge.delete(instance)
    else this.#bridge.set(instance, bridge)
    this.#bridgeSentAt.delete(instance)
    if (snapshot === null && !(instance in this.#slots)) this.#instances.delete(instance)
  }

  /** One look of the advert bridge; arms the timer for the next. */
  #look(): void {
    clearTimeout(this.#bridgeTimer)
    const now = monotonicNowUs()
    // An instance without a place was removed by a reload; it is nobody's any more and ends when the worker is next heard of.
    const entries = [...this.#bridge.keys()].flatMap(instance => this.#bridgeEntry(instance) ?? [])
    const plan = planBridge(entries, this.#host.running, this.#host.answeredAt, now)
    for (const instance of plan.send) this.#bridgeOnce(instance, now)
    for (const instance of plan.expired) this.#stepDown(instance, 'its lease is over')
    if (plan.nextLookUs === undefined) return
    this.#bridgeTimer = setTimeout(() => this.#look(), Math.max(0, plan.nextLookUs - now) / US_PER_MS)
  }

  #bridgeOnce(instance: string, now: Instant): void {
    const order = this.#bridge.get(instance)!
    this.#bridgeSentAt.set(instance, now)
    publishBridged(this.#board, this.#slots[instance]!, now)
    this.#ports.transmit(order, sealInStead(order, order.template.advert.priority, now))
  }

  #bridgeEntry(instance: string): BridgeEntry | undefined {
    const order = this.#bridge.get(instance)
    const slot = this.#slots[instance]
    if (order === undefined || slot === undefined) return undefined
    return {
      instance,
      intervalUs: order.intervalUs,
      masterDownUs: order.masterDownUs,
      publishedUs: deadlineOf(this.#board, slot),
      sentAtUs: this.#bridgeSentAt.get(instance),
    }
  }

  /** Nobody stands behind this MASTER: priority 0, addresses away, and the operator hears of it. */
  #stepDown(instance: string, reason: string): void {
    const order = this.#bridge.get(instance)
    const params = this.#instances.get(instance)
    assert(order !== undefined && params !== undefined, `${instance} is bridged`)
    this.#ports.transmit(order, sealInStead(order, 0, monotonicNowUs()))
    this.#bridge.delete(instance)
    this.#snapshots.delete(instance)
    const slot = this.#slots[instance]
    if (slot !== undefined) publishDeadline(this.#board, slot, undefined)
    this.#ports.apply(params, [
      { type: 'log', level: 'error', event: 'stepped-down', fields: { reason } },
      { type: 'ensure-addresses', present: false },
      { type: 'notify', state: 'BACKUP', priority: params.priority },
    ])
  }

  #escalated(): void {
    for (const instance of [...this.#bridge.keys()]) this.#stepDown(instance, 'the worker could not be kept alive')
    this.#ports.gaveUp()
  }
}

/** An advert of this order with this priority, under a sequence number that the worker cannot have used. */
function sealInStead({ template, counters, sealedAt, intervalUs }: BridgeOrder, priority: number, now: Instant): Uint8Array {
  const advert = { ...template.advert, priority }
  return seal({ ...template, advert }, countersAfterGap(counters, now - sealedAt, intervalUs))
}
