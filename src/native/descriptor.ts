// Finds the descriptor of a socket that a package opened and keeps to itself, to set what the package forgets. Main thread only
// (the packages are): nobody else closes the descriptors that are looked at.

import { readdirSync } from 'node:fs'
import { getsockname, getsockopt, LITTLE_ENDIAN } from './libc.ts'
import { AF_NETLINK, int32, SO_COOKIE, SO_MEMINFO, SO_PROTOCOL, SOL_SOCKET } from './socket-option.ts'

/** struct sockaddr_nl. */
const SOCKADDR_NL_LENGTH = 12
/** SK_MEMINFO_DROPS in the array of SO_MEMINFO. */
const DROPS_INDEX = 8

/** By the kernel's 64-bit name of the socket (SO_COOKIE); undefined if this process has no such descriptor. */
export function descriptorOfCookie(cookie: bigint): number | undefined {
  return find(fd => {
    const value = new BigUint64Array(1)
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, new Uint8Array(value.buffer), int32(8)) === 0 && value[0] === cookie
  })
}

/** By protocol and port (nl_pid), which are unique in a network namespace. */
export function descriptorOfNetlink(protocol: number, port: number): number | undefined {
  return find(fd => {
    const name = new Uint8Array(SOCKADDR_NL_LENGTH)
    if (getsockname(fd, name, int32(name.length)) !== 0) return false
    const view = new DataView(name.buffer)
    if (view.getUint16(0, LITTLE_ENDIAN) !== AF_NETLINK || view.getUint32(4, LITTLE_ENDIAN) !== port) return false
    const value = new Int32Array(1)
    return (
      getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, new Uint8Array(value.buffer), int32(4)) === 0 && value[0] === protocol
    )
  })
}

/** How many packets the socket has lost because its buffer was full, since it was made. */
export function dropsOf(fd: number): number {
  const values = new Uint32Array(16)
  const bytes = new Uint8Array(values.buffer)
  return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, bytes, int32(bytes.length)) === 0 ? values[DROPS_INDEX]! : 0
}

function find(matches: (fd: number) => boolean): number | undefined {
  return readdirSync('/proc/self/fd').map(Number).find(matches)
}
