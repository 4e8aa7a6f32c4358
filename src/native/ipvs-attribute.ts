// The attributes of the generic netlink family IPVS as tables (linux/ip_vs.h), and the codec that reads and writes them. Pure
// bytes; not the socket (ipvs-socket.ts), not what the fields mean to us (ipvs-message.ts). netlink(7), "Netlink attributes".
//
//   0        2        4
//   | length | type   | payload ... padded to 4 |     length counts header and payload, not the padding

import { concatBytes } from '../lib/bytes.ts'
import { LITTLE_ENDIAN } from './libc.ts'

type AttributeKind =
  /** Host order. */
  | 'u8'
  | 'u16'
  | 'u32'
  | 'i32'
  | 'u64'
  /** Network order. */
  | 'be16'
  | 'be32'
  /** NUL-terminated. */
  | 'string'
  | 'bytes'
  | 'nest'

type AttributeTable = Readonly<Record<string, readonly [number: number, kind: AttributeKind]>>

export const topAttributes = {
  service: [1, 'nest'],
  dest: [2, 'nest'],
  daemon: [3, 'nest'],
  timeoutTcp: [4, 'u32'],
  timeoutTcpFin: [5, 'u32'],
  timeoutUdp: [6, 'u32'],
} as const satisfies AttributeTable

export const serviceAttributes = {
  family: [1, 'u16'],
  protocol: [2, 'u16'],
  address: [3, 'bytes'],
  port: [4, 'be16'],
  mark: [5, 'u32'],
  scheduler: [6, 'string'],
  engine: [11, 'string'],
  flags: [7, 'bytes'],
  timeout: [8, 'u32'],
  netmask: [9, 'bytes'],
  stats: [10, 'nest'],
  stats64: [12, 'nest'],
} as const satisfies AttributeTable

/** Inside `stats64`; `stats` has the same with fewer bits. */
export const statisticsAttributes = {
  connections: [1, 'u64'],
  inPackets: [2, 'u64'],
  outPackets: [3, 'u64'],
  inBytes: [4, 'u64'],
  outBytes: [5, 'u64'],
  connectionRate: [6, 'u64'],
  inPacketRate: [7, 'u64'],
  outPacketRate: [8, 'u64'],
  inByteRate: [9, 'u64'],
  outByteRate: [10, 'u64'],
} as const satisfies AttributeTable

export const destAttributes = {
  family: [11, 'u16'],
  address: [1, 'bytes'],
  port: [2, 'be16'],
  method: [3, 'u32'],
  weight: [4, 'i32'],
  tunnelType: [13, 'u8'],
  tunnelPort: [14, 'be16'],
  tunnelFlags: [15, 'u16'],
  upperThreshold: [5, 'u32'],
  lowerThreshold: [6, 'u32'],
  activeConnections: [7, 'u32'],
  inactiveConnections: [8, 'u32'],
  persistentConnections: [9, 'u32'],
  stats: [10, 'nest'],
  stats64: [12, 'nest'],
} as const satisfies AttributeTable

export const daemonAttributes = {
  state: [1, 'u32'],
  interface: [2, 'string'],
  syncId: [3, 'u32'],
  maxLength: [4, 'u16'],
  group: [5, 'bytes'],
  group6: [6, 'bytes'],
  /** Host order, unlike all other ports. */
  port: [7, 'u16'],
  ttl: [8, 'u8'],
} as const satisfies AttributeTable

/** The controller's answer to GETFAMILY. */
export const familyAttributes = { id: [1, 'u16'], name: [2, 'string'] } as const satisfies AttributeTable

export type AttributeValue = number | string | Uint8Array

/** Attributes in the order of the table; a nest is given as the bytes inside. Values that are undefined are left out. */
export function encodeAttributes<T extends AttributeTable>(
  table: T,
  values: { readonly [K in keyof T]?: AttributeValue | undefined },
): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [name, [number, kind]] of Object.entries(table)) {
    const value = values[name]
    if (value !== undefined) parts.push(encodeAttribute(number, encodeValue(kind, value)))
  }
  return concatBytes(...parts)
}

/** What there is of the table's attributes; unknown ones are skipped. Throws on a length that does not fit. */
export function decodeAttributes<T extends AttributeTable>(
  table: T,
  bytes: Uint8Array,
): { readonly [K in keyof T]?: AttributeValue } {
  const names = new Map(Object.entries(table).map(([name, [number, kind]]) => [number, { name, kind }]))
  const values: Record<string, AttributeValue> = {}
  const view = viewOf(bytes)
  for (let offset = 0; offset + HEADER <= bytes.length; ) {
    const length = view.getUint16(offset, LITTLE_ENDIAN)
    if (length < HEADER || offset + length > bytes.length)
      throw new RangeError(`attribute of ${length} bytes at ${offset}`)
    const known = names.get(view.getUint16(offset + 2, LITTLE_ENDIAN) & TYPE_MASK)
    if (known !== undefined)
      values[known.name] = decodeValue(known.kind, bytes.subarray(offset + HEADER, offset + length))
    offset += align(length)
  }
  return values as { readonly [K in keyof T]?: AttributeValue }
}

/** The value as a number; `otherwise` if it is absent or of another kind. */
export function numberOf(value: AttributeValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

export function bytesOf(value: AttributeValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0)
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const HEADER = 4
/** Above it are NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
const TYPE_MASK = 0x3fff

const SIZES = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, be16: 2, be32: 4 } as const

function encodeAttribute(number: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align(HEADER + payload.length))
  const view = viewOf(bytes)
  view.setUint16(0, HEADER + payload.length, LITTLE_ENDIAN)
  view.setUint16(2, number, LITTLE_ENDIAN)
  bytes.set(payload, HEADER)
  return bytes
}

function encodeValue(kind: AttributeKind, value: AttributeValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return new TextEncoder().encode(`${value}\0`)
  if (kind === 'string' || kind === 'bytes' || kind === 'nest') throw new TypeError(`a number is no ${kind}`)
  const bytes = new Uint8Array(SIZES[kind])
  const view = viewOf(bytes)
  switch (kind) {
    case 'u8':
      view.setUint8(0, value)
      break
    case 'u16':
      view.setUint16(0, value, LITTLE_ENDIAN)
      break
    case 'u32':
      view.setUint32(0, value, LITTLE_ENDIAN)
      break
    case 'i32':
      view.setInt32(0, value, LITTLE_ENDIAN)
      break
    case 'u64':
      view.setBigUint64(0, BigInt(value), LITTLE_ENDIAN)
      break
    case 'be16':
      view.setUint16(0, value)
      break
    case 'be32':
      view.setUint32(0, value)
  }
  return bytes
}

function decodeValue(kind: AttributeKind, payload: Uint8Array): AttributeValue {
  if (kind === 'bytes' || kind === 'nest') return payload
  if (kind === 'string') {
    const end = payload.indexOf(0)
    return new TextDecoder().decode(end < 0 ? payload : payload.subarray(0, end))
  }
  if (payload.length < SIZES[kind]) throw new RangeError(`${payload.length} bytes are too short for ${kind}`)
  const view = viewOf(payload)
  switch (kind) {
    case 'u8':
      return view.getUint8(0)
    case 'u16':
      return view.getUint16(0, LITTLE_ENDIAN)
    case 'u32':
      return view.getUint32(0, LITTLE_ENDIAN)
    case 'i32':
      return view.getInt32(0, LITTLE_ENDIAN)
    case 'u64':
      return Number(view.getBigUint64(0, LITTLE_ENDIAN))
    case 'be16':
      return view.getUint16(0)
    case 'be32':
      return view.getUint32(0)
  }
}

function align(length: number): number {
  return (length + 3) & ~3
}
