// The channel between the supervisor and the vrrp worker.

import type { VrrpInstance } from '../../config/model.ts'
import type { Family } from '../../lib/ip.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Instant } from '../../lib/time.ts'
import type { Effect } from '../../workers/vrrp/core/effect.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { State } from '../../workers/vrrp/core/state.ts'

/** A frame as the kernel gave it: IPv4 with its IP header, IPv6 without, so hop limit and source come beside it. */
export interface ReceivedFrame {
  readonly at: Instant
  readonly interface: string
  readonly family: Family
  /** IPv6: source address bytes. IPv4: absent, the header has it. */
  readonly source?: Uint8Array
  /** IPv6: hop limit if known. */
  readonly hopLimit?: number
  readonly bytes: Uint8Array
}

/** A transmit descriptor that the main thread opened and owns; workers borrow it for sendto. */
export interface TransmitSocket {
  readonly interface: string
  readonly family: Family
  readonly fd: number
}

/** Kinds of fault that can be provoked for tests, see `keepalived-ts fault`. */
export type FaultKind = 'throw' | 'reject' | 'exit' | 'hang' | 'oom'

/** What an instance that is resumed after a crash is given. */
export interface Resume {
  readonly state: State
  /** The deadline the dead worker had published: next advert of a MASTER, master-down of a BACKUP. */
  readonly deadlineUs?: Instant
}

export type ScriptStatus = 'unknown' | 'up' | 'down'

/** supervisor -> vrrp worker */
export type ToVrrp =
  | {
      readonly t: 'start'
      readonly instances: readonly VrrpInstance[]
      readonly resume: Readonly<Record<string, Resume>>
      readonly links: readonly LinkState[]
      readonly scripts: Readonly<Record<string, ScriptStatus>>
      readonly sockets: readonly TransmitSocket[]
      readonly rtPriority: number
    }
  | { readonly t: 'rx'; readonly frame: ReceivedFrame }
  | { readonly t: 'link'; readonly link: LinkState }
  | { readonly t: 'script'; readonly script: string; readonly status: ScriptStatus }
  | { readonly t: 'sockets'; readonly sockets: readonly TransmitSocket[] }
  /** Somebody else removed an address that this instance, being MASTER, wants present. It has been put back already. */
  | { readonly t: 'address-lost'; readonly instance: string; readonly address: string }
  | { readonly t: 'reload'; readonly instances: readonly VrrpInstance[] }
  /** Resign everything: priority 0 for each MASTER, addresses removed, STOP notified, then `stopped`. */
  | { readonly t: 'stop' }
  /** Give up the role without stopping: the lease of a crashed predecessor ran out. */
  | { readonly t: 'ping'; readonly n: number }
  | { readonly t: 'counters'; readonly n: number; readonly clear: boolean }
  | { readonly t: 'fault'; readonly kind: FaultKind }

/** vrrp worker -> supervisor. A step is atomic: snapshot and effects travel together. */
export type FromVrrp =
  | { readonly t: 'ready' }
  | {
      readonly t: 'step'
      readonly instance: string
      /** null: the instance is gone (reload removed it, or the worker stopped). */
      readonly snapshot: State | null
      readonly effects: readonly Effect[]
      /** What the supervisor repeats while the worker is away; null unless MASTER. */
      readonly bridge: BridgeOrder | null
    }
  | { readonly t: 'pong'; readonly n: number }
  | { readonly t: 'counters'; readonly n: number; readonly counters: Readonly<Record<string, Counters>> }
  | { readonly t: 'stopped' }

/** The last advert of a MASTER, ready for the wire, and how often it is due. */
export interface BridgeOrder {
  readonly interface: string
  readonly family: Family
  readonly destination: string
  readonly packet: Uint8Array
  readonly intervalUs: number
  readonly masterDownUs: number
}
