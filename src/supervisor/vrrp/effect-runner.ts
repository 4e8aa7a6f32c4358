// Carries out what the VRRP machines want to be true: addresses, announcements, notifications, log lines. Effects of one
// instance are applied strictly in order, those of different instances side by side. Adverts are not its business.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Effect, NotifyState } from '../../workers/vrrp/core/effect.ts'
import type { HeldAddresses } from './kernel/held-addresses.ts'

interface EffectPorts {
  readonly addresses: HeldAddresses
  /** Sends a block of gratuitous ARP or unsolicited NA: all addresses of the instance, `repeat` times. Must not throw. */
  announce(instance: VrrpInstance, repeat: number): void
  /** Tells once where the address is that adverts come from. Must not throw. */
  announceSource(instance: VrrpInstance, address: string): void
  /** What is still to be announced for the instance is not any more. */
  forgetAnnouncements(instance: VrrpInstance): void
  notify(instance: VrrpInstance, state: NotifyState, priority: number): void
  readonly log: Log
}

/** Steps of one instance that may wait for the kernel; beyond it something is stuck and we want to be restarted. */
const WAITING_MAX = 1_000

export class EffectRunner {
  readonly #ports: EffectPorts
  readonly #chains = new Map<string, { last: Promise<void>; waiting: number }>()

  constructor(ports: EffectPorts) {
    this.#ports = ports
  }

  /** Queues the effects of one step behind what the instance still has to do. */
  apply(instance: VrrpInstance, effects: readonly Effect[]): Promise<void> {
    const chain = this.#chains.get(instance.router) ?? { last: Promise.resolve(), waiting: 0 }
    this.#chains.set(instance.router, chain)
    if (chain.waiting >= WAITING_MAX) throw new Error(`${instance.name}: ${WAITING_MAX} steps wait for the kernel`)
    chain.waiting++
    chain.last = chain.last
      .then(() => this.#applyAll(instance, effects))
      .catch((thrown: unknown) => {
        this.#ports.log.error('effect-failed', { instance: instance.name, reason: messageOf(thrown) })
      })
      .then(() => {
        chain.waiting--
      })
    return chain.last
  }

  /** Resolves when everything queued so far has been done. */
  async settled(): Promise<void> {
    await Promise.all([...this.#chains.values()].map(chain => chain.last))
  }

  async #applyAll(instance: VrrpInstance, effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) await this.#applyOne(instance, effect)
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
