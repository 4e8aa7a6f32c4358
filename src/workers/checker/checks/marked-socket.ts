// Sockets that Node cannot make: with SO_MARK, bound to a link, or of ICMP. They are made by the C library and handed to
// node:net or node:dgram, which close them. socket(7), icmp(7).

import type { Target } from '../../../config/blocks/checker/model.ts'
import { familyOf } from '../../../lib/ip.ts'
import { check, close, socket } from '../../../native/libc.ts'
import {
  AF_INET,
  AF_INET6,
  bindToDevice,
  IPPROTO_IP,
  IPPROTO_IPV6,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  setIntOption,
} from '../../../native/socket-option.ts'

const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SO_MARK = 36
const IPPROTO_ICMP = 1
const IPPROTO_ICMPV6 = 58
const IP_RECVERR = 11
const IPV6_RECVERR = 25

type SocketKind = 'stream' | 'datagram' | 'icmp'

/** A descriptor ready to be bound and connected. Throws KA_NOT_PERMITTED or KA_SOCKET; then nothing stays open. */
export function openMarked(target: Target, kind: SocketKind): number {
  const v6 = familyOf(target.address) === 6
  const type = (kind === 'stream' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC
  const protocol = kind === 'icmp' ? (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) : 0
  const fd = check('socket', socket(v6 ? AF_INET6 : AF_INET, type, protocol))
  try {
    if (target.fwmark !== 0) setIntOption(fd, SOL_SOCKET, SO_MARK, target.fwmark | 0, 'SO_MARK')
    if (target.bindInterface !== undefined) bindToDevice(fd, target.bindInterface)
    if (kind === 'datagram') {
      // Without it a connected UDP socket is not told of unreachable hosts and networks.
      setIntOption(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, 1, 'IP_RECVERR')
    }
  } catch (thrown) {
    close(fd)
    throw thrown
  }
  return fd
}
