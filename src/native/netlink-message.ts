// Netlink messages and attributes as bytes, see netlink(7) and netlink(3). Pure; no family's own headers (rtnetlink.ts has those).
//
//   0        4      6       8        12       16
//   | length | type | flags | seq    | port   | body, padded to 4
//
//   attribute:  | length 2 | type 2 | value, padded to 4

import { LITTLE_ENDIAN } from './libc.ts'

const HEADER_LENGTH = 16
const ATTRIBUTE_HEADER_LENGTH = 4
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
const ATTRIBUTE_TYPE_MASK = 0x3fff

export const MESSAGE_TYPE = { error: 2, done: 3 } as const

export const FLAG = {
  request: 0x001,
  multi: 0x002,
  ack: 0x004,
  dumpInterrupted: 0x010,
  dump: 0x300,
  exclusive: 0x200,
  create: 0x400,
} as const

export interface NetlinkMessage {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly port: number
  /** A view of the datagram. */
  readonly body: Uint8Array
}

export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const bytes = new Uint8Array(align4(HEADER_LENGTH + message.body.length))
  const view = viewOf(bytes)
  view.setUint32(0, HEADER_LENGTH + message.body.length, LITTLE_ENDIAN)
  view.setUint16(4, message.type, LITTLE_ENDIAN)
  view.setUint16(6, message.flags, LITTLE_ENDIAN)
  view.setUint32(8, message.sequence, LITTLE_ENDIAN)
  view.setUint32(12, message.port, LITTLE_ENDIAN)
  bytes.set(message.body, HEADER_LENGTH)
  return bytes
}

/** The messages of a datagram. Stops at the first header that does not fit, as NLMSG_OK does. */
export function decodeMessages(datagram: Uint8Array): NetlinkMessage[] {
  const view = viewOf(datagram)
  const messages: NetlinkMessage[] = []
  let at = 0
  while (at + HEADER_LENGTH <= datagram.length) {
    const length = view.getUint32(at, LITTLE_ENDIAN)
    if (length < HEADER_LENGTH || at + length > datagram.length) break
    messages.push({
      type: view.getUint16(at + 4, LITTLE_ENDIAN),
      flags: view.getUint16(at + 6, LITTLE_ENDIAN),
      sequence: view.getUint32(at + 8, LITTLE_ENDIAN),
      port: view.getUint32(at + 12, LITTLE_ENDIAN),
      body: datagram.subarray(at + HEADER_LENGTH, at + length),
    })
    at += align4(length)
  }
  return messages
}

/** The errno of an error message, 0 for an ACK; undefined if the message is none or too short. NLMSG_DONE carries one too. */
export function errnoOf(message: NetlinkMessage): number | undefined {
  const { type, body } = message
  if (type !== MESSAGE_TYPE.error && type !== MESSAGE_TYPE.done) return undefined
  if (body.length < 4) return type === MESSAGE_TYPE.done ? 0 : undefined
  return -viewOf(body).getInt32(0, LITTLE_ENDIAN) || 0
}

/** Attributes by type, from `offset` on. The last of a type wins; stops at the first that does not fit. */
export function decodeAttributes(body: Uint8Array, offset: number): Map<number, Uint8Array> {
  const view = viewOf(body)
  const attributes = new Map<number, Uint8Array>()
  let at = offset
  while (at + ATTRIBUTE_HEADER_LENGTH <= body.length) {
    const length = view.getUint16(at, LITTLE_ENDIAN)
    if (length < ATTRIBUTE_HEADER_LENGTH || at + length > body.length) break
    const type = view.getUint16(at + 2, LITTLE_ENDIAN) & ATTRIBUTE_TYPE_MASK
    attributes.set(type, body.subarray(at + ATTRIBUTE_HEADER_LENGTH, at + length))
    at += align4(length)
  }
  return attributes
}

export interface Attribute {
  readonly type: number
  readonly value: Uint8Array
}

/** A fixed header followed by attributes, each padded to four bytes. */
export function encodeBody(header: Uint8Array, attributes: readonly Attribute[]): Uint8Array {
  const lengths = attributes.map(attribute => align4(ATTRIBUTE_HEADER_LENGTH + attribute.value.length))
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, align4(header.length)))
  const view = viewOf(bytes)
  bytes.set(header)
  let at = align4(header.length)
  for (const [i, { type, value }] of attributes.entries()) {
    view.setUint16(at, ATTRIBUTE_HEADER_LENGTH + value.length, LITTLE_ENDIAN)
    view.setUint16(at + 2, type, LITTLE_ENDIAN)
    bytes.set(value, at + ATTRIBUTE_HEADER_LENGTH)
    at += lengths[i]!
  }
  return bytes
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value)
}

export function u32(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

/** Text with the NUL that the kernel wants at its end. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`)
}

export function readU32(bytes: Uint8Array | undefined): number | undefined {
  return bytes !== undefined && bytes.length >= 4 ? viewOf(bytes).getUint32(0, LITTLE_ENDIAN) : undefined
}

/** Up to the first NUL. */
export function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function align4(length: number): number {
  return (length + 3) & ~3
}
