// interface_up_down_delays: a link that goes down, or comes up, counts only after it has been so for a while.
// Everything else about a link is passed on at once. A link that is deleted, or another one of the same name, is no
// flapping and is not delayed. Pure but for the ports. keepalived.conf(5) interface_up_down_delays.

import type { LinkDelay } from '../../config/blocks/tracking/model.ts'
import type { LinkState } from '../../lib/link.ts'
import { usPerMs } from '../../lib/time.ts'
import type { Cancellable, Later } from '../actors/timer-port.ts'

interface DebouncePorts {
  /** The state of the link after its delay. */
  tell(link: LinkState): void
  readonly later: Later
}

interface Followed {
  /** The state that was told last. */
  up: boolean
  ifindex: number
  latest: LinkState
  timer: Cancellable | undefined
}

export class LinkDebounce {
  readonly #ports: DebouncePorts
  #delays: ReadonlyMap<string, LinkDelay> = new Map()
  readonly #links = new Map<string, Followed>()

  constructor(ports: DebouncePorts) {
    this.#ports = ports
  }

  /** A delay that is running keeps its length. */
  configure(delays: readonly LinkDelay[]): void {
    this.#delays = new Map(delays.map(delay => [delay.interface, delay]))
  }

  /** The present state of a link. The first one of each counts as it is. */
  link(link: LinkState): void {
    const before = this.#links.get(link.name)
    if (before === undefined || link.ifindex === 0 || link.ifindex !== before.ifindex) {
      this.#settle(link)
      return
    }
    before.latest = link
    if (link.up === before.up) {
      before.timer?.cancel()
      before.timer = undefined
      this.#ports.tell(link)
      return
    }
    const delay = this.#delays.get(link.name)
    const delayUs = (link.up ? delay?.upUs : delay?.downUs) ?? 0
    if (delayUs === 0 && before.timer === undefined) {
      this.#settle(link)
      return
    }
    before.timer ??= this.#ports.later(() => this.#settle(before.latest), delayUs / usPerMs)
    this.#ports.tell({ ...link, up: before.up })
  }

  stop(): void {
    for (const { timer } of this.#links.values()) timer?.cancel()
    this.#links.clear()
  }

  #settle(link: LinkState): void {
    this.#links.get(link.name)?.timer?.cancel()
    this.#links.set(link.name, { up: link.up, ifindex: link.ifindex, latest: link, timer: undefined })
    this.#ports.tell(link)
  }
}
