// static_ipaddress: addresses that are there as long as the daemon is. One that somebody takes away, or that goes with
// its link, comes back as soon as it can, unless it says no_track. keepalived.conf(5) "Static addresses". It owns no
// socket; netlink is a port.

import type { VirtualAddress } from '../../../config/blocks/instance/model.ts'
import { messageOf } from '../../../lib/errors.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import type { AddressPorts } from './held-addresses.ts'

/** The name of the holder in the log. */
const owner = 'static_ipaddress'

export class StaticAddresses {
  readonly #ports: AddressPorts
  readonly #log: Log
  /** What is wanted, by what it is: a row that changes is another address. */
  #wanted = new Map<string, VirtualAddress>()
  /** The link that each was put on last. */
  readonly #on = new Map<string, number>()
  #work: Promise<unknown> = Promise.resolve()

  constructor(ports: AddressPorts, log: Log) {
    this.#ports = ports
    this.#log = log
  }

  /** Replaces the list; addresses in both the old and the new one stay untouched. */
  use(addresses: readonly VirtualAddress[]): void {
    const before = this.#wanted
    this.#wanted = new Map(addresses.map(address => [JSON.stringify(address), address]))
    for (const [key, address] of before) if (!this.#wanted.has(key)) this.#later(() => this.#remove(key, address))
    for (const [key, address] of this.#wanted) if (!before.has(key)) this.#later(() => this.#add(key, address))
  }

  /** Also called when an address comes or goes. */
  linkChanged(link: LinkState): void {
    for (const [key, address] of this.#wanted) {
      if (address.device !== link.name || link.ifindex === 0) continue
      const isThere = link.addresses.some(there => there.address === address.address && there.prefix === address.prefix)
      const isNewLink = this.#on.get(key) !== link.ifindex
      // The kernel takes IPv6 addresses from a link that goes down.
      if (isThere || (!isNewLink && (address.noTrack || !link.up))) continue
      if (!isNewLink) this.#log.info('address-restored', { instance: owner, address: address.address })
      this.#later(() => this.#add(key, address))
    }
  }

  /** Resolves when none is there any more. */
  async stop(): Promise<void> {
    this.use([])
    await this.#work
  }

  /** Changes run one after the other, so that the removals of a reload cannot remove what it adds. */
  #later(act: () => Promise<void>): void {
    this.#work = this.#work.then(act)
  }

  async #add(key: string, address: VirtualAddress): Promise<void> {
    const onLink = this.#onLink(address)
    if (onLink === undefined || !this.#wanted.has(key)) return
    this.#on.set(key, onLink.ifindex)
    try {
      await this.#ports.add(onLink)
    } catch (thrown) {
      this.#log.error('address-add-failed', { instance: owner, address: textOf(address), reason: messageOf(thrown) })
    }
  }

  async #remove(key: string, address: VirtualAddress): Promise<void> {
    this.#on.delete(key)
    const onLink = this.#onLink(address)
    if (onLink === undefined) return
    try {
      await this.#ports.remove(onLink)
    } catch (thrown) {
      this.#log.error('address-remove-failed', { instance: owner, address: textOf(address), reason: messageOf(thrown) })
    }
  }

  #onLink(address: VirtualAddress) {
    const link = address.device === undefined ? undefined : this.#ports.link(address.device)
    if (link === undefined || link.ifindex === 0) return undefined
    return { ...address, ifindex: link.ifindex, interface: link.name }
  }
}

function textOf({ address, prefix, device }: VirtualAddress): string {
  return `${address}/${prefix} dev ${device}`
}
