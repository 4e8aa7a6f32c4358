// The worker's picture of its host: links, scripts, other things that are tracked, and the sockets it may borrow. Kept
// for machines that begin later; each piece of news comes back as the event that the machines get.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { ToVrrp, TransmitSocket } from '../../ipc/messages/vrrp.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Readings } from '../../lib/tracked-reading.ts'
import { listeningPlaceOf } from './core/destination.ts'
import type { Event, ScriptStatus, Surroundings } from './core/event.ts'
import { reservedAddresses } from './core/tracking.ts'

type Start = Pick<Extract<ToVrrp, { t: 'start' }>, 'links' | 'scripts' | 'readings' | 'sockets' | 'broken'>
type Hearing = Extract<Event, { readonly type: 'hearing' }>

export class Host {
  readonly #links = new Map<string, LinkState>()
  readonly #sockets = new Map<string, TransmitSocket>()
  #broken: Readonly<Record<string, string>> = {}
  #scripts: Readonly<Record<string, ScriptStatus>> = {}
  #readings: Readings = {}
  #reserved: readonly string[] = []

  /** What is known at the start. */
  start({ links, scripts, readings, sockets, broken }: Start): void {
    for (const link of links) this.#links.set(link.name, link)
    this.#scripts = { ...scripts }
    this.#readings = readings
    this.useSockets({ sockets, broken })
  }

  link(link: LinkState): Event {
    this.#links.set(link.name, link)
    return this.#linkEvent(link)
  }

  script(script: string, status: ScriptStatus): Event {
    this.#scripts = { ...this.#scripts, [script]: status }
    return { type: 'script', script, status }
  }

  reading(object: string, value: number): Event {
    this.#readings = { ...this.#readings, [object]: value }
    return { type: 'reading', object, value }
  }

  /** The virtual addresses of these instances are never source addresses. */
  reserve(instances: readonly VrrpInstance[]): void {
    this.#reserved = reservedAddresses(instances)
  }

  /** All descriptors there are now, and why others are not there. */
  useSockets({ sockets, broken }: Pick<Start, 'sockets' | 'broken'>): void {
    this.#broken = broken
    this.#sockets.clear()
    for (const socket of sockets) this.#sockets.set(socketKey(socket), socket)
  }

  /** Whether the socket is there by which this instance hears. */
  hearing(params: VrrpInstance): Hearing {
    return { type: 'hearing', deaf: this.#broken[listeningPlaceOf(params)] ?? null }
  }

  surroundings(params: VrrpInstance): Surroundings {
    return {
      deaf: this.hearing(params).deaf,
      links: [...this.#links.values()],
      scripts: this.#scripts,
      readings: this.#readings,
      reserved: this.#reserved,
    }
  }

  /** The same as news, for a machine that may have missed some. */
  events(params: VrrpInstance): Event[] {
    return [
      this.hearing(params),
      ...[...this.#links.values()].map(link => this.#linkEvent(link)),
      ...Object.entries(this.#scripts).map(([script, status]) => ({ type: 'script', script, status }) as const),
      ...Object.entries(this.#readings).map(([object, value]) => ({ type: 'reading', object, value }) as const),
    ]
  }

  /** The descriptor that an instance sends on; undefined: it cannot send at present. */
  wayOut(
    params: Pick<VrrpInstance, 'interface' | 'family'>,
  ): { readonly socket: TransmitSocket; readonly link: LinkState } | undefined {
    const socket = this.#sockets.get(socketKey(params))
    const link = this.#links.get(params.interface)
    return socket === undefined || link === undefined ? undefined : { socket, link }
  }

  #linkEvent(link: LinkState): Event {
    return { type: 'link', link, reserved: this.#reserved }
  }
}

function socketKey({ interface: name, family }: Pick<VrrpInstance, 'interface' | 'family'>): string {
  return `${name}/${family}`
}
