// The estate: the roles and addresses that a dead daemon process leaves to its successor. The watchdog keeps it;
// nothing goes to disk. Pure: decides which instances go on, and as what. A MASTER goes on only if its peers cannot
// have taken over yet; see docs/adr/0004-estate.md.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import { type Instant, usPerMs, usPerSecond } from '../../lib/time.ts'
import type { State } from '../../workers/vrrp/core/state.ts'

/** An address that is on an interface because of us, for those who have to clean up when we are gone. */
export interface HeldAddress {
  readonly address: string
  readonly prefix: number
  readonly interface: string
  /** The other end; then the prefix is that of the peer. */
  readonly peer?: string
  /** So long after our death no peer holds the address yet. */
  readonly survivalUs: number
}

export interface Estate {
  /** When the predecessor gave its last sign of life. */
  readonly diedAtUs: Instant
  /** By router, as a reload knows an instance again. */
  readonly states: Readonly<Record<string, State>>
  /** By router: how long no peer takes over, by the interval that its last adverts carried. */
  readonly survivalsUs: Readonly<Record<string, number>>
  readonly held: readonly HeldAddress[]
}

/** A successor needs this long from its start to its first advert, on a busy machine. */
export const heirReadyUs = usPerSecond
/** The first advert of the successor must be on the wire before the peers' timers end. */
const marginUs = 50 * usPerMs
/** Older news about other routers is worth nothing. */
const backupAgeMaxUs = 30 * usPerSecond

/**
 * How long after its death peers of a MASTER wait at least: their master-down time begins with its last advert, which was sent
 * at most one interval before the death. Skew is left out, a peer of priority 255 has hardly any.
 */
export function survivalUs(params: Pick<VrrpInstance, 'advertIntervalUs' | 'downTimerAdverts'>): number {
  return (params.downTimerAdverts - 1) * params.advertIntervalUs
}

/** The shortest time that one of the addresses is safe from peers; null: there is none. */
export function shortestSurvivalUs(held: readonly HeldAddress[]): number | null {
  return held.length === 0 ? null : Math.min(...held.map(address => address.survivalUs))
}

/** How a daemon divides the estate of its predecessor before its own worker begins. */
export interface Succession {
  /** The states that the instances go on with. */
  readonly inherited: Readonly<Record<string, State>>
  /** Their addresses have to be taken off at once. */
  readonly abandoned: readonly VrrpInstance[]
  /** Addresses that no instance of today's configuration looks after: to be taken off, too. */
  readonly orphans: readonly HeldAddress[]
}

/** Sorts the estate at `now` by today's configuration. Without one everybody starts clean. */
export function succeed(estate: Estate | undefined, instances: readonly VrrpInstance[], now: Instant): Succession {
  if (estate === undefined) return { inherited: {}, abandoned: [], orphans: [] }
  const inherited = inheritedStates(estate, instances, now)
  return {
    inherited,
    abandoned: abandonedInstances(estate, instances, inherited),
    orphans: orphanedAddresses(estate, instances),
  }
}

/** The states that the instances go on with; all others start clean. */
function inheritedStates(
  estate: Estate,
  instances: readonly VrrpInstance[],
  now: Instant,
): Readonly<Record<string, State>> {
  const inherited: Record<string, State> = {}
  for (const params of instances) {
    const state = estate.states[params.router]
    if (state === undefined) continue
    const patienceUs = estate.survivalsUs[params.router] ?? survivalUs(params)
    if (mayGoOn(state, now - estate.diedAtUs, patienceUs)) inherited[params.router] = state
  }
  return inherited
}

/** Addresses of the predecessor that no instance of today's configuration will look after. */
function orphanedAddresses(estate: Estate, instances: readonly VrrpInstance[]): HeldAddress[] {
  const known = new Set(instances.flatMap(addressKeys))
  return estate.held.filter(held => !known.has(keyOf(held)))
}

/** The instances whose addresses are still there although they do not go on as MASTER: these have to be taken off at once. */
function abandonedInstances(
  estate: Estate,
  instances: readonly VrrpInstance[],
  inherited: Readonly<Record<string, State>>,
): VrrpInstance[] {
  const left = new Set(estate.held.map(keyOf))
  return instances.filter(
    params => inherited[params.router]?.name !== 'master' && addressKeys(params).some(key => left.has(key)),
  )
}

function addressKeys(params: VrrpInstance): string[] {
  return [...params.addresses, ...params.excludedAddresses].map(({ address, prefix, peer, peerPrefix, device }) =>
    keyOf({
      address,
      prefix: peer === undefined ? prefix : (peerPrefix ?? prefix),
      interface: device ?? params.interface,
    }),
  )
}

/** Peers count by the interval in the adverts of the dead daemon, not by the one in today's configuration. */
function mayGoOn(state: State, ageUs: number, peersWaitUs: number): boolean {
  switch (state.name) {
    case 'init':
      return false
    case 'master':
      return ageUs + marginUs <= peersWaitUs
    case 'backup':
    case 'fault':
      return ageUs <= backupAgeMaxUs
  }
}

/** The name of an address among all that are held. */
export function keyOf({ address, prefix, interface: name }: Omit<HeldAddress, 'survivalUs' | 'peer'>): string {
  return `${address}/${prefix} ${name}`
}
