// Several VRRP cores on one segment under a virtual clock: the segment delays, loses and partitions, nothing is slept.
// Each router is the real machine with its real packets; the shell around it is the few lines at the end of this file.

import type { VrrpInstance } from '../../../src/config/blocks/instance/model.ts'
import type { Family } from '../../../src/lib/ip.ts'
import type { Instant } from '../../../src/lib/time.ts'
import type { Event } from '../../../src/workers/vrrp/core/event.ts'
import { deadline, initial, transition } from '../../../src/workers/vrrp/core/fsm.ts'
import { sealAdvert } from '../../../src/workers/vrrp/core/seal.ts'
import type { State } from '../../../src/workers/vrrp/core/state.ts'
import { link, start, surroundings } from '../../unit/workers/vrrp/core/fixture.ts'
import { Prng } from '../prng.ts'

export interface RouterSpec {
  readonly params: VrrpInstance
  readonly address: string
}

export interface Router {
  readonly params: VrrpInstance
  readonly address: string
  state: State
  /** Virtual addresses are on the interface. */
  holds: boolean
  /** Not scheduled until then: events wait. */
  asleepUntil: Instant
}

interface Delivery {
  readonly at: Instant
  readonly from: Router
  readonly to: Router
  readonly family: Family
  readonly source: Uint8Array
  readonly bytes: Uint8Array
}

const eventsMax = 2_000_000

export class Network {
  readonly routers: readonly Router[]
  readonly prng: Prng
  now: Instant = start
  lossProbability = 0
  delayMaxUs = 2_000
  /** True if the two cannot hear each other. */
  isCut: (a: Router, b: Router) => boolean = () => false
  adverts = 0
  #flying: Delivery[] = []

  constructor(specs: readonly RouterSpec[], seed: number) {
    this.prng = new Prng(seed)
    this.routers = specs.map(({ params, address }) => {
      return { params, address, state: initial(params, start), holds: false, asleepUntil: start }
    })
  }

  /** Starts every router within the given time. */
  boot(withinUs: number): void {
    for (const router of this.routers) router.asleepUntil = this.now + this.prng.integer(0, withinUs)
    for (const router of [...this.routers].sort((a, b) => a.asleepUntil - b.asleepUntil)) {
      this.runUntil(router.asleepUntil)
      const links = [link({ addresses: [ownAddress(router)] })]
      this.deliver(router, { type: 'start', surroundings: surroundings({ links }), delayUntil: null })
    }
  }

  /** Lets virtual time pass. */
  runUntil(end: Instant): void {
    for (let count = 0; count < eventsMax; count++) {
      const arrival = this.#flying.reduce((first, { at, to }) => Math.min(first, Math.max(at, to.asleepUntil)), end + 1)
      const timer = this.routers.reduce((first, router) => Math.min(first, dueAt(router)), end + 1)
      if (Math.min(arrival, timer) > end) {
        this.now = end
        return
      }
      this.now = Math.max(this.now, Math.min(arrival, timer))
      // What has arrived is heard before a timer fires.
      if (arrival <= timer) this.#arrive()
      else for (const router of this.routers) if (dueAt(router) <= this.now) this.deliver(router, { type: 'timer' })
    }
    throw new Error('the simulation does not come to an end')
  }

  /** One event for one router, now, with its effects. */
  deliver(router: Router, event: Event): void {
    const { state, effects } = transition(router.params, router.state, event, this.now)
    router.state = state
    for (const effect of effects) {
      if (effect.type === 'transmit') this.#transmit(router, effect.priority)
      if (effect.type === 'ensure-addresses') router.holds = effect.present
    }
  }

  masters(): Router[] {
    return this.routers.filter(router => router.state.name === 'master')
  }

  #arrive(): void {
    const ready = this.#flying.filter(({ at, to }) => Math.max(at, to.asleepUntil) <= this.now)
    this.#flying = this.#flying.filter(delivery => !ready.includes(delivery))
    for (const { at, to, family, source, bytes } of ready) {
      const beside = family === 6 ? { source, hopLimit: 255 } : {}
      this.deliver(to, { type: 'frame', frame: { at, interface: 'eth0', family, bytes, ...beside } })
    }
  }

  #transmit(from: Router, priority: number): void {
    const bytes = sealAdvert(from.params, from.state, priority)[0]?.packet
    const source = from.state.world.source
    if (bytes === undefined || source === null) throw new Error('a router sends without an address')
    this.adverts++
    for (const to of this.routers) {
      if (to === from || this.isCut(from, to) || this.prng.chance(this.lossProbability)) continue
      const earliest = this.now + this.prng.integer(20, this.delayMaxUs)
      // A segment does not change the order of one sender's frames.
      const ahead = this.#flying.filter(delivery => delivery.from === from && delivery.to === to)
      const at = ahead.reduce((latest, delivery) => Math.max(latest, delivery.at), earliest)
      this.#flying.push({ at, from, to, family: from.params.family, source, bytes })
    }
  }
}

function dueAt(router: Router): Instant {
  const at = deadline(router.state)
  return at === undefined ? Number.POSITIVE_INFINITY : Math.max(at, router.asleepUntil)
}

function ownAddress(router: Router) {
  const { family } = router.params
  return { family, address: router.address, prefix: 24, scope: family === 4 ? 0 : 253, tentative: false }
}
