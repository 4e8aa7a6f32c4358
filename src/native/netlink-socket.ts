// A socket of the `netlink` package made safe. Whatever is thrown inside a listener or callback of that package aborts the
// process, and so does closing the socket there; so its listeners only put bytes into a bounded queue, and everything else
// happens later, in an event-loop turn of our own. Main thread only: a thread that ends with such a socket takes all down.
//
// A full receive buffer, which the kernel reports as ENOBUFS, aborts the process as well: libuv turns the pending error into
// EBADF, and the package dereferences null while it makes an Error of that. So we switch the report off (NETLINK_NO_ENOBUFS)
// and watch the socket's count of drops instead.

import { RawNetlinkSocket } from 'netlink'
import { BoundedQueue } from '../lib/bounded-queue.ts'
import { KaError, messageOf } from '../lib/errors.ts'
import { descriptorOfNetlink, dropsOf } from './descriptor.ts'
import {
  NETLINK_NO_ENOBUFS,
  SOL_NETLINK,
  setExactReceiveBuffer,
  setIntOption,
  setReceiveBuffer,
} from './socket-option.ts'

interface NetlinkSocketOptions {
  readonly protocol: number
  /** Multicast group numbers to join. */
  readonly groups?: readonly number[]
  /** Default 1 MiB, even beyond net.core.rmem_max. */
  readonly receiveBufferBytes?: number
}

/** None of these is called inside a callback of the package, so they may throw: what they throw goes to onError. */
interface NetlinkSocketEvents {
  readonly onDatagram: (datagram: Uint8Array) => void
  /** Messages were lost: the kernel's buffer or our own queue was full. Comes after the datagrams that were not lost. */
  readonly onOverrun: () => void
  readonly onError: (error: KaError) => void
}

const RECEIVE_BUFFER_BYTES = 1 << 20
const SEND_BUFFER_BYTES = 1 << 18
const DATAGRAMS_MAX = 16_384
const ERRORS_MAX = 64

export class NetlinkSocket {
  /** Our own address (nl_pid): the kernel's replies and some notifications carry it. */
  readonly port: number
  /** For socket options; it belongs to this object. */
  readonly fd: number
  readonly #native: RawNetlinkSocket
  readonly #events: NetlinkSocketEvents
  readonly #datagrams = new BoundedQueue<Uint8Array>(DATAGRAMS_MAX)
  readonly #errors = new BoundedQueue<Error>(ERRORS_MAX)
  #overrun = false
  #drops = 0
  #scheduled = false
  #open = true

  /** Opens and binds the socket. Throws KA_SOCKET or KA_NOT_PERMITTED. */
  constructor(options: NetlinkSocketOptions, events: NetlinkSocketEvents) {
    this.#events = events
    this.#native = createNative(options.protocol)
    this.port = this.#native.address().port
    try {
      this.fd = prepare(options, this.port)
      for (const group of options.groups ?? []) this.#native.addMembership(group)
    } catch (error) {
      this.#native.close()
      throw netlinkError(error)
    }
    // These three run inside the package: nothing in them can throw.
    this.#native.on('message', (bytes, from) => {
      // Any process may send to our port; only what comes from port 0, the kernel, is true.
      if (from.port === 0) this.#note(this.#datagrams.push(bytes))
    })
    this.#native.on('truncatedMessage', () => this.#note(false))
    this.#native.on('error', error => this.#fail(error))
  }

  /** Sends one datagram to the kernel. Failure is reported by onError. */
  send(bytes: Uint8Array): void {
    if (this.#open) this.#native.send(bytes, undefined, error => error !== undefined && this.#fail(error))
  }

  /** Throws KA_SOCKET or KA_NOT_PERMITTED. */
  setReceiveBuffer(bytes: number, force: boolean): void {
    if (this.#open) setExactReceiveBuffer(this.fd, bytes, force)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#native.close()
  }

  #fail(error: Error): void {
    this.#errors.push(error)
    this.#note(true)
  }

  #note(complete: boolean): void {
    if (!complete) this.#overrun = true
    if (this.#scheduled) return
    this.#scheduled = true
    // Not a microtask: those run inside the package's callback, too.
    setImmediate(() => this.#drain())
  }

  #drain(): void {
    const { onDatagram, onOverrun, onError } = this.#events
    if (!this.#open) return
    const drops = dropsOf(this.fd)
    const overrun = this.#overrun || drops !== this.#drops
    this.#drops = drops
    this.#scheduled = false
    this.#overrun = false
    const acts = [
      ...this.#datagrams.drain().map(datagram => () => onDatagram(datagram)),
      ...(overrun ? [onOverrun] : []),
      ...this.#errors.drain().map(error => () => onError(netlinkError(error))),
    ]
    for (const act of acts) if (this.#open) guarded(act, onError)
  }
}

function createNative(protocol: number): RawNetlinkSocket {
  try {
    return new RawNetlinkSocket(protocol, {
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      sendBufferSize: SEND_BUFFER_BYTES,
    })
  } catch (error) {
    throw netlinkError(error)
  }
}

/** Before the first message can come in. Returns the descriptor. */
function prepare(options: NetlinkSocketOptions, port: number): number {
  const fd = descriptorOfNetlink(options.protocol, port)
  if (fd === undefined) throw new KaError('KA_SOCKET', 'the descriptor of a new netlink socket is not in /proc/self/fd')
  setIntOption(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, 1, 'NETLINK_NO_ENOBUFS')
  setReceiveBuffer(fd, options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES)
  return fd
}

function guarded(act: () => void, onError: (error: KaError) => void): void {
  try {
    act()
  } catch (error) {
    onError(netlinkError(error))
  }
}

function netlinkError(error: unknown): KaError {
  if (error instanceof KaError) return error
  const code = error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'KA_NOT_PERMITTED' : 'KA_SOCKET'
  return new KaError(code, `netlink: ${messageOf(error)}`, error)
}
