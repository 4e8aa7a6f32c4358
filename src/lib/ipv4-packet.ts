// IPv4 headers (RFC 791 section 3.1) as raw sockets see them: built whole for IP_HDRINCL, read with options skipped.
// Not a general IP stack: no options are sent, the kernel has checked the header checksum of what arrives.

import { internetChecksum } from './checksum.ts'
import { err, ok, type Result } from './result.ts'

interface Ipv4Header {
  /** Length of the header in bytes, options included. */
  readonly headerLength: number
  /** Length of the packet in bytes as the header says. */
  readonly totalLength: number
  readonly id: number
  readonly ttl: number
  readonly protocol: number
  readonly source: Uint8Array
  readonly destination: Uint8Array
}

type Ipv4Error = 'short' | 'not-ipv4' | 'header-length'

export const ipv4HeaderLength = 20

export interface Ipv4Fields {
  readonly tos: number
  readonly id: number
  readonly ttl: number
  readonly protocol: number
  readonly source: Uint8Array
  readonly destination: Uint8Array
}

/** A complete packet: header without options and with its checksum, fragment field 0, then the payload. */
export function encodeIpv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const length = ipv4HeaderLength + payload.length
  const packet = new Uint8Array(length)
  packet.set([0x45, fields.tos, length >> 8, length & 255, fields.id >> 8, fields.id & 255, 0, 0])
  packet.set([fields.ttl, fields.protocol], 8)
  packet.set(fields.source, 12)
  packet.set(fields.destination, 16)
  const checksum = internetChecksum(packet.subarray(0, ipv4HeaderLength))
  packet.set([checksum >> 8, checksum & 255], 10)
  packet.set(payload, ipv4HeaderLength)
  return packet
}

/** Reads the header in front of `bytes`. Lengths are reported, not compared with the number of bytes at hand. */
export function decodeIpv4Header(bytes: Uint8Array): Result<Ipv4Header, Ipv4Error> {
  if (bytes.length < ipv4HeaderLength) return err('short')
  if (bytes[0]! >> 4 !== 4) return err('not-ipv4')
  const headerLength = (bytes[0]! & 15) * 4
  if (headerLength < ipv4HeaderLength || headerLength > bytes.length) return err('header-length')
  return ok({
    headerLength,
    totalLength: (bytes[2]! << 8) | bytes[3]!,
    id: (bytes[4]! << 8) | bytes[5]!,
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: bytes.slice(12, 16),
    destination: bytes.slice(16, 20),
  })
}
