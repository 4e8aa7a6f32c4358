// Ethernet frames to wire events: VRRP v2 and v3 adverts, gratuitous ARP, unsolicited neighbour advertisements.
// A decoder of its own, so that an error of the program's codec cannot hide itself.

import { formatIp } from '../../src/lib/ip.ts'
import { internetChecksum, pseudoHeader } from './checksum.ts'
import type { AdvertEvent, AnnounceEvent, WireEvent } from './event.ts'
import type { CapturedFrame } from './pcap.ts'

const ETHERNET_HEADER = 14
const VRRP = 112
const ICMPV6 = 58

/** Undefined for frames that are none of the three kinds. `nameOf` turns a source MAC into a node's name. */
export function decodeFrame(frame: CapturedFrame, nameOf: (mac: string) => string): WireEvent | undefined {
  const { at, bytes } = frame
  if (bytes.length < ETHERNET_HEADER) return undefined
  const from = nameOf(formatMac(bytes.subarray(6, 12)))
  const payload = bytes.subarray(ETHERNET_HEADER)
  const etherType = (bytes[12]! << 8) | bytes[13]!
  if (etherType === 0x0806) return decodeArp(at, from, payload)
  if (etherType === 0x0800) return decodeIpv4(at, from, payload)
  if (etherType === 0x86dd) return decodeIpv6(at, from, payload)
  return undefined
}

export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(':')
}

function decodeArp(at: number, from: string, arp: Uint8Array): AnnounceEvent | undefined {
  if (arp.length < 28) return undefined
  const sender = formatIp(arp.subarray(14, 18))
  if (sender !== formatIp(arp.subarray(24, 28))) return undefined
  return { kind: 'garp', at, from, address: sender, mac: formatMac(arp.subarray(8, 14)) }
}

function decodeIpv4(at: number, from: string, packet: Uint8Array): AdvertEvent | undefined {
  if (packet.length < 20 || packet[9] !== VRRP) return undefined
  const headerLength = (packet[0]! & 15) * 4
  const totalLength = (packet[2]! << 8) | packet[3]!
  const pdu = packet.subarray(headerLength, totalLength)
  const source = packet.subarray(12, 16)
  const destination = packet.subarray(16, 20)
  const headerGood = internetChecksum(packet.subarray(0, headerLength)) === 0
  const advert = decodePdu(pdu, source, destination)
  if (advert === undefined) return undefined
  return { ...advert, at, from, ttl: packet[8]!, checksumGood: advert.checksumGood && headerGood }
}

function decodeIpv6(at: number, from: string, packet: Uint8Array): WireEvent | undefined {
  if (packet.length < 40) return undefined
  const length = (packet[4]! << 8) | packet[5]!
  const payload = packet.subarray(40, 40 + length)
  const [source, destination] = [packet.subarray(8, 24), packet.subarray(24, 40)]
  if (packet[6] === VRRP) {
    const advert = decodePdu(payload, source, destination)
    return advert === undefined ? undefined : { ...advert, at, from, ttl: packet[7]! }
  }
  const unsolicited = payload[0] === 136 && (payload[4]! & 0x40) === 0
  if (packet[6] !== ICMPV6 || !unsolicited || payload.length < 32) return undefined
  return { kind: 'na', at, from, address: formatIp(payload.subarray(8, 24)), mac: formatMac(payload.subarray(26, 32)) }
}

function decodePdu(pdu: Uint8Array, source: Uint8Array, destination: Uint8Array) {
  if (pdu.length < 8) return undefined
  const version = pdu[0]! >> 4
  const count = pdu[3]!
  const width = source.length
  const addressesEnd = 8 + count * width
  const pseudo = version === 3 || width === 16 ? [pseudoHeader(source, destination, VRRP, pdu.length)] : []
  return {
    kind: 'advert' as const,
    source: formatIp(source),
    destination: formatIp(destination),
    version,
    vrid: pdu[1]!,
    priority: pdu[2]!,
    interval: version === 3 ? ((pdu[4]! & 15) << 8) | pdu[5]! : pdu[5]!,
    authType: version === 2 ? pdu[4]! : 0,
    authData: Buffer.from(pdu.subarray(addressesEnd)).toString('hex'),
    addresses: Array.from({ length: count }, (_, i) => formatIp(pdu.subarray(8 + i * width, 8 + (i + 1) * width))),
    checksumGood: internetChecksum(...pseudo, pdu) === 0,
  }
}
