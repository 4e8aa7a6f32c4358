// The state of a VRRP machine, as plain data that travels through msgpack: no Map, no Set, no undefined. The
// configuration is not in here, transition() is given it. Each state has only the fields that mean something there.

import type { Instant } from '../../../lib/time.ts'
import type { Readings } from '../../../lib/tracked-reading.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import type { Fault } from '../../../lib/vrrp-fault.ts'
import { type Counters, zeroCounters } from './counters.ts'
import type { ScriptStatus } from './event.ts'
import type { LogFlag } from './log-flag.ts'

/** What the instance has seen of the world around it. */
export interface World {
  /** The own interface is there, up and running. */
  readonly interfaceUp: boolean
  readonly ifindex: number
  readonly mtu: number
  readonly multicast: boolean
  /** The configured broadcast address is not that of a network of the interface. */
  readonly broadcastLost: boolean
  /** Address bytes that adverts come from; kept as it was when the address is lost, null if there never was one. */
  readonly source: Uint8Array | null
  /** No address can be the source at present, so `source` is a memory. */
  readonly sourceLost: boolean
  /** Why adverts of others cannot be heard; null: they can. */
  readonly deaf: string | null
  /** Why adverts cannot be sent; null: they can. */
  readonly mute: string | null
  /** Tracked scripts by name. */
  readonly scripts: Readonly<Record<string, ScriptStatus>>
  /** Tracked interfaces by name: up or down. */
  readonly links: Readonly<Record<string, boolean>>
  /** Tracked files, BFD sessions and processes. */
  readonly readings: Readings
}

/** Whether the adverts of an instance leave the host, see sending.ts. */
interface Sending {
  /** Why packets of the last advert did not leave, one reason for each destination; empty: all left. */
  readonly failures: readonly string[]
  /** Since when no packet of any advert has left; null: the last one did. */
  readonly muteSince: Instant | null
  /** How often the instance has been at fault for it without one advert in between that left. */
  readonly faults: number
  /** When FAULT ends for another attempt; null: it is not at fault for it. */
  readonly retryAt: Instant | null
}

/** Everything leaves, as far as is known. */
export const unhindered: Sending = { failures: [], muteSince: null, faults: 0, retryAt: null }

export interface Common {
  readonly world: World
  /** 1..255. */
  readonly effectivePriority: number
  /** An address owner that gave way to another owner: effective priority 254 until it is MASTER again. */
  readonly yielded: boolean
  /** Advert interval of the MASTER: own interval, in v3 the learned one while BACKUP. */
  readonly masterIntervalUs: number
  /** Identification of the last IPv4 packet sent, 0 before the first; skips 0 on wrap. */
  readonly ipId: number
  /** Sequence number of the last AH advert sent or accepted (one counter for both). */
  readonly ahSequence: number
  /** The router whose advert was accepted last. */
  readonly lastMaster: { readonly source: Uint8Array; readonly priority: number } | null
  /** Unicast peers, canonical text, whose checksums are those of keepalived before 1.3.7, see old-checksum.ts. */
  readonly oldChecksumPeers: readonly string[]
  /** What the operator was told last; the same state is not told twice. */
  readonly notified: 'MASTER' | 'BACKUP' | 'FAULT' | null
  /** Complaints that were logged and are not repeated until an occasion clears them. */
  readonly logged: readonly LogFlag[]
  readonly counters: Counters
  readonly sending: Sending
  /** When the name of the state changed last, and why. */
  readonly changedAt: Instant
  readonly cause: Cause
}

export interface InitState extends Common {
  readonly name: 'init'
  /** End of the start-up delay; null before the start and after the stop. */
  readonly startAt: Instant | null
}

export interface BackupState extends Common {
  readonly name: 'backup'
  readonly masterDownAt: Instant
  /** preempt_delay: from when on a live MASTER of lower priority is no longer accepted; null: clock not running. */
  readonly preemptAt: Instant | null
  /** Sync group: the timer of this member has expired, it waits for the others. */
  readonly wantsMaster: boolean
  /** It overslept its timer and listens a little longer, which it does only once for each advert accepted. */
  readonly graced: boolean
}

export interface MasterState extends Common {
  readonly name: 'master'
  readonly advertAt: Instant
  readonly lastSentAt: Instant
  readonly garp: GarpTimers
  readonly rogue: RogueOwner | null
}

export interface FaultState extends Common {
  readonly name: 'fault'
  /** Those that were there when it was looked at last; never empty. Only `waiting`: not told to anybody. */
  readonly faults: readonly Fault[]
}

/** When the next blocks of gratuitous ARP or unsolicited NA are due; null: not at all. */
export interface GarpTimers {
  readonly secondAt: Instant | null
  readonly refreshAt: Instant | null
  /** After an advert of lower priority: the block that had to wait, and the delayed one. */
  readonly answerAt: Instant | null
  readonly lowerPrioAt: Instant | null
  /** When the last block that an advert of lower priority brought about went out; null: none has. */
  readonly answeredAt: Instant | null
}

/** Another router also sends priority 255 and, by address, should give way to us. */
export interface RogueOwner {
  /** Adverts of ours that it is still given to see. */
  readonly advertsLeft: number
  readonly intervalUs: number
  /** It must be silent until then; null while advertsLeft is not 0. */
  readonly quietUntil: Instant | null
}

export type State = InitState | BackupState | MasterState | FaultState

export type StateName = State['name']

/** keepalived's numbers for the states, as its JSON dump shows them. */
export const stateCodes: Readonly<Record<StateName, number>> = { init: 0, backup: 1, master: 2, fault: 3 }

/** Nothing seen yet. */
export const emptyWorld: World = {
  interfaceUp: false,
  ifindex: 0,
  mtu: 1500,
  multicast: true,
  broadcastLost: false,
  source: null,
  sourceLost: true,
  deaf: null,
  mute: null,
  scripts: {},
  links: {},
  readings: {},
}

/** The fields that all states share, for building one state from another. */
export function commonOf(state: State): Common {
  const { world, effectivePriority, yielded, masterIntervalUs, ipId, ahSequence } = state
  const { lastMaster, oldChecksumPeers, notified, logged, counters, sending, changedAt, cause } = state
  return {
    world,
    effectivePriority,
    yielded,
    masterIntervalUs,
    ipId,
    ahSequence,
    lastMaster,
    oldChecksumPeers,
    notified,
    logged,
    counters,
    sending,
    changedAt,
    cause,
  }
}

/** Common data of an instance that has not begun. */
export function freshCommon(priority: number, advertIntervalUs: number, now: Instant): Common {
  return {
    world: emptyWorld,
    effectivePriority: priority,
    yielded: false,
    masterIntervalUs: advertIntervalUs,
    ipId: 0,
    ahSequence: 0,
    lastMaster: null,
    oldChecksumPeers: [],
    notified: null,
    logged: [],
    counters: zeroCounters,
    sending: unhindered,
    changedAt: now,
    cause: { kind: 'start' },
  }
}
