// Values of managed objects and how they are made from what the program knows. Types of RFC 2578; AgentX numbers them in
// RFC 2741 §5.4.

import { parseIp } from '../../../lib/ip.ts'
import type { Oid } from './oid.ts'

export type Value =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'octets'; readonly value: Uint8Array }
  | { readonly type: 'oid'; readonly value: Oid }
  | { readonly type: 'ip-address'; readonly value: Uint8Array }
  | { readonly type: 'counter32' | 'gauge32' | 'ticks'; readonly value: number }
  | { readonly type: 'counter64'; readonly value: bigint }

/** Stands in place of a value that does not exist. */
export type Absence = 'no-such-object' | 'no-such-instance' | 'end-of-mib-view'

export interface Varbind {
  readonly oid: Oid
  readonly value: Value | Absence | 'null'
}

const encoder = new TextEncoder()
/** SNMPv2-TC DisplayString: SIZE (0..255). */
const textBytesMax = 255

export function integer(value: number): Value {
  return { type: 'integer', value: Math.trunc(value) | 0 }
}

/** keepalived and SNMP write 1 for yes and 2 for no. */
export function yesNo(value: boolean): Value {
  return integer(value ? 1 : 2)
}

export function gauge(value: number): Value {
  return { type: 'gauge32', value: clampUnsigned(value) }
}

/** Wraps, as counters do. */
export function counter32(value: number | bigint): Value {
  return { type: 'counter32', value: Number(BigInt.asUintN(32, BigInt(value))) }
}

export function counter64(value: number | bigint): Value {
  return { type: 'counter64', value: BigInt.asUintN(64, BigInt(value)) }
}

/** Hundredths of a second; wraps after 497 days. */
export function ticks(hundredths: number): Value {
  return { type: 'ticks', value: Math.max(0, Math.trunc(hundredths)) % 2 ** 32 }
}

export function octets(value: Uint8Array): Value {
  return { type: 'octets', value }
}

export function text(value: string): Value {
  return octets(encoder.encode(value).subarray(0, textBytesMax))
}

/** InetAddress: the bytes of an address text. Undefined for what is none. */
export function inetAddress(address: string | undefined): Value | undefined {
  const bytes = address === undefined ? undefined : parseIp(address)
  return bytes === undefined ? undefined : octets(bytes)
}

/** InetAddressType: ipv4(1), ipv6(2). */
export function inetAddressType(family: 4 | 6): Value {
  return integer(family === 4 ? 1 : 2)
}

export function ipAddress(bytes: Uint8Array): Value {
  return { type: 'ip-address', value: bytes }
}

/** Low and high half of a number as keepalived splits rates. */
export function low32(value: bigint): Value {
  return gauge(Number(BigInt.asUintN(32, value)))
}

export function high32(value: bigint): Value {
  return gauge(Number(BigInt.asUintN(32, value >> 32n)))
}

function clampUnsigned(value: number): number {
  return Math.max(0, Math.min(2 ** 32 - 1, Math.trunc(value)))
}
