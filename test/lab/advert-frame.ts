// Ethernet frames that carry adverts, sound or broken in any field: what a hostile or faulty neighbour would send.

import { parseIp } from '../../src/lib/ip.ts'
import { internetChecksum, pseudoHeader } from './checksum.ts'

export interface AdvertFrame {
  readonly sourceMac: string
  readonly source: string
  readonly destination?: string
  readonly ttl?: number
  readonly version?: number
  readonly type?: number
  readonly vrid: number
  readonly priority: number
  readonly interval?: number
  readonly authType?: number
  /** At most 8 characters. */
  readonly password?: string
  readonly addresses: readonly string[]
  /** The address count that the packet claims; default: the true one. */
  readonly count?: number
  /** Added to the right checksum. */
  readonly checksumError?: number
  /** Bytes cut from the end of the PDU; the IP header says the shortened length. */
  readonly truncateBy?: number
}

/** An IPv4 advert as an Ethernet frame. */
export function encodeAdvertFrame(advert: AdvertFrame): Uint8Array {
  const source = bytesOf(advert.source)
  const destination = bytesOf(advert.destination ?? '224.0.0.18')
  const pdu = encodePdu(advert, source, destination)
  const header = encodeIpHeader(source, destination, advert.ttl ?? 255, pdu.length)
  return Uint8Array.from([...ethernetHeader(advert, destination), ...header, ...pdu])
}

function encodePdu(advert: AdvertFrame, source: Uint8Array, destination: Uint8Array): Uint8Array {
  const version = advert.version ?? 2
  const interval = advert.interval ?? (version === 3 ? 100 : 1)
  const authentication = version === 2 ? [...Buffer.from((advert.password ?? '').padEnd(8, '\0'), 'latin1')] : []
  const pdu = Uint8Array.from([
    (version << 4) | (advert.type ?? 1),
    advert.vrid,
    advert.priority,
    advert.count ?? advert.addresses.length,
    version === 3 ? interval >> 8 : (advert.authType ?? 0),
    interval & 255,
    0,
    0,
    ...advert.addresses.flatMap(address => [...bytesOf(address)]),
    ...authentication,
  ])
  const pseudo = version === 3 ? [pseudoHeader(source, destination, 112, pdu.length)] : []
  const checksum = (internetChecksum(...pseudo, pdu) + (advert.checksumError ?? 0)) & 0xffff
  pdu[6] = checksum >> 8
  pdu[7] = checksum & 255
  return pdu.subarray(0, pdu.length - (advert.truncateBy ?? 0))
}

function encodeIpHeader(source: Uint8Array, destination: Uint8Array, ttl: number, length: number): Uint8Array {
  const total = 20 + length
  const header = Uint8Array.from([
    ...[0x45, 0xc0, total >> 8, total & 255, 0, 1, 0, 0, ttl, 112, 0, 0],
    ...source,
    ...destination,
  ])
  const checksum = internetChecksum(header)
  header[10] = checksum >> 8
  header[11] = checksum & 255
  return header
}

function ethernetHeader(advert: AdvertFrame, destination: Uint8Array): number[] {
  const multicast = [0x01, 0x00, 0x5e, destination[1]! & 0x7f, destination[2]!, destination[3]!]
  const source = advert.sourceMac.split(':').map(part => Number.parseInt(part, 16))
  return [...multicast, ...source, 0x08, 0x00]
}

function bytesOf(address: string): Uint8Array {
  const bytes = parseIp(address)
  if (bytes === undefined) throw new Error(`not an address: ${address}`)
  return bytes
}
