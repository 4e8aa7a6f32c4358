// The addresses of a row of virtual_server_group: `192.0.2.1`, `192.0.2.1-9`, `192.0.2.1-192.0.2.9`, `2001:db8::1-ff`,
// `192.0.2.0/28`. Pure. keepalived.conf(5) "Virtual server group(s)".

import { compareIp, formatIp, parseIp } from '../../../lib/ip.ts'

/** From the first to the last address, both included and of one family. */
interface AddressRange {
  readonly first: Uint8Array
  readonly last: Uint8Array
}

/** The range, or a string that says what is wrong with the text. */
export function parseRange(text: string): AddressRange | string {
  const slash = text.indexOf('/')
  if (slash >= 0) return prefixRange(text.slice(0, slash), text.slice(slash + 1))
  const dash = text.indexOf('-')
  const first = parseIp(dash < 0 ? text : text.slice(0, dash))
  if (first === undefined) return 'is no address'
  if (dash < 0) return { first, last: first }
  const last = lastOfRange(first, text.slice(dash + 1))
  if (last === undefined) return 'has no valid end'
  return compareIp(first, last) < 0 ? { first, last } : 'does not end above its start'
}

/** How many addresses there are in it. */
export function sizeOf({ first, last }: AddressRange): bigint {
  return toNumber(last) - toNumber(first) + 1n
}

/** All addresses in order. The caller has looked at the size. */
export function addressesOf(range: AddressRange): readonly string[] {
  const start = toNumber(range.first)
  const { length } = range.first
  return Array.from({ length: Number(sizeOf(range)) }, (_, i) => formatIp(toBytes(start + BigInt(i), length)))
}

/** A whole address, or its last part: decimal for IPv4, 16 bits in hexadecimal for IPv6. */
function lastOfRange(first: Uint8Array, text: string): Uint8Array | undefined {
  const whole = parseIp(text)
  if (whole !== undefined) return whole.length === first.length ? whole : undefined
  const last = Uint8Array.from(first)
  if (first.length === 4) {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return undefined
    last[3] = Number(text)
    return last
  }
  if (!/^[0-9a-fA-F]{1,4}$/.test(text)) return undefined
  const value = Number.parseInt(text, 16)
  last[14] = value >> 8
  last[15] = value & 255
  return last
}

function prefixRange(address: string, prefixText: string): AddressRange | string {
  const first = parseIp(address)
  if (first === undefined) return 'is no address'
  const bits = first.length * 8
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : 0
  if (prefix < 1 || prefix > bits) return `has no prefix length from 1 to ${bits}`
  const start = toNumber(first)
  const size = 1n << BigInt(bits - prefix)
  if (start % size !== 0n) return 'has host bits set'
  return { first, last: toBytes(start + size - 1n, first.length) }
}

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

function toBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 255n)
  return bytes
}
