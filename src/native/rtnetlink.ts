// The link and address messages of rtnetlink(7): struct ifinfomsg and ifaddrmsg with the attributes that this project uses.
// Pure codec between bytes and plain objects. What an address of ours carries follows keepalived (IFA_PROTO 18, no DAD, …).

import type { Family } from '../lib/ip.ts'
import { formatIp, parseIp } from '../lib/ip.ts'
import { LITTLE_ENDIAN } from './libc.ts'
import type { Attribute } from './netlink-message.ts'
import { decodeAttributes, encodeBody, readText, readU32, text, u8, u32, viewOf } from './netlink-message.ts'

export const NETLINK_ROUTE = 0
export const RTM = { newLink: 16, delLink: 17, getLink: 18, newAddress: 20, delAddress: 21, getAddress: 22 } as const
/** RTNLGRP_*: numbers, not bits. */
export const GROUP = { link: 1, ipv4Address: 5, ipv6Address: 9 } as const

const AF = { 4: 2, 6: 10 } as const
const IFF = { up: 0x1, loopback: 0x8, running: 0x40, noArp: 0x80, multicast: 0x1000 } as const
const IFLA = { address: 1, name: 3, mtu: 4, extMask: 29 } as const
const IFA = {
  address: 1,
  local: 2,
  label: 3,
  broadcast: 4,
  cacheInfo: 6,
  flags: 8,
  protocol: 11,
} as const
const IFA_F = { noDad: 0x02, optimistic: 0x04, tentative: 0x40 } as const

const IFINFOMSG_LENGTH = 16
const IFADDRMSG_LENGTH = 8
/** ARPHRD_* below this are hardware; above are tunnels and the like, whose "address" is something else. */
const ARPHRD_HARDWARE_END = 256
/** RTEXT_FILTER_SKIP_STATS: a dump of links is five times smaller without them. */
const SKIP_STATS = 1 << 3
/** How `ip address` knows the addresses of keepalived. */
const IFAPROT_KEEPALIVED = 18
const FOREVER = 0xffff_ffff

/** What a link message says. Attributes that it does not carry are absent: wireless events are that short. */
export interface LinkMessage {
  readonly ifindex: number
  readonly name?: string
  readonly up: boolean
  readonly loopback: boolean
  readonly multicast: boolean
  readonly noArp: boolean
  readonly mtu?: number
  readonly mac?: Uint8Array
}

export interface AddressMessage {
  readonly ifindex: number
  readonly family: Family
  /** Canonical text of the local address. */
  readonly address: string
  readonly prefix: number
  readonly scope: number
  readonly tentative: boolean
}

/** What an address that we put on a link is made of; the configuration's VirtualAddress fits. */
export interface AddressSpec {
  readonly ifindex: number
  readonly family: Family
  /** Text. */
  readonly address: string
  readonly prefix: number
  readonly broadcast?: string
  /** RT_SCOPE_* number; IPv4 only. */
  readonly scope: number
  readonly label?: string
  readonly peer?: string
  readonly peerPrefix?: number
  /** keepalived's `-nodad`: let the kernel do duplicate address detection. IPv6 only. */
  readonly nodad: boolean
  /** IPv6; undefined: 0 for /128, forever otherwise. */
  readonly preferredLifetimeSeconds?: number
  /** IFA_F_* bits. */
  readonly flags: number
}

/** The body of RTM_GETLINK with NLM_F_DUMP. */
export function encodeLinkDump(): Uint8Array {
  return encodeBody(new Uint8Array(IFINFOMSG_LENGTH), [{ type: IFLA.extMask, value: u32(SKIP_STATS) }])
}

/** The body of RTM_GETADDR with NLM_F_DUMP: both families. */
export function encodeAddressDump(): Uint8Array {
  return new Uint8Array(IFADDRMSG_LENGTH)
}

/**
 * The body of RTM_NEWLINK or RTM_DELLINK; undefined if it is too short, or of a family of its own: a bridge port that leaves its
 * bridge is reported as RTM_DELLINK of family AF_BRIDGE while the link itself stays.
 */
export function decodeLink(body: Uint8Array): LinkMessage | undefined {
  if (body.length < IFINFOMSG_LENGTH || body[0] !== 0) return undefined
  const view = viewOf(body)
  const hardware = view.getUint16(2, LITTLE_ENDIAN) < ARPHRD_HARDWARE_END
  const flags = view.getUint32(8, LITTLE_ENDIAN)
  const attributes = decodeAttributes(body, IFINFOMSG_LENGTH)
  const name = attributes.get(IFLA.name)
  const mtu = readU32(attributes.get(IFLA.mtu))
  const mac = attributes.get(IFLA.address)
  return {
    ifindex: view.getInt32(4, LITTLE_ENDIAN),
    up: (flags & IFF.up) !== 0 && (flags & IFF.running) !== 0,
    loopback: (flags & IFF.loopback) !== 0,
    multicast: (flags & IFF.multicast) !== 0,
    noArp: (flags & IFF.noArp) !== 0,
    ...(name === undefined ? {} : { name: readText(name) }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac: hardware ? new Uint8Array(mac) : new Uint8Array(0) }),
  }
}

/** The body of RTM_NEWADDR or RTM_DELADDR; undefined if it is too short or of another family. */
export function decodeAddress(body: Uint8Array): AddressMessage | undefined {
  if (body.length < IFADDRMSG_LENGTH) return undefined
  const family = familyOfNumber(body[0]!)
  const attributes = decodeAttributes(body, IFADDRMSG_LENGTH)
  // With a peer, IFA_ADDRESS is the peer's; without one, IPv6 has no IFA_LOCAL.
  const bytes = attributes.get(IFA.local) ?? attributes.get(IFA.address)
  if (family === undefined || bytes?.length !== (family === 4 ? 4 : 16)) return undefined
  const flags = readU32(attributes.get(IFA.flags)) ?? body[2]!
  return {
    ifindex: viewOf(body).getUint32(4, LITTLE_ENDIAN),
    family,
    address: formatIp(bytes),
    prefix: body[1]!,
    scope: body[3]!,
    // An optimistic address (RFC 4429) may be used while detection runs.
    tentative: (flags & IFA_F.tentative) !== 0 && (flags & IFA_F.optimistic) === 0,
  }
}

/** The body of RTM_NEWADDR. Throws TypeError for text that is not an address of the family. */
export function encodeNewAddress(spec: AddressSpec): Uint8Array {
  const peer: Attribute[] = spec.peer === undefined ? [] : [{ type: IFA.address, value: bytesOf(spec, spec.peer) }]
  const common = [{ type: IFA.local, value: bytesOf(spec, spec.address) }, ...peer]
  const own = spec.family === 4 ? ipv4Attributes(spec) : ipv6Attributes(spec)
  const protocol = { type: IFA.protocol, value: u8(IFAPROT_KEEPALIVED) }
  return encodeBody(addressHeader(spec, spec.family === 4 ? spec.scope : 0), [...common, ...own, protocol])
}

/** The body of RTM_DELADDR. Throws TypeError for text that is not an address of the family. */
export function encodeDeleteAddress(spec: AddressSpec): Uint8Array {
  const local = { type: IFA.local, value: bytesOf(spec, spec.address) }
  const match = { type: IFA.address, value: bytesOf(spec, spec.peer ?? spec.address) }
  return encodeBody(addressHeader(spec, 0), spec.family === 4 ? [local, match] : [local])
}

function addressHeader(spec: AddressSpec, scope: number): Uint8Array {
  const prefix = spec.peer === undefined ? spec.prefix : (spec.peerPrefix ?? spec.prefix)
  const header = Uint8Array.of(AF[spec.family], prefix, 0, scope, 0, 0, 0, 0)
  viewOf(header).setUint32(4, spec.ifindex, LITTLE_ENDIAN)
  return header
}

function ipv4Attributes(spec: AddressSpec): Attribute[] {
  const attributes: Attribute[] = []
  if (spec.broadcast !== undefined) attributes.push({ type: IFA.broadcast, value: bytesOf(spec, spec.broadcast) })
  if (spec.label !== undefined) attributes.push({ type: IFA.label, value: text(spec.label) })
  if (spec.flags !== 0) attributes.push({ type: IFA.flags, value: u32(spec.flags) })
  return attributes
}

function ipv6Attributes(spec: AddressSpec): Attribute[] {
  const flags = spec.flags | (spec.nodad ? 0 : IFA_F.noDad)
  const preferred = spec.preferredLifetimeSeconds ?? (spec.prefix === 128 ? 0 : FOREVER)
  return [
    { type: IFA.flags, value: u32(flags) },
    // struct ifa_cacheinfo: preferred, valid, and two time stamps that the kernel fills in.
    { type: IFA.cacheInfo, value: u32(preferred, FOREVER, 0, 0) },
  ]
}

function bytesOf(spec: AddressSpec, address: string): Uint8Array {
  const bytes = parseIp(address)
  if (bytes?.length !== (spec.family === 4 ? 4 : 16))
    throw new TypeError(`not an IPv${spec.family} address: ${address}`)
  return bytes
}

function familyOfNumber(number: number): Family | undefined {
  if (number === AF[4]) return 4
  return number === AF[6] ? 6 : undefined
}
