// The sockets that VRRP needs at present: per interface, family and group one that receives (handed on as frames) and one that
// sends (lent to the worker, used here in its stead); all unicast instances of an interface share theirs. Follows the links: an
// interface that went away and came back gets new ones. What cannot be opened is told to the worker, whose instances are at fault
// until it can: they would not notice another MASTER. Main thread only.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { BridgeOrder } from '../../../ipc/messages/vrrp.ts'
import { messageOf } from '../../../lib/errors.ts'
import { type Family, formatIp } from '../../../lib/ip.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs, usPerSecond } from '../../../lib/time.ts'
import type { LentDescriptor } from '../../../native/lent-descriptor.ts'
import { errnoName } from '../../../native/libc.ts'
import { openReceiveSocket, type ReceiveSocket } from '../../../native/receive-socket.ts'
import { openTransmitSocket, transmit } from '../../../native/transmit-socket.ts'
import { listeningPlaceOf, sharedDestinationOf } from '../../../workers/vrrp/core/destination.ts'
import type { ReceivedFrame } from '../../../workers/vrrp/core/event.ts'
import type { SealedAdvert } from '../../../workers/vrrp/core/seal.ts'
import type { Cancellable, Later } from '../../actors/timer-port.ts'
import type { LentSockets } from '../worker/state.ts'

interface VrrpSocketPorts {
  readonly log: Log
  link(name: string): LinkState | undefined
  frame(frame: ReceivedFrame): void
  /** The set of transmit descriptors is another one, or that of the sockets that are not there. */
  changed(): void
  readonly later: Later
}

interface Need {
  readonly key: string
  readonly interface: string
  readonly family: Family
  /** Multicast group or broadcast address; null: unicast. */
  readonly group: string | null
  readonly protocol: 51 | 112
}

interface Open {
  readonly need: Need
  readonly ifindex: number
  readonly openedAt: Instant
  readonly receiver: ReceiveSocket
  readonly transmitter: LentDescriptor
}

/** Enough for all sockets of a large host; no reason to say more. */
const complaintsMax = 1_000
const ipv6MtuMin = 1_280
const retryEveryMs = usPerSecond / usPerMs

export class VrrpSockets {
  readonly #ports: VrrpSocketPorts
  #needs: readonly Need[] = []
  readonly #open = new Map<string, Open>()
  /** Why a socket that is needed is not there, by listeningPlaceOf(). */
  readonly #broken = new Map<string, string>()
  /** What was said of sockets that are in use. */
  readonly #complained = new Set<string>()
  #retrying: Cancellable | undefined

  constructor(ports: VrrpSocketPorts) {
    this.#ports = ports
  }

  /**
   * Opens what the instances need. What they need no longer stays open until closeSurplus(): instances that a reload removed say
   * goodbye on it. Failures are logged, told, and tried again each second and when a link changes.
   */
  use(instances: readonly VrrpInstance[]): void {
    this.#needs = [...new Map(instances.map(needOf).map(need => [need.key, need])).values()]
    if (this.#openMissing()) this.#ports.changed()
  }

  /** Closes what the present instances do not need. */
  closeSurplus(): void {
    const wanted = new Set(this.#needs.map(({ key }) => key))
    let changed = false
    for (const [key, open] of this.#open) {
      if (wanted.has(key)) continue
      this.#close(key, open)
      changed = true
    }
    if (changed) this.#ports.changed()
  }

  /**
   * A link has changed: sockets of a link that was replaced are useless, those of a new one are missing. Below an MTU of 1280 the
   * kernel takes IPv6 off the link, and with it the membership of a socket that stays open and hears nothing ever after.
   */
  linkChanged(link: LinkState): void {
    let changed = false
    for (const [key, open] of this.#open) {
      if (open.need.interface !== link.name || (open.ifindex === link.ifindex && !isWithoutIpv6(open.need, link)))
        continue
      this.#close(key, open)
      changed = true
    }
    changed = this.#openMissing() || changed
    if (changed) this.#ports.changed()
  }

  /** What workers may borrow, and by what they cannot hear. */
  lent(): LentSockets {
    const sockets = [...this.#open.values()].map(({ need, transmitter }) => ({
      interface: need.interface,
      family: need.family,
      fd: transmitter.fd,
    }))
    return { sockets, broken: Object.fromEntries(this.#broken) }
  }

  /** Sends one sealed advert at once, from the main thread; without a socket or link for it nothing happens. */
  transmit({ interface: name, family, template }: BridgeOrder, { destination, packet }: SealedAdvert): void {
    const open = [...this.#open.values()].find(({ need }) => need.interface === name && need.family === family)
    const link = this.#ports.link(name)
    if (open === undefined || link === undefined) return
    const source = family === 6 ? formatIp(template.source) : undefined
    const errno = transmit(open.transmitter.fd, family, link.ifindex, destination, source, packet, template.ttl)
    if (errno !== 0) this.#complain(open.need.key, `${errnoName(errno)}, sending for the worker to ${destination}`)
  }

  close(): void {
    this.#retrying?.cancel()
    this.#needs = []
    for (const [key, open] of this.#open) this.#close(key, open)
  }

  /** True if more is there than before, or less is known to be broken, or more. Without its link a socket is not broken. */
  #openMissing(): boolean {
    const before = new Map(this.#broken)
    this.#broken.clear()
    let opened = false
    for (const need of this.#needs) {
      const link = this.#ports.link(need.interface)
      if (this.#open.has(need.key) || link === undefined || link.ifindex === 0) continue
      const reason = isWithoutIpv6(need, link)
        ? `IPv6 needs an MTU of 1280, not ${link.mtu}`
        : this.#openOne(need, link.ifindex)
      if (reason === null) opened = true
      else this.#broken.set(need.key, reason)
    }
    this.#tellOf(before)
    this.#retry()
    return opened || !isSame(before, this.#broken)
  }

  #tellOf(before: ReadonlyMap<string, string>): void {
    const { log } = this.#ports
    for (const [socket, reason] of this.#broken) {
      if (before.get(socket) !== reason) log.error('vrrp-socket-failed', { socket, reason })
    }
    for (const socket of before.keys()) if (this.#open.has(socket)) log.info('vrrp-socket-back', { socket })
  }

  #retry(): void {
    this.#retrying?.cancel()
    this.#retrying = undefined
    if (this.#broken.size === 0) return
    this.#retrying = this.#ports.later(() => {
      if (this.#openMissing()) this.#ports.changed()
    }, retryEveryMs)
  }

  /** null: it is open, else why it is not. */
  #openOne(need: Need, ifindex: number): string | null {
    const { key, interface: name, family, group, protocol } = need
    let receiver: ReceiveSocket | undefined
    try {
      receiver = openReceiveSocket(
        { interface: name, ifindex, family, group, protocol },
        frame => this.#ports.frame(frame),
        (error, usable) => this.#failed(key, error.message, usable),
      )
      const transmitter = openTransmitSocket({ interface: name, ifindex, family })
      this.#open.set(key, { need, ifindex, openedAt: monotonicNowUs(), receiver, transmitter })
      return null
    } catch (thrown) {
      receiver?.close()
      return messageOf(thrown)
    }
  }

  /**
   * A socket broke while in use, as when its interface vanished: opened anew at once, or with the next retry if it had just been
   * opened. One that still works is kept.
   */
  #failed(key: string, reason: string, usable: boolean): void {
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#complain(key, reason)
    if (usable) return
    this.#close(key, open)
    if (monotonicNowUs() - open.openedAt > retryEveryMs * usPerMs) this.#openMissing()
    else {
      this.#broken.set(key, reason)
      this.#retry()
    }
    this.#ports.changed()
  }

  /** Once for each reason. */
  #complain(key: string, reason: string): void {
    const complaint = `${key} ${reason}`
    if (this.#complained.has(complaint) || this.#complained.size >= complaintsMax) return
    this.#complained.add(complaint)
    this.#ports.log.error('vrrp-socket-error', { socket: key, reason })
  }

  #close(key: string, open: Open): void {
    this.#open.delete(key)
    open.receiver.close()
    open.transmitter.close()
  }
}

function needOf(instance: VrrpInstance): Need {
  return {
    key: listeningPlaceOf(instance),
    interface: instance.interface,
    family: instance.family,
    group: sharedDestinationOf(instance),
    protocol: instance.authentication.type === 'ah' ? 51 : 112,
  }
}

/** RFC 8200 section 5: a link with less has no IPv6. */
function isWithoutIpv6({ family }: Need, { mtu }: LinkState): boolean {
  return family === 6 && mtu < ipv6MtuMin
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
