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
  state: LinkState
  fresh: boolean
  readonly freshAddresses: Set<string>
}

const NOTHING: Changes = { links: [] }

export class LinkTable {
  readonly #byIndex = new Map<number, Entry>()

  links(): readonly LinkState[] {
    return [...this.#byIndex.values()].map(entry => entry.state)
  }

  link(name: string): LinkState | undefined {
    return this.links().find(link => link.name === name)
  }

  /** RTM_NEWLINK. */
  setLink(message: LinkMessage): Changes {
    const entry = this.#byIndex.get(message.ifindex)
    const name = message.name ?? entry?.state.name
    // A short event about a link that the dump has not come to yet.
    if (name === undefined) return NOTHING
    const state = merge(message, name, entry?.state)
    if (entry === undefined) {
      this.#byIndex.set(message.ifindex, { state, fresh: true, freshAddresses: new Set() })
      return { links: [state] }
    }
    const before = entry.state
    entry.state = state
    entry.fresh = true
    if (before.name !== name) return { links: [gone(before), state] }
    return sameLink(before, state) ? NOTHING : { links: [state] }
  }

  /** RTM_DELLINK: its addresses go with it. */
  dropLink(ifindex: number): Changes {
    const entry = this.#byIndex.get(ifindex)
    if (entry === undefined) return NOTHING
    this.#byIndex.delete(ifindex)
    return { links: [gone(entry.state)] }
  }

  /** RTM_NEWADDR: a new address, or a new flag of a known one. Ignored on a link that is not known. */
  setAddress(message: AddressMessage): Changes {
    const entry = this.#byIndex.get(message.ifindex)
    if (entry === undefined) return NOTHING
    const address = addressOf(message)
    entry.freshAddresses.add(idOf(address))
    const known = entry.state.addresses
    const at = known.findIndex(other => idOf(other) === idOf(address))
    if (at >= 0 && sameAddress(known[at]!, address)) return NOTHING
    // In place, for the order is the kernel's, and its first address is the primary one.
    return this.#replace(entry, at < 0 ? [...known, address] : known.with(at, address))
  }

  /** RTM_DELADDR. */
  dropAddress(message: AddressMessage): Changes {
    const entry = this.#byIndex.get(message.ifindex)
    if (entry === undefined) return NOTHING
    const address = addressOf(message)
    const rest = entry.state.addresses.filter(other => idOf(other) !== idOf(address))
    if (rest.length === entry.state.addresses.length) return NOTHING
    return this.#replace(entry, rest)
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
      const changes = entry.fresh ? this.#sweepAddresses(entry) : this.dropLink(ifindex)
      links.push(...changes.links)
    }
    return { links }
  }

  #sweepAddresses(entry: Entry): Changes {
    const isFresh = (address: LinkAddress) => entry.freshAddresses.has(idOf(address))
    if (entry.state.addresses.every(isFresh)) return NOTHING
    return this.#replace(entry, entry.state.addresses.filter(isFresh))
  }

  #replace(entry: Entry, addresses: readonly LinkAddress[]): Changes {
    entry.state = { ...entry.state, addresses }
    return { links: [entry.state] }
  }
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
    addresses: before?.addresses ?? [],
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
