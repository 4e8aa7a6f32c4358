// The state of one BFD session as data (RFC 5880 §6.8.1), plain enough to be a snapshot for a successor. Not what
// changes it: fsm.ts.

import type { BfdInstance } from '../../../config/blocks/bfd/model.ts'
import type { Instant } from '../../../lib/time.ts'
import { DIAG_NONE, type SessionState } from './packet.ts'

/** What the neighbour last said of itself; before its first word what RFC 5880 §6.8.1 presumes. */
export interface Remote {
  readonly state: SessionState
  /** 0: not known. */
  readonly discriminator: number
  readonly diag: number
  readonly minTxUs: number
  readonly minRxUs: number
  readonly multiplier: number
  readonly demand: boolean
}

export interface Session {
  readonly params: BfdInstance
  readonly state: SessionState
  /** The diagnostic that is sent: why the session last left Up. */
  readonly diag: number
  /** Never 0, and no other session has it. */
  readonly discriminator: number
  readonly remote: Remote
  /** A poll sequence goes on: P is set until the neighbour answers with F (RFC 5880 §6.5). */
  readonly polling: boolean
  /** The intervals that are in use, which are not those that are told until a poll sequence has ended (RFC 5880 §6.8.3). */
  readonly minTxUs: number
  readonly minRxUs: number
  /** When the next periodic packet is due; null: none. */
  readonly sendAt: Instant | null
  /** Init and Up: when the detection time is over. Down: when what the neighbour said is forgotten. */
  readonly expiresAt: Instant | null
  /** When the state changed last. */
  readonly since: Instant
  /** How often the session came up, for dumps. */
  readonly timesUp: number
}

/** RFC 5880 §6.8.1: what is presumed of a neighbour that has not spoken. */
export const unknownRemote: Remote = {
  state: 'down',
  discriminator: 0,
  diag: DIAG_NONE,
  minTxUs: 0,
  minRxUs: 1,
  multiplier: 0,
  demand: false,
}

/** What is told as Desired Min TX Interval (RFC 5880 §6.8.3: a second at least while the session is not up). */
export function desiredMinTxUs({ params, state }: Session): number {
  return state === 'up' ? params.minTxUs : params.idleTxUs
}

/** The interval of periodic packets before its jitter; null: none are sent (RFC 5880 §6.8.7). */
export function transmitIntervalUs(session: Session): number | null {
  const { params, state, remote, polling } = session
  if (state === 'admin-down') return null
  if (params.passive && remote.discriminator === 0) return null
  if (remote.minRxUs === 0) return null
  if (remote.demand && state === 'up' && remote.state === 'up' && !polling) return null
  return Math.max(session.minTxUs, remote.minRxUs)
}

/** RFC 5880 §6.8.4: how long the neighbour may be silent, in microseconds. */
export function detectionTimeUs({ minRxUs, remote }: Session): number {
  return remote.multiplier * Math.max(minRxUs, remote.minTxUs)
}

/** When the shell must call transition() with a `timer` event; undefined: not before something else happens. */
export function deadline({ sendAt, expiresAt }: Session): Instant | undefined {
  if (sendAt === null) return expiresAt ?? undefined
  return expiresAt === null ? sendAt : Math.min(sendAt, expiresAt)
}
