// The sockets that adverts leave by (RFC 5798 §5.1, RFC 3768 §5.2). The daemon's main thread opens and closes them; a
// worker borrows the descriptor (lent-descriptor.ts) and calls transmit(), which is a plain sendmsg(2): nothing to
// free, so the worker may die at any time.

import { constants } from 'node:os'
import type { Family } from '../lib/ip.ts'
import { isMulticast, parseIp } from '../lib/ip.ts'
import { type LentDescriptor, lend } from './lent-descriptor.ts'
import { check, lastErrno, sendmsg, socket } from './libc.ts'
import { CMSG_HEADER, controlSpace, MessageHeader } from './message-header.ts'
import * as option from './socket-option.ts'
import { bindToDevice, MSG_DONTWAIT, PRIORITY_CONTROL, setIntOption, socketAddress } from './socket-option.ts'

interface TransmitSocketOptions {
  readonly interface: string
  readonly ifindex: number
  readonly family: Family
}

const VRRP_PROTOCOL = 112
/** What adverts have unless their sender asks for less (RFC 5798 §5.1.1.3, §5.1.2.3). */
const HOPS = 255
/** Internetwork control, precedence 6. */
const TRAFFIC_CLASS = 0xc0

const MSG_DONTROUTE = 0x04
/** What waits for the hardware addresses of some dead unicast peers must not use up the room of the living ones. */
const SEND_BUFFER_BYTES = 4 << 20
/** Larger than any advert: 255 IPv6 addresses are 4 KiB. */
const PACKET_MAX = 9216
const DESTINATION_MAX = 1024
const PKTINFO_LENGTH = 20
const INT_LENGTH = 4

/**
 * Opens a raw socket that sends out of one link and never receives. IPv4: the packet begins with its IP header, of which the
 * kernel fills in the checksum. IPv6: the packet is the VRRP PDU with a finished checksum.
 * Throws KA_NOT_PERMITTED without CAP_NET_RAW, KA_SOCKET otherwise (ENODEV: no such link).
 */
export function openTransmitSocket(options: TransmitSocketOptions): LentDescriptor {
  const domain = options.family === 4 ? option.AF_INET : option.AF_INET6
  const protocol = options.family === 4 ? option.IPPROTO_RAW : VRRP_PROTOCOL
  const fd = check('socket', socket(domain, option.SOCK_RAW | option.SOCK_CLOEXEC | option.SOCK_NONBLOCK, protocol))
  return lend(fd, () => {
    option.acceptNothing(fd)
    setIntOption(fd, option.SOL_SOCKET, option.SO_RCVBUF, 0, 'SO_RCVBUF')
    option.setSendBuffer(fd, SEND_BUFFER_BYTES)
    setIntOption(fd, option.SOL_SOCKET, option.SO_PRIORITY, PRIORITY_CONTROL, 'SO_PRIORITY')
    bindToDevice(fd, options.interface)
    if (options.family === 4) prepareIpv4(fd, options.ifindex)
    else prepareIpv6(fd, options.ifindex)
  })
}

/**
 * Sends one packet, from any thread, without waiting. Returns 0, or the errno: EAGAIN and ENOBUFS when the queue of the link is
 * full, ENETDOWN and ENXIO when the link is down or gone, ENETUNREACH when no route over the link leads to a unicast
 * destination, EMSGSIZE when the packet exceeds the MTU.
 * @param destination canonical text; `source` likewise, used for IPv6 only, as is `hopLimit`: the IPv4 header in `packet`
 * has its own
 */
export function transmit(
  fd: number,
  family: Family,
  ifindex: number,
  destination: string,
  source: string | undefined,
  packet: Uint8Array,
  hopLimit = HOPS,
): number {
  if (packet.length > PACKET_MAX) return constants.errno.EMSGSIZE
  const to = cached(destination, ifindex)
  header.name.set(to.address)
  header.payload.set(packet)
  header.setLengths(to.address.length, family === 6 ? setControl(source, ifindex, hopLimit) : 0, packet.length)
  return sendmsg(fd, header.address, to.flags | MSG_DONTWAIT) < 0 ? lastErrno() : 0
}

interface Target {
  /** The sockaddr. */
  readonly address: Uint8Array
  /** MSG_DONTROUTE for a group; a unicast peer may be behind a router. */
  readonly flags: number
}

const header = new MessageHeader({
  controlMax: controlSpace(PKTINFO_LENGTH) + controlSpace(INT_LENGTH),
  payloadMax: PACKET_MAX,
})
const targets = new Map<string, Target>()

/** Made once, for parsing text costs more than sending. */
function cached(address: string, ifindex: number): Target {
  const key = `${address}%${ifindex}`
  const known = targets.get(key)
  if (known !== undefined) return known
  if (targets.size >= DESTINATION_MAX) targets.clear()
  const name = socketAddress(address, ifindex)
  const made = { address: name, flags: isMulticast(parseIp(address)!) ? MSG_DONTROUTE : 0 }
  targets.set(key, made)
  return made
}

/** IPV6_PKTINFO and IPV6_HOPLIMIT (RFC 3542 §6): both may change from send to send. Returns the length of the control data. */
function setControl(source: string | undefined, ifindex: number, hopLimit: number): number {
  const length = source === undefined ? 0 : setSource(source, ifindex)
  // The socket's own default.
  if (hopLimit === HOPS) return length
  header.setControlHeader(option.IPPROTO_IPV6, option.IPV6_HOPLIMIT, INT_LENGTH, length)
  header.control.set(option.int32(hopLimit), length + CMSG_HEADER)
  return length + controlSpace(INT_LENGTH)
}

function setSource(source: string, ifindex: number): number {
  header.setControlHeader(option.IPPROTO_IPV6, option.IPV6_PKTINFO, PKTINFO_LENGTH)
  // A sockaddr_in6 has the address at 8 and the link at 24; an in6_pktinfo has the two side by side.
  const from = cached(source, ifindex).address
  header.control.set(from.subarray(8, 8 + PKTINFO_LENGTH), CMSG_HEADER)
  return controlSpace(PKTINFO_LENGTH)
}

function prepareIpv4(fd: number, ifindex: number): void {
  setIntOption(fd, option.IPPROTO_IP, option.IP_HDRINCL, 1, 'IP_HDRINCL')
  const out = option.membershipRequest(4, parseIp('0.0.0.0')!, ifindex)
  option.setBytesOption(fd, option.IPPROTO_IP, option.IP_MULTICAST_IF, out, 'IP_MULTICAST_IF')
  setIntOption(fd, option.IPPROTO_IP, option.IP_MULTICAST_LOOP, 0, 'IP_MULTICAST_LOOP')
  setIntOption(fd, option.SOL_SOCKET, option.SO_BROADCAST, 1, 'SO_BROADCAST')
}

function prepareIpv6(fd: number, ifindex: number): void {
  const set = (number: number, value: number, name: string) =>
    setIntOption(fd, option.IPPROTO_IPV6, number, value, name)
  set(option.IPV6_MULTICAST_IF, ifindex, 'IPV6_MULTICAST_IF')
  set(option.IPV6_MULTICAST_HOPS, HOPS, 'IPV6_MULTICAST_HOPS')
  set(option.IPV6_UNICAST_HOPS, HOPS, 'IPV6_UNICAST_HOPS')
  set(option.IPV6_MULTICAST_LOOP, 0, 'IPV6_MULTICAST_LOOP')
  set(option.IPV6_TCLASS, TRAFFIC_CLASS, 'IPV6_TCLASS')
  // -1: the kernel keeps its hands off our checksum.
  set(option.IPV6_CHECKSUM, -1, 'IPV6_CHECKSUM')
}
