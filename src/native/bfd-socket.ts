// The UDP sockets of BFD (RFC 5881 §4, RFC 5883 §5). The main thread opens and closes them; the bfd worker borrows the
// descriptors and receives and sends by plain calls, so it may die at any time, and what arrives meanwhile waits in the
// kernel (lent-descriptor.ts).

import { constants } from 'node:os'
import { type Family, formatIp } from '../lib/ip.ts'
import { type LentDescriptor, lend } from './lent-descriptor.ts'
import { bind, callError, check, lastErrno, recvmsg, sendto, socket } from './libc.ts'
import { controlSpace, MessageHeader } from './message-header.ts'
import * as option from './socket-option.ts'
import { MSG_DONTWAIT, PRIORITY_CONTROL, setIntOption, socketAddress } from './socket-option.ts'

export const BFD_PORT = 3784
export const BFD_MULTIHOP_PORT = 4784
/** RFC 5881 §4: where packets come from. */
const SOURCE_PORT_MIN = 49_152
const SOURCE_PORT_MAX = 65_535

interface SourceOptions {
  readonly family: Family
  /** Canonical text; undefined: the kernel chooses by the route. */
  readonly source: string | undefined
  /** TTL or hop limit, 1..255. */
  readonly hopLimit: number
  /** In [0, 1): where the search for a free port begins. */
  readonly random: number
}

/** A datagram and what its IP header said of it; addresses are canonical text. */
interface ReceivedDatagram {
  readonly source: string
  readonly destination: string
  readonly hops: number
  readonly bytes: Uint8Array
}

const RECEIVE_BUFFER_BYTES = 1 << 20
/** Larger than any BFD packet with authentication: what is longer is cut and then refused for its length. */
const PAYLOAD_MAX = 256
const IN_PKTINFO_LENGTH = 12
const IN6_PKTINFO_LENGTH = 20
const PORTS_TRIED_MAX = 64
const ADDRESS_MAX = 1024

/**
 * The socket that all sessions of one family and one port receive by. Throws KA_SOCKET: EADDRINUSE if another daemon
 * has the port.
 */
export function openBfdReceiver(family: Family, port: number): LentDescriptor {
  return opened(family, fd => {
    if (family === 4) {
      setIntOption(fd, option.IPPROTO_IP, option.IP_RECVTTL, 1, 'IP_RECVTTL')
      setIntOption(fd, option.IPPROTO_IP, option.IP_PKTINFO, 1, 'IP_PKTINFO')
    } else {
      setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_V6ONLY, 1, 'IPV6_V6ONLY')
      setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_RECVHOPLIMIT, 1, 'IPV6_RECVHOPLIMIT')
      setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_RECVPKTINFO, 1, 'IPV6_RECVPKTINFO')
    }
    option.setReceiveBuffer(fd, RECEIVE_BUFFER_BYTES)
    bindTo(fd, family === 4 ? '0.0.0.0' : '::', port)
  })
}

/** The socket that one session sends by. Throws KA_SOCKET: EADDRNOTAVAIL while the source address is not on this host. */
export function openBfdSource(options: SourceOptions): LentDescriptor {
  const { family, hopLimit } = options
  return opened(family, fd => {
    option.acceptNothing(fd)
    if (family === 4) setIntOption(fd, option.IPPROTO_IP, option.IP_TTL, hopLimit, 'IP_TTL')
    else setIntOption(fd, option.IPPROTO_IPV6, option.IPV6_UNICAST_HOPS, hopLimit, 'IPV6_UNICAST_HOPS')
    setIntOption(fd, option.SOL_SOCKET, option.SO_PRIORITY, PRIORITY_CONTROL, 'SO_PRIORITY')
    bindToSomePort(fd, options)
  })
}

/** The next waiting datagram, from any thread, without waiting. */
export function receiveBfd(fd: number, family: Family): ReceivedDatagram | undefined {
  header.setLengths(header.name.length, header.control.length, PAYLOAD_MAX)
  const length = recvmsg(fd, header.address, MSG_DONTWAIT)
  if (length < 0) return undefined
  const bytes = header.payload.slice(0, length)
  if (family === 6) {
    const info = header.controlBytes(option.IPPROTO_IPV6, option.IPV6_PKTINFO, IN6_PKTINFO_LENGTH)
    return {
      source: formatIp(header.name.slice(8, 24)),
      destination: info === undefined ? '' : formatIp(info.slice(0, 16)),
      hops: header.controlInt(option.IPPROTO_IPV6, option.IPV6_HOPLIMIT) ?? 0,
      bytes,
    }
  }
  const info = header.controlBytes(option.IPPROTO_IP, option.IP_PKTINFO, IN_PKTINFO_LENGTH)
  return {
    source: formatIp(header.name.slice(4, 8)),
    destination: info === undefined ? '' : formatIp(info.slice(8, 12)),
    hops: header.controlInt(option.IPPROTO_IP, option.IP_TTL) ?? 0,
    bytes,
  }
}

/** Sends one packet, from any thread, without waiting. Returns 0 or the errno. `destination` is canonical text. */
export function sendBfd(fd: number, destination: string, port: number, bytes: Uint8Array): number {
  const to = cached(destination, port)
  return sendto(fd, bytes, bytes.length, MSG_DONTWAIT, to, to.length) < 0 ? lastErrno() : 0
}

const header = new MessageHeader({
  controlMax: controlSpace(IN6_PKTINFO_LENGTH) + controlSpace(4) + controlSpace(IN_PKTINFO_LENGTH),
  payloadMax: PAYLOAD_MAX,
})
const addresses = new Map<string, Uint8Array>()

function cached(address: string, port: number): Uint8Array {
  const key = `${address} ${port}`
  const known = addresses.get(key)
  if (known !== undefined) return known
  if (addresses.size >= ADDRESS_MAX) addresses.clear()
  const made = socketAddress(address, 0, port)
  addresses.set(key, made)
  return made
}

function opened(family: Family, prepare: (fd: number) => void): LentDescriptor {
  const domain = family === 4 ? option.AF_INET : option.AF_INET6
  const fd = check('socket', socket(domain, option.SOCK_DGRAM | option.SOCK_CLOEXEC | option.SOCK_NONBLOCK, 0))
  return lend(fd, prepare)
}

function bindTo(fd: number, address: string, port: number): void {
  const bytes = socketAddress(address, 0, port)
  check(`bind ${address} port ${port}`, bind(fd, bytes, bytes.length))
}

/** keepalived lets the kernel take any port when no source address is named; neighbours may refuse those (RFC 5881 §4). */
function bindToSomePort(fd: number, { family, source, random }: SourceOptions): void {
  const address = source ?? (family === 4 ? '0.0.0.0' : '::')
  const ports = SOURCE_PORT_MAX - SOURCE_PORT_MIN + 1
  const first = Math.floor(random * ports)
  for (let tried = 0; tried < PORTS_TRIED_MAX; tried++) {
    const bytes = socketAddress(address, 0, SOURCE_PORT_MIN + ((first + tried) % ports))
    if (bind(fd, bytes, bytes.length) === 0) return
    const errno = lastErrno()
    if (errno !== constants.errno.EADDRINUSE) throw callError(`bind ${address}`, errno)
  }
  throw callError(`bind ${address}`, constants.errno.EADDRINUSE)
}
