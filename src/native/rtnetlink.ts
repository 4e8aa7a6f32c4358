// The link and address messages of rtnetlink(7): struct ifinfomsg and ifaddrmsg with the attributes that this project uses.
// Pure codec between bytes and plain objects. What an address of ours carries follows keepalived (IFA_PROTO 18, no DAD, …).

import { concatBytes } from '../lib/bytes.ts'
import type { Family } from '../lib/ip.ts'
import { formatIp, parseIp } from '../lib/ip.ts'
import { LITTLE_ENDIAN } from './libc.ts'
import { type AttributeTable, decodeWhatFits, encodeAttributes, hostWords, viewOf } from './netlink-attribute.ts'

export const NETLINK_ROUTE = 0
export const RTM = { newLink: 16, delLink: 17, getLink: 18, newAddress: 20, delAddress: 21, getAddress: 22 } as const
/** RTNLGRP_*: numbers, not bits. */
export const GROUP = { link: 1, ipv4Address: 5, ipv6Address: 9 } as const

const AF = { 4: 2, 6: 10 } as const
const IFF = { up: 0x1, loopback: 0x8, running: 0x40, noArp: 0x80, multicast: 0x1000 } as const
const linkAttributes = {
  mac: [1, 'bytes'],
  name: [3, 'string'],
  mtu: [4, 'u32'],
  extMask: [29, 'u32'],
} as const satisfies AttributeTable
/** In the order in which they are sent. */
const addressAttributes = {
  local: [2, 'bytes'],
  /** With a peer, that of the peer. */
  address: [1, 'bytes'],
  broadcast: [4, 'bytes'],
  label: [3, 'string'],
  flags: [8, 'u32'],
  /** struct ifa_cacheinfo: preferred, valid, and two time stamps that the kernel fills in. */
  cacheInfo: [6, 'bytes'],
  protocol: [11, 'u8'],
} as const satisfies AttributeTable
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
  return concatBytes(new Uint8Array(IFINFOMSG_LENGTH), encodeAttributes(linkAttributes, { extMask: SKIP_STATS }))
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
  const { name, mtu, mac } = decodeWhatFits(linkAttributes, body.subarray(IFINFOMSG_LENGTH))
  return {
    ifindex: view.getInt32(4, LITTLE_ENDIAN),
    up: (flags & IFF.up) !== 0 && (flags & IFF.running) !== 0,
    loopback: (flags & IFF.loopback) !== 0,
    multicast: (flags & IFF.multicast) !== 0,
    noArp: (flags & IFF.noArp) !== 0,
    ...(name === undefined ? {} : { name }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac: hardware ? new Uint8Array(mac) : new Uint8Array(0) }),
  }
}

/** The body of RTM_NEWADDR or RTM_DELADDR; undefined if it is too short or of another family. */
export function decodeAddress(body: Uint8Array): AddressMessage | undefined {
  if (body.length < IFADDRMSG_LENGTH) return undefined
  const family = familyOfNumber(body[0]!)
  const attributes = decodeWhatFits(addressAttributes, body.subarray(IFADDRMSG_LENGTH))
  // With a peer, IFA_ADDRESS is the peer's; without one, IPv6 has no IFA_LOCAL.
  const bytes = attributes.local ?? attributes.address
  if (family === undefined || bytes?.length !== (family === 4 ? 4 : 16)) return undefined
  const flags = attributes.flags ?? body[2]!
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
  const attributes = encodeAttributes(addressAttributes, {
    local: bytesOf(spec, spec.address),
    address: spec.peer === undefined ? undefined : bytesOf(spec, spec.peer),
    ...(spec.family === 4 ? ipv4Attributes(spec) : ipv6Attributes(spec)),
    protocol: IFAPROT_KEEPALIVED,
  })
  return concatBytes(addressHeader(spec, spec.family === 4 ? spec.scope : 0), attributes)
}

/** The body of RTM_DELADDR. Throws TypeError for text that is not an address of the family. */
export function encodeDeleteAddress(spec: AddressSpec): Uint8Array {
  const address = spec.family === 4 ? bytesOf(spec, spec.peer ?? spec.address) : undefined
  const attributes = encodeAttributes(addressAttributes, { local: bytesOf(spec, spec.address), address })
  return concatBytes(addressHeader(spec, 0), attributes)
}

function addressHeader(spec: AddressSpec, scope: number): Uint8Array {
  const prefix = spec.peer === undefined ? spec.prefix : (spec.peerPrefix ?? spec.prefix)
  const header = Uint8Array.of(AF[spec.family], prefix, 0, scope, 0, 0, 0, 0)
  viewOf(header).setUint32(4, spec.ifindex, LITTLE_ENDIAN)
  return header
}

function ipv4Attributes(spec: AddressSpec) {
  return {
    broadcast: spec.broadcast === undefined ? undefined : bytesOf(spec, spec.broadcast),
    label: spec.label,
    flags: spec.flags === 0 ? undefined : spec.flags,
  }
}

function ipv6Attributes(spec: AddressSpec) {
  const preferred = spec.preferredLifetimeSeconds ?? (spec.prefix === 128 ? 0 : FOREVER)
  return {
    flags: spec.flags | (spec.nodad ? 0 : IFA_F.noDad),
    cacheInfo: hostWords(preferred, FOREVER, 0, 0),
  }
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
