// The load-balancing half of the configuration model: virtual servers and real servers; their checkers are in
// checker/model.ts. Types only. Inheritance (checker, real server, virtual server, type default) is already resolved,
// groups are already expanded to services. Plain objects and arrays, so that it travels through a message channel.
// keepalived.conf(5) "LVS CONFIGURATION".

import type { Family } from '../../../lib/ip.ts'
import type { Place } from '../../report/place.ts'
import type { Checker } from '../checker/model.ts'
import type { ScriptCommand } from '../script/model.ts'

export interface LvsConfig {
  readonly virtualServers: readonly VirtualServer[]
  readonly groups: readonly ServerGroup[]
  readonly ssl?: SslMaterial
  readonly timeouts?: LvsTimeouts
  readonly kernel?: LvsKernelOptions
  /** nftables_ipvs; undefined: groups are services by address. */
  readonly nft?: NftMarks
  /** lvs_flush: empty the IPVS table at start. */
  readonly flush: boolean
  /** lvs_flush_on_stop: `all` empties the whole table, `services` deletes our services without their dests first. */
  readonly flushOnStop: 'no' | 'all' | 'services'
  readonly syncDaemon?: SyncDaemon
  readonly notifyFifo?: string
  readonly lvsNotifyFifo?: string
  readonly noCheckerEmails: boolean
  readonly rsInitNotifies: boolean
  /** Prefix of mail subjects. */
  readonly routerId: string
}

export type LvsProtocol = 'TCP' | 'UDP' | 'SCTP'

/** What IPVS knows a service by. */
export type ServiceAddress =
  | {
      readonly kind: 'address'
      readonly family: Family
      readonly address: string
      readonly port: number
      readonly protocol: LvsProtocol
    }
  | { readonly kind: 'fwmark'; readonly family: Family; readonly mark: number }

type TunnelType = 'ipip' | 'gue' | 'gre'
type TunnelChecksum = 'nocsum' | 'csum' | 'remcsum'

export type Forwarding =
  | { readonly method: 'NAT' | 'DR' }
  | {
      readonly method: 'TUN'
      readonly tunnel: TunnelType
      /** GUE only. */
      readonly tunnelPort: number
      readonly checksum: TunnelChecksum
    }

export interface Persistence {
  readonly timeoutSeconds: number
  /** Prefix length for IPv6, dotted mask for IPv4; undefined: the host. */
  readonly granularity?: string | number
  readonly engine?: string
}

/** Settings as a manager is shown them: what is written in the block, or its default, before checkers inherit it. */
export interface ShownSettings {
  readonly name?: string
  readonly virtualHost?: string
  readonly alpha: boolean
  readonly retry: number
  readonly delayBeforeRetryUs: number
  readonly delayLoopUs: number
  readonly warmupUs: number
  readonly connectTimeoutUs: number
  readonly weight: number
  readonly inhibitOnFailure: boolean
  readonly forwarding: Forwarding
}

/** A virtual_server_group as it is written. */
export interface ServerGroup {
  readonly name: string
  readonly rows: readonly ServerGroupRow[]
}

export type ServerGroupRow =
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family?: Family }
  /** `last` is the same as `first` where the row is no range. Canonical text. */
  | {
      readonly kind: 'address'
      readonly family: Family
      readonly first: string
      readonly last: string
      readonly port: number
    }

export interface VirtualServer {
  readonly place: Place
  /** Unique, stable over reloads as long as keepalived would call it the same virtual server. */
  readonly id: string
  /** `[10.0.0.1]:tcp:80`, `FWM 5`, `[group]:0`. */
  readonly name: string
  readonly services: readonly ServiceAddress[]
  readonly protocol: LvsProtocol | 'none'
  readonly scheduler: string
  /** Scheduler flags and one-packet scheduling, as IPVS numbers them; persistence is not in here. */
  readonly flags: number
  readonly persistence?: Persistence
  readonly quorum: number
  readonly hysteresis: number
  readonly omega: boolean
  /** drain_on_reload: how long a removed server may keep its connections; undefined: it is deleted at once. */
  readonly drainUs?: number
  readonly haSuspend: boolean
  readonly smtpAlert: boolean
  readonly quorumUp?: ScriptCommand
  readonly quorumDown?: ScriptCommand
  readonly sorry?: SorryServer
  readonly realServers: readonly RealServer[]
  /** The virtual_server_group that it stands for. */
  readonly group?: string
  readonly shown: ShownSettings
}

export interface SorryServer {
  readonly family: Family
  readonly address: string
  /** 0: the port of the service. */
  readonly port: number
  readonly forwarding: Forwarding
  /** Stays in the table with weight 0 while it is not needed. */
  readonly inhibit: boolean
}

export interface RealServer {
  readonly place: Place
  /** Unique within its virtual server: `[10.0.0.11]:tcp:80`, as keepalived prints it. */
  readonly id: string
  readonly family: Family
  readonly address: string
  /** 0: the port of the service. */
  readonly port: number
  readonly weight: number
  readonly forwarding: Forwarding
  readonly upperThreshold: number
  readonly lowerThreshold: number
  readonly inhibitOnFailure: boolean
  readonly smtpAlert: boolean
  readonly notifyUp?: ScriptCommand
  readonly notifyDown?: ScriptCommand
  readonly checkers: readonly Checker[]
  readonly shown: ShownSettings
}

/** Client certificate material of SSL_GET. No server certificate is ever verified. */
export interface SslMaterial {
  readonly password?: string
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
}

/** How the daemon reaches the IPVS of the kernel. */
export interface LvsKernelOptions {
  /** File of the network namespace in which IPVS is; undefined: that of the daemon. Fixed until the daemon ends. */
  readonly namespace?: string
  readonly commandBuffer?: ReceiveBuffer
  readonly monitorBuffer?: ReceiveBuffer
}

export interface ReceiveBuffer {
  readonly bytes: number
  /** Beyond net.core.rmem_max. */
  readonly force: boolean
}

/** Firewall marks that nftables gives to packets to the addresses of groups. */
export interface NftMarks {
  /** Name of the table in both families. Fixed until the daemon ends. */
  readonly table: string
  readonly priority: number
  readonly counters: boolean
  /** They do not overlap. */
  readonly rows: readonly NftRow[]
}

export interface NftRow {
  readonly family: Family
  readonly protocol: LvsProtocol
  readonly first: string
  readonly last: string
  /** 0: any. */
  readonly port: number
  readonly mark: number
}

/** Seconds; undefined: as the kernel has it. */
export interface LvsTimeouts {
  readonly tcp?: number
  readonly tcpFin?: number
  readonly udp?: number
}

export interface SyncDaemon {
  readonly interface: string
  /** VRRP instance whose state decides between master and backup; undefined: both run. */
  readonly instance?: string
  readonly syncId: number
  readonly maxLength?: number
  readonly port?: number
  readonly ttl?: number
  readonly group?: string
}
