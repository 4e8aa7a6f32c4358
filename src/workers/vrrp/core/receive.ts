// The receive checks, RFC 3768 section 7.1 and RFC 9568 section 7.1 in keepalived's order: the first failure wins. Only
// a verdict: nothing here touches a timer, and what a rejected packet changes is one counter and one log flag.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { bytesEqual, bytesEqualConstantTime } from '../../../lib/bytes.ts'
import { formatIp, parseIp } from '../../../lib/ip.ts'
import { type Advert, advertType, decodeAdvert, hasValidChecksum, type PseudoHeader, passData } from './advert.ts'
import { decodeAh, hasValidIcv } from './ah.ts'
import { type Carrier, openCarrier } from './carrier.ts'
import type { CounterName } from './counters.ts'
import { isKindOf, reachOf } from './destination.ts'
import type { ReceivedFrame } from './event.ts'
import type { LogFlag } from './log-flag.ts'
import { acceptedStyles, type ChecksumStyle } from './old-checksum.ts'
import { advertisedAddresses, authTypeOf, passwordOf } from './seal.ts'
import type { State } from './state.ts'
import { ownerPriority } from './timers.ts'

export interface Complaint {
  readonly flag: LogFlag
  readonly fields: Readonly<Record<string, string | number>>
}

interface Outcome {
  /** Empty: nothing counts this. */
  readonly counters: readonly CounterName[]
  /** Empty: not worth a word. */
  readonly complaints: readonly Complaint[]
}

interface Rejected extends Outcome {
  readonly accepted: false
}

export interface Accepted extends Outcome {
  readonly accepted: true
  readonly advert: Advert
  readonly source: Uint8Array
  /** Sequence number of the authentication header; null without one. */
  readonly ahSequence: number | null
  readonly checksumStyle: ChecksumStyle
}

export type Judgement = Accepted | Rejected

const sentTtl = 255

/** Judges a frame that arrived on the interface of this instance, for its VRID. */
export function judge(params: VrrpInstance, state: State, frame: ReceivedFrame): Judgement {
  const opened = openCarrier(frame, params)
  if (!opened.ok) return reject(opened.error.counter, opened.error.flag, opened.error.fields)
  const carrier = opened.value
  // RFC 9568 section 7.1: proof that a multicast advert came from this link. Unicast may be routed.
  if (reachOf(params) !== 'unicast' && carrier.ttl !== null && carrier.ttl !== sentTtl) {
    return reject('ip_ttl_err', 'advert-ttl-wrong', { ttl: carrier.ttl })
  }
  if (carrier.pdu[1] !== params.vrid) return ignored
  const version = carrier.pdu[0]! >> 4
  if (version !== params.version) return reject('vers_err', 'advert-version-wrong', { version })
  const decoded = decodeAdvert(carrier.pdu, params.family)
  if (!decoded.ok) return reject('packet_len_err', 'advert-length-wrong', { length: carrier.pdu.length })
  const advert = decoded.value
  // A trailer behind the PDU that authenticates it (auth_hmac) would be verified here, before version 2's own means.
  const rejected = rejectAuth(params, state, advert, carrier) ?? rejectContent(advert, carrier)
  if (rejected !== undefined) return rejected
  const style = checksumStyle(params, carrier)
  if (style === undefined) return reject('chk_err', 'advert-checksum-wrong', {})
  const misdirected = rejectDestination(params, state, carrier)
  if (misdirected !== undefined) return misdirected
  const accepted = accept(params, state, advert, carrier, style)
  const fromStranger = rejectSource(params, carrier)
  if (fromStranger !== undefined) return { ...fromStranger, counters: [...accepted.counters, ...fromStranger.counters] }
  return advert.priority === 0 ? { ...accepted, counters: [...accepted.counters, 'pri_zero_rcvd'] } : accepted
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
    if (reason === 'next-header') return ignored
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
  // keepalived: also a MASTER wants more than it has sent itself, so two of them that count in step never hear each other.
  const beyond = state.name === 'master' ? state.ahSequence - 1 : state.ahSequence
  return ah.sequence > beyond ? undefined : 'sequence'
}

function rejectContent(advert: Advert, carrier: Carrier): Rejected | undefined {
  if (advert.type !== advertType) return reject('invalid_type_rcvd', 'advert-type-wrong', { type: advert.type })
  if (!carrier.totalLengthWrong) return undefined
  return reject('packet_len_err', 'advert-length-wrong', { length: carrier.packet.length })
}

/** How the checksum was made; undefined: it is wrong. */
function checksumStyle(params: VrrpInstance, carrier: Carrier): ChecksumStyle | undefined {
  const { pdu, source } = carrier
  const styles = acceptedStyles(params)
  const isValid = (pseudo: PseudoHeader | null) => hasValidChecksum(pdu, params.family, pseudo)
  if (styles.length === 0) return isValid(pseudoHeaderOf(params, carrier)) ? 'new' : undefined
  const group = parseIp(params.multicastGroup)!
  return styles.find(style => isValid({ source, destination: style === 'old' ? group : carrier.destination }))
}

function rejectDestination(params: VrrpInstance, state: State, carrier: Carrier): Rejected | undefined {
  if (!isKindOf(params, carrier.destination)) return reject('addr_list_err', 'advert-destination-wrong', {})
  if (!params.ownerIgnoreAdverts || state.effectivePriority !== ownerPriority) return undefined
  return reject(null, 'advert-ignored-by-owner', {})
}

/** Unicast: only a peer may speak, and only from as near as it is said to be. keepalived counts its adverts all the same. */
function rejectSource(params: VrrpInstance, carrier: Carrier): Rejected | undefined {
  if (params.unicast === undefined || !params.unicast.checkSource) return undefined
  const source = formatIp(carrier.source)
  const peer = params.unicast.peers.find(one => one.address === source)
  if (peer === undefined) return reject(null, 'advert-source-unknown', {})
  const { ttl } = carrier
  const [least, most] = [peer.minTtl ?? 0, peer.maxTtl ?? 255]
  if (ttl === null || (ttl >= least && ttl <= most)) return undefined
  return reject('ip_ttl_err', 'advert-peer-ttl-wrong', { ttl, least, most })
}

// keepalived never rejects a wrong checksum with v3_checksum_as_v2; here it is verified.
function pseudoHeaderOf(params: VrrpInstance, carrier: Carrier): PseudoHeader | null {
  const { source, destination } = carrier
  const messageOnly = params.family === 4 && (params.version === 2 || params.v3ChecksumAsV2)
  return messageOnly ? null : { source, destination }
}

function accept(params: VrrpInstance, state: State, advert: Advert, carrier: Carrier, style: ChecksumStyle): Accepted {
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
  const ahSequence = carrier.ahAt === null ? null : decodeAh(carrier.packet, carrier.ahAt).sequence
  return { accepted: true, advert, source: carrier.source, ahSequence, checksumStyle: style, counters, complaints }
}

// A different address list is a diagnostic, never a filter.
function addressComplaints(params: VrrpInstance, state: State, advert: Advert, source: Uint8Array): Complaint[] {
  // A peer with the same list sends no more than fits either.
  const own = advertisedAddresses(params, state.world.mtu)
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

const ignored: Rejected = { accepted: false, counters: [], complaints: [] }

function reject(counter: CounterName | null, flag: LogFlag, fields: Complaint['fields']): Rejected {
  return { accepted: false, counters: counter === null ? [] : [counter], complaints: [{ flag, fields }] }
}
