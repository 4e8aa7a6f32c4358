// VRRP instances and sync groups, with what they inherit already resolved. Types only, see model.ts. keepalived.conf(5) "VRRPD
// CONFIGURATION".

import type { Family } from '../../../lib/ip.ts'
import type { Place } from '../../report/place.ts'
import type { NotifyScripts } from '../script/model.ts'
import type { TrackedInterface, TrackedObject, TrackedScript } from '../tracking/model.ts'

/** A `virtual_ipaddress` row. */
export interface VirtualAddress {
  readonly family: Family
  /** Canonical text. */
  readonly address: string
  readonly prefix: number
  /** The prefix was left out in the file and the host length was taken. */
  readonly prefixIsDefault: boolean
  /** Interface the address goes on; undefined: that of the instance. */
  readonly device?: string
  /** IPv4 broadcast address as text; `+` and `-` are already worked out. */
  readonly broadcast?: string
  /** RT_SCOPE_* number, default 0 (global). */
  readonly scope: number
  readonly label?: string
  readonly peer?: string
  readonly peerPrefix?: number
  /** IPv6: do not suppress duplicate address detection. */
  readonly nodad: boolean
  /** IPv6 preferred lifetime in seconds; undefined: keepalived's default (0 for /128, forever otherwise). */
  readonly preferredLifetimeSeconds?: number
  /** IFA_F_* bits from home, mngtmpaddr, noprefixroute, autojoin. */
  readonly flags: number
  readonly noTrack: boolean
}

/** Interfaces whose announcements share one allowance. */
export interface GarpGroup {
  readonly interfaces: readonly string[]
  /** Least time between two gratuitous ARPs, and two unsolicited NAs; 0: no spacing. */
  readonly garpIntervalUs: number
  readonly gnaIntervalUs: number
}

export interface GarpSettings {
  /** Delay before the second block after becoming MASTER; 0: no second block. Default 5 s. */
  readonly masterDelayUs: number
  /** Announcements per address and block. Default 5. */
  readonly masterRepeat: number
  /** Period of the refresh; 0: none. */
  readonly masterRefreshUs: number
  readonly masterRefreshRepeat: number
  readonly lowerPrioDelayUs: number
  readonly lowerPrioRepeat: number
}

/** Adverts go to peers one by one in place of a group. */
export interface Unicast {
  /** Empty: unicast was asked for without a peer, and unicast_fault_no_peer holds the instance in FAULT. */
  readonly peers: readonly UnicastPeer[]
  /** TTL or hop limit of the adverts sent, 0..255. */
  readonly ttl: number
  /** Adverts of others than the peers, and those outside the TTL bounds of their peer, are dropped. */
  readonly checkSource: boolean
  /** Whether version 3 adverts over IPv4 have their checksum as keepalived before 1.3.7 made it. */
  readonly oldChecksum: 'auto' | 'never' | 'always'
}

export interface UnicastPeer {
  /** Canonical text. */
  readonly address: string
  /** Bounds for what is received, both included, 0..255; undefined: 0 and 255. */
  readonly minTtl?: number
  readonly maxTtl?: number
}

export interface VrrpInstance {
  readonly name: string
  /**
   * Which virtual router of this host it is, by what peers can see: interface, family, VRID, and group or unicast
   * source. No other instance has the same. A reload that changes it ends the one and begins the other; a change of the
   * name does neither.
   */
  readonly router: string
  readonly place: Place
  readonly family: Family
  readonly version: 2 | 3
  readonly interface: string
  readonly vrid: number
  /** 1..255; 255 is the address owner. */
  readonly priority: number
  /** `state MASTER` or `BACKUP` as configured; by itself it gives no head start (keepalived). */
  readonly initialState: 'MASTER' | 'BACKUP'
  /** Already rounded: whole seconds in v2, 10 ms steps in v3. */
  readonly advertIntervalUs: number
  readonly downTimerAdverts: number
  readonly preempt: boolean
  readonly preemptDelayUs: number
  /**
   * timer_expired_backup: a MASTER that overslept asks by this priority whether another has taken over; undefined: by
   * its own.
   */
  readonly timerExpiredPriority?: number
  readonly authentication: { readonly type: 'none' } | { readonly type: 'pass' | 'ah'; readonly password: string }
  /** Configured source address of adverts; undefined: chosen from the interface. */
  readonly sourceAddress?: string
  /** track_src_ip: FAULT while the source address is not on the interface. */
  readonly trackSourceAddress?: true
  /** The group of an instance that has neither of the next two. */
  readonly multicastGroup: string
  readonly unicast?: Unicast
  /** Beyond keepalived: adverts go to this IPv4 broadcast address, canonical text. */
  readonly broadcastAddress?: string
  readonly addresses: readonly VirtualAddress[]
  readonly excludedAddresses: readonly VirtualAddress[]
  readonly garp: GarpSettings
  readonly lowerPrioNoAdvert: boolean
  readonly higherPrioSendAdvert: boolean
  readonly skipCheckAdvertAddresses: boolean
  readonly ownerIgnoreAdverts: boolean
  readonly v3ChecksumAsV2: boolean
  readonly strict: boolean
  readonly accept: boolean
  readonly dontTrackPrimary: boolean
  readonly promoteSecondaries: boolean
  readonly trackedScripts: readonly TrackedScript[]
  readonly trackedInterfaces: readonly TrackedInterface[]
  readonly trackedObjects: readonly TrackedObject[]
  readonly notify: NotifyScripts
  /** smtp_alert with its fallbacks already resolved. */
  readonly smtpAlert: boolean
  readonly notifyPriorityChanges: boolean
}

export interface SyncGroup {
  readonly name: string
  readonly place: Place
  readonly members: readonly string[]
  readonly notify: NotifyScripts
  readonly smtpAlert: boolean
  readonly trackingWeight: boolean
  readonly trackedScripts: readonly TrackedScript[]
  readonly trackedInterfaces: readonly TrackedInterface[]
  readonly trackedObjects: readonly TrackedObject[]
}
