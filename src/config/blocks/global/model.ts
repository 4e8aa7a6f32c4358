// What global_defs says: about this node, its mails, its threads, and defaults for the rest. Types only, see model.ts.

import type { ScriptCommand } from '../script/model.ts'

export interface SmtpServer {
  /** Address or host name. */
  readonly host: string
  readonly port: number
  /** Beyond keepalived: AUTH. */
  readonly user?: string
  readonly password?: string
  /**
   * Beyond keepalived: `starttls` demands STARTTLS, `tls` is TLS from the first byte, `none` is plain. Default:
   * `opportunistic`.
   */
  readonly tls: 'none' | 'opportunistic' | 'starttls' | 'tls'
  /** Beyond keepalived: verify the certificate (default true for starttls and tls). */
  readonly tlsVerify: boolean
}

export interface GlobalDefs {
  /** Label of this node in mails; default the host name. */
  readonly routerId: string
  readonly notificationEmail: readonly string[]
  readonly notificationEmailFrom?: string
  readonly smtpServer?: SmtpServer
  readonly smtpHeloName?: string
  readonly smtpConnectTimeoutUs: number
  /** smtp_alert: the default of every other smtp_alert setting; undefined if not set. */
  readonly smtpAlert?: boolean
  readonly smtpAlertVrrp?: boolean
  readonly smtpAlertChecker?: boolean
  readonly noEmailFaults: boolean
  readonly vrrpMcastGroup4: string
  readonly vrrpMcastGroup6: string
  readonly vrrpVersion: 2 | 3
  readonly vrrpStrict: boolean
  readonly dynamicInterfaces: boolean
  readonly scriptUser?: { readonly user: string; readonly group?: string }
  readonly enableScriptSecurity: boolean
  readonly notifyFifo?: string
  readonly vrrpNotifyFifo?: string
  /** Who owns the FIFOs for which a user is named. */
  readonly fifoOwners?: readonly { readonly path: string; readonly user: string; readonly group?: string }[]
  readonly notifyPriorityChanges: boolean
  readonly vrrpStartupDelayUs: number
  /** Instances wait until the host has been up for so long. */
  readonly vrrpDelayAfterBootUs: number
  readonly vrrpGarpIntervalUs: number
  readonly vrrpGnaIntervalUs: number
  /** How the kernel is to treat the thread of each part. */
  readonly threads: { readonly [part in ThreadName]: ThreadConduct }
  /** process_name: what the daemon calls itself. */
  readonly processName?: string
  /** Programs that read the notify FIFOs, by the FIFO's path. */
  readonly fifoReaders: readonly FifoReader[]
  readonly reloadCheckConfig: boolean
  readonly snmp: SnmpSettings
}

/** What is told to SNMP. Parts that are off here are on with --snmp, traps excepted. */
export interface SnmpSettings {
  /** Where the master agent listens, as written: `unix:/path`, `tcp:host:port`, … */
  readonly socket?: string
  readonly traps: boolean
  readonly vrrp: boolean
  readonly checker: boolean
  readonly rfcV2: boolean
  readonly rfcV3: boolean
  /** How old statistics of virtual servers and of real servers may be. */
  readonly virtualServerStatsAgeUs: number
  readonly realServerStatsAgeUs: number
}

/** keepalived's child processes; here threads. */
export type ThreadName = 'vrrp' | 'checker' | 'bfd'

/** `vrrp_priority` and its siblings. */
export interface ThreadConduct {
  /** At most 15 bytes; undefined: not named. */
  readonly name?: string
  /** -20..19; undefined: not set, which is 0. */
  readonly nice?: number
  /** SCHED_RR, 1..99; undefined: not set. */
  readonly rtPriority?: number
  /** CPU numbers; empty: all. */
  readonly cpus: readonly number[]
  /** RLIMIT_RTTIME; undefined: not set, 0: no limit. */
  readonly rtTimeUs?: number
  readonly noSwap: boolean
}

/** `notify_fifo_script` and its siblings. */
export interface FifoReader {
  /** Whose lines: all, those of VRRP, those of load balancing. */
  readonly of: 'all' | 'vrrp' | 'lvs'
  readonly path: string
  readonly command: ScriptCommand
}
