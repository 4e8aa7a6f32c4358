// The addresses that we are about to remove ourselves, so that the kernel's report of it is not taken for somebody else's doing.
// The sender in the message does not serve: IPv6 removals carry none, and when the kernel drops the IPv4 secondaries of a
// primary that we removed, those messages carry ours although nobody asked for it. Pure; the clock is an argument.

import type { Family } from '../lib/ip.ts'
import type { Instant } from '../lib/time.ts'
import { usPerSecond } from '../lib/time.ts'

export interface AddressKey {
  readonly ifindex: number
  readonly family: Family
  /** Canonical text. */
  readonly address: string
}

/** A report that has not come by then was lost, and must not hide a later removal by somebody else. */
const LIFETIME_US = 5 * usPerSecond
const ENTRIES_MAX = 65_536

export class OwnRemovals {
  readonly #entries = new Map<string, Instant[]>()

  /** We are going to send a removal. */
  expect(key: AddressKey, now: Instant): void {
    if (this.#entries.size >= ENTRIES_MAX) this.#entries.clear()
    const id = idOf(key)
    this.#entries.set(id, [...(this.#entries.get(id) ?? []), now])
  }

  /** The kernel refused it: no report will come. */
  withdraw(key: AddressKey, now: Instant): void {
    this.consume(key, now)
  }

  /** A removal is reported: was it one of ours? Each expectation serves once. */
  consume(key: AddressKey, now: Instant): boolean {
    const id = idOf(key)
    const fresh = (this.#entries.get(id) ?? []).filter(since => now - since <= LIFETIME_US)
    const ours = fresh.shift() !== undefined
    if (fresh.length === 0) this.#entries.delete(id)
    else this.#entries.set(id, fresh)
    return ours
  }
}

function idOf(key: AddressKey): string {
  return `${key.ifindex} ${key.family} ${key.address}`
}
