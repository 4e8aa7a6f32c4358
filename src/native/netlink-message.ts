// Netlink messages as bytes, see netlink(7) and netlink(3). Pure; attributes are in netlink-attribute.ts, the headers
// of a family in rtnetlink.ts.
//
//   0        4      6       8        12       16
//   | length | type | flags | seq    | port   | body, padded to 4

import { LITTLE_ENDIAN } from './libc.ts'
import { align4, viewOf } from './netlink-attribute.ts'

const HEADER_LENGTH = 16

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
