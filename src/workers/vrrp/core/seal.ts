// From "a MASTER advertises" to bytes for the wire: one packet, or one for each unicast peer. Everything that differs from one
// sending to the next (IPv4 identification, AH sequence) is a counter outside, so that the worker and whoever repeats adverts in
// its absence produce packets that a peer cannot tell apart. The copies of one advert share their counters.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { authTypes } from '../../../lib/auth-type.ts'
import { type Family, parseIp } from '../../../lib/ip.ts'
import { encodeIpv4 } from '../../../lib/ipv4-packet.ts'
import {
  type Advert,
  advertisedMax,
  advertType,
  authDataLength,
  encodeAdvert,
  passData,
  vrrpProtocol,
} from './advert.ts'
import { encodeWithAh, sequenceMax } from './ah.ts'
import { destinationsOf } from './destination.ts'
import { checksumAddressOf } from './old-checksum.ts'
import type { Common } from './state.ts'
import { virtualAddressBytes } from './virtual-addresses.ts'

/** All that stays the same from one advert to the next; plain data that may travel in a message. */
export interface AdvertTemplate {
  readonly family: Family
  readonly advert: Advert
  readonly source: Uint8Array
  readonly destinations: readonly Destination[]
  /** TTL or hop limit. */
  readonly ttl: number
  /** Checksum of a v3 advert over IPv4 without pseudo header, as RFC 9568 section 5.2.8 has it. */
  readonly messageOnlyChecksum: boolean
  /** Authentication header with this password; null: none. */
  readonly ahPassword: string | null
}

/** Both canonical text. */
interface Destination {
  readonly address: string
  /** What the pseudo header of the checksum names as destination; see old-checksum.ts. */
  readonly checksumAddress: string
}

/** IPv4: the complete packet. IPv6: the payload alone, with its checksum. */
export interface SealedAdvert {
  /** Canonical text. */
  readonly destination: string
  readonly packet: Uint8Array
}

/** The counters that go with the *last* advert sent. */
export interface SealCounters {
  readonly ipId: number
  readonly ahSequence: number
}

const tos = 0xc0
const fullTtl = 255
/** Sequence numbers that are skipped at least when adverts may have been sent that nobody wrote down. */
const skippedMin = 1_000

/** The packets of an advert whose counters are already those of this sending; none without a source address. */
export function sealAdvert(params: VrrpInstance, state: Common, priority: number): SealedAdvert[] {
  const template = templateOf(params, state, priority)
  return template === undefined ? [] : seal(template, state)
}

/** The advert that this instance sends with the given priority; undefined without a source address. */
export function templateOf(params: VrrpInstance, state: Common, priority: number): AdvertTemplate | undefined {
  const source = state.world.source
  if (source === null) return undefined
  return {
    family: params.family,
    advert: advertOf(params, state.world.mtu, priority),
    source,
    destinations: destinationsOf(params, source).map(address => {
      return { address, checksumAddress: checksumAddressOf(params, state, address) }
    }),
    ttl: hopLimitOf(params),
    messageOnlyChecksum: params.v3ChecksumAsV2,
    ahPassword: usesAh(params) ? passwordOf(params) : null,
  }
}

/** TTL or hop limit of the adverts of this instance. */
export function hopLimitOf(params: VrrpInstance): number {
  return params.unicast?.ttl ?? fullTtl
}

/** One packet for each destination. `counters` are those of this sending. */
export function seal(template: AdvertTemplate, counters: SealCounters): SealedAdvert[] {
  return template.destinations.map(to => ({ destination: to.address, packet: sealOne(template, to, counters) }))
}

function sealOne(template: AdvertTemplate, to: Destination, counters: SealCounters): Uint8Array {
  const { family, advert, source, ttl } = template
  const withPseudo = family === 6 || (advert.version === 3 && !template.messageOnlyChecksum)
  const pseudo = withPseudo ? { source, destination: parseIp(to.checksumAddress)! } : null
  const pdu = encodeAdvert(advert, family, pseudo)
  if (family === 6) return pdu
  const destination = parseIp(to.address)!
  const ip = { tos, id: counters.ipId, ttl, protocol: vrrpProtocol, source, destination }
  if (template.ahPassword === null) return encodeIpv4(ip, pdu)
  return encodeWithAh(ip, pdu, template.ahPassword, counters.ahSequence)
}

/** The counters of the next advert. The identification is never 0; the sequence stops near its end, see sequenceMax. */
export function nextCounters(counters: SealCounters): SealCounters {
  const ipId = counters.ipId >= 0xffff ? 1 : counters.ipId + 1
  return { ipId, ahSequence: advanced(counters.ahSequence, 1) }
}

/**
 * Counters to go on with when the adverts of the last `elapsedUs` microseconds were not written down one by one: far
 * enough ahead that no peer has seen the sequence number.
 */
export function countersAfterGap(counters: SealCounters, elapsedUs: number, intervalUs: number): SealCounters {
  const skipped = skippedMin + 2 * Math.ceil(Math.max(0, elapsedUs) / intervalUs)
  return { ipId: counters.ipId, ahSequence: advanced(counters.ahSequence, skipped) }
}

/** Those virtual addresses that fit into an advert on a link of this MTU. */
export function advertisedAddresses(params: VrrpInstance, mtu: number): readonly Uint8Array[] {
  return virtualAddressBytes(params).slice(0, advertisedMax(mtu, params.version, params.family, usesAh(params)))
}

export function usesAh(params: VrrpInstance): boolean {
  return params.version === 2 && params.family === 4 && params.authentication.type === 'ah'
}

/** The number of the configured authentication on the wire: 0 none, 1 PASS, 2 AH; only version 2 over IPv4 has any. */
export function authTypeOf(params: VrrpInstance): 0 | 1 | 2 {
  return params.version === 2 && params.family === 4 ? authTypes[params.authentication.type] : authTypes.none
}

/** The configured password, empty if there is none. */
export function passwordOf(params: VrrpInstance): string {
  return params.authentication.type === 'none' ? '' : params.authentication.password
}

function advertOf(params: VrrpInstance, mtu: number, priority: number): Advert {
  const authType = authTypeOf(params)
  return {
    version: params.version,
    type: advertType,
    vrid: params.vrid,
    priority,
    intervalUs: params.advertIntervalUs,
    authType,
    authData: authType === 1 ? passData(passwordOf(params)) : new Uint8Array(authDataLength),
    addresses: advertisedAddresses(params, mtu),
  }
}

function advanced(sequence: number, by: number): number {
  return sequence > sequenceMax ? sequence : Math.min(sequence + by, sequenceMax + 1)
}
