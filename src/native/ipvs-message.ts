// IPVS commands to generic netlink messages and back: which command number and which attributes each one takes. Pure bytes;
// not the socket (ipvs-socket.ts). The payload begins with the genlmsghdr:
//
//   | command u8 | version u8 = 1 | reserved u16 | attributes ... |

import { concatBytes } from '../lib/bytes.ts'
import { type Family, formatIp, parseIp } from '../lib/ip.ts'
import type { IpvsCommand, IpvsDest, IpvsDestId, IpvsService, IpvsServiceId, IpvsStatistics } from '../lib/ipvs.ts'
import { destAttributes, serviceAttributes, statisticsAttributes, topAttributes } from './ipvs-attribute.ts'
import { LITTLE_ENDIAN } from './libc.ts'
import {
  type AttributeValue,
  bytesOf,
  decodeAttributes,
  encodeAttributes,
  hostWords,
  numberOf,
  viewOf,
} from './netlink-attribute.ts'

const IPVS_COMMANDS = {
  'new-service': 1,
  'set-service': 2,
  'del-service': 3,
  'get-service': 4,
  'new-dest': 5,
  'set-dest': 6,
  'del-dest': 7,
  'get-dest': 8,
  'new-daemon': 9,
  'del-daemon': 10,
  'get-daemon': 11,
  'set-config': 12,
  'get-config': 13,
  'get-info': 15,
  zero: 16,
  flush: 17,
} as const

type IpvsCommandName = keyof typeof IPVS_COMMANDS

const AF_INET = 2
const AF_INET6 = 10
const GENL_VERSION = 1
const ADDRESS_BYTES = 16

/** Connections and traffic of a service or dest, as the kernel counts them. */
export interface IpvsCounters {
  readonly activeConnections: number
  readonly inactiveConnections: number
  readonly persistentConnections: number
}

/** A whole message payload: header and attributes. */
export function encodeMessage(command: IpvsCommandName, attributes: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes(Uint8Array.of(IPVS_COMMANDS[command], GENL_VERSION, 0, 0), attributes)
}

/** One command as the kernel takes it. */
export function encodeCommand(command: IpvsCommand): Uint8Array {
  switch (command.op) {
    case 'new-service':
    case 'set-service':
      return encodeMessage(command.op, encodeAttributes(topAttributes, { service: encodeService(command.service) }))
    case 'del-service':
      return encodeMessage(command.op, encodeServiceId(command.service))
    case 'new-dest':
    case 'set-dest': {
      const service = encodeAttributes(serviceAttributes, identOf(command.service))
      const dest = encodeDest(command.dest)
      return encodeMessage(command.op, encodeAttributes(topAttributes, { service, dest }))
    }
    case 'del-dest': {
      const service = encodeAttributes(serviceAttributes, identOf(command.service))
      const dest = encodeAttributes(destAttributes, destIdentOf(command.dest))
      return encodeMessage(command.op, encodeAttributes(topAttributes, { service, dest }))
    }
    case 'flush':
      return encodeMessage('flush')
  }
}

/** The attributes that name a service, as GET_DEST and DEL_SERVICE take them. */
export function encodeServiceId(id: IpvsServiceId): Uint8Array {
  return encodeAttributes(topAttributes, { service: encodeAttributes(serviceAttributes, identOf(id)) })
}

/** The payload of a GET_SERVICE answer; undefined if there is no service in it. Throws on malformed attributes. */
export function decodeService(payload: Uint8Array): IpvsService | undefined {
  const { service } = decodeAttributes(topAttributes, payload.subarray(4))
  if (service === undefined) return undefined
  const values = decodeAttributes(serviceAttributes, bytesOf(service))
  const family = familyOfNumber(numberOf(values.family, AF_INET))
  return {
    id: decodeIdent(family, values),
    scheduler: String(values.scheduler ?? ''),
    flags: viewOf(bytesOf(values.flags)).getUint32(0, LITTLE_ENDIAN),
    timeoutSeconds: numberOf(values.timeout, 0),
    netmask: decodeNetmask(family, bytesOf(values.netmask)),
    engine: String(values.engine ?? ''),
  }
}

/** The payload of a GET_DEST answer for a service of this family; undefined if there is no dest in it. */
export function decodeDest(payload: Uint8Array, serviceFamily: Family): (IpvsDest & IpvsCounters) | undefined {
  const { dest } = decodeAttributes(topAttributes, payload.subarray(4))
  if (dest === undefined) return undefined
  const values = decodeAttributes(destAttributes, bytesOf(dest))
  const family = values.family === undefined ? serviceFamily : familyOfNumber(numberOf(values.family, AF_INET))
  return {
    family,
    address: decodeAddress(family, bytesOf(values.address)),
    port: numberOf(values.port, 0),
    method: numberOf(values.method, 0) & METHOD_MASK,
    weight: numberOf(values.weight, 0),
    upperThreshold: numberOf(values.upperThreshold, 0),
    lowerThreshold: numberOf(values.lowerThreshold, 0),
    tunnelType: numberOf(values.tunnelType, 0),
    tunnelPort: numberOf(values.tunnelPort, 0),
    tunnelFlags: numberOf(values.tunnelFlags, 0),
    activeConnections: numberOf(values.activeConnections, 0),
    inactiveConnections: numberOf(values.inactiveConnections, 0),
    persistentConnections: numberOf(values.persistentConnections, 0),
  }
}

/** The statistics in the payload of a GET_SERVICE or GET_DEST answer; kernels before 4.2 have none with 64 bits: all 0. */
export function decodeStatistics(payload: Uint8Array): IpvsStatistics {
  const { service, dest } = decodeAttributes(topAttributes, payload.subarray(4))
  const { stats64 } =
    dest === undefined
      ? decodeAttributes(serviceAttributes, bytesOf(service))
      : decodeAttributes(destAttributes, bytesOf(dest))
  const values = decodeAttributes(statisticsAttributes, stats64 === undefined ? new Uint8Array(0) : bytesOf(stats64))
  return {
    connections: numberOf(values.connections, 0),
    inPackets: numberOf(values.inPackets, 0),
    outPackets: numberOf(values.outPackets, 0),
    inBytes: numberOf(values.inBytes, 0),
    outBytes: numberOf(values.outBytes, 0),
    connectionRate: numberOf(values.connectionRate, 0),
    inPacketRate: numberOf(values.inPacketRate, 0),
    outPacketRate: numberOf(values.outPacketRate, 0),
    inByteRate: numberOf(values.inByteRate, 0),
    outByteRate: numberOf(values.outByteRate, 0),
  }
}

/** IP_VS_CONN_F_FWD_MASK */
const METHOD_MASK = 0x07
const TUNNEL_METHOD = 2
const GUE = 1
const ALL_FLAGS = 0xffff_ffff

function encodeService(service: IpvsService): Uint8Array {
  const { family } = service.id
  return encodeAttributes(serviceAttributes, {
    ...identOf(service.id),
    scheduler: service.scheduler,
    engine: service.engine === '' ? undefined : service.engine,
    flags: hostWords(service.flags, ALL_FLAGS),
    timeout: service.timeoutSeconds,
    netmask: family === 4 ? networkWord(service.netmask) : hostWords(service.netmask),
  })
}

function identOf(id: IpvsServiceId): { [K in keyof typeof serviceAttributes]?: AttributeValue } {
  if ('mark' in id) return { family: familyNumber(id.family), mark: id.mark }
  return {
    family: familyNumber(id.family),
    protocol: id.protocol,
    address: encodeAddress(id.address),
    port: id.port,
  }
}

function encodeDest(dest: IpvsDest): Uint8Array {
  const tunnelled = dest.method === TUNNEL_METHOD
  return encodeAttributes(destAttributes, {
    ...destIdentOf(dest),
    method: dest.method,
    weight: dest.weight,
    tunnelType: tunnelled ? dest.tunnelType : undefined,
    tunnelPort: tunnelled && dest.tunnelType === GUE ? dest.tunnelPort : undefined,
    tunnelFlags: tunnelled ? dest.tunnelFlags : undefined,
    upperThreshold: dest.upperThreshold,
    lowerThreshold: dest.lowerThreshold,
  })
}

function destIdentOf(dest: IpvsDestId): { [K in keyof typeof destAttributes]?: AttributeValue } {
  return { family: familyNumber(dest.family), address: encodeAddress(dest.address), port: dest.port }
}

function decodeIdent(
  family: Family,
  values: { readonly [K in keyof typeof serviceAttributes]?: AttributeValue },
): IpvsServiceId {
  if (values.mark !== undefined) return { family, mark: numberOf(values.mark, 0) }
  return {
    family,
    protocol: numberOf(values.protocol, 0),
    address: decodeAddress(family, bytesOf(values.address)),
    port: numberOf(values.port, 0),
  }
}

function decodeNetmask(family: Family, bytes: Uint8Array): number {
  if (bytes.length < 4) return family === 4 ? 0xffff_ffff : 128
  return family === 4 ? viewOf(bytes).getUint32(0) : viewOf(bytes).getUint32(0, LITTLE_ENDIAN)
}

function encodeAddress(text: string): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_BYTES)
  const address = parseIp(text)
  if (address === undefined) throw new TypeError(`not an address: ${text}`)
  bytes.set(address)
  return bytes
}

function decodeAddress(family: Family, bytes: Uint8Array): string {
  return formatIp(bytes.slice(0, family === 4 ? 4 : ADDRESS_BYTES))
}

function familyNumber(family: Family): number {
  return family === 4 ? AF_INET : AF_INET6
}

function familyOfNumber(number: number): Family {
  return number === AF_INET6 ? 6 : 4
}

function networkWord(word: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, word >>> 0)
  return bytes
}
