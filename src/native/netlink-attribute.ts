// Netlink attributes between bytes and data, by tables of their names, numbers and kinds. Pure; the tables are in
// rtnetlink.ts and ipvs-attribute.ts. netlink(7), netlink(3).
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

export type AttributeTable = Readonly<Record<string, readonly [number: number, kind: AttributeKind]>>

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
export function decodeAttributes<T extends AttributeTable>(table: T, bytes: Uint8Array): Decoded<T> {
  return decode(table, bytes, problem => {
    throw new RangeError(problem)
  })
}

/** The same, as NLA_OK reads: ends at a length that does not fit, and leaves out a value that is too short. */
export function decodeWhatFits<T extends AttributeTable>(table: T, bytes: Uint8Array): Decoded<T> {
  return decode(table, bytes, () => undefined)
}

type Decoded<T extends AttributeTable> = { readonly [K in keyof T]?: ValueOfKind<T[K][1]> }
type ValueOfKind<K extends AttributeKind> = K extends 'bytes' | 'nest'
  ? Uint8Array
  : K extends 'string'
    ? string
    : number

function decode<T extends AttributeTable>(
  table: T,
  bytes: Uint8Array,
  complain: (problem: string) => void,
): Decoded<T> {
  const names = namesOf(table)
  const values: Record<string, AttributeValue> = {}
  const view = viewOf(bytes)
  for (let offset = 0; offset + HEADER <= bytes.length; ) {
    const length = view.getUint16(offset, LITTLE_ENDIAN)
    if (length < HEADER || offset + length > bytes.length) {
      complain(`attribute of ${length} bytes at ${offset}`)
      break
    }
    const known = names.get(view.getUint16(offset + 2, LITTLE_ENDIAN) & TYPE_MASK)
    const payload = bytes.subarray(offset + HEADER, offset + length)
    if (known !== undefined && fits(known.kind, payload)) values[known.name] = decodeValue(known.kind, payload)
    else if (known !== undefined) complain(`${payload.length} bytes are too short for ${known.kind}`)
    offset += align4(length)
  }
  return values as Decoded<T>
}

interface Named {
  readonly name: string
  readonly kind: AttributeKind
}

/** Tables are constants, and a dump is decoded by the same one thousands of times. */
const namesByTable = new WeakMap<AttributeTable, ReadonlyMap<number, Named>>()

function namesOf(table: AttributeTable): ReadonlyMap<number, Named> {
  const known = namesByTable.get(table)
  if (known !== undefined) return known
  const names = new Map(Object.entries(table).map(([name, [number, kind]]) => [number, { name, kind }] as const))
  namesByTable.set(table, names)
  return names
}

function fits(kind: AttributeKind, payload: Uint8Array): boolean {
  return kind === 'bytes' || kind === 'nest' || kind === 'string' || payload.length >= SIZES[kind]
}

/** The value as a number; `otherwise` if it is absent or of another kind. */
export function numberOf(value: AttributeValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

export function bytesOf(value: AttributeValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0)
}

/** 32-bit words in host order, for attributes that are structures of the kernel. */
export function hostWords(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4)
  for (const [i, word] of words.entries()) viewOf(bytes).setUint32(i * 4, word >>> 0, LITTLE_ENDIAN)
  return bytes
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const HEADER = 4
/** Above it are NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
const TYPE_MASK = 0x3fff

const SIZES = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, be16: 2, be32: 4 } as const

function encodeAttribute(number: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align4(HEADER + payload.length))
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

/** Netlink pads everything to four bytes. */
export function align4(length: number): number {
  return (length + 3) & ~3
}
