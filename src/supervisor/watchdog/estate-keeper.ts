// The watchdog's memory of the daemon that it watches: the estate (roles and addresses), and when an address has to be
// removed. Pure; watchdog.ts acts, estate.ts divides the estate in the new daemon. See docs/adr/0004-estate.md.
//
// The daemon may be killed at any moment. Its addresses then stay on the interfaces, since the kernel keeps them, while no
// advert is sent. Two things must not happen: that peers take over an address which this node still holds, and that this node
// gives up an address although a new daemon would have been in time. So everything turns on one number for each
// instance, `survivalUs`: how long after the daemon's death no peer can have taken over, counted by the interval that its
// last adverts carried.
//
// The course of events, each a function below:
// 1. heard: the daemon says which addresses it is about to add or has removed, and each change of a role. From its first such message on it is
//    `inCharge`; before that a predecessor's estate still counts. Every message is a sign of life.
// 2. died: the time of death is when the process ended. But a daemon that had missed its sign of life hung, or the whole
//    machine stood still, and then it sent no adverts either: it counts as dead since it was last heard of. A daemon that
//    dies before it is in charge leaves the older estate, with the older time of death.
// 3. withEvictions: for each address the time at which it has to be removed, death + survivalUs. If a successor cannot speak
//    before that (it needs about a second from its start to its first advert), the address is removed at once, and before
//    the successor is started, because starting a process keeps the watchdog busy for a while.
// 4. begun and estateOf: the new daemon is told the estate as its first message. As soon as it says what it holds, the
//    planned removals are forgotten: it is in charge, and removes by itself what it does not go on with.
// 5. leftBehind: the watchdog gives up, or ends. Addresses that no daemon is in charge of are removed by the watchdog.
//
// All times are Instants of CLOCK_MONOTONIC, which both processes share, so the age of the estate is exact.

import { type Instant, usPerMs } from '../../lib/time.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import { type Estate, type HeldAddress, heirReadyUs, keyOf } from './estate.ts'
import { aliveEveryMs, type FromDaemon } from './watchdog-channel.ts'

interface Eviction {
  readonly at: Instant
  readonly addresses: readonly HeldAddress[]
}

export interface Keeper {
  /** When the daemon was heard of last. */
  readonly aliveAt: Instant
  /** When the last daemon died that looked after roles and addresses; null: none did. */
  readonly diedAt: Instant | null
  /** The present daemon has said what it holds or what it is; after its death: the last one had. */
  readonly inCharge: boolean
  readonly states: Readonly<Record<string, State>>
  readonly survivalsUs: Readonly<Record<string, number>>
  readonly held: readonly HeldAddress[]
  readonly evictions: readonly Eviction[]
}

/** A sign of life is missing, and lateness of a busy machine does not explain it. */
const overdueUs = (aliveEveryMs + 800) * usPerMs

export const emptyKeeper: Keeper = {
  aliveAt: 0,
  diedAt: null,
  inCharge: false,
  states: {},
  survivalsUs: {},
  held: [],
  evictions: [],
}

/** The daemon has said something. One that says what it holds looks after it. */
export function heard(keeper: Keeper, message: FromDaemon | undefined, now: Instant): Keeper {
  const alive = { ...keeper, aliveAt: now }
  if (message?.t === 'holding') {
    return { ...alive, inCharge: true, held: heldAfter(keeper.held, message.added, message.removed), evictions: [] }
  }
  if (message?.t !== 'role') return alive
  const { instance, state, survivalUs } = message
  return {
    ...alive,
    inCharge: true,
    states: withEntry(keeper.states, instance, state),
    survivalsUs: withEntry(keeper.survivalsUs, instance, survivalUs),
  }
}

/** `removed` first: what is added in the same message has come after that. */
function heldAfter(
  held: readonly HeldAddress[],
  added: readonly HeldAddress[],
  removed: readonly HeldAddress[],
): readonly HeldAddress[] {
  const replaced = new Set([...added, ...removed].map(keyOf))
  return [...held.filter(one => !replaced.has(keyOf(one))), ...added]
}

function withEntry<T>(
  entries: Readonly<Record<string, T>>,
  name: string,
  entry: T | null,
): Readonly<Record<string, T>> {
  const { [name]: _, ...others } = entries
  return entry === null ? others : { ...others, [name]: entry }
}

/**
 * The daemon has ended. One that was overdue with a sign of life sent no advert either since it was heard of last, for all we
 * know: it hung, or the whole machine stood still. One that did not get as far as to take over leaves what its predecessor left,
 * which does not become younger by that.
 */
export function died(keeper: Keeper, now: Instant): Keeper {
  const diedAt = now - keeper.aliveAt > overdueUs ? keeper.aliveAt : now
  return { ...keeper, diedAt: keeper.inCharge || keeper.diedAt === null ? diedAt : keeper.diedAt, evictions: [] }
}

/**
 * Plans the removal of the addresses: each goes at the latest when a peer may take it, and at once if a successor
 * cannot speak before that.
 */
export function withEvictions(keeper: Keeper, now: Instant): Keeper {
  const diedAt = keeper.diedAt ?? now
  const times = new Set(keeper.held.map(held => held.survivalUs))
  const evictions = [...times].map(survivalUs => ({
    at: survivalUs < heirReadyUs ? now : Math.max(now, diedAt + survivalUs),
    addresses: keeper.held.filter(held => held.survivalUs === survivalUs),
  }))
  return { ...keeper, evictions }
}

/** When the next eviction is due. */
export function evictionAt({ evictions }: Keeper): Instant | undefined {
  return evictions.length === 0 ? undefined : Math.min(...evictions.map(({ at }) => at))
}

/** The addresses that have to go now, and what is kept after that. */
export function dueEvictions(keeper: Keeper, now: Instant): { keeper: Keeper; addresses: readonly HeldAddress[] } {
  const due = keeper.evictions.filter(({ at }) => at <= now)
  const evictions = keeper.evictions.filter(({ at }) => at > now)
  return { keeper: { ...keeper, evictions }, addresses: due.flatMap(({ addresses }) => addresses) }
}

/**
 * Addresses that the watchdog has to take off at its end. A daemon that stops in order has said of each that it is gone; what
 * is left was not removed, however its last status sounds.
 */
export function leftBehind({ held }: Keeper): readonly HeldAddress[] {
  return held
}

/** A new daemon is started. */
export function begun(keeper: Keeper): Keeper {
  return { ...keeper, inCharge: false }
}

/** What a new daemon is told; undefined if none has died. */
export function estateOf({ diedAt, states, survivalsUs, held }: Keeper): Estate | undefined {
  return diedAt === null ? undefined : { diedAtUs: diedAt, states, survivalsUs, held }
}
