// The question of DNS_CHECK and what counts as an answer. Pure bytes. RFC 1035 §4.1. The number of answers is not looked at.
//
//   | id | flags | questions | answers | authority | additional |   16 bits each, then the question: name, type, class

import type { DnsQueryType } from '../../../config/blocks/checker/model.ts'

const TYPES: Readonly<Record<DnsQueryType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
}
const HEADER = 12
const RECURSION_DESIRED = 0x0100
const RESPONSE = 0x80
const RCODE_MASK = 0x0f
const CLASS_IN = 1
const LABEL_MAX = 63
const NAME_MAX = 255

/** One question; undefined if the name is none. `id` has 16 bits. */
export function encodeQuery(id: number, name: string, type: DnsQueryType): Uint8Array | undefined {
  const labels = name === '' ? [] : name.split('.')
  const encoded = labels.map(label => new TextEncoder().encode(label))
  const length = encoded.reduce((sum, label) => sum + label.length + 1, 1)
  if (length > NAME_MAX || encoded.some(label => label.length === 0 || label.length > LABEL_MAX)) return undefined
  const bytes = new Uint8Array(HEADER + length + 4)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, id)
  view.setUint16(2, RECURSION_DESIRED)
  view.setUint16(4, 1)
  let at = HEADER
  for (const label of encoded) {
    bytes[at] = label.length
    bytes.set(label, at + 1)
    at += label.length + 1
  }
  view.setUint16(at + 1, TYPES[type])
  view.setUint16(at + 3, CLASS_IN)
  return bytes
}

/** undefined: not an answer to the query with this id, so waiting goes on. */
export function judgeAnswer(bytes: Uint8Array, id: number): { readonly rcode: number } | undefined {
  if (bytes.length < HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0) !== id || (bytes[2]! & RESPONSE) === 0) return undefined
  return { rcode: bytes[3]! & RCODE_MASK }
}

const RCODES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
}

export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `rcode ${rcode}`
}
