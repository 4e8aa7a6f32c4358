// Decides which changes of links the worker is told: those of links that an instance uses or tracks (a host may have
// thousands that come and go), after their delays (link-debounce.ts), and only if they are new to the worker. Pure but
// for its ports.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { Config } from '../../config/model.ts'
import type { LinkState } from '../../lib/link.ts'
import { ownerPriority } from '../../lib/priority.ts'
import type { Later } from '../actors/timer-port.ts'
import { type Announcement, announcementsOf } from './kernel/announcement.ts'
import { LinkDebounce } from './link-debounce.ts'

interface LinkNewsPorts {
  link(name: string): LinkState | undefined
  /** Tells the worker. */
  tell(link: LinkState): void
  readonly later: Later
}

type LinkUsers = Pick<Config, 'instances' | 'syncGroups' | 'linkDelays'>

export class LinkNews {
  readonly #ports: LinkNewsPorts
  readonly #debounce: LinkDebounce
  #watched: ReadonlySet<string> = new Set()
  /** Addresses that come and go with a role, each on its link. */
  #virtual: ReadonlySet<string> = new Set()
  /** Link -> what the worker was told of it last. */
  readonly #told = new Map<string, string>()

  constructor(ports: LinkNewsPorts) {
    this.#ports = ports
    this.#debounce = new LinkDebounce({ tell: link => this.#tell(link), later: ports.later })
  }

  /** Takes a configuration and tells of all its links anew. */
  use(config: LinkUsers): void {
    const ofGroups = config.syncGroups.flatMap(group => group.trackedInterfaces.map(tracked => tracked.interface))
    this.#watched = new Set([...config.instances.flatMap(linksOf), ...ofGroups])
    this.#virtual = new Set(config.instances.filter(comesAndGoes).flatMap(announcementsOf).map(keyOf))
    this.#told.clear()
    this.#debounce.configure(config.linkDelays)
    for (const name of this.#watched) {
      const link = this.#ports.link(name)
      if (link !== undefined) this.#debounce.link(link)
    }
  }

  isWatched(name: string): boolean {
    return this.#watched.has(name)
  }

  /** The present state of a link that is watched. */
  link(link: LinkState): void {
    this.#debounce.link(link)
  }

  stop(): void {
    this.#debounce.stop()
  }

  /**
   * Virtual addresses are no news to the worker, and there are as many events of them as addresses: with 255 instances on a
   * link each of 255 machines would look at 255 changes.
   */
  #tell(link: LinkState): void {
    const own = {
      ...link,
      addresses: link.addresses.filter(({ address }) => !this.#virtual.has(keyOf({ interface: link.name, address }))),
    }
    const text = JSON.stringify({ ...own, mac: [...own.mac] })
    if (this.#told.get(link.name) === text) return
    this.#told.set(link.name, text)
    this.#ports.tell(own)
  }
}

/** The addresses of an owner are the real ones of its link, and may be all that it has to send from. */
function comesAndGoes({ priority }: VrrpInstance): boolean {
  return priority !== ownerPriority
}

function keyOf({ interface: link, address }: Pick<Announcement, 'interface' | 'address'>): string {
  return `${link} ${address}`
}

function linksOf(instance: VrrpInstance): string[] {
  return [
    instance.interface,
    ...[...instance.addresses, ...instance.excludedAddresses].flatMap(address => address.device ?? []),
    ...instance.trackedInterfaces.map(tracked => tracked.interface),
  ]
}
