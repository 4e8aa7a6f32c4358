// The effects of a step of a BFD session.

import type { ControlPacket, SessionState } from './packet.ts'
import type { Session } from './session.ts'

export type Effect =
  | { readonly type: 'send'; readonly packet: ControlPacket }
  /** VRRP and the checkers have to know. */
  | { readonly type: 'tell'; readonly up: boolean }
  /** For the log. */
  | {
      readonly type: 'changed'
      readonly from: SessionState
      readonly to: SessionState
      readonly diag: number
      readonly remoteDiag: number
    }
  | { readonly type: 'expired'; readonly detectionUs: number }

/** Effects that the supervisor carries out; the worker sends packets by itself. */
export type ToldEffect = Exclude<Effect, { type: 'send' }>

export interface Step {
  readonly session: Session
  readonly effects: readonly Effect[]
}
