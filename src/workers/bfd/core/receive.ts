// Finds the session of a received datagram and decides whether it may be believed: RFC 5880 §6.8.6, RFC 5881 §5, RFC
// 5883 §4. Pure.

import { err, ok, type Result } from '../../../lib/result.ts'
import { type ControlPacket, type DecodeError, decodePacket } from './packet.ts'
import type { Session } from './session.ts'

/** A datagram and what its IP header said. */
export interface Datagram {
  /** Canonical text. */
  readonly source: string
  readonly destination: string
  /** TTL or hop limit. */
  readonly hops: number
  /** It came to port 4784. */
  readonly multihop: boolean
  readonly bytes: Uint8Array
}

export type Rejection = DecodeError | 'no-session' | 'other-address' | 'too-many-hops'

interface Received {
  readonly session: Session
  readonly packet: ControlPacket
}

/** Why a datagram was not used, and the session that it may have been meant for. */
export interface Rejected {
  readonly reason: Rejection
  readonly session: Session | undefined
}

/** The session that the datagram belongs to, with its packet. */
export function receive(sessions: Iterable<Session>, datagram: Datagram): Result<Received, Rejected> {
  const decoded = decodePacket(datagram.bytes)
  if (!decoded.ok) return err({ reason: decoded.error, session: undefined })
  const packet = decoded.value
  const session = sessionOf(sessions, packet, datagram)
  if (session === undefined) return err({ reason: 'no-session', session })
  if (!isFrom(session, datagram)) return err({ reason: 'other-address', session })
  if (!isNear(session, datagram.hops)) return err({ reason: 'too-many-hops', session })
  return ok({ session, packet })
}

/** RFC 5880 §6.3: by Your Discriminator, or by the addresses while the neighbour does not know it. */
function sessionOf(sessions: Iterable<Session>, packet: ControlPacket, datagram: Datagram): Session | undefined {
  for (const session of sessions) {
    if (packet.yourDiscriminator === 0 ? isFrom(session, datagram) : session.discriminator === packet.yourDiscriminator)
      return session
  }
  return undefined
}

/** keepalived does not look at the addresses once it has found a discriminator, so that anybody who guesses it is believed. */
function isFrom({ params }: Session, { source, destination, multihop }: Datagram): boolean {
  if (params.multihop !== multihop || params.neighbor !== source) return false
  return params.source === undefined || params.source === destination
}

/** RFC 5881 §5: a neighbour on the same link cannot be imitated from beyond it. */
function isNear({ params }: Session, hops: number): boolean {
  return params.hopsMax === null || hops >= params.hopLimit - params.hopsMax
}
