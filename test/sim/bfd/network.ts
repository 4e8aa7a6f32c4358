// Two routers and the wire between them: loss, delay and cuts, on a virtual clock. What it does follows from the seed alone.

import type { BfdInstance } from '../../../src/config/blocks/bfd/model.ts'
import { type Instant, usPerSecond } from '../../../src/lib/time.ts'
import { bfdInstance } from '../../unit/workers/bfd/core/fixture.ts'
import { Router } from './router.ts'

export interface Wire {
  /** Share of packets that are lost, 0..1. */
  loss: number
  cut: boolean
}

interface Flight {
  readonly at: Instant
  readonly to: Router
  readonly bytes: Uint8Array
}

const DELAY_MAX_US = 500
const TURNS_MAX = 2_000_000

export class Network {
  readonly routers: readonly [Router, Router]
  readonly wire: Wire = { loss: 0, cut: false }
  readonly #random: () => number
  readonly #flights: Flight[] = []
  now: Instant = 10 * usPerSecond

  constructor(random: () => number, changes: readonly [Partial<BfdInstance>, Partial<BfdInstance>]) {
    this.#random = random
    const [a, b] = [bfdInstance(changes[0]), bfdInstance({ neighbor: '10.0.0.1', source: '10.0.0.2', ...changes[1] })]
    const routers: [Router, Router] = [
      new Router(a, random, bytes => this.#fly(routers[1], bytes)),
      new Router(b, random, bytes => this.#fly(routers[0], bytes)),
    ]
    this.routers = routers
  }

  /** Lets virtual time pass. */
  run(durationUs: number): void {
    const end = this.now + durationUs
    for (let turns = 0; turns < TURNS_MAX; turns++) {
      const next = Math.min(
        this.#flights[0]?.at ?? Number.POSITIVE_INFINITY,
        ...this.routers.map(each => each.nextAt()),
      )
      if (next > end) {
        this.now = end
        return
      }
      this.now = Math.max(this.now, next)
      this.#land()
      for (const router of this.routers) router.turn(this.now)
    }
    throw new Error('the simulation does not come to an end')
  }

  #fly(to: Router, bytes: Uint8Array): void {
    if (this.wire.cut || this.#random() < this.wire.loss) return
    // A link delays, but what was sent first comes first.
    const before = this.#flights.findLast(flight => flight.to === to)?.at ?? 0
    const at = Math.max(before, this.now + 1 + Math.floor(this.#random() * DELAY_MAX_US))
    this.#flights.push({ at, to, bytes })
    this.#flights.sort((a, b) => a.at - b.at)
  }

  #land(): void {
    while (this.#flights[0] !== undefined && this.#flights[0].at <= this.now) {
      const { to, bytes } = this.#flights.shift()!
      const { neighbor, source } = to.params
      to.deliver({ source: neighbor, destination: source ?? '', hops: 255, multihop: to.params.multihop, bytes })
    }
  }
}
