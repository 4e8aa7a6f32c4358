// AgentX PDUs between bytes and data: what a subagent sends and what a master agent sends to it. RFC 2741 §5 and §6. Not the
// conversation (agentx-session.ts). Sent in network byte order; received in either. Decoding never throws.
//
//    0                   1                   2                   3
//   +---------------+---------------+---------------+---------------+
//   |  h.version=1  |    h.type     |    h.flags    |  <reserved>   |
//   +---------------+---------------+---------------+---------------+
//   |  h.sessionID, h.transactionID, h.packetID, h.payload_length   |
//   +---------------+---------------+---------------+---------------+

import { AgentxReader, type SearchRange } from './agentx-reader.ts'
import { AgentxWriter } from './agentx-writer.ts'
import type { Oid } from './oid.ts'
import type { Varbind } from './value.ts'

export const HEADER_BYTES = 20
/** No request of a master agent is near that; a larger one ends the session. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024

const VERSION = 1
const FLAG_NON_DEFAULT_CONTEXT = 0x08
const FLAG_NETWORK_BYTE_ORDER = 0x10

const TYPES = {
  open: 1,
  close: 2,
  register: 3,
  get: 5,
  'get-next': 6,
  'get-bulk': 7,
  'test-set': 8,
  'commit-set': 9,
  'undo-set': 10,
  'cleanup-set': 11,
  notify: 12,
  ping: 13,
  response: 18,
} as const

type TypeName = keyof typeof TYPES

/** Session, transaction and packet: the response repeats the three numbers of its request. */
export interface Envelope {
  readonly session: number
  readonly transaction: number
  readonly packet: number
}

export type Request =
  | { readonly type: 'get' | 'get-next'; readonly ranges: readonly SearchRange[] }
  | {
      readonly type: 'get-bulk'
      readonly nonRepeaters: number
      readonly repetitionsMax: number
      readonly ranges: readonly SearchRange[]
    }
  | { readonly type: 'test-set'; readonly varbinds: readonly Varbind[] }
  | { readonly type: 'commit-set' | 'undo-set' | 'cleanup-set' }

export type Received =
  | ({ readonly kind: 'request'; readonly request: Request } & Envelope)
  /** `sysUpTime` in hundredths of a second. */
  | ({ readonly kind: 'response'; readonly sysUpTime: number; readonly error: number } & Envelope)
  | ({ readonly kind: 'close' } & Envelope)
  /** Understood by its header only. */
  | ({ readonly kind: 'unknown'; readonly pduType: number } & Envelope)

/** The error numbers that are used: RFC 2741 §6.2.16, RFC 3416. */
export const ERROR = {
  none: 0,
  generic: 5,
  noAccess: 6,
  wrongType: 7,
  wrongValue: 10,
  commitFailed: 14,
  undoFailed: 15,
  notWritable: 17,
  notOpen: 257,
  parse: 266,
  requestDenied: 267,
} as const

/** How many bytes the PDU at the beginning has; undefined: not enough to know, or `'bad'` if it can be none. */
export function pduLength(bytes: Uint8Array): number | 'bad' | undefined {
  if (bytes.length >= 1 && bytes[0] !== VERSION) return 'bad'
  if (bytes.length < HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const payload = view.getUint32(16, !isNetworkOrder(bytes))
  return payload > PAYLOAD_BYTES_MAX || payload % 4 !== 0 ? 'bad' : HEADER_BYTES + payload
}

/** One whole PDU; undefined if its payload makes no sense. */
export function decodePdu(bytes: Uint8Array): Received | undefined {
  const reader = new AgentxReader(bytes.subarray(4), !isNetworkOrder(bytes))
  const envelope = { session: reader.uint32(), transaction: reader.uint32(), packet: reader.uint32() }
  reader.uint32()
  const flags = bytes[2]!
  const received = decodePayload(bytes[1]!, flags, reader, envelope)
  return reader.failed ? undefined : received
}

function decodePayload(pduType: number, flags: number, reader: AgentxReader, envelope: Envelope): Received {
  const request = (request: Request): Received => ({ kind: 'request', request, ...envelope })
  switch (pduType) {
    case TYPES.response: {
      const sysUpTime = reader.uint32()
      const error = reader.uint16()
      return { kind: 'response', sysUpTime, error, ...envelope }
    }
    case TYPES.close:
      return { kind: 'close', ...envelope }
    case TYPES['commit-set']:
      return request({ type: 'commit-set' })
    case TYPES['undo-set']:
      return request({ type: 'undo-set' })
    case TYPES['cleanup-set']:
      return request({ type: 'cleanup-set' })
  }
  // Contexts are not ours to tell apart: the master sends none for what is registered without one.
  if ((flags & FLAG_NON_DEFAULT_CONTEXT) !== 0) reader.octets()
  switch (pduType) {
    case TYPES.get:
      return request({ type: 'get', ranges: reader.ranges() })
    case TYPES['get-next']:
      return request({ type: 'get-next', ranges: reader.ranges() })
    case TYPES['get-bulk']: {
      const nonRepeaters = reader.uint16()
      const repetitionsMax = reader.uint16()
      return request({ type: 'get-bulk', nonRepeaters, repetitionsMax, ranges: reader.ranges() })
    }
    case TYPES['test-set']:
      return request({ type: 'test-set', varbinds: reader.varbinds() })
    default:
      return { kind: 'unknown', pduType, ...envelope }
  }
}

/** §6.2.1. `timeoutSeconds`: how long the master waits for an answer. */
export function encodeOpen(packet: number, timeoutSeconds: number, id: Oid, description: string): Uint8Array {
  const writer = new AgentxWriter()
  writer.bytes(timeoutSeconds, 0, 0, 0)
  writer.oid(id)
  writer.octets(new TextEncoder().encode(description))
  return pdu('open', { session: 0, transaction: 0, packet }, writer)
}

/** §6.2.3: everything below `subtree` is ours. */
export function encodeRegister(envelope: Envelope, subtree: Oid): Uint8Array {
  const PRIORITY_DEFAULT = 127
  const writer = new AgentxWriter()
  writer.bytes(0, PRIORITY_DEFAULT, 0, 0)
  writer.oid(subtree)
  return pdu('register', envelope, writer)
}

/** §6.2.2, reason 5: shutdown. */
export function encodeClose(envelope: Envelope): Uint8Array {
  const writer = new AgentxWriter()
  writer.bytes(5, 0, 0, 0)
  return pdu('close', envelope, writer)
}

export function encodePing(envelope: Envelope): Uint8Array {
  return pdu('ping', envelope, new AgentxWriter())
}

/** §6.2.10. The first varbind has to be snmpTrapOID.0. */
export function encodeNotify(envelope: Envelope, varbinds: readonly Varbind[]): Uint8Array {
  const writer = new AgentxWriter()
  for (const varbind of varbinds) writer.varbind(varbind)
  return pdu('notify', envelope, writer)
}

/** §6.2.16. `index` counts from 1 and names the varbind at fault. */
export function encodeResponse(
  envelope: Envelope,
  answer: { readonly error: number; readonly index: number; readonly varbinds: readonly Varbind[] },
): Uint8Array {
  const writer = new AgentxWriter()
  writer.uint32(0)
  writer.uint16(answer.error)
  writer.uint16(answer.index)
  for (const varbind of answer.varbinds) writer.varbind(varbind)
  return pdu('response', envelope, writer)
}

function pdu(type: TypeName, envelope: Envelope, payload: AgentxWriter): Uint8Array {
  const header = new AgentxWriter()
  header.bytes(VERSION, TYPES[type], FLAG_NETWORK_BYTE_ORDER, 0)
  header.uint32(envelope.session)
  header.uint32(envelope.transaction)
  header.uint32(envelope.packet)
  header.uint32(payload.length)
  return Uint8Array.from([...header.taken(), ...payload.taken()])
}

function isNetworkOrder(bytes: Uint8Array): boolean {
  return (bytes[2]! & FLAG_NETWORK_BYTE_ORDER) !== 0
}
