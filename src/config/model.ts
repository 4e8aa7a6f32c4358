// The typed model of a keepalived.conf: what the grammar produces and everything else reads. Types only, no behaviour.
// Defaults are already applied and values are already inside their ranges. Plain objects and arrays only, so that the
// model travels through a message channel unchanged. Times are microseconds unless the name ends in another unit.

import type { Family } from '../lib/ip.ts'
import type { TrackedKind } from '../lib/tracked-reading.ts'
import type { BfdInstance } from './bfd-model.ts'
import type { LvsConfig } from './lvs-model.ts'

/** Where something was written; kept in the model so that run-time messages can name the place. */
export interface Place {
  readonly file: string
  readonly line: number
}

export interface Config {
  readonly global: GlobalDefs
  readonly scripts: readonly VrrpScript[]
  readonly trackFiles: readonly TrackFile[]
  readonly trackProcesses: readonly VrrpTrackProcess[]
  /** Present while the daemon runs, whatever the roles are; each has a device. */
  readonly staticAddresses: readonly VirtualAddress[]
  readonly garpGroups: readonly GarpGroup[]
  readonly linkDelays: readonly LinkDelay[]
  readonly instances: readonly VrrpInstance[]
  readonly syncGroups: readonly SyncGroup[]
  /** Load balancing; absent when the file has none. */
  readonly lvs?: LvsConfig
  readonly bfd: readonly BfdInstance[]
}

/** A configuration with all that was written: for advice and comparison, where it was read. Too large to travel to the main thread. */
export interface WrittenConfig extends Config {
  /** Everything the file says, typed and checked, in file order: also what the other parts have no place for. */
  readonly settings: readonly Setting[]
}

/** One keyword of the file, whether it is in effect or only understood. */
export interface Setting {
  /** As the grammar calls it; `<row>` for a line of a list. */
  readonly keyword: string
  readonly storeAs: string
  readonly place: Place
  /** One per argument; null for an optional one that was left out. Times are microseconds. */
  readonly values: readonly (string | number | boolean | null)[]
  /** Option words of the same line. */
  readonly options: readonly Setting[]
  readonly children: readonly Setting[]
}

/** A command as keepalived runs it: the words of the command, and who runs it. */
export interface ScriptCommand {
  /** The words after quote removal. With `shell` the command as written is `text` and must be given to `/bin/sh -c`. */
  readonly argv: readonly string[]
  /** True when the command needs a shell: operators, redirection, substitution, `[ … ]` with `&&`, … */
  readonly shell: boolean
  readonly text: string
  readonly user?: string
  readonly group?: string
  readonly place: Place
}

export interface SmtpServer {
  /** Address or host name. */
  readonly host: string
  readonly port: number
  /** Beyond keepalived: AUTH. */
  readonly user?: string
  readonly password?: string
  /** Beyond keepalived: `starttls` demands STARTTLS, `tls` is TLS from the first byte, `none` is plain. Default: `opportunistic`. */
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
  readonly threads: { readonly [part in ThreadPart]: ThreadConduct }
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
export type ThreadPart = 'vrrp' | 'checker' | 'bfd'

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

export interface VrrpScript {
  readonly name: string
  readonly command: ScriptCommand
  readonly intervalUs: number
  readonly timeoutUs: number
  /** -253..253; 0: a failure puts the instance into FAULT. */
  readonly weight: number
  readonly reverse: boolean
  readonly rise: number
  readonly fall: number
  readonly initFail: boolean
  readonly place: Place
}

/** Processes that are counted. */
export interface VrrpTrackProcess {
  readonly name: string
  /** What the kernel calls the process, or with `fullCommand` the first word of its command line. */
  readonly command: string
  readonly fullCommand: boolean
  readonly parameters: readonly string[]
  /** `any`: parameters do not matter. `initial`: the last may be longer. `partial`: more may follow. */
  readonly parameterMatch: 'any' | 'exact' | 'initial' | 'partial'
  readonly weight: number
  readonly reverse: boolean
  /** As many must run at least. */
  readonly quorum: number
  /** And at most; undefined: any number. */
  readonly quorumMax?: number
  readonly forkDelayUs: number
  readonly terminateDelayUs: number
}

/** A `virtual_ipaddress` row. */
export interface VirtualAddress {
  readonly family: Family
  /** Canonical text. */
  readonly address: string
  readonly prefix: number
  /** The prefix was left out in the file and the host length was taken. */
  readonly prefixIsDefault: boolean
  /** Interface the address goes on; undefined: that of the instance. */
  readonly device?: string
  /** IPv4 broadcast address as text; `+` and `-` are already worked out. */
  readonly broadcast?: string
  /** RT_SCOPE_* number, default 0 (global). */
  readonly scope: number
  readonly label?: string
  readonly peer?: string
  readonly peerPrefix?: number
  /** IPv6: do not suppress duplicate address detection. */
  readonly nodad: boolean
  /** IPv6 preferred lifetime in seconds; undefined: keepalived's default (0 for /128, forever otherwise). */
  readonly preferredLifetimeSeconds?: number
  /** IFA_F_* bits from home, mngtmpaddr, noprefixroute, autojoin. */
  readonly flags: number
  readonly noTrack: boolean
}

/** A `track_file` block: a number in a file that servers and instances go by. */
export interface TrackFile {
  readonly name: string
  readonly path: string
  /** Multiplier for those who name none of their own. */
  readonly weight: number
  readonly reverse: boolean
  /** What to write into the file at start, unless it exists and may not be overwritten; undefined: leave it alone. */
  readonly initValue?: number
  readonly overwrite: boolean
}

export interface TrackedScript {
  readonly script: string
  readonly weight: number
  readonly reverse: boolean
}

export interface TrackedInterface {
  readonly interface: string
  /** -253..253; 0: FAULT when down. */
  readonly weight: number
  readonly reverse: boolean
}

/** A BFD session, a file or a process. What its reading means: effectOfReading(). */
export interface TrackedObject {
  readonly kind: TrackedKind
  readonly name: string
  /** -253..253; 0: FAULT when down, or when the file says anything but 0. */
  readonly weight: number
  readonly reverse: boolean
}

/** Interfaces whose announcements share one allowance. */
export interface GarpGroup {
  readonly interfaces: readonly string[]
  /** Least time between two gratuitous ARPs, and two unsolicited NAs; 0: no spacing. */
  readonly garpIntervalUs: number
  readonly gnaIntervalUs: number
}

/** How long a link must be down, or up again, before that counts. */
export interface LinkDelay {
  readonly interface: string
  readonly downUs: number
  readonly upUs: number
}

export interface GarpSettings {
  /** Delay before the second block after becoming MASTER; 0: no second block. Default 5 s. */
  readonly masterDelayUs: number
  /** Announcements per address and block. Default 5. */
  readonly masterRepeat: number
  /** Period of the refresh; 0: none. */
  readonly masterRefreshUs: number
  readonly masterRefreshRepeat: number
  readonly lowerPrioDelayUs: number
  readonly lowerPrioRepeat: number
}

/** Adverts go to peers one by one in place of a group. */
export interface Unicast {
  /** Empty: unicast was asked for without a peer, and unicast_fault_no_peer holds the instance in FAULT. */
  readonly peers: readonly UnicastPeer[]
  /** TTL or hop limit of the adverts sent, 0..255. */
  readonly ttl: number
  /** Adverts of others than the peers, and those outside the TTL bounds of their peer, are dropped. */
  readonly checkSource: boolean
  /** Whether version 3 adverts over IPv4 have their checksum as keepalived before 1.3.7 made it. */
  readonly oldChecksum: 'auto' | 'never' | 'always'
}

export interface UnicastPeer {
  /** Canonical text. */
  readonly address: string
  /** Bounds for what is received, both included, 0..255; undefined: 0 and 255. */
  readonly minTtl?: number
  readonly maxTtl?: number
}

export interface VrrpInstance {
  readonly name: string
  readonly place: Place
  readonly family: Family
  readonly version: 2 | 3
  readonly interface: string
  readonly vrid: number
  /** 1..255; 255 is the address owner. */
  readonly priority: number
  /** `state MASTER` or `BACKUP` as configured; by itself it gives no head start (keepalived). */
  readonly initialState: 'MASTER' | 'BACKUP'
  /** Already rounded: whole seconds in v2, 10 ms steps in v3. */
  readonly advertIntervalUs: number
  readonly downTimerAdverts: number
  readonly preempt: boolean
  readonly preemptDelayUs: number
  /** timer_expired_backup: a MASTER that overslept asks by this priority whether another has taken over; undefined: by its own. */
  readonly timerExpiredPriority?: number
  readonly authentication: { readonly type: 'none' } | { readonly type: 'pass' | 'ah'; readonly password: string }
  /** Configured source address of adverts; undefined: chosen from the interface. */
  readonly sourceAddress?: string
  /** track_src_ip: FAULT while the source address is not on the interface. */
  readonly trackSourceAddress?: true
  /** The group of an instance that has neither of the next two. */
  readonly multicastGroup: string
  readonly unicast?: Unicast
  /** Beyond keepalived: adverts go to this IPv4 broadcast address, canonical text. */
  readonly broadcastAddress?: string
  readonly addresses: readonly VirtualAddress[]
  readonly excludedAddresses: readonly VirtualAddress[]
  readonly garp: GarpSettings
  readonly lowerPrioNoAdvert: boolean
  readonly higherPrioSendAdvert: boolean
  readonly skipCheckAdvertAddresses: boolean
  readonly ownerIgnoreAdverts: boolean
  readonly v3ChecksumAsV2: boolean
  readonly strict: boolean
  readonly accept: boolean
  readonly dontTrackPrimary: boolean
  readonly promoteSecondaries: boolean
  readonly trackedScripts: readonly TrackedScript[]
  readonly trackedInterfaces: readonly TrackedInterface[]
  readonly trackedObjects: readonly TrackedObject[]
  readonly notify: NotifyScripts
  /** smtp_alert with its fallbacks already resolved. */
  readonly smtpAlert: boolean
  readonly notifyPriorityChanges: boolean
}

export interface NotifyScripts {
  readonly master?: ScriptCommand
  readonly backup?: ScriptCommand
  readonly fault?: ScriptCommand
  readonly stop?: ScriptCommand
  readonly deleted?: ScriptCommand
  readonly masterRxLowerPri?: ScriptCommand
  /** The generic `notify`: gets `INSTANCE name STATE priority` appended. */
  readonly any?: ScriptCommand
  /** notify_deleted: report DELETED instead of FAULT when a reload removes the instance. */
  readonly notifyDeleted: boolean
}

export interface SyncGroup {
  readonly name: string
  readonly place: Place
  readonly members: readonly string[]
  readonly notify: NotifyScripts
  readonly smtpAlert: boolean
  readonly trackingWeight: boolean
  readonly trackedScripts: readonly TrackedScript[]
  readonly trackedInterfaces: readonly TrackedInterface[]
  readonly trackedObjects: readonly TrackedObject[]
}
