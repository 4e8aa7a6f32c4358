// Which virtual addresses this node holds, per instance: brings the kernel to what an instance wants, and answers at once when
// somebody else takes one away. Idempotent: asking twice for the same changes nothing. It owns no socket; netlink is a port.

import type { VirtualAddress, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { messageOf } from '../../../lib/errors.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import { ownerPriority } from '../../../lib/priority.ts'

/** One address on one interface, as netlink is told. */
export interface AddressOnLink extends VirtualAddress {
  readonly ifindex: number
  readonly interface: string
}

export interface AddressPorts {
  link(name: string): LinkState | undefined
  add(address: AddressOnLink): Promise<void>
  remove(address: AddressOnLink): Promise<void>
}

/** An address and the instance that it is there for. */
export interface HeldByInstance {
  readonly instance: VrrpInstance
  readonly address: AddressOnLink
}

type InheritedAddress = Pick<AddressOnLink, 'address' | 'prefix' | 'interface'>

interface Holding {
  readonly instance: VrrpInstance
  readonly addresses: Map<string, AddressOnLink>
}

export class HeldAddresses {
  readonly #ports: AddressPorts
  readonly #log: Log
  /** Router -> whose they are, and address key -> address that we have put there. */
  readonly #held = new Map<string, Holding>()
  readonly #inherited: ReadonlySet<string>

  /** `inherited`: what a dead predecessor of this process had put there. */
  constructor(ports: AddressPorts, log: Log, inherited: readonly InheritedAddress[] = []) {
    this.#ports = ports
    this.#log = log
    this.#inherited = new Set(inherited.map(textOf))
  }

  /**
   * Makes all addresses of the instance present, or none. What an earlier configuration of it held and this one does not name
   * goes away, and so do addresses on the link that a predecessor process may have left. Failures are logged, not thrown.
   */
  async ensure(instance: VrrpInstance, present: boolean): Promise<void> {
    const resolved = this.#resolve(instance)
    const held = this.#held.get(instance.router)?.addresses ?? new Map<string, AddressOnLink>()
    this.#held.set(instance.router, { instance, addresses: held })
    const configured = new Map(
      [...resolved].filter(([key, address]) => held.has(key) || !this.#isOwned(instance, address)),
    )
    const wanted = present ? configured : new Map<string, AddressOnLink>()
    const surplus = [...held, ...this.#leftOver(configured)].filter(([key]) => !wanted.has(key))
    await Promise.all([...new Map(surplus)].map(([key, address]) => this.#remove(instance, held, key, address)))
    await Promise.all([...wanted].map(([key, address]) => this.#add(instance, held, key, address)))
  }

  /** Does an instance hold this address? Then someone else has just removed what must be there. */
  holderOf(ifindex: number, address: string, prefix: number): HeldByInstance | undefined {
    for (const { instance, addresses } of this.#held.values()) {
      const address_ = addresses.get(keyOf(ifindex, address, prefix))
      if (address_ !== undefined) return { instance, address: address_ }
    }
    return undefined
  }

  /** Puts back an address that somebody else removed; the caller found it by `holderOf`. */
  async restore(address: AddressOnLink): Promise<void> {
    await this.#ports.add(address)
  }

  /** Everything held at present, for the watchdog and for dumps. */
  all(): readonly HeldByInstance[] {
    return [...this.#held.values()].flatMap(({ instance, addresses }) =>
      [...addresses.values()].map(address => ({ instance, address })),
    )
  }

  isHolding(router: string): boolean {
    return (this.#held.get(router)?.addresses.size ?? 0) > 0
  }

  #resolve(instance: VrrpInstance): Map<string, AddressOnLink> {
    const resolved = new Map<string, AddressOnLink>()
    for (const address of [...instance.addresses, ...instance.excludedAddresses]) {
      const name = address.device ?? instance.interface
      const link = this.#ports.link(name)
      if (link === undefined || link.ifindex === 0) continue
      resolved.set(keyOf(link.ifindex, address.address, address.prefix), {
        ...address,
        ifindex: link.ifindex,
        interface: name,
      })
    }
    return resolved
  }

  /** An owner's address that was there before we came (RFC 9568 section 1.6): neither put there nor taken off by us. */
  #isOwned({ priority }: VrrpInstance, address: AddressOnLink): boolean {
    return priority === ownerPriority && this.#isThere(address) && !this.#inherited.has(textOf(address))
  }

  #isThere({ interface: name, address, prefix }: AddressOnLink): boolean {
    const there = this.#ports.link(name)?.addresses ?? []
    return there.some(one => one.address === address && one.prefix === prefix)
  }

  #leftOver(configured: ReadonlyMap<string, AddressOnLink>): [string, AddressOnLink][] {
    return [...configured].filter(([, address]) => this.#isThere(address))
  }

  async #add(
    instance: VrrpInstance,
    held: Map<string, AddressOnLink>,
    key: string,
    address: AddressOnLink,
  ): Promise<void> {
    // Marked before the kernel answers: a removal seen from now on is somebody else's doing.
    held.set(key, address)
    try {
      await this.#ports.add(address)
    } catch (thrown) {
      held.delete(key)
      this.#log.error('address-add-failed', {
        instance: instance.name,
        address: textOf(address),
        reason: messageOf(thrown),
      })
    }
  }

  async #remove(
    instance: VrrpInstance,
    held: Map<string, AddressOnLink>,
    key: string,
    address: AddressOnLink,
  ): Promise<void> {
    held.delete(key)
    try {
      await this.#ports.remove(address)
    } catch (thrown) {
      this.#log.error('address-remove-failed', {
        instance: instance.name,
        address: textOf(address),
        reason: messageOf(thrown),
      })
    }
  }
}

function keyOf(ifindex: number, address: string, prefix: number): string {
  return `${ifindex}/${address}/${prefix}`
}

function textOf(address: InheritedAddress): string {
  return `${address.address}/${address.prefix} dev ${address.interface}`
}
