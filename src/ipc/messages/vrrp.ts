// The channel between the supervisor and the vrrp worker.

import type { SyncGroup, VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { Family } from '../../lib/ip.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Instant } from '../../lib/time.ts'
import type { Readings } from '../../lib/tracked-reading.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { Effect, NotifyState } from '../../workers/vrrp/core/effect.ts'
import type { ReceivedFrame, ScriptStatus } from '../../workers/vrrp/core/event.ts'
import type { AdvertTemplate, SealCounters } from '../../workers/vrrp/core/seal.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import type { GroupState } from '../../workers/vrrp/core/sync-group.ts'
import type { Shapes } from '../channel.ts'
import { type FromAnyWorker, fromAnyWorkerShapes, type ToAnyWorker, toAnyWorkerShapes } from './common.ts'

/** A transmit descriptor that the main thread opened and owns; workers borrow it for sendto. */
export interface TransmitSocket {
  readonly interface: string
  readonly family: Family
  readonly fd: number
}

/** Why instances cannot hear, by listeningPlaceOf(); those whose socket is there are not in it. */
export type BrokenSockets = Readonly<Record<string, string>>

/** What an instance that is resumed after a crash is given. */
export interface Resume {
  readonly state: State
  /** When the next advert of a MASTER is due, whether worker or supervisor sent the last one. */
  readonly deadlineUs?: Instant
  /** The parameters that the state belongs to, if a reload came while no worker was there. */
  readonly previous?: VrrpInstance
}

/** supervisor -> vrrp worker */
export type ToVrrp =
  | {
      readonly t: 'start'
      readonly instances: readonly VrrpInstance[]
      readonly groups: readonly SyncGroup[]
      readonly groupStates: Readonly<Record<string, GroupState>>
      /** By router, like `slots`. */
      readonly resume: Readonly<Record<string, Resume>>
      readonly links: readonly LinkState[]
      readonly scripts: Readonly<Record<string, ScriptStatus>>
      readonly readings: Readings
      /** Each instance's place on the board. */
      readonly slots: Readonly<Record<string, number>>
      readonly sockets: readonly TransmitSocket[]
      readonly broken: BrokenSockets
      /** vrrp_startup_delay: nothing is heard or sent before; null: none. */
      readonly delayUntil: Instant | null
    }
  | { readonly t: 'rx'; readonly frame: ReceivedFrame }
  | { readonly t: 'link'; readonly link: LinkState }
  | { readonly t: 'script'; readonly script: string; readonly status: ScriptStatus }
  /** A tracked file, BFD session or process; `object` as readingKey() names it. */
  | { readonly t: 'reading'; readonly object: string; readonly value: number }
  | { readonly t: 'sockets'; readonly sockets: readonly TransmitSocket[]; readonly broken: BrokenSockets }
  /** Somebody else removed an address that this instance, being MASTER, wants present. It has been put back already. */
  | { readonly t: 'address-lost'; readonly router: string; readonly address: string }
  | {
      readonly t: 'reload'
      readonly instances: readonly VrrpInstance[]
      readonly groups: readonly SyncGroup[]
      readonly slots: Readonly<Record<string, number>>
    }
  /** Answer to `fence`: every frame that had arrived when the worker asked has been posted before this message. */
  | { readonly t: 'fence'; readonly n: number }
  /** Resign everything: priority 0 for each MASTER, addresses removed, STOP notified, then `stopped`. */
  | { readonly t: 'stop' }
  | { readonly t: 'counters'; readonly n: number; readonly clear: boolean }
  | ToAnyWorker

/** vrrp worker -> supervisor. A step is atomic: snapshot and effects travel together. */
export type FromVrrp =
  | { readonly t: 'step'; readonly changes: readonly InstanceChange[]; readonly group: GroupChange | null }
  | FromAnyWorker
  | { readonly t: 'counters'; readonly n: number; readonly counters: Readonly<Record<string, Counters>> }
  /** A master-down time has ended: is there an advert that has arrived and not been passed on? */
  | { readonly t: 'fence'; readonly n: number }
  /** A `reload` has been digested. */
  | { readonly t: 'reloaded' }
  | { readonly t: 'stopped' }

/** What a step means for one instance: of a sync group several change in one step. */
export interface InstanceChange {
  /** VrrpInstance.router, by which both sides know it; its name may be another one on the other side of a reload. */
  readonly router: string
  readonly instance: string
  /** null: the instance is gone, a reload removed it. */
  readonly snapshot: State | null
  readonly effects: readonly Effect[]
  /** What the supervisor repeats while the worker is away; null unless MASTER. */
  readonly bridge: BridgeOrder | null
}

export interface GroupChange {
  readonly name: string
  readonly state: GroupState
  /** What to tell of the group, after its members' own effects; null: nothing. */
  readonly notify: NotifyState | null
}

/** The last advert of a MASTER, ready for the wire, and how often it is due. */
export interface BridgeOrder {
  readonly interface: string
  readonly family: Family
  /** Also says where it goes, and from which address. */
  readonly template: AdvertTemplate
  /** As they were when the last advert was sealed, at `sealedAt`. */
  readonly counters: SealCounters
  readonly sealedAt: Instant
  readonly intervalUs: number
  readonly masterDownUs: number
}

export const toVrrpShapes: Shapes<ToVrrp> = {
  ...toAnyWorkerShapes,
  start: {
    instances: 'array',
    groups: 'array',
    groupStates: 'object',
    resume: 'object',
    links: 'array',
    scripts: 'object',
    readings: 'object',
    slots: 'object',
    sockets: 'array',
    broken: 'object',
    delayUntil: 'any',
  },
  rx: { frame: 'object' },
  link: { link: 'object' },
  script: { script: 'string', status: 'string' },
  reading: { object: 'string', value: 'number' },
  sockets: { sockets: 'array', broken: 'object' },
  'address-lost': { router: 'string', address: 'string' },
  reload: { instances: 'array', groups: 'array', slots: 'object' },
  fence: { n: 'number' },
  stop: {},
  counters: { n: 'number', clear: 'boolean' },
}

export const fromVrrpShapes: Shapes<FromVrrp> = {
  ...fromAnyWorkerShapes,
  step: { changes: 'array', group: 'nullable-object' },
  counters: { n: 'number', counters: 'object' },
  fence: { n: 'number' },
  reloaded: {},
  stopped: {},
}
