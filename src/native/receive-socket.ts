// Reception of adverts, by the raw-socket package. Main thread only: the package takes the process down when a thread that
// used it ends. One socket per (interface, family, group, protocol), bound to the group so that unicast does not come in; the
// one for unicast is bound to no address, so that it outlives a change of addresses and no packet comes in twice: whom a
// packet is for is told beside it.
//
// The package gives IPv4 packets with their IP header but IPv6 ones without, and so without destination and hop limit that RFC
// 5798 §7.1 wants checked. Before the package receives a packet, we look at it with recvmsg(MSG_PEEK), which delivers both as
// control data. Two sockets with BPF filters for "255" and "not 255" would do as well, but would not tell the value.

import { constants } from 'node:os'
import raw from 'raw-socket'
import { KaError, messageOf } from '../lib/errors.ts'
import type { Family } from '../lib/ip.ts'
import { isMulticast, parseIp } from '../lib/ip.ts'
import type { Instant } from '../lib/time.ts'
import { monotonicNowUs } from '../lib/time.ts'
import { descriptorOfCookie } from './descriptor.ts'
import { callError, check, fcntlInt, lastErrno, recvmsg } from './libc.ts'
import { controlSpace, MessageHeader } from './message-header.ts'
import * as option from './socket-option.ts'
import { MSG_DONTWAIT, setIntOption } from './socket-option.ts'

interface ReceiveSocketOptions {
  readonly interface: string
  readonly ifindex: number
  readonly family: Family
  /** Multicast group or IPv4 broadcast address, canonical text; null: whatever is sent to an address of this host. */
  readonly group: string | null
  /** 112, or 51 for IPv4 adverts inside an authentication header. Default 112. */
  readonly protocol?: 112 | 51
}

/** One packet: IPv4 from the IP header on, IPv6 from the VRRP header on with what its IP header said beside it. */
interface Frame {
  readonly at: Instant
  readonly interface: string
  readonly family: Family
  readonly bytes: Uint8Array
  /** IPv6 only. */
  readonly source?: Uint8Array
  /** IPv6 only. */
  readonly destination?: Uint8Array
  /** IPv6 only. */
  readonly hopLimit?: number
}

/** `usable`: the socket goes on receiving. Otherwise it is closed, and another one has to be opened. */
type ReceiveErrorListener = (error: KaError, usable: boolean) => void

export interface ReceiveSocket {
  close(): void
}

const FD_CLOEXEC = 1
const F_SETFD = 2
const MSG_PEEK = 0x02
/** An IP packet is not larger. */
const PACKET_MAX = 65_535
const RECEIVE_BUFFER_BYTES = 1 << 20
/** Packets taken per wake-up, so that a flood leaves the event loop its turn. */
const FRAMES_PER_WAKE_UP_MAX = 64
/** struct in6_pktinfo: the address, then the link. */
const PKTINFO_LENGTH = 20
const IPV6_LENGTH = 16
/** Packets of other links that can have come in between socket() and bind(). */
const STRAY_MAX = 4096

/**
 * Joins the group if there is one, and delivers each packet to `onFrame`, from an event-loop callback. Reception
 * errors, and whatever onFrame throws, go to `onError`. When the link disappears nothing more arrives: close and open
 * again for the new ifindex. Throws KA_NOT_PERMITTED without CAP_NET_RAW, KA_SOCKET otherwise (ENODEV: no such link).
 */
export function openReceiveSocket(
  options: ReceiveSocketOptions,
  onFrame: (frame: Frame) => void,
  onError: ReceiveErrorListener,
): ReceiveSocket {
  const socket = createSocket(options)
  try {
    socket.prepare(onFrame, onError)
  } catch (error) {
    socket.close()
    throw error
  }
  openSockets.add(socket)
  return {
    close: () => {
      if (openSockets.delete(socket)) socket.close()
    },
  }
}

/** The package's own handle is weak: a socket that nobody holds would be collected while it is being polled. */
const openSockets = new Set<FrameSocket>()

/** Shared by all sockets, for they live on one thread and no call waits. */
const peeked = new MessageHeader({ controlMax: 4 * controlSpace(PKTINFO_LENGTH), payloadMax: 1 })

class FrameSocket extends raw.Socket {
  readonly #options: ReceiveSocketOptions
  #fd = -1
  #hopLimit: number | undefined
  #destination: Uint8Array | undefined
  #onError: ReceiveErrorListener = () => undefined

  constructor(options: ReceiveSocketOptions) {
    const addressFamily = options.family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6
    super({ addressFamily, protocol: options.protocol ?? 112, bufferSize: PACKET_MAX })
    this.#options = options
  }

  /** Everything between socket() and the first packet. */
  prepare(onFrame: (frame: Frame) => void, onError: ReceiveErrorListener): void {
    const { interface: name, ifindex, family, group } = this.#options
    const fd = ownDescriptor(this)
    // The package forgets this, and scripts would inherit the socket.
    check('fcntl', fcntlInt(fd, F_SETFD, FD_CLOEXEC))
    option.bindToDevice(fd, name)
    // A directed broadcast address is one only while the interface has an address of that network.
    if (family === 4) setIntOption(fd, option.IPPROTO_IP, option.IP_FREEBIND, 1, 'IP_FREEBIND')
    option.bindAddress(fd, group ?? (family === 4 ? '0.0.0.0' : '::'), ifindex)
    discardQueue(fd)
    option.setReceiveBuffer(fd, RECEIVE_BUFFER_BYTES)
    listen(fd, family)
    if (group !== null && isMulticast(parseIp(group)!)) join(fd, family, group, ifindex)
    this.#onError = onError
    this.on('message', (bytes: Buffer, source: string) => this.#deliver(bytes, source, onFrame))
    this.on('error', (error: unknown) => onError(receiveError(name, error), true))
    this.#fd = fd
  }

  /** Called by the package when there is something to receive; takes all there is, up to a bound. */
  override onRecvReady(): void {
    for (let taken = 0; taken < FRAMES_PER_WAKE_UP_MAX && this.#fd >= 0; taken++) {
      const errno = this.#peek()
      if (errno === constants.errno.EAGAIN) return
      if (errno === 0) super.onRecvReady()
      // Peeking has cleared the error, so the next look is at a packet or at nothing.
      else this.#onError(callError(`recvmsg on ${this.#options.interface}`, errno), true)
    }
  }

  /** Polling failed: the package would emit `error` and close. */
  override onError(error: unknown): void {
    this.close()
    openSockets.delete(this)
    this.#onError(receiveError(this.#options.interface, error), false)
  }

  /** A closed socket of the package opens a new one when it is asked to receive; the loop above must see that it is closed. */
  override close(): this {
    this.#fd = -1
    return super.close()
  }

  /** Looks at the next packet without taking it, for what an IPv6 header would say. Returns 0 or the errno. */
  #peek(): number {
    peeked.setLengths(peeked.name.length, this.#options.family === 6 ? peeked.control.length : 0, 0)
    if (recvmsg(this.#fd, peeked.address, MSG_PEEK | MSG_DONTWAIT) < 0) return lastErrno()
    if (this.#options.family === 4) return 0
    this.#hopLimit = peeked.controlInt(option.IPPROTO_IPV6, option.IPV6_HOPLIMIT)
    const info = peeked.controlBytes(option.IPPROTO_IPV6, option.IPV6_PKTINFO, PKTINFO_LENGTH)
    this.#destination = info?.slice(0, IPV6_LENGTH)
    return 0
  }

  #deliver(packet: Buffer, source: string, onFrame: (frame: Frame) => void): void {
    const { interface: name, family } = this.#options
    // The package reuses its buffer; this copies to the exact size.
    const frame = { at: monotonicNowUs(), interface: name, family, bytes: new Uint8Array(packet) }
    try {
      onFrame(family === 4 ? frame : { ...frame, ...this.#beside(source) })
    } catch (error) {
      this.#onError(receiveError(name, error), true)
    }
  }

  #beside(sourceText: string): Pick<Frame, 'source' | 'destination' | 'hopLimit'> {
    const source = parseIp(sourceText)
    return {
      ...(source === undefined ? {} : { source }),
      ...(this.#destination === undefined ? {} : { destination: this.#destination }),
      ...(this.#hopLimit === undefined ? {} : { hopLimit: this.#hopLimit }),
    }
  }
}

function createSocket(options: ReceiveSocketOptions): FrameSocket {
  try {
    return new FrameSocket(options)
  } catch (error) {
    // The package has only strerror(3) to say.
    const code = /not permitted|denied/i.test(messageOf(error)) ? 'KA_NOT_PERMITTED' : 'KA_SOCKET'
    throw new KaError(code, `socket: ${messageOf(error)}`, error)
  }
}

function receiveError(name: string, error: unknown): KaError {
  return new KaError('KA_SOCKET', `receiving on ${name}: ${messageOf(error)}`, error)
}

/** The package does not tell its descriptor, but the kernel's cookie of the socket does. */
function ownDescriptor(socket: raw.Socket): number {
  const value = Buffer.alloc(8)
  socket.getOption(option.SOL_SOCKET, option.SO_COOKIE, value, value.length)
  const fd = descriptorOfCookie(new BigUint64Array(Uint8Array.from(value).buffer)[0]!)
  if (fd === undefined) throw new KaError('KA_SOCKET', 'the descriptor of a new raw socket is not in /proc/self/fd')
  return fd
}

/** From socket() until now every link could deliver; what came in is not ours to hear. */
function discardQueue(fd: number): void {
  for (let taken = 0; taken < STRAY_MAX; taken++) {
    peeked.setLengths(peeked.name.length, 0, 0)
    if (recvmsg(fd, peeked.address, MSG_DONTWAIT) < 0) return
  }
}

/** The *_MULTICAST_ALL options: not the groups that other sockets of this host have joined. */
function listen(fd: number, family: Family): void {
  if (family === 4) {
    setIntOption(fd, option.IPPROTO_IP, option.IP_MULTICAST_ALL, 0, 'IP_MULTICAST_ALL')
    return
  }
  setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_MULTICAST_ALL, 0, 'IPV6_MULTICAST_ALL')
  setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_RECVHOPLIMIT, 1, 'IPV6_RECVHOPLIMIT')
  setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_RECVPKTINFO, 1, 'IPV6_RECVPKTINFO')
}

function join(fd: number, family: Family, group: string, ifindex: number): void {
  const request = option.membershipRequest(family, parseIp(group)!, ifindex)
  if (family === 4) option.setBytesOption(fd, option.IPPROTO_IP, option.IP_ADD_MEMBERSHIP, request, 'IP_ADD_MEMBERSHIP')
  else option.setBytesOption(fd, option.IPPROTO_IPV6, option.IPV6_ADD_MEMBERSHIP, request, 'IPV6_ADD_MEMBERSHIP')
}
