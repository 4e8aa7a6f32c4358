// ICMP echo as a datagram socket of the kernel takes it: the kernel owns identifier and checksum. Pure bytes. RFC 792,
// RFC 4443 §4.
//
//   | type 8 | code 8 | checksum 16 | identifier 16 | sequence 16 | payload ... |

import type { Family } from '../../../lib/ip.ts'
import { filler } from './udp-reply.ts'

const HEADER = 8
const PAYLOAD = 128
const TYPES = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const

/** `sequence` has 16 bits. */
export function encodeEcho(family: Family, sequence: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + PAYLOAD)
  bytes[0] = TYPES[family].request
  new DataView(bytes.buffer).setUint16(6, sequence)
  bytes.set(filler(PAYLOAD), HEADER)
  return bytes
}

/** Is it the reply to the request with this sequence number? */
export function isReply(family: Family, sequence: number, bytes: Uint8Array): boolean {
  if (bytes.length < HEADER || bytes[0] !== TYPES[family].reply) return false
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(6) === sequence
}
