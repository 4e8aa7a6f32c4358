// Socket options of ip(7), ipv6(7) and socket(7) as plain functions on a descriptor, and the C structures that they take.
// Stateless; every thread may import it.

import type { Family } from '../lib/ip.ts'
import { parseIp } from '../lib/ip.ts'
import {
  addressOf,
  allocate,
  bind,
  check,
  errnoName,
  getsockopt,
  LITTLE_ENDIAN,
  POINTER_SIZE,
  setsockopt,
} from './libc.ts'

/** For recvmsg(2) and its siblings. */
export const MSG_DONTWAIT = 0x40
/** TC_PRIO_CONTROL for SO_PRIORITY: ahead of ordinary traffic in the local queue. */
export const PRIORITY_CONTROL = 6

export const AF_INET = 2
export const AF_INET6 = 10
export const AF_NETLINK = 16
export const AF_PACKET = 17
export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

export const SOL_SOCKET = 1
export const SOL_NETLINK = 270
export const IPPROTO_IP = 0
export const IPPROTO_IPV6 = 41
export const IPPROTO_RAW = 255

export const SO_BROADCAST = 6
export const SO_SNDBUF = 7
const SO_ERROR = 4
export const SO_RCVBUF = 8
export const SO_PRIORITY = 12
export const SO_BINDTODEVICE = 25
export const SO_ATTACH_FILTER = 26
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33
export const SO_PROTOCOL = 38
export const SO_MEMINFO = 55
export const SO_COOKIE = 57

export const NETLINK_NO_ENOBUFS = 5

export const IP_TTL = 2
export const IP_HDRINCL = 3
export const IP_PKTINFO = 8
export const IP_RECVTTL = 12
export const IP_FREEBIND = 15
export const IP_MULTICAST_IF = 32
export const IP_MULTICAST_LOOP = 34
export const IP_ADD_MEMBERSHIP = 35
export const IP_MULTICAST_ALL = 49

export const IPV6_CHECKSUM = 7
export const IPV6_UNICAST_HOPS = 16
export const IPV6_MULTICAST_IF = 17
export const IPV6_MULTICAST_HOPS = 18
export const IPV6_MULTICAST_LOOP = 19
export const IPV6_ADD_MEMBERSHIP = 20
export const IPV6_MULTICAST_ALL = 29
export const IPV6_V6ONLY = 26
export const IPV6_RECVPKTINFO = 49
export const IPV6_PKTINFO = 50
export const IPV6_RECVHOPLIMIT = 51
export const IPV6_HOPLIMIT = 52
export const IPV6_TCLASS = 67

/** Sets an option whose value is a C int; `what` names it in the error. Throws KA_NOT_PERMITTED or KA_SOCKET, as all here do. */
export function setIntOption(fd: number, level: number, option: number, value: number, what: string): void {
  setBytesOption(fd, level, option, int32(value), what)
}

/** Sets an option whose value is a C structure. */
export function setBytesOption(fd: number, level: number, option: number, value: Uint8Array, what: string): void {
  check(what, setsockopt(fd, level, option, value, value.length))
}

/** SO_BINDTODEVICE: nothing in from, and nothing out of, any other link. */
export function bindToDevice(fd: number, name: string): void {
  setBytesOption(fd, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(`${name}\0`), `SO_BINDTODEVICE ${name}`)
}

/** Asks for the buffer size in bytes, beyond net.core.rmem_max where CAP_NET_ADMIN allows it. */
export function setReceiveBuffer(fd: number, bytes: number): void {
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, int32(bytes), 4) === 0) return
  setIntOption(fd, SOL_SOCKET, SO_RCVBUF, bytes, 'SO_RCVBUF')
}

/** As told: SO_RCVBUFFORCE, or SO_RCVBUF, which net.core.rmem_max bounds. The kernel doubles the number for itself. */
export function setExactReceiveBuffer(fd: number, bytes: number, force: boolean): void {
  const option = force ? SO_RCVBUFFORCE : SO_RCVBUF
  setIntOption(fd, SOL_SOCKET, option, Math.min(bytes, 2 ** 30), force ? 'SO_RCVBUFFORCE' : 'SO_RCVBUF')
}

/** The error that the kernel keeps for a socket, like `ECONNRESET`, and forgets by that; undefined: none. */
export function pendingError(fd: number): string | undefined {
  const value = new Uint8Array(4)
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, value, int32(value.length)) !== 0) return undefined
  const errno = new DataView(value.buffer).getInt32(0, LITTLE_ENDIAN)
  return errno === 0 ? undefined : errnoName(errno)
}

/** The same for what waits to be sent, beyond net.core.wmem_max. */
export function setSendBuffer(fd: number, bytes: number): void {
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, int32(bytes), 4) === 0) return
  setIntOption(fd, SOL_SOCKET, SO_SNDBUF, bytes, 'SO_SNDBUF')
}

/** One instruction of classic BPF: code, where to go on if true and if false (instructions to skip), operand. */
export type BpfInstruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

export const BPF = { loadWord: 0x20, jumpIfEqual: 0x15, jumpIfEqualX: 0x1d, toX: 0x07, return: 0x06 } as const

/** A program of one instruction: the socket never queues a packet. */
export function acceptNothing(fd: number): void {
  attachFilter(fd, [[BPF.return, 0, 0, 0]])
}

/** The kernel queues what the program returns other than 0 for; in place of the program before. */
export function attachFilter(fd: number, instructions: readonly BpfInstruction[]): void {
  const INSTRUCTION_LENGTH = 8
  const program = allocate(INSTRUCTION_LENGTH * instructions.length)
  const code = new DataView(program.buffer)
  for (const [i, [opcode, ifTrue, ifFalse, operand]] of instructions.entries()) {
    const at = i * INSTRUCTION_LENGTH
    code.setUint16(at, opcode, LITTLE_ENDIAN)
    code.setUint8(at + 2, ifTrue)
    code.setUint8(at + 3, ifFalse)
    code.setUint32(at + 4, operand, LITTLE_ENDIAN)
  }
  const header = allocate(2 * POINTER_SIZE)
  const view = new DataView(header.buffer)
  view.setUint16(0, instructions.length, LITTLE_ENDIAN)
  setPointer(view, POINTER_SIZE, addressOf(program))
  setBytesOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, header, 'SO_ATTACH_FILTER')
}

/** Binds to an address; IPv6 needs the link too, because the groups of VRRP are link-local. */
export function bindAddress(fd: number, address: string, ifindex: number): void {
  const bytes = socketAddress(address, ifindex)
  check(`bind ${address}`, bind(fd, bytes, bytes.length))
}

/** struct sockaddr_in or sockaddr_in6. The scope id is used only by IPv6. */
export function socketAddress(address: string, ifindex: number, port = 0): Uint8Array {
  const ip = parseIp(address)
  if (ip === undefined) throw new TypeError(`not an address: ${address}`)
  const bytes = allocate(ip.length === 4 ? 16 : 28)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, ip.length === 4 ? AF_INET : AF_INET6, LITTLE_ENDIAN)
  // Network byte order.
  view.setUint16(2, port)
  bytes.set(ip, ip.length === 4 ? 4 : 8)
  if (ip.length === 16) view.setUint32(24, ifindex, LITTLE_ENDIAN)
  return bytes
}

/** struct ip_mreqn or ipv6_mreq: this group on this link. */
export function membershipRequest(family: Family, group: Uint8Array, ifindex: number): Uint8Array {
  const bytes = allocate(family === 4 ? 12 : 20)
  bytes.set(group)
  new DataView(bytes.buffer).setUint32(family === 4 ? 8 : 16, ifindex, LITTLE_ENDIAN)
  return bytes
}

/** Writes a pointer-sized number. */
export function setPointer(view: DataView, offset: number, value: number): void {
  if (POINTER_SIZE === 8) view.setBigUint64(offset, BigInt(value), LITTLE_ENDIAN)
  else view.setUint32(offset, value, LITTLE_ENDIAN)
}

/** The four bytes of a C int. */
export function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer)
}
