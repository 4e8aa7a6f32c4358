// The checkers of real servers. Types only; inheritance is resolved, see server/model.ts. keepalived.conf(5) "healthchecker".

import type { Place } from '../../report/place.ts'
import type { ScriptCommand } from '../script/model.ts'

export interface CheckerCommon {
  /** Unique in the whole configuration and the same after a reload that does not change what is checked. */
  readonly id: string
  readonly place: Place
  /** Failures in a row beyond the first one before the checker is down. */
  readonly retry: number
  readonly delayBeforeRetryUs: number
  readonly delayLoopUs: number
  /** Maximum of the random delay before the first check. */
  readonly warmupUs: number
  readonly alpha: boolean
  readonly logAllFailures: boolean
  readonly mail: CheckerMail | null
}

/** Text of the mail about a verdict, `{reason}` in it is the reason; null in its place: keepalived sends none for this kind. */
export interface CheckerMail {
  readonly up: string
  readonly down: string
  /** When the check did not end in its time, if that has words of its own. */
  readonly timedOut?: string
}

/** Where a checker connects to and from. */
export interface Target {
  readonly address: string
  readonly port: number
  readonly connectTimeoutUs: number
  readonly bindAddress?: string
  readonly bindPort?: number
  readonly bindInterface?: string
  /** SO_MARK; 0: none. */
  readonly fwmark: number
}

export interface TcpChecker extends CheckerCommon {
  readonly type: 'TCP_CHECK'
  readonly target: Target
}

export interface HttpChecker extends CheckerCommon {
  readonly type: 'HTTP_GET' | 'SSL_GET'
  readonly target: Target
  readonly protocol: '1.0' | '1.0C' | '1.1'
  readonly urls: readonly HttpUrl[]
  readonly fastRecovery: boolean
}

export interface HttpUrl {
  readonly path: string
  /** Value of the Host header. */
  readonly host: string
  /** TLS server name; undefined: none is sent. */
  readonly serverName?: string
  /** Name or address that the certificate must be made out to; undefined: no certificate is verified. */
  readonly verifiedName?: string
  /** 32 lower-case hex digits. */
  readonly digest?: string
  /** Inclusive ranges. */
  readonly statusCodes: readonly (readonly [number, number])[]
  readonly regex?: HttpRegex
  /** Send close_notify at the end. */
  readonly tlsCompliant: boolean
}

export interface HttpRegex {
  readonly pattern: string
  /** Flags of a JavaScript regular expression. */
  readonly flags: string
  readonly noMatch: boolean
  /** Bounds of where a match may start, in bytes of the body; the maximum is inclusive. */
  readonly minOffset: number
  readonly maxOffset?: number
}

export interface SmtpChecker extends CheckerCommon {
  readonly type: 'SMTP_CHECK'
  readonly target: Target
  readonly heloName: string
}

export interface DnsChecker extends CheckerCommon {
  readonly type: 'DNS_CHECK'
  readonly target: Target
  readonly queryType: DnsQueryType
  /** Without a trailing dot; empty: the root. */
  readonly queryName: string
}

export type DnsQueryType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'MX' | 'TXT' | 'AAAA' | 'RRSIG' | 'DNSKEY'

export interface UdpChecker extends CheckerCommon {
  readonly type: 'UDP_CHECK'
  readonly target: Target
  /** What is sent; empty: keepalived's text. */
  readonly payload: Uint8Array
  readonly requireReply: boolean
  /** What the reply must begin with; `mask` has 0 for the nibbles that may be anything. */
  readonly reply: Uint8Array
  readonly replyMask: Uint8Array
  readonly replyLengthMin: number
  readonly replyLengthMax: number
}

export interface PingChecker extends CheckerCommon {
  readonly type: 'PING_CHECK'
  readonly target: Target
}

export interface MiscChecker extends CheckerCommon {
  readonly type: 'MISC_CHECK'
  readonly command: ScriptCommand
  readonly timeoutUs: number
  readonly dynamic: boolean
  /** Weight of the real server, from which a dynamic result is counted. */
  readonly configuredWeight: number
}

export interface FileChecker extends CheckerCommon {
  readonly type: 'FILE_CHECK'
  readonly trackFile: string
  /** 0: any value but 0 is a fault. */
  readonly weight: number
  readonly reverse: boolean
}

/** Makes no checks of its own: it says what the session is. */
export interface BfdChecker extends CheckerCommon {
  readonly type: 'BFD_CHECK'
  /** Name of the bfd_instance. */
  readonly session: string
  /** The server that it speaks of, for the log. */
  readonly server: string
}

export type Checker =
  | TcpChecker
  | HttpChecker
  | SmtpChecker
  | DnsChecker
  | UdpChecker
  | PingChecker
  | MiscChecker
  | FileChecker
  | BfdChecker
