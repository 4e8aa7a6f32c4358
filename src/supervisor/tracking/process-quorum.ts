// Do as many processes run as there should be? The number may be right or wrong for a while before that counts. Pure.
// keepalived.conf(5) vrrp_track_process: quorum, quorum_max, fork_delay, terminate_delay.

import type { VrrpTrackProcess } from '../../config/blocks/tracking/model.ts'
import type { Instant } from '../../lib/time.ts'

export interface QuorumState {
  readonly count: number
  /** What the instances know. */
  readonly up: boolean
  /** When the opposite begins to count, if the number does not change back before; null: nothing is under way. */
  readonly changeAt: Instant | null
}

type Limits = Pick<VrrpTrackProcess, 'quorum' | 'quorumMax' | 'forkDelayUs' | 'terminateDelayUs'>

/** What is found at the start counts at once. */
export function initialQuorum(limits: Limits, count: number): QuorumState {
  return { count, up: isMet(limits, count), changeAt: null }
}

export function withCount(limits: Limits, state: QuorumState, count: number, now: Instant): QuorumState {
  const met = isMet(limits, count)
  if (met === state.up) return { count, up: state.up, changeAt: null }
  const changeAt = state.changeAt ?? now + (met ? limits.forkDelayUs : limits.terminateDelayUs)
  return changeAt > now ? { count, up: state.up, changeAt } : { count, up: met, changeAt: null }
}

function isMet({ quorum, quorumMax }: Limits, count: number): boolean {
  return count >= quorum && (quorumMax === undefined || count <= quorumMax)
}
