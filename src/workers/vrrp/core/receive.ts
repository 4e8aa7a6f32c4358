// The receive checks, RFC 3768 section 7.1 and RFC 9568 section 7.1 in keepalived's order: the first failure wins. Only
// a verdict: nothing here touches a timer, and what a rejected packet changes is one counter and one log flag.

import type { VrrpInstance } from '../../../config/model.ts'
import { bytesEqual, bytesEqualConstantTime } from '../../../lib/bytes.ts'
import { isMulticast4 } from '../../../lib/ipv4-packet.ts'
import { type Advert, advertType, decodeAdvert, hasValidChecksum, type PseudoHeader, passData } from './advert.ts'
import { decodeAh, hasValidIcv } from './ah.ts'
import { type Carrier, openCarrier } from './carrier.ts'
import type { CounterName } from './counters.ts'
import type { ReceivedFrame } from './event.ts'
import { authTypeOf, passwordOf } from './seal.ts'
import type { State } from './state.ts'
import { ownerPriority } from './timers.ts'
import { virtualAddressBytes } from './virtual-addresses.ts'

/** Classes of complaints; each is logged once per instance until an occasion clears it. The names are log events. */
export type LogFlag =
  | 'advert-length-wrong'
  | 'advert-ttl-wrong'
  | 'advert-version-wrong'
  | 'advert-auth-type-unknown'
  | 'advert-auth-type-mismatch'
  | 'advert-password-wrong'
  | 'advert-ah-wrong'
  | 'advert-interval-rejected'
  | 'advert-interval-differs'
  | 'advert-type-wrong'
  | 'advert-checksum-wrong'
  | 'advert-destination-wrong'
  | 'advert-ignored-by-owner'
  | 'advert-address-count-differs'
  | 'advert-address-missing'
  | 'advert-lower-priority'
  | 'advert-same-source'
  | 'advert-other-owner'

export interface Complaint {
  readonly flag: LogFlag
  readonly fields: Readonly<Record<string, string | number>>
}

export interface Rejected {
  readonly accepted: false
  /** null: nothing counts this. */
  readonly counter: CounterName | null
  /** null: not worth a word. */
  readonly complaint: Complaint | null
}

export interface Accepted {
  readonly accepted: true
  readonly advert: Advert
  readonly source: Uint8Array
  /** Sequence number of the authentication header; null without one. */
  readonly ahSequence: number | null
  readonly counters: readonly CounterName[]
  readonly complaints: readonly Complaint[]
}

export type Verdict = Accepted | Rejected

const sentTtl = 255

/** Judges a frame that arrived on the interface of this instance, for its VRID. */
export function judge(params: VrrpInstance, state: State, frame: ReceivedFrame): Verdict {
  const opened = openCarrier(frame, params)
  if (!opened.ok) return reject(opened.error.counter, opened.error.flag, opened.error.fields)
  const carrier = opened.value
  if (carrier.ttl !== null && carrier.ttl !== sentTtl) {
    return reject('ip_ttl_err', 'advert-ttl-wrong', { ttl: carrier.ttl })
  }
  if (carrier.pdu[1] !== params.vrid) return { accepted: false, counter: null, complaint: null }
  const version = carrier.pdu[0]! >> 4
  if (version !== params.version) return reject('vers_err', 'advert-version-wrong', { version })
  const decoded = decodeAdvert(carrier.pdu, params.family)
  if (!decoded.ok) return reject('packet_len_err', 'advert-length-wrong', { length: carrier.pdu.length })
  const advert = decoded.value
  // A trailer behind the PDU that authenticates it (auth_hmac) would be verified here, before version 2's own means.
  return (
    rejectAuth(params, state, advert, carrier) ??
    rejectContent(params, state, advert, carrier) ??
    accept(params, state, advert, carrier)
  )
}

function rejectAuth(params: VrrpInstance, state: State, advert: Advert, carrier: Carrier): Rejected | undefined {
  if (advert.version === 3) return undefined
  const own = authTypeOf(params)
  const { authType, authData, intervalUs } = advert
  if (authType > 2) return reject('invalid_authtype', 'advert-auth-type-unknown', { authType })
  if (authType !== own) return reject('authtype_mismatch', 'advert-auth-type-mismatch', { authType, expected: own })
  if (own === 1 && !bytesEqualConstantTime(authData, passData(passwordOf(params)))) {
    return reject('auth_failure', 'advert-password-wrong', {})
  }
  if (carrier.ahAt !== null) {
    const reason = ahFailure(params, state, carrier, carrier.ahAt)
    if (reason === 'next-header') return { accepted: false, counter: null, complaint: null }
    if (reason !== undefined) return reject('auth_failure', 'advert-ah-wrong', { reason })
  }
  // keepalived drops these without counting; the counter is there for it.
  if (intervalUs === params.advertIntervalUs) return undefined
  return reject('advert_interval_err', 'advert-interval-rejected', { intervalUs, expectedUs: params.advertIntervalUs })
}

function ahFailure(params: VrrpInstance, state: State, carrier: Carrier, at: number): string | undefined {
  const ah = decodeAh(carrier.packet, at)
  if (ah.nextHeader !== 112) return 'next-header'
  if (!hasValidIcv(carrier.packet, at, passwordOf(params))) return 'icv'
  if (!bytesEqual(ah.spi, carrier.source)) return 'spi'
  return ah.sequence > state.ahSequence ? undefined : 'sequence'
}

function rejectContent(params: VrrpInstance, state: State, advert: Advert, carrier: Carrier): Rejected | undefined {
  if (advert.type !== advertType) return reject('invalid_type_rcvd', 'advert-type-wrong', { type: advert.type })
  if (carrier.totalLengthWrong) {
    return reject('packet_len_err', 'advert-length-wrong', { length: carrier.packet.length })
  }
  if (!hasValidChecksum(carrier.pdu, params.family, pseudoHeaderOf(params, carrier))) {
    return reject('chk_err', 'advert-checksum-wrong', {})
  }
  if (!isMulticast(carrier.destination)) return reject('addr_list_err', 'advert-destination-wrong', {})
  if (!params.ownerIgnoreAdverts || state.effectivePriority !== ownerPriority) return undefined
  return reject(null, 'advert-ignored-by-owner', {})
}

// keepalived never rejects a wrong checksum with v3_checksum_as_v2; here it is verified.
function pseudoHeaderOf(params: VrrpInstance, carrier: Carrier): PseudoHeader | null {
  const { source, destination } = carrier
  const messageOnly = params.family === 4 && (params.version === 2 || params.v3ChecksumAsV2)
  return messageOnly ? null : { source, destination }
}

function accept(params: VrrpInstance, state: State, advert: Advert, carrier: Carrier): Accepted {
  const counters: CounterName[] = ['advert_rcvd']
  const complaints: Complaint[] = []
  if (advert.intervalUs !== params.advertIntervalUs) {
    const fields = { intervalUs: advert.intervalUs, ownUs: params.advertIntervalUs }
    complaints.push({ flag: 'advert-interval-differs', fields })
  }
  for (const complaint of addressComplaints(params, state, advert, carrier.source)) {
    counters.push('addr_list_err')
    complaints.push(complaint)
  }
  if (advert.priority === 0) counters.push('pri_zero_rcvd')
  const ahSequence = carrier.ahAt === null ? null : decodeAh(carrier.packet, carrier.ahAt).sequence
  return { accepted: true, advert, source: carrier.source, ahSequence, counters, complaints }
}

// A different address list is a diagnostic, never a filter.
function addressComplaints(params: VrrpInstance, state: State, advert: Advert, source: Uint8Array): Complaint[] {
  const own = virtualAddressBytes(params)
  const complaints: Complaint[] = []
  const listed = advert.addresses.length
  if (listed !== own.length) {
    complaints.push({ flag: 'advert-address-count-differs', fields: { count: listed, own: own.length } })
  }
  const known = state.name === 'backup' && state.lastMaster !== null && bytesEqual(state.lastMaster.source, source)
  if (params.skipCheckAdvertAddresses && known) return complaints
  const missing = own.filter(vip => !advert.addresses.some(address => bytesEqual(address, vip))).length
  if (missing > 0) complaints.push({ flag: 'advert-address-missing', fields: { missing } })
  return complaints
}

function isMulticast(address: Uint8Array): boolean {
  return address.length === 4 ? isMulticast4(address) : address[0] === 0xff
}

function reject(counter: CounterName | null, flag: LogFlag, fields: Complaint['fields']): Rejected {
  return { accepted: false, counter, complaint: { flag, fields } }
}
