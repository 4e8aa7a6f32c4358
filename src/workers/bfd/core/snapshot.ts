// Snapshots of a session: which changes a successor of the worker must be told of, and how a session goes on from a
// snapshot. Pure. Times change with each packet: they are on the board (detection) or do not matter (sending).

import type { BfdInstance } from '../../../config/blocks/bfd/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Remote, Session } from './session.ts'

const remoteKeys: readonly (keyof Remote)[] = [
  'state',
  'discriminator',
  'diag',
  'minTxUs',
  'minRxUs',
  'multiplier',
  'demand',
]
const ownKeys: readonly (keyof Session)[] = [
  'params',
  'state',
  'diag',
  'discriminator',
  'polling',
  'minTxUs',
  'minRxUs',
  'since',
]

/** Do they differ in more than their times? */
export function differs(a: Session, b: Session): boolean {
  if (a === b) return false
  return ownKeys.some(key => a[key] !== b[key]) || remoteKeys.some(key => a.remote[key] !== b.remote[key])
}

/** True if both ends of the session are the same as before, so that a reload or a successor goes on with it. */
export function isSameLine(a: BfdInstance, b: BfdInstance): boolean {
  return a.neighbor === b.neighbor && a.source === b.source && a.multihop === b.multihop
}

/** A predecessor's session: its detection time goes on as last published, and it speaks at once. */
export function resumed(session: Session, expiresAt: Instant | null, now: Instant): Session {
  return { ...session, expiresAt, sendAt: session.sendAt === null ? null : now }
}
