// One cell of the fault matrix: what the wire, the addresses and a client say about one virtual router from the moment of
// the fault to the end of the observation. Pure. Times are microseconds since the epoch, results in milliseconds.

import type { AddressEvent, AdvertEvent } from '../../lab/event.ts'
import { longestOutageIn } from '../../lab/prober.ts'
import type { Sight } from './witness.ts'

export interface Period {
  readonly causedAt: number
  /** When a process that had been stopped was continued. */
  readonly resumedAt?: number
  readonly until: number
}

export interface Cell {
  /** Longest time in which the client had no answer. */
  readonly outageMs: number
  /** Adverts that the interval promised and nobody sent. */
  readonly missed: number
  /** By how much the latest advert was late, whoever sent it. */
  readonly lateMs: number
  /** When the peer's first advert came, after the fault; undefined: it sent none. */
  readonly peerSpokeMs: number | undefined
  /** When the subject's first advert of priority > 0 came, after the peer's first one. */
  readonly subjectBackMs: number | undefined
  /** When the subject resigned, after the fault. */
  readonly resignedMs: number | undefined
  /** When the subject sent its first advert of priority > 0 after the end of its pause; undefined: none, or no pause. */
  readonly firstAfterPauseMs: number | undefined
  /** When the address left the subject, after the fault; undefined: it did not. */
  readonly addressLostMs: number | undefined
  /** Longest time in which both nodes had the address until the subject took it again; not while the subject was stopped. */
  readonly overlapMs: number
  /** Adverts of the subject in the whole observation. */
  readonly subjectAdverts: number
  /** Changes of the address on the subject. */
  readonly subjectMoves: number
  readonly peerMoves: number
}

export const SUBJECT = 'a'
export const PEER = 'b'
/** An advert that comes a quarter of an interval before the next one is due, or later, counts as missed. */
const MISSED_FROM = 0.25

export function measure(sight: Sight, period: Period, intervalUs: number): Cell {
  const { causedAt, resumedAt } = period
  const adverts = sight.adverts.filter(({ at }) => at <= period.until)
  const fresh = adverts.filter(({ at }) => at > causedAt)
  const ours = fresh.filter(({ from }) => from === SUBJECT)
  const peers = fresh.find(({ from }) => from === PEER)
  const back = peers && ours.find(({ at, priority }) => at > peers.at && priority > 0)
  const lost = sight.addresses.find(event => event.from === SUBJECT && !event.present)
  // How long the peer takes to give the address back is no consequence of the fault.
  const takenAgain =
    lost && sight.addresses.find(event => event.from === SUBJECT && event.present && event.at > lost.at)
  const after = (at: number | undefined, since = causedAt) => (at === undefined ? undefined : (at - since) / 1_000)
  const gaps = gapsOf(adverts, period.until)
  const outage = longestOutageIn(sight.answers, causedAt)
  return {
    outageMs: outage === undefined ? 0 : (outage.to - outage.from) / 1_000,
    missed: gaps.reduce((sum, gap) => sum + Math.max(0, Math.floor(gap / intervalUs + MISSED_FROM) - 1), 0),
    lateMs: Math.max(0, ...gaps.map(gap => gap - intervalUs)) / 1_000,
    peerSpokeMs: after(peers?.at),
    subjectBackMs: after(back?.at),
    resignedMs: after(ours.find(({ priority }) => priority === 0)?.at),
    firstAfterPauseMs:
      resumedAt === undefined
        ? undefined
        : after(ours.find(({ at, priority }) => at > resumedAt && priority > 0)?.at, resumedAt),
    addressLostMs: after(lost?.at),
    overlapMs: overlapUs(sight, resumedAt ?? causedAt, takenAgain?.at ?? period.until) / 1_000,
    subjectAdverts: ours.length,
    subjectMoves: sight.addresses.filter(({ from }) => from === SUBJECT).length,
    peerMoves: sight.addresses.filter(({ from }) => from === PEER).length,
  }
}

/** Times between neighbouring adverts of priority > 0, and from the last one to the end. */
function gapsOf(adverts: readonly AdvertEvent[], until: number): number[] {
  const times = adverts.filter(({ priority }) => priority > 0).map(({ at }) => at)
  if (times.length === 0) return []
  return [...times.slice(1).map((at, i) => at - times[i]!), until - times.at(-1)!]
}

/** Longest time within the bounds in which the address was on both nodes. */
function overlapUs(sight: Sight, from: number, until: number): number {
  const holders = new Set(sight.heldBefore)
  let since: number | undefined = holders.size > 1 ? from : undefined
  let longest = 0
  const close = (at: number) => {
    if (since !== undefined) longest = Math.max(longest, Math.min(at, until) - Math.max(since, from))
  }
  for (const event of sight.addresses) {
    apply(holders, event)
    if (holders.size > 1) since ??= event.at
    else {
      close(event.at)
      since = undefined
    }
  }
  close(until)
  return longest
}

function apply(holders: Set<string>, { from, present }: AddressEvent): void {
  if (present) holders.add(from)
  else holders.delete(from)
}
