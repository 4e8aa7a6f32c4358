// The effects of a VRRP machine: what must be true after a step. The worker transmits adverts itself; everything else
// is carried out by the supervisor, in order, after it has stored the snapshot that came with it. Applying an effect
// twice changes nothing.

import type { EventName, PlainFields } from '../../../lib/log-events.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'

/** States as keepalived names them in notify arguments and on FIFOs. */
export type NotifyState =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  | 'DELETED'
  | 'MASTER_RX_LOWER_PRI'
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

export type Effect =
  /**
   * Send one advert now, to every destination, with this priority (0 resigns). Done by the worker itself, before the
   * step is posted.
   */
  | { readonly type: 'transmit'; readonly priority: number }
  /** All addresses of the instance (VIPs, then excluded VIPs) are on their interfaces, or none of them is. */
  | { readonly type: 'ensure-addresses'; readonly present: boolean }
  /** One block of gratuitous ARP or unsolicited NA: `repeat` times over (VIPs, then excluded VIPs). */
  | { readonly type: 'announce'; readonly repeat: number }
  /** The same for one address (text): it was away, and is there again. */
  | { readonly type: 'announce-address'; readonly address: string; readonly repeat: number }
  /** One gratuitous ARP or unsolicited NA on the own interface, for the address (text) that unicast adverts come from. */
  | { readonly type: 'announce-source'; readonly address: string }
  /**
   * Tell the operator: scripts, FIFO, mail. `priority` is the effective one. `cause`: of a change of state, why; null:
   * it is none.
   */
  | {
      readonly type: 'notify'
      readonly state: NotifyState
      readonly priority: number
      readonly cause: Cause | null
    }
  /** A named event for the log and its details; whoever carries it out adds the field `instance`. */
  | {
      readonly type: 'log'
      readonly level: LogLevel
      readonly event: EventName
      readonly fields: PlainFields
    }
