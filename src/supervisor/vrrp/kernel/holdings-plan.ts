// What is to be done about one address that this program looks after: from who wants it, what was done so far, and what the kernel
// shows, to the next act. Pure. It is asked again after each change of any of the three, so one rule for each case is all there is:
// removed by somebody, lost with its link, on a link that was made anew or comes later, moved to another instance, with another
// label, left by a predecessor, refused.

import type { VirtualAddress } from '../../../config/blocks/instance/model.ts'
import type { LinkState } from '../../../lib/link.ts'
import { type Instant, usPerSecond } from '../../../lib/time.ts'

/** One address on one interface, as netlink is told. */
export interface AddressOnLink extends VirtualAddress {
  readonly ifindex: number
  readonly interface: string
}

/** Somebody wants an address to be there. */
export interface Claim {
  readonly address: VirtualAddress
  readonly interface: string
}

/** An address that we have put there, or found there and answer for. */
export interface Holding {
  readonly spec: AddressOnLink
  /** The kernel said yes. */
  readonly isThere: boolean
  /** It was in what the kernel shows since then, so if it is not now, somebody took it. */
  readonly isSeen: boolean
  /** If it is not seen by then, it was taken before anybody could look. */
  readonly seenBy: Instant
}

/** What the kernel said no to. */
export interface Refusal {
  readonly reason: string
  readonly attempts: number
  readonly retryAt: Instant
}

export interface Sight {
  /** undefined: there is no such link at present. */
  readonly link: LinkState | undefined
  /** The address is on it. */
  readonly isObserved: boolean
}

export type Act =
  | { readonly type: 'add'; readonly spec: AddressOnLink }
  | { readonly type: 'remove'; readonly spec: AddressOnLink }
  /** The link took it along. */
  | { readonly type: 'forget' }
  | { readonly type: 'seen' }
  | { readonly type: 'wait'; readonly until: Instant }
  | { readonly type: 'rest' }

/** The kernel's own report comes within milliseconds; a busy host is given time. */
export const seenWithinUs = usPerSecond
const retryMinUs = usPerSecond
const retryMaxUs = 30 * usPerSecond

/** The next thing to do. `claim`: undefined if nobody wants the address any more. */
export function nextAct(
  claim: Claim | undefined,
  holding: Holding | undefined,
  refusal: Refusal | undefined,
  { link, isObserved }: Sight,
  now: Instant,
): Act {
  if (holding !== undefined && link?.ifindex !== holding.spec.ifindex) return { type: 'forget' }
  const patient = refusal !== undefined && now < refusal.retryAt
  const act = claim === undefined ? release(holding) : provide(claim, holding, link, isObserved, now)
  return patient && (act.type === 'add' || act.type === 'remove') ? { type: 'wait', until: refusal.retryAt } : act
}

/** After a refusal: later and later. */
export function refused(before: Refusal | undefined, reason: string, now: Instant): Refusal {
  const attempts = (before?.attempts ?? 0) + 1
  return { reason, attempts, retryAt: now + Math.min(retryMaxUs, retryMinUs * 2 ** Math.min(attempts - 1, 8)) }
}

/** The name of an address among all: what the kernel tells apart. A peer has the prefix, so there the own address has none. */
export function keyOf({ address: { address, prefix, peer, peerPrefix }, interface: name }: Claim): string {
  return peer === undefined ? `${name} ${address}/${prefix}` : `${name} ${address} peer ${peer}/${peerPrefix ?? prefix}`
}

/** Address and prefix as the kernel reports them. */
export function shownAs({ address, prefix, peer, peerPrefix }: VirtualAddress): string {
  return `${address}/${peer === undefined ? prefix : (peerPrefix ?? prefix)}`
}

function release(holding: Holding | undefined): Act {
  return holding === undefined ? { type: 'rest' } : { type: 'remove', spec: holding.spec }
}

function provide(
  { address, interface: name }: Claim,
  holding: Holding | undefined,
  link: LinkState | undefined,
  isObserved: boolean,
  now: Instant,
): Act {
  if (link === undefined) return { type: 'rest' }
  const add = (): Act => ({ type: 'add', spec: { ...address, ifindex: link.ifindex, interface: name } })
  if (holding === undefined) return add()
  // The kernel changes no label, scope or lifetime of an address that is there.
  if (!isSame(holding.spec, address)) return { type: 'remove', spec: holding.spec }
  // The kernel did not answer: it is asked again, as for one that is not there.
  if (!holding.isThere) return add()
  if (isObserved) return { type: holding.isSeen ? 'rest' : 'seen' }
  // An IPv6 address goes with a link that is down, and comes back with it.
  if (!link.up || (address.noTrack && holding.isSeen)) return { type: 'rest' }
  if (!holding.isSeen && now < holding.seenBy) return { type: 'wait', until: holding.seenBy }
  return add()
}

function isSame(a: VirtualAddress, b: VirtualAddress): boolean {
  return (
    a.broadcast === b.broadcast &&
    a.scope === b.scope &&
    a.label === b.label &&
    a.peer === b.peer &&
    a.peerPrefix === b.peerPrefix &&
    a.nodad === b.nodad &&
    a.preferredLifetimeSeconds === b.preferredLifetimeSeconds &&
    a.flags === b.flags
  )
}
