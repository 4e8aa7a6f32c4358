// The state of the supervisor's side of the vrrp worker, with its events and effects: the vocabulary of policy.ts.
// Plain readonly data; there may be thousands of instances, so they are an array that is copied in one go.

import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { BridgeOrder, BrokenSockets, FromVrrp, ToVrrp, TransmitSocket } from '../../../ipc/messages/vrrp.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Readings } from '../../../lib/tracked-reading.ts'
import type { Counters } from '../../../workers/vrrp/core/counters.ts'
import type { Effect, NotifyState } from '../../../workers/vrrp/core/effect.ts'
import type { ReceivedFrame, ScriptStatus } from '../../../workers/vrrp/core/event.ts'
import type { SealedAdvert } from '../../../workers/vrrp/core/seal.ts'
import type { State } from '../../../workers/vrrp/core/state.ts'
import type { GroupState } from '../../../workers/vrrp/core/sync-group.ts'

/** What a worker may send on, and by what it cannot hear at present. */
export interface LentSockets {
  readonly sockets: readonly TransmitSocket[]
  readonly broken: BrokenSockets
}

export interface Known {
  readonly params: VrrpInstance
  /** Parameters that the worker may still go by, because a reload is on its way to it; null: `params`. */
  readonly previous: VrrpInstance | null
  /** What the worker said last; null: nothing, or the role was given up. */
  readonly snapshot: State | null
  /** What the bridge repeats; null unless MASTER. */
  readonly order: BridgeOrder | null
  /** What was remembered of it last, see the effect `remember`. */
  readonly survivalUs: number | null
  /** When the bridge sent last since the worker's last word; null: not. */
  readonly bridgedAt: Instant | null
  /** When a reload took it out of the configuration; null: it is in. */
  readonly removedAt: Instant | null
}

export interface ActorState {
  /** Also instances that a reload removed, until their last step has been applied; those have no slot. */
  readonly known: readonly Known[]
  /** Where an instance stands in `known`, by router. */
  readonly positions: ReadonlyMap<string, number>
  readonly groups: readonly SyncGroup[]
  readonly groupStates: Readonly<Record<string, GroupState>>
  readonly slots: Readonly<Record<string, number>>
  readonly links: ReadonlyMap<string, LinkState>
  readonly scripts: Readonly<Record<string, ScriptStatus>>
  readonly readings: Readings
  /** Frames that wait while no worker is there, newest kept. */
  readonly mailbox: readonly ReceivedFrame[]
  /** Messages posted to the present worker since its start message. */
  readonly posted: number
  readonly framesDropped: number
  /** Configurations on their way to the worker. */
  readonly reloadsPending: number
  /** When the bridge wants to look next. */
  readonly lookAt: Instant | null
  readonly stopping: boolean
}

/** What can be seen outside at the moment of an event. */
export interface Outside {
  /** A worker is there that was given its start message, or is about to. */
  readonly running: boolean
  /** The last sign of life of a worker. */
  readonly lifeAt: Instant
  /** Messages that the present worker has taken. */
  consumed(): number
  /** The deadline on the board. */
  deadlineOf(slot: number): Instant | undefined
  sockets(): LentSockets
}

export type ActorEvent =
  /** `inherited`: states that a dead predecessor of this process left, still fresh enough to go on with. */
  | {
      readonly type: 'start'
      readonly instances: readonly VrrpInstance[]
      readonly groups: readonly SyncGroup[]
      readonly inherited: Readonly<Record<string, State>>
    }
  | { readonly type: 'reload'; readonly instances: readonly VrrpInstance[]; readonly groups: readonly SyncGroup[] }
  | { readonly type: 'frame'; readonly frame: ReceivedFrame }
  | { readonly type: 'link'; readonly link: LinkState }
  | { readonly type: 'script'; readonly script: string; readonly status: ScriptStatus }
  | { readonly type: 'reading'; readonly object: string; readonly value: number }
  /** The transmit descriptors have changed. */
  | { readonly type: 'sockets' }
  /** A message for a worker that is there; without one it is dropped. */
  | { readonly type: 'post'; readonly message: ToVrrp }
  /** A worker waits for its start message. `clean`: predecessors died before `ready`. */
  | { readonly type: 'activated'; readonly clean: boolean }
  | { readonly type: 'message'; readonly message: FromVrrp }
  | { readonly type: 'down' }
  | { readonly type: 'escalated' }
  /** lookAt has come. */
  | { readonly type: 'timer' }
  | { readonly type: 'stop' }
  /** The worker had its time to stop. */
  | { readonly type: 'stop-overdue' }

export type ActorEffect =
  | { readonly type: 'post'; readonly message: ToVrrp }
  | { readonly type: 'reset-consumed' }
  /** On the board: the next deadline of an instance; null takes it off. */
  | { readonly type: 'publish-deadline'; readonly slot: number; readonly at: Instant | null }
  | { readonly type: 'publish-bridged'; readonly slot: number; readonly at: Instant }
  | { readonly type: 'transmit'; readonly order: BridgeOrder; readonly advert: SealedAdvert }
  | { readonly type: 'apply'; readonly instance: VrrpInstance; readonly effects: readonly Effect[] }
  | { readonly type: 'notify-group'; readonly group: string; readonly state: NotifyState }
  /** A successor of this process has to know this state; null: there is none any more. `survivalUs`: how long the peers of a
   * MASTER wait at least after our death, by the interval that they have heard; null unless it is MASTER. */
  | {
      readonly type: 'remember'
      /** By which the successor knows it. */
      readonly router: string
      readonly instance: string
      readonly state: State | null
      readonly survivalUs: number | null
    }
  /** Post the fence back as soon as all frames that have arrived by now have been passed on. */
  | { readonly type: 'return-fence'; readonly n: number }
  | { readonly type: 'counters'; readonly n: number; readonly counters: Readonly<Record<string, Counters>> }
  /** The worker goes by the newest configuration, and instances that it removed have said goodbye. */
  | { readonly type: 'up-to-date' }
  /** Every role has been given up. */
  | { readonly type: 'stopped' }
  /** The worker cannot be kept alive; every role has been given up. */
  | { readonly type: 'gave-up' }

/** A state that a successor of this process has to know. */
export type RememberedRole = Omit<Extract<ActorEffect, { readonly type: 'remember' }>, 'type'>

export interface ActorStep {
  readonly state: ActorState
  readonly effects: readonly ActorEffect[]
}

export interface ActorOptions {
  readonly delayUntil: Instant | null
}

/** Before the start. */
export const newActor: ActorState = {
  known: [],
  positions: new Map(),
  groups: [],
  groupStates: {},
  slots: {},
  links: new Map(),
  scripts: {},
  readings: {},
  mailbox: [],
  posted: 0,
  framesDropped: 0,
  reloadsPending: 0,
  lookAt: null,
  stopping: false,
}

/** An instance of which only the configuration is known. */
export function freshKnown(params: VrrpInstance): Known {
  return { params, previous: null, snapshot: null, order: null, survivalUs: null, bridgedAt: null, removedAt: null }
}

/** True if it is in the configuration; a removed instance stays known until its last step has come. */
export function isConfigured(state: ActorState, { params }: Known): boolean {
  return params.router in state.slots
}

/** The state with these instances instead. */
export function withKnown(state: ActorState, known: readonly Known[]): ActorState {
  return { ...state, known, positions: new Map(known.map(({ params }, position) => [params.router, position])) }
}
