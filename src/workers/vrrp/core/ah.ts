// The IP Authentication Header as VRRP version 2 uses it (RFC 2338 section 5.3.6.3, RFC 2402 section 2), over IPv4
// only. receive.ts and the state machine decide which sequence numbers are acceptable.
//
//  | next header 112 | length 4 | 0 | SPI: source address | sequence | ICV: first 12 bytes of HMAC-MD5 |

import { createHmac } from 'node:crypto'
import { bytesEqualConstantTime, concatBytes } from '../../../lib/bytes.ts'
import { isMulticast } from '../../../lib/ip.ts'
import { encodeIpv4, type Ipv4Fields, ipv4HeaderLength } from '../../../lib/ipv4-packet.ts'
import { passData, vrrpProtocol } from './advert.ts'

export const ahProtocol = 51
export const ahLength = 24
const icvOffset = 12
const icvLength = 12

/** Beyond this sequence number an instance stops counting until it becomes MASTER anew. */
export const sequenceMax = 0xfffffffd

/** A complete packet: IPv4 header, AH, PDU. `sequence` is that of this advert. */
export function encodeWithAh(ip: Ipv4Fields, pdu: Uint8Array, password: string, sequence: number): Uint8Array {
  const packet = encodeIpv4({ ...ip, protocol: ahProtocol }, concatBytes(new Uint8Array(ahLength), pdu))
  const ah = new DataView(packet.buffer, ipv4HeaderLength, ahLength)
  ah.setUint8(0, vrrpProtocol)
  ah.setUint8(1, ahLength / 4 - 2)
  packet.set(ip.source, ipv4HeaderLength + 4)
  ah.setUint32(8, sequence)
  packet.set(integrityCheck(packet, ipv4HeaderLength, password), ipv4HeaderLength + icvOffset)
  return packet
}

interface AhHeader {
  readonly nextHeader: number
  readonly sequence: number
  readonly spi: Uint8Array
}

/** Reads the AH behind an IPv4 header of `headerLength` bytes; the caller has checked that it is all there. */
export function decodeAh(packet: Uint8Array, headerLength: number): AhHeader {
  const view = new DataView(packet.buffer, packet.byteOffset + headerLength, ahLength)
  const spi = packet.slice(headerLength + 4, headerLength + 8)
  return { nextHeader: view.getUint8(0), sequence: view.getUint32(8), spi }
}

/** True if the ICV of the packet, given without link-layer padding, is that of the password. */
export function hasValidIcv(packet: Uint8Array, headerLength: number, password: string): boolean {
  const at = headerLength + icvOffset
  return bytesEqualConstantTime(packet.subarray(at, at + icvLength), integrityCheck(packet, headerLength, password))
}

function integrityCheck(packet: Uint8Array, headerLength: number, password: string): Uint8Array {
  const covered = packet.slice()
  covered[1] = 0 // TOS
  covered.fill(0, 6, 8) // fragment field
  // keepalived leaves the TTL of multicast adverts (always 255) in the digest; RFC 2402 takes it as 0.
  if (!isMulticast(packet.subarray(16, 20))) covered[8] = 0
  covered.fill(0, 10, 12) // header checksum
  covered.fill(0, headerLength + icvOffset, headerLength + icvOffset + icvLength)
  return new Uint8Array(createHmac('md5', passData(password)).update(covered).digest()).subarray(0, icvLength)
}
