// Tells the neighbours of a link where an address now is: gratuitous ARP or unsolicited neighbour advertisement, sent through one
// packet(7) socket. How often and when is decided elsewhere.

import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { parseIp } from '../lib/ip.ts'
import type { LinkState } from '../lib/link.ts'
import { type Instant, monotonicNowUs, usPerSecond } from '../lib/time.ts'
import { ETHERTYPE, gratuitousArp, unsolicitedAdvertisement } from './announce-frame.ts'
import { allocate, check, close, LITTLE_ENDIAN, lastErrno, sendto, socket } from './libc.ts'
import { AF_PACKET, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW } from './socket-option.ts'

type AnnounceLink = Pick<LinkState, 'name' | 'ifindex' | 'mac' | 'noArp'>

export interface Announcer {
  /**
   * Sends one announcement of an address (text). Returns 0, or the errno: ENETDOWN and ENXIO when the link is down or gone,
   * ENOBUFS when its queue is full, EINVAL when the text is no address. Links without ARP, or whose hardware address is not
   * Ethernet's, are skipped: 0.
   */
  announce(link: AnnounceLink, address: string): number
  close(): void
}

const MAC_LENGTH = 6
const SOCKADDR_LL_LENGTH = 20
const FORWARDING_LIFETIME_US = 5 * usPerSecond
const FORWARDING_ENTRIES_MAX = 4096

/** Opens the socket. Throws KA_NOT_PERMITTED without CAP_NET_RAW, KA_SOCKET otherwise. */
export function openAnnouncer(): Announcer {
  // Protocol 0: the socket receives nothing.
  const fd = check('socket', socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
  const forwarding = createForwardingCache()
  let open = true
  return {
    announce: (link, addressText) => {
      const address = parseIp(addressText)
      if (address === undefined) return constants.errno.EINVAL
      if (link.noArp || link.mac.length !== MAC_LENGTH) return 0
      if (address.length === 4) return send(fd, link.ifindex, ETHERTYPE.arp, gratuitousArp(link.mac, address))
      const frame = unsolicitedAdvertisement(link.mac, address, forwarding(link.name, monotonicNowUs()))
      return send(fd, link.ifindex, ETHERTYPE.ipv6, frame)
    },
    close: () => {
      if (open) close(fd)
      open = false
    },
  }
}

function send(fd: number, ifindex: number, etherType: number, frame: Uint8Array): number {
  const to = packetAddress(ifindex, etherType, frame.subarray(0, MAC_LENGTH))
  return sendto(fd, frame, frame.length, MSG_DONTWAIT, to, to.length) < 0 ? lastErrno() : 0
}

/** struct sockaddr_ll. */
function packetAddress(ifindex: number, etherType: number, mac: Uint8Array): Uint8Array {
  const bytes = allocate(SOCKADDR_LL_LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, AF_PACKET, LITTLE_ENDIAN)
  view.setUint16(2, etherType)
  view.setInt32(4, ifindex, LITTLE_ENDIAN)
  bytes[11] = mac.length
  bytes.set(mac, 12)
  return bytes
}

/** Does the host forward IPv6 on the link? Asked at most every five seconds for each link. */
function createForwardingCache(): (name: string, now: Instant) => boolean {
  const known = new Map<string, { readonly forwards: boolean; readonly until: Instant }>()
  return (name, now) => {
    const entry = known.get(name)
    if (entry !== undefined && now < entry.until) return entry.forwards
    if (known.size >= FORWARDING_ENTRIES_MAX) known.clear()
    const forwards = readForwarding(name)
    known.set(name, { forwards, until: now + FORWARDING_LIFETIME_US })
    return forwards
  }
}

/** No such file means that the link has no IPv6, and so forwards none. */
function readForwarding(name: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${name}/forwarding`, 'latin1').trim() === '1'
  } catch {
    return false
  }
}
