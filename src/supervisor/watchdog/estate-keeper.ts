// What the watchdog keeps of the daemon that it watches: the roles and addresses that a successor is given, and when an address
// has to go because no successor can save it in time. Pure; watchdog.ts acts. See docs/adr/0004-estate.md.

import { type Instant, US_PER_MS } from '../../lib/time.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import { type Estate, HEIR_READY_US, type HeldAddress } from './estate.ts'
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
const overdueUs = (aliveEveryMs + 800) * US_PER_MS

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
  if (message?.t === 'held') return { ...alive, inCharge: true, held: message.addresses, evictions: [] }
  if (message?.t !== 'role') return alive
  const { instance, state, survivalUs } = message
  return {
    ...alive,
    inCharge: true,
    states: withEntry(keeper.states, instance, state),
    survivalsUs: withEntry(keeper.survivalsUs, instance, survivalUs),
  }
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

/** Nobody may hold an address beyond the moment when a peer takes it: what no heir can save in time goes at once. */
export function withEvictions(keeper: Keeper, now: Instant): Keeper {
  const diedAt = keeper.diedAt ?? now
  const times = new Set(keeper.held.map(held => held.survivalUs))
  const evictions = [...times].map(survivalUs => ({
    at: survivalUs < HEIR_READY_US ? now : Math.max(now, diedAt + survivalUs),
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

/** Addresses that the watchdog has to take off at its end: those of a daemon that could not, or never came to look after them. */
export function leftBehind({ held, inCharge }: Keeper, couldNot: boolean): readonly HeldAddress[] {
  return couldNot || !inCharge ? held : []
}

/** A new daemon is started. */
export function begun(keeper: Keeper): Keeper {
  return { ...keeper, inCharge: false }
}

/** What a new daemon is told; undefined if none has died. */
export function estateOf({ diedAt, states, survivalsUs, held }: Keeper): Estate | undefined {
  return diedAt === null ? undefined : { diedAtUs: diedAt, states, survivalsUs, held }
}
