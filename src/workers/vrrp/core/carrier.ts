// The packet that an advert came in: the IPv4 packet or the IPv6 payload with the facts that the kernel gave beside it.
// Checks the lengths, which come before everything else that is checked about a frame.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { parseIp } from '../../../lib/ip.ts'
import { decodeIpv4Header } from '../../../lib/ipv4-packet.ts'
import { err, ok, type Result } from '../../../lib/result.ts'
import { headerLength, pduLength } from './advert.ts'
import { ahLength, ahProtocol } from './ah.ts'
import type { CounterName } from './counters.ts'
import type { ReceivedFrame } from './event.ts'
import type { LogFlag } from './log-flag.ts'
import { usesAh } from './seal.ts'

export interface Carrier {
  /** The VRRP message without link-layer padding. */
  readonly pdu: Uint8Array
  /** IPv4: header to end of message, without padding. IPv6: the message. */
  readonly packet: Uint8Array
  readonly source: Uint8Array
  readonly destination: Uint8Array
  /** TTL or hop limit; null if unknown. */
  readonly ttl: number | null
  /** Where the authentication header begins in `packet`; null: there is none. */
  readonly ahAt: number | null
  /** IPv4: the header's total length is not that of the message. Judged late, authentication comes first. */
  readonly totalLengthWrong: boolean
}

interface CarrierError {
  readonly counter: CounterName | null
  readonly flag: LogFlag
  readonly fields: Readonly<Record<string, string | number>>
}

// Short Ethernet frames are padded to 46 bytes, less 4 for each VLAN tag that was taken off.
const ethernetPayloadMin = 46

/** Opens a frame: where the message is, where it came from. */
export function openCarrier(frame: ReceivedFrame, params: VrrpInstance): Result<Carrier, CarrierError> {
  return params.family === 4 ? openIpv4(frame.bytes, params) : openIpv6(frame, params)
}

function openIpv4(bytes: Uint8Array, params: VrrpInstance): Result<Carrier, CarrierError> {
  const header = decodeIpv4Header(bytes)
  if (!header.ok) return lengthError(bytes.length)
  const { protocol, source, destination, ttl, totalLength } = header.value
  const hasAh = protocol === ahProtocol
  if (hasAh !== usesAh(params)) {
    return err({ counter: 'authtype_mismatch', flag: 'advert-auth-type-mismatch', fields: { protocol } })
  }
  const pduAt = header.value.headerLength + (hasAh ? ahLength : 0)
  if (bytes.length < pduAt + headerLength) return lengthError(bytes.length)
  const expected = pduAt + pduLength(bytes[pduAt]! >> 4, 4, bytes[pduAt + 3]!)
  if (bytes.length !== expected && !isPadding(expected, bytes.length)) return lengthError(bytes.length)
  const packet = bytes.subarray(0, expected)
  const ahAt = hasAh ? header.value.headerLength : null
  const totalLengthWrong = totalLength !== expected
  return ok({ pdu: packet.subarray(pduAt), packet, source, destination, ttl, ahAt, totalLengthWrong })
}

function openIpv6(frame: ReceivedFrame, params: VrrpInstance): Result<Carrier, CarrierError> {
  const { bytes, source } = frame
  if (source === undefined || source.length !== 16) return lengthError(bytes.length)
  if (bytes.length < headerLength) return lengthError(bytes.length)
  if (bytes.length !== pduLength(bytes[0]! >> 4, 6, bytes[3]!)) return lengthError(bytes.length)
  const destination = frame.destination ?? parseIp(params.multicastGroup)!
  const ttl = frame.hopLimit ?? null
  return ok({ pdu: bytes, packet: bytes, source, destination, ttl, ahAt: null, totalLengthWrong: false })
}

function isPadding(expected: number, received: number): boolean {
  return expected < ethernetPayloadMin && received <= ethernetPayloadMin && (received - expected) % 4 === 2
}

function lengthError(length: number): Result<Carrier, CarrierError> {
  return err({ counter: 'packet_len_err', flag: 'advert-length-wrong', fields: { length } })
}
