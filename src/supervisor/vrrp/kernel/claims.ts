// Who wants which addresses to be there: each owner (an instance that is MASTER, or the static addresses) has a set of claims, and an
// address is wanted as long as one of them claims it. So a reload may move an address from one instance to another in any order. Pure.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { familyOf } from '../../../lib/ip.ts'
import type { HeldAddress } from '../../watchdog/estate.ts'
import { type Claim, keyOf } from './holdings-plan.ts'

/** What it takes to name an address that is only to be removed. */
const plainAddress = { prefixIsDefault: false, scope: 0, flags: 0, nodad: false, noTrack: false }

/** By keyOf(). */
export type ClaimSet = ReadonlyMap<string, Claim>

export class Claims {
  readonly #byOwner = new Map<string, ClaimSet>()
  /** Key -> owners that want it, the first of which says how. */
  readonly #owners = new Map<string, Set<string>>()

  /** What this owner wants from now on, and nothing else. Returns the keys for which that may make a difference. */
  replace(owner: string, claims: ClaimSet): Set<string> {
    const before = this.of(owner)
    for (const key of before.keys()) if (!claims.has(key)) this.#disclaim(owner, key)
    for (const key of claims.keys()) {
      const owners = this.#owners.get(key) ?? new Set()
      this.#owners.set(key, owners.add(owner))
    }
    if (claims.size === 0) this.#byOwner.delete(owner)
    else this.#byOwner.set(owner, claims)
    return new Set([...before.keys(), ...claims.keys()])
  }

  /** Everything that this owner wants. */
  of(owner: string): ClaimSet {
    return this.#byOwner.get(owner) ?? none
  }

  /** How the address is wanted; undefined: nobody wants it. */
  on(key: string): Claim | undefined {
    const [owner] = this.ownersOf(key)
    return owner === undefined ? undefined : this.of(owner).get(key)
  }

  ownersOf(key: string): ReadonlySet<string> {
    return this.#owners.get(key) ?? nobody
  }

  entries(): Iterable<readonly [owner: string, claims: ClaimSet]> {
    return this.#byOwner.entries()
  }

  #disclaim(owner: string, key: string): void {
    const owners = this.#owners.get(key)
    owners?.delete(owner)
    if (owners?.size === 0) this.#owners.delete(key)
  }
}

/** All addresses of an instance, each on its link. */
export function claimsOf(instance: VrrpInstance): ClaimSet {
  const claims = [...instance.addresses, ...instance.excludedAddresses].map(address => ({
    address,
    interface: address.device ?? instance.interface,
  }))
  return new Map(claims.map(claim => [keyOf(claim), claim]))
}

/** As the watchdog is told of it. */
export function heldOf(
  { address: { address, prefix, peer, peerPrefix }, interface: name }: Claim,
  survivalUs: number,
): HeldAddress {
  if (peer === undefined) return { address, prefix, interface: name, survivalUs }
  return { address, prefix: peerPrefix ?? prefix, interface: name, peer, survivalUs }
}

/** What a predecessor had put there, as far as the watchdog knows it. */
export function claimOf({ address, prefix, interface: name, peer }: HeldAddress): Claim {
  const peered = peer === undefined ? {} : { peer, peerPrefix: prefix }
  return { address: { ...plainAddress, family: familyOf(address), address, prefix, ...peered }, interface: name }
}

const none: ClaimSet = new Map()
const nobody: ReadonlySet<string> = new Set()
