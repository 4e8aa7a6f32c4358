// Watches links and addresses by rtnetlink(7): subscribes, then dumps, so that nothing falls between; dumps again when the kernel
// could not keep up (ENOBUFS). Dumps run on the socket of the subscription: one queue, so everything is in order.
// Main thread only.

import { KaError } from '../lib/errors.ts'
import type { LinkState } from '../lib/link.ts'
import { errnoName } from './libc.ts'
import { type Changes, LinkTable } from './link-table.ts'
import { decodeMessages, encodeMessage, errnoOf, FLAG, type NetlinkMessage } from './netlink-message.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { decodeAddress, decodeLink, encodeAddressDump, encodeLinkDump, GROUP, NETLINK_ROUTE, RTM } from './rtnetlink.ts'

interface LinkMonitorOptions {
  /** A link or its addresses changed, it appeared or, with ifindex 0, is gone. Not called for what the first dump finds. */
  readonly onLink: (link: LinkState) => void
  readonly onError: (error: KaError) => void
  /** For tests of overruns. */
  readonly receiveBufferBytes?: number
}

export interface LinkMonitor {
  /** Resolves when links() is complete. Rejects with KA_SOCKET, KA_NOT_PERMITTED or KA_NETLINK_NACK. */
  start(): Promise<void>
  /** The links that exist. */
  links(): readonly LinkState[]
  link(name: string): LinkState | undefined
  /** Throws KA_SOCKET or KA_NOT_PERMITTED. */
  setReceiveBuffer(bytes: number, force: boolean): void
  stop(): void
}

export function createLinkMonitor(options: LinkMonitorOptions): LinkMonitor {
  return new Monitor(options)
}

const DUMP_TIMEOUT_MS = 5_000
/** A dump that the kernel calls inconsistent, or that events overran, is repeated this often before we pause. */
const DUMP_TRIES_MAX = 8
const DUMP_PAUSE_MS = 250

interface Dump {
  readonly what: 'links' | 'addresses'
  readonly sequence: number
  /** What it tells is not the whole truth: it has to be done again. */
  stale: boolean
  readonly timer: NodeJS.Timeout
}

class Monitor implements LinkMonitor {
  readonly #options: LinkMonitorOptions
  readonly #table = new LinkTable()
  /** Links whose addresses have changed since they were told of last. */
  readonly #changedAddresses = new Set<string>()
  #socket: NetlinkSocket | undefined
  #sequence = 0
  #dump: Dump | undefined
  #pause: NodeJS.Timeout | undefined
  #tries = 0
  /** Settles start(); undefined once it has. */
  #starting: { readonly resolve: () => void; readonly reject: (error: KaError) => void } | undefined

  constructor(options: LinkMonitorOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#socket !== undefined) throw new KaError('KA_SOCKET', 'the link monitor runs already')
    const { receiveBufferBytes } = this.#options
    this.#socket = new NetlinkSocket(
      {
        protocol: NETLINK_ROUTE,
        groups: Object.values(GROUP),
        ...(receiveBufferBytes === undefined ? {} : { receiveBufferBytes }),
      },
      {
        onDatagram: datagram => {
          for (const message of decodeMessages(datagram)) this.#accept(message)
        },
        onOverrun: () => this.#resync(),
        onError: error => this.#fail(error),
      },
    )
    return new Promise((resolve, reject) => {
      this.#starting = { resolve, reject }
      this.#resync()
    })
  }

  setReceiveBuffer(bytes: number, force: boolean): void {
    this.#socket?.setReceiveBuffer(bytes, force)
  }

  links(): readonly LinkState[] {
    return this.#table.links()
  }

  link(name: string): LinkState | undefined {
    return this.#table.link(name)
  }

  stop(): void {
    clearTimeout(this.#dump?.timer)
    clearTimeout(this.#pause)
    this.#dump = undefined
    this.#pause = undefined
    this.#socket?.close()
    this.#socket = undefined
    this.#starting?.reject(new KaError('KA_SOCKET', 'the link monitor was stopped'))
    this.#starting = undefined
  }

  #accept(message: NetlinkMessage): void {
    if (this.#dump !== undefined && message.sequence === this.#dump.sequence) this.#acceptDump(this.#dump, message)
    const { type, body } = message
    if (type === RTM.newLink || type === RTM.delLink) this.#acceptLink(type, body)
    else if (type === RTM.newAddress || type === RTM.delAddress) this.#acceptAddress(type, body)
  }

  #acceptLink(type: number, body: Uint8Array): void {
    const link = decodeLink(body)
    if (link === undefined) return
    // In the order of the kernel.
    this.#publishAddresses()
    this.#publish(type === RTM.newLink ? this.#table.setLink(link) : this.#table.dropLink(link.ifindex))
  }

  #acceptAddress(type: number, body: Uint8Array): void {
    const address = decodeAddress(body)
    if (address === undefined) return
    const isNews = type === RTM.newAddress ? this.#table.setAddress(address) : this.#table.dropAddress(address)
    const name = this.#table.nameOf(address.ifindex)
    if (!isNews || name === undefined) return
    if (this.#changedAddresses.size === 0) setImmediate(() => this.#publishAddresses())
    this.#changedAddresses.add(name)
  }

  /** Addresses come by the thousand: their link is told once for all that came with one reading. */
  #publishAddresses(): void {
    const names = [...this.#changedAddresses]
    this.#changedAddresses.clear()
    this.#publish({ links: names.flatMap(name => this.#table.link(name) ?? []) })
  }

  #publish(changes: Changes): void {
    if (this.#starting !== undefined || this.#socket === undefined) return
    for (const link of changes.links) this.#options.onLink(link)
  }

  /** Brings the table up to date by dumping everything; while a dump is under way, by doing that again afterwards. */
  #resync(): void {
    if (this.#dump !== undefined) this.#dump.stale = true
    else if (this.#pause === undefined) this.#beginDumps()
  }

  #beginDumps(): void {
    this.#pause = undefined
    this.#table.beginSweep()
    this.#send('links', false)
  }

  #send(what: Dump['what'], stale: boolean): void {
    const socket = this.#socket
    if (socket === undefined) return
    const sequence = ++this.#sequence
    const timer = setTimeout(
      () => this.#abortDump(new KaError('KA_SOCKET', `the dump of ${what} did not end`)),
      DUMP_TIMEOUT_MS,
    )
    this.#dump = { what, sequence, stale, timer }
    const type = what === 'links' ? RTM.getLink : RTM.getAddress
    const body = what === 'links' ? encodeLinkDump() : encodeAddressDump()
    socket.send(encodeMessage({ type, flags: FLAG.request | FLAG.dump, sequence, port: socket.port, body }))
  }

  #acceptDump(dump: Dump, message: NetlinkMessage): void {
    if ((message.flags & FLAG.dumpInterrupted) !== 0) dump.stale = true
    const errno = errnoOf(message)
    if (errno === undefined) return
    clearTimeout(dump.timer)
    this.#dump = undefined
    if (errno !== 0) {
      this.#abortDump(new KaError('KA_NETLINK_NACK', `the dump of ${dump.what} failed: ${errnoName(errno)}`))
    } else if (dump.what === 'links') this.#send('addresses', dump.stale)
    else this.#finishDumps(dump.stale)
  }

  #finishDumps(stale: boolean): void {
    if (stale) {
      this.#repeatDumps()
      return
    }
    this.#tries = 0
    this.#publish(this.#table.finishSweep())
    this.#starting?.resolve()
    this.#starting = undefined
  }

  #repeatDumps(): void {
    if (++this.#tries < DUMP_TRIES_MAX) this.#beginDumps()
    else this.#dumpLater()
  }

  #abortDump(error: KaError): void {
    clearTimeout(this.#dump?.timer)
    this.#dump = undefined
    this.#fail(error)
    this.#dumpLater()
  }

  #dumpLater(): void {
    this.#tries = 0
    if (this.#socket !== undefined) this.#pause ??= setTimeout(() => this.#beginDumps(), DUMP_PAUSE_MS)
  }

  /** While starting, the first failure ends the start; later ones are told and the monitor goes on. */
  #fail(error: KaError): void {
    const starting = this.#starting
    if (starting === undefined) {
      this.#options.onError(error)
      return
    }
    this.#starting = undefined
    this.stop()
    starting.reject(error)
  }
}
