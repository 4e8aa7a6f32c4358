// Why an instance has the role that it has, as plain data: the state remembers it, effects carry it, and log, status and mail can
// name it.

import { usPerSecond } from './time.ts'
import { type Fault, faultsText } from './vrrp-fault.ts'

/** Addresses are canonical text. `theirs` is the priority of the advert, `ours` the effective one of this instance. */
export type Cause =
  /** The instance began. */
  | { readonly kind: 'start' }
  /** Priority 255: this node owns the addresses and waits for nobody. */
  | { readonly kind: 'owner' }
  /** No advert for a master-down time. `of`: the router whose advert was accepted last; null: none was. */
  | { readonly kind: 'timeout'; readonly of: string | null }
  /** The MASTER said priority 0. */
  | { readonly kind: 'resigned'; readonly by: string }
  /** The MASTER goes on, but its priority is lower than ours. */
  | { readonly kind: 'preempting'; readonly of: string; readonly theirs: number; readonly ours: number }
  /** An advert of a MASTER was heard that has a higher priority, or the same and a higher address. */
  | { readonly kind: 'outranked'; readonly by: string; readonly theirs: number; readonly ours: number }
  /** Another member of the sync group took this one along. */
  | { readonly kind: 'group'; readonly member: string }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }
  /** The last fault went away. */
  | { readonly kind: 'recovered' }
  /** This node slept, or was silent, for so long that another may be MASTER now. */
  | { readonly kind: 'paused'; readonly forUs: number }
  | { readonly kind: 'step-down' }
  | { readonly kind: 'stop' }
  /** A reload took the instance out of the configuration, or made another virtual router of it. */
  | { readonly kind: 'removed' }

/** The cause in words, a part of a sentence. */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'start':
      return 'it begins'
    case 'owner':
      return 'this node owns the addresses'
    case 'timeout':
      return cause.of === null ? 'nobody was heard in time' : `no advert from ${cause.of} in time`
    case 'resigned':
      return `${cause.by} resigned`
    case 'preempting':
      return `own priority ${cause.ours} is higher than ${cause.theirs} of ${cause.of}`
    case 'outranked':
      return `${cause.by} with priority ${cause.theirs} comes before own priority ${cause.ours}`
    case 'group':
      return `group member ${cause.member}`
    case 'faults':
      return faultsText(cause.faults)
    case 'recovered':
      return 'no fault is left'
    case 'paused':
      return `it was paused for ${(cause.forUs / usPerSecond).toFixed(3)} s`
    case 'step-down':
      return 'it was asked to step down'
    case 'stop':
      return 'the program ends'
    case 'removed':
      return 'the configuration does not have it any more'
  }
}
