// Spaces gratuitous ARP and unsolicited NA as vrrp_garp_interval and vrrp_gna_interval ask for: at most one per interval on all
// interfaces together. Without an interval everything is sent at once. Pending repetitions of an address never exceed those asked
// for last, and an instance that is MASTER no more has none. Pure but for the two ports.

import type { Family } from '../../lib/ip.ts'
import { US_PER_MS } from '../../lib/time.ts'

export interface Announcement {
  readonly instance: string
  readonly family: Family
  readonly interface: string
  readonly address: string
}

export interface PacerPorts {
  send(announcement: Announcement): void
  later(action: () => void, delayMs: number): { cancel(): void }
}

interface Pending {
  readonly announcement: Announcement
  left: number
}

interface Queue {
  readonly pending: Map<string, Pending>
  timer: { cancel(): void } | undefined
}

export class AnnouncePacer {
  readonly #ports: PacerPorts
  #intervalUs: Readonly<Record<Family, number>> = { 4: 0, 6: 0 }
  readonly #queues: Readonly<Record<Family, Queue>> = {
    4: { pending: new Map(), timer: undefined },
    6: { pending: new Map(), timer: undefined },
  }

  constructor(ports: PacerPorts) {
    this.#ports = ports
  }

  /** Microseconds between two announcements of a family; 0: no spacing. */
  configure(garpIntervalUs: number, gnaIntervalUs: number): void {
    this.#intervalUs = { 4: garpIntervalUs, 6: gnaIntervalUs }
  }

  /** One block: `repeat` times over all the addresses, in the order of repetition as keepalived has it. */
  announce(announcements: readonly Announcement[], repeat: number): void {
    for (const announcement of announcements) {
      const { pending } = this.#queues[announcement.family]
      if (this.#intervalUs[announcement.family] > 0) pending.set(keyOf(announcement), { announcement, left: repeat })
    }
    const unpaced = announcements.filter(({ family }) => this.#intervalUs[family] === 0)
    for (let i = 0; i < repeat; i++) for (const announcement of unpaced) this.#ports.send(announcement)
    this.#run(4)
    this.#run(6)
  }

  /** The instance is not MASTER any more: nothing of it is sent. */
  forget(instance: string): void {
    for (const { pending } of Object.values(this.#queues)) {
      for (const [key, { announcement }] of pending) if (announcement.instance === instance) pending.delete(key)
    }
  }

  stop(): void {
    for (const queue of Object.values(this.#queues)) {
      queue.timer?.cancel()
      queue.timer = undefined
      queue.pending.clear()
    }
  }

  #run(family: Family): void {
    const queue = this.#queues[family]
    if (queue.timer === undefined) this.#sendNext(family, queue)
  }

  #sendNext(family: Family, queue: Queue): void {
    queue.timer = undefined
    const next = queue.pending.entries().next()
    if (next.done) return
    const [key, pending] = next.value
    // Round robin: what has repetitions left goes to the end of the line.
    queue.pending.delete(key)
    pending.left--
    if (pending.left > 0) queue.pending.set(key, pending)
    this.#ports.send(pending.announcement)
    queue.timer = this.#ports.later(() => this.#sendNext(family, queue), this.#intervalUs[family] / US_PER_MS)
  }
}

function keyOf({ interface: name, address }: Announcement): string {
  return `${name} ${address}`
}
