// BFD control packets (RFC 5880 §4.1), without authentication, which keepalived does not have either. Pure codec; the checks of
// reception that need no session (RFC 5880 §6.8.6) are here, the others in receive.ts.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                       My Discriminator                        |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                      Your Discriminator                       |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                    Desired Min TX Interval                    |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                   Required Min RX Interval                    |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                 Required Min Echo RX Interval                 |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

import { err, ok, type Result } from '../../../lib/result.ts'

/** In the order of their numbers. */
export const sessionStates = ['admin-down', 'down', 'init', 'up'] as const
export type SessionState = (typeof sessionStates)[number]

/** RFC 5880 §4.1 "Diagnostic". */
export const DIAG_NONE = 0
export const DIAG_TIME_EXPIRED = 1
export const DIAG_NEIGHBOR_DOWN = 3
export const DIAG_ADMIN_DOWN = 7
const DIAG_MAX = 8

export interface ControlPacket {
  /** 0..8 */
  readonly diag: number
  readonly state: SessionState
  readonly poll: boolean
  readonly final: boolean
  readonly controlPlaneIndependent: boolean
  readonly demand: boolean
  /** 1..255 */
  readonly multiplier: number
  /** Never 0. */
  readonly myDiscriminator: number
  readonly yourDiscriminator: number
  readonly minTxUs: number
  readonly minRxUs: number
  readonly minEchoRxUs: number
}

export type DecodeError =
  | 'too-short'
  | 'bad-version'
  | 'bad-length'
  | 'bad-multiplier'
  | 'multipoint'
  | 'no-discriminator'
  | 'state-without-discriminator'
  | 'poll-and-final'
  | 'bad-diagnostic'
  | 'authenticated'

export const PACKET_LENGTH = 24
const VERSION = 1

const POLL = 0x20
const FINAL = 0x10
const CONTROL_PLANE_INDEPENDENT = 0x08
const AUTHENTICATION = 0x04
const DEMAND = 0x02
const MULTIPOINT = 0x01

/** The 24 bytes of a packet. */
export function encodePacket(packet: ControlPacket): Uint8Array {
  const bytes = new Uint8Array(PACKET_LENGTH)
  const view = new DataView(bytes.buffer)
  bytes[0] = (VERSION << 5) | packet.diag
  bytes[1] =
    (sessionStates.indexOf(packet.state) << 6) |
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.controlPlaneIndependent ? CONTROL_PLANE_INDEPENDENT : 0) |
    (packet.demand ? DEMAND : 0)
  bytes[2] = packet.multiplier
  bytes[3] = PACKET_LENGTH
  view.setUint32(4, packet.myDiscriminator)
  view.setUint32(8, packet.yourDiscriminator)
  view.setUint32(12, packet.minTxUs)
  view.setUint32(16, packet.minRxUs)
  view.setUint32(20, packet.minEchoRxUs)
  return bytes
}

/** A datagram's payload to a packet, or what is wrong with it. The order of the checks is keepalived's. */
export function decodePacket(bytes: Uint8Array): Result<ControlPacket, DecodeError> {
  if (bytes.length < PACKET_LENGTH) return err('too-short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = bytes[1]!
  // keepalived: the length field is that of the datagram; RFC 5880 §6.8.6 would let bytes follow.
  if (bytes[3] !== bytes.length) return err('bad-length')
  if (bytes[0]! >> 5 !== VERSION) return err('bad-version')
  if (bytes[2] === 0) return err('bad-multiplier')
  if ((flags & MULTIPOINT) !== 0) return err('multipoint')
  const packet: ControlPacket = {
    diag: bytes[0]! & 0x1f,
    state: sessionStates[flags >> 6]!,
    poll: (flags & POLL) !== 0,
    final: (flags & FINAL) !== 0,
    controlPlaneIndependent: (flags & CONTROL_PLANE_INDEPENDENT) !== 0,
    demand: (flags & DEMAND) !== 0,
    multiplier: bytes[2]!,
    myDiscriminator: view.getUint32(4),
    yourDiscriminator: view.getUint32(8),
    minTxUs: view.getUint32(12),
    minRxUs: view.getUint32(16),
    minEchoRxUs: view.getUint32(20),
  }
  const fault = faultOf(packet, (flags & AUTHENTICATION) !== 0)
  return fault === undefined ? ok(packet) : err(fault)
}

function faultOf(packet: ControlPacket, authenticated: boolean): DecodeError | undefined {
  if (packet.myDiscriminator === 0) return 'no-discriminator'
  if (packet.yourDiscriminator === 0 && (packet.state === 'init' || packet.state === 'up')) {
    return 'state-without-discriminator'
  }
  if (packet.poll && packet.final) return 'poll-and-final'
  if (packet.diag > DIAG_MAX) return 'bad-diagnostic'
  // RFC 5880 §6.8.6: the A bit is set and no authentication is in use.
  return authenticated ? 'authenticated' : undefined
}
