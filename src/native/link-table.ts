// A table of links and their addresses, built from rtnetlink messages. Pure: messages in, changes out. A sweep marks
// all entries old; those that no message has renewed by its end are gone. The monitor runs one around each dump.

import { bytesEqual } from '../lib/bytes.ts'
import type { LinkAddress, LinkState } from '../lib/link.ts'
import type { AddressMessage, LinkMessage } from './rtnetlink.ts'

/** What a message changed. A link that is gone, or has got another name, is given with ifindex 0. */
export interface Changes {
  readonly links: readonly LinkState[]
}

interface Entry {
  /** Without its addresses. */
  link: LinkState
  /** In the kernel's order, whose first address of a network is the primary one. */
  readonly addresses: Map<string, LinkAddress>
  /** Both together; undefined: one of the two has changed since. */
  state: LinkState | undefined
  fresh: boolean
  readonly freshAddresses: Set<string>
}

const nothing: Changes = { links: [] }

export class LinkTable {
  readonly #byIndex = new Map<number, Entry>()
  readonly #byName = new Map<string, Entry>()

  links(): readonly LinkState[] {
    return [...this.#byIndex.values()].map(stateOf)
  }

  link(name: string): LinkState | undefined {
    const entry = this.#byName.get(name)
    return entry === undefined ? undefined : stateOf(entry)
  }

  /** The name of the link with this index. */
  nameOf(ifindex: number): string | undefined {
    return this.#byIndex.get(ifindex)?.link.name
  }

  /** RTM_NEWLINK. */
  setLink(message: LinkMessage): Changes {
    const entry = this.#byIndex.get(message.ifindex)
    const name = message.name ?? entry?.link.name
    // A short event about a link that the dump has not come to yet.
    if (name === undefined) return nothing
    const link = merge(message, name, entry?.link)
    if (entry === undefined) {
      const made: Entry = { link, addresses: new Map(), state: undefined, fresh: true, freshAddresses: new Set() }
      this.#byIndex.set(message.ifindex, made)
      this.#byName.set(name, made)
      return { links: [stateOf(made)] }
    }
    const before = entry.link
    entry.fresh = true
    if (before.name === name && sameLink(before, link)) return nothing
    entry.link = link
    entry.state = undefined
    if (before.name === name) return { links: [stateOf(entry)] }
    this.#forgetName(before.name, entry)
    this.#byName.set(name, entry)
    return { links: [gone(before), stateOf(entry)] }
  }

  /** RTM_DELLINK: its addresses go with it. */
  dropLink(ifindex: number): Changes {
    const entry = this.#byIndex.get(ifindex)
    if (entry === undefined) return nothing
    this.#byIndex.delete(ifindex)
    this.#forgetName(entry.link.name, entry)
    return { links: [gone(entry.link)] }
  }

  /** RTM_NEWADDR: a new address, or a new flag of a known one. True: that is news. Ignored on a link that is not known. */
  setAddress(message: AddressMessage): boolean {
    const entry = this.#byIndex.get(message.ifindex)
    if (entry === undefined) return false
    const address = addressOf(message)
    const id = idOf(address)
    entry.freshAddresses.add(id)
    const known = entry.addresses.get(id)
    if (known !== undefined && sameAddress(known, address)) return false
    entry.addresses.set(id, address)
    entry.state = undefined
    return true
  }

  /** RTM_DELADDR. True: it was there. */
  dropAddress(message: AddressMessage): boolean {
    const entry = this.#byIndex.get(message.ifindex)
    if (entry?.addresses.delete(idOf(addressOf(message))) !== true) return false
    entry.state = undefined
    return true
  }

  beginSweep(): void {
    for (const entry of this.#byIndex.values()) {
      entry.fresh = false
      entry.freshAddresses.clear()
    }
  }

  finishSweep(): Changes {
    const links: LinkState[] = []
    for (const [ifindex, entry] of [...this.#byIndex]) {
      if (!entry.fresh) links.push(...this.dropLink(ifindex).links)
      else if (sweepAddresses(entry)) links.push(stateOf(entry))
    }
    return { links }
  }

  /** After a renaming another link may have the name already. */
  #forgetName(name: string, entry: Entry): void {
    if (this.#byName.get(name) === entry) this.#byName.delete(name)
  }
}

/** True if one was gone. */
function sweepAddresses(entry: Entry): boolean {
  const before = entry.addresses.size
  for (const id of [...entry.addresses.keys()]) if (!entry.freshAddresses.has(id)) entry.addresses.delete(id)
  if (entry.addresses.size === before) return false
  entry.state = undefined
  return true
}

/** Thousands of addresses may come one by one: the list is made when somebody looks. */
function stateOf(entry: Entry): LinkState {
  entry.state ??= { ...entry.link, addresses: [...entry.addresses.values()] }
  return entry.state
}

function merge(message: LinkMessage, name: string, before: LinkState | undefined): LinkState {
  const mac = message.mac ?? before?.mac ?? new Uint8Array(0)
  return {
    name,
    ifindex: message.ifindex,
    up: message.up,
    loopback: message.loopback,
    multicast: message.multicast,
    noArp: message.noArp,
    mtu: message.mtu ?? before?.mtu ?? 0,
    // The loopback link has one of zeros.
    mac: message.loopback ? new Uint8Array(0) : mac,
    addresses: [],
  }
}

function gone(link: LinkState): LinkState {
  return { ...link, ifindex: 0, up: false, addresses: [] }
}

function addressOf(message: AddressMessage): LinkAddress {
  const { family, address, prefix, scope, tentative } = message
  return { family, address, prefix, scope, tentative }
}

/** The kernel tells IPv4 addresses of one link apart by prefix too. */
function idOf(address: LinkAddress): string {
  return `${address.address}/${address.prefix}`
}

function sameAddress(a: LinkAddress, b: LinkAddress): boolean {
  return a.scope === b.scope && a.tentative === b.tentative
}

function sameLink(a: LinkState, b: LinkState): boolean {
  return (
    a.up === b.up &&
    a.loopback === b.loopback &&
    a.multicast === b.multicast &&
    a.noArp === b.noArp &&
    a.mtu === b.mtu &&
    bytesEqual(a.mac, b.mac)
  )
}
