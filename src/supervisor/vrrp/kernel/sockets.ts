// The sockets that VRRP needs at present: per interface, family and group one that receives (handed on as frames) and one that
// sends (lent to the worker, used here in its stead); all unicast instances of an interface share theirs. Follows the links: an
// interface that went away and came back gets new ones. Main thread only.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { BridgeOrder, TransmitSocket } from '../../../ipc/messages/vrrp.ts'
import { messageOf } from '../../../lib/errors.ts'
import { type Family, formatIp } from '../../../lib/ip.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import type { LentDescriptor } from '../../../native/lent-descriptor.ts'
import { openReceiveSocket, type ReceiveSocket } from '../../../native/receive-socket.ts'
import { openTransmitSocket, transmit } from '../../../native/transmit-socket.ts'
import { sharedDestinationOf } from '../../../workers/vrrp/core/destination.ts'
import type { ReceivedFrame } from '../../../workers/vrrp/core/event.ts'
import type { SealedAdvert } from '../../../workers/vrrp/core/seal.ts'

interface VrrpSocketPorts {
  readonly log: Log
  link(name: string): LinkState | undefined
  frame(frame: ReceivedFrame): void
  /** The set of transmit descriptors is another one. */
  changed(): void
}

interface Need {
  readonly interface: string
  readonly family: Family
  /** Multicast group or broadcast address; null: unicast. */
  readonly group: string | null
  readonly protocol: 51 | 112
}

interface Open {
  readonly need: Need
  readonly ifindex: number
  readonly receiver: ReceiveSocket
  readonly transmitter: LentDescriptor
}

export class VrrpSockets {
  readonly #ports: VrrpSocketPorts
  #needs: readonly Need[] = []
  readonly #open = new Map<string, Open>()
  readonly #complained = new Set<string>()

  constructor(ports: VrrpSocketPorts) {
    this.#ports = ports
  }

  /**
   * Opens what the instances need. What they need no longer stays open until closeSurplus(): instances that a reload removed say
   * goodbye on it. Failures are logged and tried again when a link changes.
   */
  use(instances: readonly VrrpInstance[]): void {
    this.#needs = instances.map(needOf)
    if (this.#openMissing()) this.#ports.changed()
  }

  /** Closes what the present instances do not need. */
  closeSurplus(): void {
    const wanted = new Set(this.#needs.map(keyOf))
    let changed = false
    for (const [key, open] of this.#open) {
      if (wanted.has(key)) continue
      this.#close(key, open)
      changed = true
    }
    if (changed) this.#ports.changed()
  }

  /** A link has changed: sockets of a link that was replaced are useless, those of a new one are missing. */
  linkChanged(link: LinkState): void {
    let changed = false
    for (const [key, open] of this.#open) {
      if (open.need.interface !== link.name || open.ifindex === link.ifindex) continue
      this.#close(key, open)
      changed = true
    }
    changed = this.#openMissing() || changed
    if (changed) this.#ports.changed()
  }

  /** What workers may borrow. */
  transmitters(): TransmitSocket[] {
    return [...this.#open.values()].map(({ need, transmitter }) => ({
      interface: need.interface,
      family: need.family,
      fd: transmitter.fd,
    }))
  }

  /** Sends one sealed advert at once, from the main thread; without a socket or link for it nothing happens. */
  transmit({ interface: name, family, template }: BridgeOrder, { destination, packet }: SealedAdvert): void {
    const open = [...this.#open.values()].find(({ need }) => need.interface === name && need.family === family)
    const link = this.#ports.link(name)
    if (open === undefined || link === undefined) return
    const source = family === 6 ? formatIp(template.source) : undefined
    transmit(open.transmitter.fd, family, link.ifindex, destination, source, packet, template.ttl)
  }

  close(): void {
    for (const [key, open] of this.#open) this.#close(key, open)
  }

  #openMissing(): boolean {
    let opened = false
    for (const need of this.#needs) {
      const key = keyOf(need)
      const link = this.#ports.link(need.interface)
      if (this.#open.has(key) || link === undefined || link.ifindex === 0) continue
      opened = this.#openOne(key, need, link.ifindex) || opened
    }
    return opened
  }

  #openOne(key: string, need: Need, ifindex: number): boolean {
    const { interface: name, family, group, protocol } = need
    let receiver: ReceiveSocket | undefined
    try {
      receiver = openReceiveSocket(
        { interface: name, ifindex, family, group, protocol },
        frame => this.#ports.frame(frame),
        (error, usable) => this.#failed(key, error.message, usable),
      )
      const transmitter = openTransmitSocket({ interface: name, ifindex, family })
      this.#open.set(key, { need, ifindex, receiver, transmitter })
      this.#complained.delete(key)
      return true
    } catch (thrown) {
      receiver?.close()
      this.#complain(key, messageOf(thrown))
      return false
    }
  }

  /** A socket broke while in use, as when its interface vanished: closed now, opened again with the next link change. */
  #failed(key: string, reason: string, usable: boolean): void {
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#complain(key, reason)
    if (usable) return
    this.#close(key, open)
    this.#ports.changed()
  }

  #complain(key: string, reason: string): void {
    if (this.#complained.has(key)) return
    this.#complained.add(key)
    this.#ports.log.error('vrrp-socket-failed', { socket: key, reason })
  }

  #close(key: string, open: Open): void {
    this.#open.delete(key)
    open.receiver.close()
    open.transmitter.close()
  }
}

function needOf(instance: VrrpInstance): Need {
  return {
    interface: instance.interface,
    family: instance.family,
    group: sharedDestinationOf(instance),
    protocol: instance.authentication.type === 'ah' ? 51 : 112,
  }
}

function keyOf(need: Need): string {
  return `${need.interface}/${need.family}/${need.group ?? 'unicast'}/${need.protocol}`
}
