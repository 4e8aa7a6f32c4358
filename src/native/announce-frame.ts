// Gratuitous ARP (RFC 826, RFC 5227) and unsolicited neighbour advertisement (RFC 4861 §4.4, §7.2.6) as Ethernet frames. Pure.
// keepalived: the target hardware address of the ARP request is broadcast, where RFC 5227 would have zeros.

import { concatBytes } from '../lib/bytes.ts'
import { internetChecksum, pseudoHeader6 } from '../lib/checksum.ts'

const ETHERNET_BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
const ALL_NODES_MAC = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1)
const ALL_NODES = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)

export const ETHERTYPE = { arp: 0x0806, ipv6: 0x86dd } as const
const ICMPV6 = 58
const FLAG_ROUTER = 0x80
const FLAG_OVERRIDE = 0x20

/**
 *   | dst 6 | src 6 | 0806 | hw 1 | proto 0800 | 6 | 4 | op 1 | sender mac, ip | target mac, ip |
 */
export function gratuitousArp(mac: Uint8Array, address: Uint8Array): Uint8Array {
  const request = Uint8Array.of(0, 1, 0x08, 0x00, 6, 4, 0, 1)
  return concatBytes(ETHERNET_BROADCAST, mac, u16(ETHERTYPE.arp), request, mac, address, ETHERNET_BROADCAST, address)
}

/** `router`: this host forwards IPv6 on the link. */
export function unsolicitedAdvertisement(mac: Uint8Array, address: Uint8Array, router: boolean): Uint8Array {
  const flags = FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0)
  const targetLinkAddress = concatBytes(Uint8Array.of(2, 1), mac)
  const message = concatBytes(Uint8Array.of(136, 0, 0, 0, flags, 0, 0, 0), address, targetLinkAddress)
  const pseudo = pseudoHeader6(address, ALL_NODES, ICMPV6, message.length)
  message.set(u16(internetChecksum(pseudo, message)), 2)
  const ipv6 = concatBytes(Uint8Array.of(0x60, 0, 0, 0, 0, message.length, ICMPV6, 255), address, ALL_NODES)
  return concatBytes(ALL_NODES_MAC, mac, u16(ETHERTYPE.ipv6), ipv6, message)
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}
