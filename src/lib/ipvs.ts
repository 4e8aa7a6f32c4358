// The kernel's IPVS table as plain data: what the netlink codec reads and writes and what the ipvs worker plans with.
// Values are the kernel's own (linux/ip_vs.h); addresses are canonical text.

import type { Family } from './ip.ts'

export const IPVS_PERSISTENT = 0x01
/** Set by the kernel on every service it has; not ours to send. */
export const IPVS_HASHED = 0x02
export const IPVS_ONE_PACKET = 0x04
export const IPVS_SCHED_1 = 0x08
export const IPVS_SCHED_2 = 0x10
export const IPVS_SCHED_3 = 0x20

export type IpvsServiceId =
  | { readonly family: Family; readonly protocol: number; readonly address: string; readonly port: number }
  | { readonly family: Family; readonly mark: number }

export interface IpvsService {
  readonly id: IpvsServiceId
  readonly scheduler: string
  readonly flags: number
  /** Persistence timeout in seconds; 0 without persistence. */
  readonly timeoutSeconds: number
  /** IPv4: the mask as a big-endian number, 0xffffffff for a host. IPv6: the prefix length. */
  readonly netmask: number
  /** Persistence engine; empty: none. */
  readonly engine: string
}

export interface IpvsDestId {
  readonly family: Family
  readonly address: string
  readonly port: number
}

export interface IpvsDest extends IpvsDestId {
  /** 0 NAT, 1 local, 2 TUN, 3 DR, 4 bypass. */
  readonly method: number
  readonly weight: number
  readonly upperThreshold: number
  readonly lowerThreshold: number
  /** 0 ipip, 1 gue, 2 gre. */
  readonly tunnelType: number
  readonly tunnelPort: number
  /** 0 none, 1 checksum, 2 remote checksum. */
  readonly tunnelFlags: number
}

/** What went through a service or dest since the kernel has it, and the present rates in a second. */
export interface IpvsStatistics {
  readonly connections: number
  readonly inPackets: number
  readonly outPackets: number
  readonly inBytes: number
  readonly outBytes: number
  readonly connectionRate: number
  readonly inPacketRate: number
  readonly outPacketRate: number
  readonly inByteRate: number
  readonly outByteRate: number
}

export interface IpvsEntry {
  readonly service: IpvsService
  readonly dests: readonly IpvsDest[]
}

export type IpvsCommand =
  | { readonly op: 'new-service' | 'set-service'; readonly service: IpvsService }
  | { readonly op: 'del-service'; readonly service: IpvsServiceId }
  | { readonly op: 'new-dest' | 'set-dest'; readonly service: IpvsServiceId; readonly dest: IpvsDest }
  | { readonly op: 'del-dest'; readonly service: IpvsServiceId; readonly dest: IpvsDestId }
  | { readonly op: 'flush' }

/** One service, one key. */
export function serviceKey(id: IpvsServiceId): string {
  return 'mark' in id ? `fwm/${id.family}/${id.mark}` : `${id.protocol}/${id.address}/${id.port}`
}

/**
 * The port that a dest has in the table: only NAT can have another one than its service, and one by firewall mark (`servicePort`
 * undefined) has none. With NAT 0 stays 0, as keepalived has it in a group: the kernel then takes the port of the service.
 */
export function destPort(method: 'NAT' | 'DR' | 'TUN', serverPort: number, servicePort: number | undefined): number {
  return method === 'NAT' ? serverPort : (servicePort ?? 0)
}

/** One dest of a service, one key. */
export function destKey(dest: IpvsDestId): string {
  return `${dest.address}/${dest.port}`
}

/** What the kernel calls the protocols of services; the names are those of the configuration. */
export const ipProtocols = { TCP: 6, UDP: 17, SCTP: 132 } as const

const protocolNames = new Map<number, string>(
  Object.entries(ipProtocols).map(([name, number]) => [number, name.toLowerCase()]),
)

/** For log lines: `10.0.0.1:tcp:80`, `FWM 5`. */
export function describeService(id: IpvsServiceId): string {
  if ('mark' in id) return `FWM ${id.mark}${id.family === 6 ? ' inet6' : ''}`
  return `[${id.address}]:${protocolNames.get(id.protocol) ?? id.protocol}:${id.port}`
}

/** The service that a command is about; undefined: it is about the whole table. */
export function serviceOf(command: IpvsCommand): IpvsServiceId | undefined {
  switch (command.op) {
    case 'new-service':
    case 'set-service':
      return command.service.id
    case 'del-service':
    case 'new-dest':
    case 'set-dest':
    case 'del-dest':
      return command.service
    case 'flush':
      return undefined
  }
}

/** What tells one command of a service from another. */
export function commandName(command: IpvsCommand): string {
  return 'dest' in command ? `${command.op} ${destKey(command.dest)}` : command.op
}

/** For log lines: what is done, to which service, and the scheduler or dest that it is about. */
export function describeCommand(command: IpvsCommand): { op: string; service: string; detail: string } {
  const id = serviceOf(command)
  const service = id === undefined ? '' : describeService(id)
  if ('dest' in command) return { op: command.op, service, detail: `[${command.dest.address}]:${command.dest.port}` }
  const isWritten = command.op === 'new-service' || command.op === 'set-service'
  return { op: command.op, service, detail: isWritten ? command.service.scheduler : '' }
}
