// The events of a VRRP machine. The loop makes these from messages, frames and its clock; the time of an event is an
// argument of transition() and not part of it.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Family } from '../../../lib/ip.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Readings } from '../../../lib/tracked-reading.ts'

/** A frame as the kernel gave it: IPv4 with its IP header, IPv6 without, so hop limit and source come beside it. */
export interface ReceivedFrame {
  readonly at: Instant
  readonly interface: string
  readonly family: Family
  /** IPv6: source address bytes. IPv4: absent, the header has it. */
  readonly source?: Uint8Array
  /** IPv6: destination if known; absent: the multicast group, which is what the socket is bound to. */
  readonly destination?: Uint8Array
  /** IPv6: hop limit if known. */
  readonly hopLimit?: number
  readonly bytes: Uint8Array
}

/** `unknown` until a tracked script has returned its first result. */
export type ScriptStatus = 'unknown' | 'up' | 'down'

/** What the rest of the program knows about everything that an instance may look at; names it does not track are ignored. */
export interface Surroundings {
  readonly links: readonly LinkState[]
  readonly scripts: Readonly<Record<string, ScriptStatus>>
  readonly readings: Readings
  /** Why this instance cannot hear adverts, null if it can; absent: as before. */
  readonly deaf?: string | null
  /** Virtual addresses of all instances, by reservedKey(): never the source of an advert. */
  readonly reserved: readonly string[]
}

export type Event =
  /** The instance begins. Until `delayUntil` (vrrp_startup_delay) nothing is heard and nothing is sent. */
  | { readonly type: 'start'; readonly surroundings: Surroundings; readonly delayUntil: Instant | null }
  /** deadline() has come, or the shell thinks so: a stale or early one changes nothing. */
  | { readonly type: 'timer' }
  | { readonly type: 'frame'; readonly frame: ReceivedFrame }
  /** The instance's own interface or a tracked one changed in any way. */
  | { readonly type: 'link'; readonly link: LinkState; readonly reserved: readonly string[] }
  | { readonly type: 'script'; readonly script: string; readonly status: ScriptStatus }
  /** A tracked file, BFD session or process; `object` as readingKey() names it. */
  | { readonly type: 'reading'; readonly object: string; readonly value: number }
  /** The socket by which this instance hears is there (null), or why it is not. */
  | { readonly type: 'hearing'; readonly deaf: string | null }
  /** Of the packets of the advert that was just sent some have `left` the host, others have not: see sending.ts. */
  | {
      readonly type: 'transmitted'
      readonly priority: number
      readonly left: boolean
      /** A reason for each destination that failed. */
      readonly failures: readonly string[]
    }
  /** Somebody else removed an address of this MASTER; the supervisor has put it back already. */
  | { readonly type: 'address-lost'; readonly address: string }
  /** transition() is called with the new parameters; `previous` are those that were valid up to now. */
  | { readonly type: 'reload'; readonly previous: VrrpInstance; readonly surroundings: Surroundings }
  /** Orderly end of the program. */
  | { readonly type: 'stop' }
  /** A reload took the instance out of the configuration. */
  | { readonly type: 'remove' }
  /** A new worker takes the state over from one that died: the role is kept, nobody is told. */
  | { readonly type: 'resume'; readonly deadlineUs: Instant | null }
  /** This node was not scheduled, or not reachable, for that long. */
  | { readonly type: 'paused'; readonly forUs: number }
  /** Give up the role without stopping. */
  | { readonly type: 'step-down' }
  /**
   * Another member of the sync group changed, see sync-group.ts. `master`, `backup`: it became that, and this one follows.
   * `look`: the verdict of the group is another one.
   */
  | { readonly type: 'group'; readonly to: 'master' | 'backup' | 'look'; readonly member: string }
