// The part of a simulated host that outlives its processes: the addresses on its one interface, and the cable.

import type { Family } from '../../src/lib/ip.ts'
import type { LinkState } from '../../src/lib/link.ts'
import { link } from '../fixtures/link.ts'

export const interfaceName = 'eth0'
const ifindex = 2

export class SimKernel {
  /** Virtual addresses that are on the interface. */
  readonly present = new Set<string>()
  carrier = true
  readonly #family: Family
  readonly #own: string
  readonly #changed: (address: string, present: boolean) => void

  constructor(family: Family, own: string, changed: (address: string, present: boolean) => void) {
    this.#family = family
    this.#own = own
    this.#changed = changed
  }

  /** True if it was not there. */
  add(address: string): boolean {
    if (this.present.has(address)) return false
    this.present.add(address)
    this.#changed(address, true)
    return true
  }

  remove(address: string): void {
    if (this.present.delete(address)) this.#changed(address, false)
  }

  /** As after a power cycle. */
  clear(): void {
    for (const address of [...this.present]) this.remove(address)
  }

  link(): LinkState {
    const family = this.#family
    const virtual = [...this.present].map(address => ({ family, address, prefix: family === 4 ? 32 : 128, scope: 0 }))
    const own = { family, address: this.#own, prefix: family === 4 ? 24 : 64, scope: family === 4 ? 0 : 253 }
    const addresses = [own, ...virtual].map(address => ({ ...address, tentative: false }))
    return link({ name: interfaceName, ifindex, up: this.carrier, addresses })
  }
}
