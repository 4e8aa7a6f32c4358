// Carries out what the VRRP machines want to be true: addresses, announcements, notifications, log lines. Effects of
// one instance are applied strictly in order, those of different instances side by side. The worker sends adverts by
// itself.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Effect, NotifyState } from '../../workers/vrrp/core/effect.ts'
import type { Holdings } from './kernel/holdings.ts'

interface EffectPorts {
  readonly addresses: Pick<Holdings, 'ensure'>
  /** Sends a block of gratuitous ARP or unsolicited NA: all addresses of the instance, `repeat` times. Must not throw. */
  announce(instance: VrrpInstance, repeat: number): void
  /** The same for one of its addresses. Must not throw. */
  announceAddress(instance: VrrpInstance, address: string, repeat: number): void
  /** Tells once where the address is that adverts come from. Must not throw. */
  announceSource(instance: VrrpInstance, address: string): void
  /** What is still to be announced for the instance is not any more. */
  forgetAnnouncements(instance: VrrpInstance): void
  notify(instance: VrrpInstance, state: NotifyState, priority: number): void
  readonly log: Log
}

/** Steps of one instance that may wait for the kernel; beyond it something is stuck, see #keepNewest. */
const waitingMax = 1_000

type Ensure = Extract<Effect, { readonly type: 'ensure-addresses' }>

interface Chain {
  last: Promise<void>
  waiting: number
  /** How often the role has ended, counted when the step came. */
  endings: number
  /** What the addresses are to be after all that waits, if there was no room for the step that says so. */
  newest: Ensure | undefined
  full: boolean
}

export class EffectRunner {
  readonly #ports: EffectPorts
  readonly #chains = new Map<string, Chain>()

  constructor(ports: EffectPorts) {
    this.#ports = ports
  }

  /** Queues the effects of one step behind what the instance still has to do. Never throws. */
  apply(instance: VrrpInstance, effects: readonly Effect[]): Promise<void> {
    const chain = this.#chainOf(instance)
    if (effects.some(effect => effect.type === 'ensure-addresses' && !effect.present)) chain.endings++
    if (chain.waiting >= waitingMax) return this.#keepNewest(instance, chain, effects)
    const { endings } = chain
    this.#then(instance, chain, () => this.#applyAll(instance, effects, () => chain.endings === endings))
    return chain.last
  }

  #chainOf({ router }: VrrpInstance): Chain {
    const known = this.#chains.get(router)
    if (known !== undefined) return known
    const chain: Chain = { last: Promise.resolve(), waiting: 0, endings: 0, newest: undefined, full: false }
    this.#chains.set(router, chain)
    return chain
  }

  #then(instance: VrrpInstance, chain: Chain, work: () => Promise<void>): void {
    chain.waiting++
    chain.last = chain.last
      .then(work)
      .catch((thrown: unknown) => {
        this.#ports.log.error('effect-failed', { instance: instance.name, reason: messageOf(thrown) })
      })
      .then(() => {
        chain.waiting--
      })
  }

  /** The kernel answers nothing: what has to be told is told at once, and of the addresses only the last word is remembered. */
  #keepNewest(instance: VrrpInstance, chain: Chain, effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.type === 'ensure-addresses') chain.newest = effect
      if (effect.type === 'notify' || effect.type === 'log') void this.#applyOne(instance, effect)
    }
    if (chain.full) return chain.last
    chain.full = true
    const reason = `${waitingMax} steps wait for the kernel`
    this.#ports.log.error('effect-failed', { instance: instance.name, reason })
    this.#then(instance, chain, async () => {
      const { newest } = chain
      chain.newest = undefined
      chain.full = false
      if (newest !== undefined) await this.#applyOne(instance, newest)
    })
    return chain.last
  }

  /** Resolves when everything queued so far has been done. */
  async settled(): Promise<void> {
    await Promise.all([...this.#chains.values()].map(chain => chain.last))
  }

  /** Announcements of a role that has ended meanwhile would send the neighbours to the wrong node. */
  async #applyAll(instance: VrrpInstance, effects: readonly Effect[], lasts: () => boolean): Promise<void> {
    for (const effect of effects) {
      if ((effect.type === 'announce' || effect.type === 'announce-address') && !lasts()) continue
      await this.#applyOne(instance, effect)
    }
  }

  async #applyOne(instance: VrrpInstance, effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'transmit':
        return
      case 'ensure-addresses':
        if (!effect.present) this.#ports.forgetAnnouncements(instance)
        await this.#ports.addresses.ensure(instance, effect.present)
        return
      case 'announce':
        this.#ports.announce(instance, effect.repeat)
        return
      case 'announce-address':
        this.#ports.announceAddress(instance, effect.address, effect.repeat)
        return
      case 'announce-source':
        this.#ports.announceSource(instance, effect.address)
        return
      case 'notify':
        this.#ports.notify(instance, effect.state, effect.priority)
        return
      case 'log':
        this.#ports.log[effect.level](effect.event, { instance: instance.name, ...effect.fields })
    }
  }
}
