// The BFD part of the configuration model: what a bfd_instance says, with defaults applied. Types only; plain objects,
// so that it travels through a message channel. keepalived.conf(5) "BFD CONFIGURATION". The weight of a session is a
// setting of each tracker.

import type { Family } from '../../../lib/ip.ts'
import type { Place } from '../../report/place.ts'

/** One session as configured. Times are microseconds. */
export interface BfdInstance {
  readonly name: string
  readonly place: Place
  readonly family: Family
  /** Canonical text, as `source`. */
  readonly neighbor: string
  /** Undefined: the kernel chooses. */
  readonly source?: string
  /** Fastest rate that is asked for, and that is wanted. */
  readonly minRxUs: number
  readonly minTxUs: number
  /** Rate of sending while the session is not up; at least a second. */
  readonly idleTxUs: number
  readonly multiplier: number
  /** Does not speak before the neighbour has. */
  readonly passive: boolean
  /** TTL or hop limit of what is sent, 1..255. */
  readonly hopLimit: number
  /** How much less than `hopLimit` received packets may have; null: that is not checked. */
  readonly hopsMax: number | null
  /** RFC 5883: port 4784 in place of 3784. */
  readonly multihop: boolean
  /** Whether VRRP, and whether the checkers, are told of the session. */
  readonly tellsVrrp: boolean
  readonly tellsChecker: boolean
}
