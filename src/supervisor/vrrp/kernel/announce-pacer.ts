// Spaces gratuitous ARP and unsolicited NA: at most one per interval on each interface (vrrp_garp_interval,
// vrrp_gna_interval), or on the interfaces of a garp_group together. Without an interval everything is sent at once.
// Pending repetitions of an address never exceed those asked for last, and an instance that is MASTER no more has none.
// Pure but for the two ports.

import type { GarpGroup } from '../../../config/blocks/instance/model.ts'
import type { Family } from '../../../lib/ip.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { Cancellable, Later } from '../../actors/timer-port.ts'
import type { Announcement } from './announcement.ts'

interface PacerPorts {
  send(announcement: Announcement): void
  readonly later: Later
}

interface Pending {
  readonly announcement: Announcement
  left: number
}

interface Queue {
  intervalUs: number
  readonly pending: Map<string, Pending>
  timer: Cancellable | undefined
}

/** Microseconds between two announcements; 0: no spacing. */
type Intervals = Readonly<Record<Family, number>>

export class AnnouncePacer {
  readonly #ports: PacerPorts
  #intervals: Intervals = { 4: 0, 6: 0 }
  /** Interface -> its group. */
  #groups: ReadonlyMap<string, { readonly key: string; readonly intervals: Intervals }> = new Map()
  /** By family and interface or group; made when first needed. */
  readonly #queues = new Map<string, Queue>()

  constructor(ports: PacerPorts) {
    this.#ports = ports
  }

  /** The defaults in microseconds, and the groups that have intervals of their own. What is pending stays. */
  configure(garpIntervalUs: number, gnaIntervalUs: number, groups: readonly GarpGroup[] = []): void {
    this.#intervals = { 4: garpIntervalUs, 6: gnaIntervalUs }
    this.#groups = new Map(
      groups.flatMap(group => {
        const intervals = { 4: group.garpIntervalUs, 6: group.gnaIntervalUs }
        return group.interfaces.map(name => [name, { key: group.interfaces.join(' '), intervals }] as const)
      }),
    )
  }

  /** One block: `repeat` times over all the addresses, in the order of repetition as keepalived has it. */
  announce(announcements: readonly Announcement[], repeat: number): void {
    const queues = new Set<Queue>()
    const unpaced: Announcement[] = []
    for (const announcement of announcements) {
      const queue = this.#queueOf(announcement)
      if (queue === undefined) unpaced.push(announcement)
      else {
        queue.pending.set(keyOf(announcement), { announcement, left: repeat })
        queues.add(queue)
      }
    }
    for (let i = 0; i < repeat; i++) for (const announcement of unpaced) this.#ports.send(announcement)
    for (const queue of queues) if (queue.timer === undefined) this.#sendNext(queue)
  }

  /** The instance is not MASTER any more: nothing of it is sent. */
  forget(instance: string): void {
    for (const { pending } of this.#queues.values()) {
      for (const [key, { announcement }] of pending) if (announcement.instance === instance) pending.delete(key)
    }
  }

  stop(): void {
    for (const queue of this.#queues.values()) queue.timer?.cancel()
    this.#queues.clear()
  }

  /** undefined: the interface has no spacing. */
  #queueOf({ family, interface: name }: Announcement): Queue | undefined {
    const group = this.#groups.get(name)
    const intervalUs = (group?.intervals ?? this.#intervals)[family]
    if (intervalUs === 0) return undefined
    const key = `${family} ${group?.key ?? name}`
    const queue = this.#queues.get(key) ?? { intervalUs, pending: new Map(), timer: undefined }
    queue.intervalUs = intervalUs
    this.#queues.set(key, queue)
    return queue
  }

  #sendNext(queue: Queue): void {
    queue.timer = undefined
    const next = queue.pending.entries().next()
    if (next.done) return
    const [key, pending] = next.value
    // Round robin: an address with repetitions left goes to the end of the queue.
    queue.pending.delete(key)
    pending.left--
    if (pending.left > 0) queue.pending.set(key, pending)
    this.#ports.send(pending.announcement)
    queue.timer = this.#ports.later(() => this.#sendNext(queue), queue.intervalUs / usPerMs)
  }
}

function keyOf({ interface: name, address }: Announcement): string {
  return `${name} ${address}`
}
