// A small network to test in: a bridge, routers and clients, each a namespace of its own, and everything that is seen
// in it on one timeline. Whatever happens, `close` and the exit handlers leave nothing behind.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AddressMonitor } from './address-monitor.ts'
import { removeNamespaceNow, run } from './command.ts'
import type { AdvertEvent, AnnounceEvent, LabEvent } from './event.ts'
import { labFolder, newLabName, sweepLeftovers } from './leftovers.ts'
import { LabNode, type NodeOptions } from './node.ts'
import { Router } from './router.ts'
import { Timeline } from './timeline.ts'
import { WireObserver } from './wire.ts'

export interface LabOptions {
  /** Names of the routers, one or two letters each. Default: a and b. */
  readonly routers?: readonly string[]
  /** Name of the interface in every node. Default: eth0. */
  readonly interface?: string
  /** Addresses with prefix of a node that differ from the default 10.77.0.(11 + n)/24 and fd77::(11 + n)/64. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>
}

const CLIENT = 'client'
const open = new Set<Lab>()

export class Lab {
  readonly name = newLabName()
  readonly folder = labFolder(this.name)
  readonly timeline = new Timeline()
  readonly client: LabNode
  readonly wire: WireObserver
  readonly #routers = new Map<string, Router>()
  readonly #monitors: AddressMonitor[] = []
  readonly #closers: (() => void)[] = []

  /** Creates the network; resolves when the observers see everything. */
  static async create(options: LabOptions = {}): Promise<Lab> {
    cleanUpAtExit()
    const lab = new Lab(options)
    open.add(lab)
    try {
      await lab.#build()
    } catch (thrown) {
      await lab.close()
      throw thrown
    }
    return lab
  }

  /** Creates a lab, hands it over, and removes it whatever happened. */
  static async with<T>(options: LabOptions, use: (lab: Lab) => Promise<T>): Promise<T> {
    const lab = await Lab.create(options)
    try {
      return await use(lab)
    } finally {
      await lab.close()
    }
  }

  private constructor(options: LabOptions) {
    mkdirSync(this.folder, { recursive: true })
    const record = (event: LabEvent) => this.timeline.record(event)
    for (const [index, name] of (options.routers ?? ['a', 'b']).entries()) {
      const folder = join(this.folder, name)
      const router = new Router(this.#nodeOptions(name, index, options), folder, record, () => this.timeline.pulse())
      this.#routers.set(name, router)
      this.#monitors.push(new AddressMonitor(name, router.namespace, record))
    }
    this.client = new LabNode(this.#nodeOptions(CLIENT, 88, options))
    this.wire = new WireObserver(record, mac => this.#nameOf(mac))
  }

  get routers(): readonly Router[] {
    return [...this.#routers.values()]
  }

  router(name: string): Router {
    const router = this.#routers.get(name)
    if (router === undefined) throw new Error(`no router ${name}`)
    return router
  }

  get events(): readonly LabEvent[] {
    return this.timeline.events
  }

  /** Adverts seen so far, oldest first, that match every given field and came after `since` (µs). */
  adverts(match: Partial<AdvertEvent> & { readonly since?: number } = {}): AdvertEvent[] {
    const { since = 0, ...fields } = match
    const wanted = Object.entries(fields)
    return this.events.filter(
      (event): event is AdvertEvent =>
        event.kind === 'advert' &&
        event.at > since &&
        wanted.every(([key, value]) => event[key as keyof AdvertEvent] === value),
    )
  }

  /** Gratuitous ARPs and unsolicited NAs seen so far for an address. */
  announces(from: string, address: string, since = 0): AnnounceEvent[] {
    return this.events.filter(
      (event): event is AnnounceEvent =>
        (event.kind === 'garp' || event.kind === 'na') &&
        event.from === from &&
        event.address === address &&
        event.at > since,
    )
  }

  /** Does the node have the address (with prefix) by what its monitor has told? */
  holds(name: string, address: string): boolean {
    const latest = this.events.findLast(event => isAbout(event, name, address))
    return latest?.kind === 'address' && latest.present
  }

  log(name: string): string[] {
    return this.events.flatMap(event => (event.kind === 'log' && event.from === name ? [event.line] : []))
  }

  waitFor<T>(label: string, condition: () => T | undefined | false, boundMs: number): Promise<T> {
    return this.timeline.waitFor(label, condition, boundMs)
  }

  /** Called once at the end, before the namespaces go. */
  onClose(closer: () => void): void {
    this.#closers.push(closer)
  }

  /** Ends every process of the lab and removes what it made. */
  async close(): Promise<void> {
    if (!open.has(this)) return
    await Promise.all(this.routers.map(router => router.stop()))
    this.closeNow()
  }

  /** The same without waiting and without politeness. */
  closeNow(): void {
    for (const closer of this.#closers) closer()
    for (const monitor of this.#monitors) monitor.stop()
    this.wire.stop()
    for (const router of this.routers) if (router.running) router.kill()
    for (const namespace of this.#namespaces()) removeNamespaceNow(namespace)
    rmSync(this.folder, { recursive: true, force: true })
    open.delete(this)
  }

  async #build(): Promise<void> {
    const bridge = this.#namespace('br')
    const nodes: LabNode[] = [...this.routers, this.client]
    await run(
      'sh',
      ['-e'],
      `ip netns add ${bridge}
       ip -n ${bridge} link add br0 type bridge mcast_snooping 0 forward_delay 0
       ip -n ${bridge} link set br0 up
       ${nodes.map(node => node.creation()).join('\n')}`,
    )
    await Promise.all([this.wire.start(bridge), ...this.#monitors.map(monitor => monitor.start())])
  }

  #nodeOptions(name: string, index: number, options: LabOptions): NodeOptions {
    const host = 11 + index
    return {
      name,
      namespace: this.#namespace(name),
      bridgeNamespace: this.#namespace('br'),
      interface: options.interface ?? 'eth0',
      mac: `02:00:00:00:4b:${host.toString(16).padStart(2, '0')}`,
      addresses: options.addresses?.[name] ?? [`10.77.0.${host}/24`, `fd77::${host}/64`],
    }
  }

  #namespace(part: string): string {
    return `${this.name}-${part}`
  }

  #namespaces(): string[] {
    return [...this.routers.map(router => router.namespace), this.client.namespace, this.#namespace('br')]
  }

  #nameOf(mac: string): string {
    return [...this.routers, this.client].find(node => node.mac === mac)?.name ?? mac
  }
}

function isAbout(event: LabEvent, name: string, address: string): boolean {
  return event.kind === 'address' && event.from === name && event.address === address
}

let exitHandled = false

/** Once a process: sweep what others left, and leave nothing when this one ends in whatever way. */
function cleanUpAtExit(): void {
  if (exitHandled) return
  exitHandled = true
  sweepLeftovers()
  process.on('exit', () => {
    for (const lab of [...open]) lab.closeNow()
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(130))
  }
}
