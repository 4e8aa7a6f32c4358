// The VRRP advertisement as bytes: PDU of versions 2 (RFC 3768 section 5.1) and 3 (RFC 9568 section 5.1), and its checksum.
// Not here: the packet around it (seal.ts), whether it is to be believed (receive.ts).
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-------+-------+---------------+---------------+---------------+
//  |Version| Type  | Virtual Rtr ID|    Priority   | Address count |
//  +-------+-------+---------------+---------------+---------------+
//  | v2: auth type | v2: seconds   |                               |
//  | v3: 0 | v3: centiseconds, 12  |           Checksum            |
//  +---------------+---------------+-------------------------------+
//  |   addresses, 4 bytes each (IPv4) or 16 (IPv6)                 |
//  +---------------------------------------------------------------+
//  |   v2 over IPv4 only: authentication data, 8 bytes             |
//  +---------------------------------------------------------------+

import { internetChecksum, pseudoHeader4, pseudoHeader6 } from '../../../lib/checksum.ts'
import type { Family } from '../../../lib/ip.ts'
import { err, ok, type Result } from '../../../lib/result.ts'

export const vrrpProtocol = 112
export const advertType = 1
export const headerLength = 8
export const authDataLength = 8
const addressesMax = 255

export interface Advert {
  readonly version: 2 | 3
  /** 1 for an advertisement; others are decoded so that they can be counted. */
  readonly type: number
  readonly vrid: number
  readonly priority: number
  /** v2: whole seconds, v3: steps of 10 ms, always in microseconds. */
  readonly intervalUs: number
  /** v2: 0 none, 1 PASS, 2 AH; 0 in v3. */
  readonly authType: number
  /** v2 over IPv4: 8 bytes; otherwise empty. */
  readonly authData: Uint8Array
  /** Each 4 or 16 bytes. */
  readonly addresses: readonly Uint8Array[]
}

type DecodeError = 'short' | 'length' | 'version'

/** What goes into the checksum of an advert; null: the message alone. */
export interface PseudoHeader {
  readonly source: Uint8Array
  readonly destination: Uint8Array
}

/** The PDU with its checksum. */
export function encodeAdvert(advert: Advert, family: Family, pseudo: PseudoHeader | null): Uint8Array {
  const pdu = new Uint8Array(pduLength(advert.version, family, advert.addresses.length))
  pdu.set([(advert.version << 4) | advert.type, advert.vrid, advert.priority, advert.addresses.length])
  pdu.set(encodeInterval(advert), 4)
  const size = addressLength(family)
  for (const [i, address] of advert.addresses.entries()) pdu.set(address, headerLength + i * size)
  if (hasAuthData(advert.version, family)) pdu.set(advert.authData, pdu.length - authDataLength)
  const checksum = advertChecksum(pdu, family, pseudo)
  pdu.set([checksum >> 8, checksum & 255], 6)
  return pdu
}

/**
 * Reads a PDU that must have exactly the length its own version and address count ask for. Says nothing about the
 * checksum, see hasValidChecksum. `version` is a version other than 2 and 3 (its length is taken for that of 3).
 */
export function decodeAdvert(pdu: Uint8Array, family: Family): Result<Advert, DecodeError> {
  if (pdu.length < headerLength) return err('short')
  const version = pdu[0]! >> 4
  if (pdu.length !== pduLength(version, family, pdu[3]!)) return err('length')
  if (version !== 2 && version !== 3) return err('version')
  const authData = hasAuthData(version, family) ? pdu.slice(pdu.length - authDataLength) : new Uint8Array(0)
  return ok({
    version,
    type: pdu[0]! & 15,
    vrid: pdu[1]!,
    priority: pdu[2]!,
    intervalUs: version === 2 ? pdu[5]! * 1_000_000 : (((pdu[4]! & 15) << 8) | pdu[5]!) * 10_000,
    authType: version === 2 ? pdu[4]! : 0,
    authData,
    addresses: decodeAddresses(pdu, family),
  })
}

/** Length in bytes that a PDU of this version with `count` addresses has. */
export function pduLength(version: number, family: Family, count: number): number {
  return headerLength + count * addressLength(family) + (hasAuthData(version, family) ? authDataLength : 0)
}

/** Checksum over the PDU (its own checksum field taken as 0) and the pseudo header if there is one. */
function advertChecksum(pdu: Uint8Array, family: Family, pseudo: PseudoHeader | null): number {
  const message = pdu.slice()
  message.set([0, 0], 6)
  if (pseudo === null) return internetChecksum(message)
  const build = family === 4 ? pseudoHeader4 : pseudoHeader6
  return internetChecksum(build(pseudo.source, pseudo.destination, vrrpProtocol, pdu.length), message)
}

export function hasValidChecksum(pdu: Uint8Array, family: Family, pseudo: PseudoHeader | null): boolean {
  return pdu.length >= headerLength && advertChecksum(pdu, family, pseudo) === ((pdu[6]! << 8) | pdu[7]!)
}

/** PASS authentication data: the first 8 bytes of the password in UTF-8, zero padded. */
export function passData(password: string): Uint8Array {
  const data = new Uint8Array(authDataLength)
  data.set(new TextEncoder().encode(password).subarray(0, authDataLength))
  return data
}

/** How many VIPs an advert on a link of this MTU (bytes) has room for; keepalived does not advertise the others. */
export function advertisedMax(mtu: number, version: 2 | 3, family: Family, ah: boolean): number {
  const overhead = 14 + (family === 4 ? 20 : 40) + pduLength(version, family, 0) + (ah ? 24 : 0)
  return Math.max(0, Math.min(addressesMax, Math.trunc((mtu - overhead) / addressLength(family))))
}

function encodeInterval(advert: Advert): number[] {
  if (advert.version === 2) return [advert.authType, Math.round(advert.intervalUs / 1_000_000)]
  const centiseconds = Math.round(advert.intervalUs / 10_000)
  return [(centiseconds >> 8) & 15, centiseconds & 255]
}

function decodeAddresses(pdu: Uint8Array, family: Family): Uint8Array[] {
  const size = addressLength(family)
  return Array.from({ length: pdu[3]! }, (_, i) => pdu.slice(headerLength + i * size, headerLength + (i + 1) * size))
}

function addressLength(family: Family): number {
  return family === 4 ? 4 : 16
}

// v2 over IPv6 never had an RFC; keepalived sends it without authentication data.
function hasAuthData(version: number, family: Family): boolean {
  return version === 2 && family === 4
}
