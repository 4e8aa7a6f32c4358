// The channel between the supervisor and the bfd worker. Packets do not travel here: the worker has borrowed the sockets.

import type { BfdInstance } from '../../config/blocks/bfd/model.ts'
import type { Family } from '../../lib/ip.ts'
import type { ToldEffect } from '../../workers/bfd/core/effect.ts'
import type { Rejection } from '../../workers/bfd/core/receive.ts'
import type { Session } from '../../workers/bfd/core/session.ts'
import type { Shapes } from '../channel.ts'
import { type FromAnyWorker, fromAnyWorkerShapes, type ToAnyWorker, toAnyWorkerShapes } from './common.ts'

/** Descriptors that the main thread owns. */
export interface BfdSockets {
  readonly receivers: readonly { readonly fd: number; readonly family: Family; readonly multihop: boolean }[]
  /** By session; for a session that is missing here nothing can be sent at present. */
  readonly senders: Readonly<Record<string, number>>
}

/** The configuration for the worker: the sessions, their places on the board, and the sockets that they need. */
export interface BfdSetting {
  readonly sessions: readonly BfdInstance[]
  readonly slots: Readonly<Record<string, number>>
  readonly sockets: BfdSockets
}

/** supervisor -> bfd worker */
export type ToBfd =
  /** `resume`: states by session that a predecessor has left. `wakeFd`: readable when there is a message. */
  | {
      readonly t: 'start'
      readonly setting: BfdSetting
      readonly resume: Readonly<Record<string, Session>>
      readonly wakeFd: number
    }
  | { readonly t: 'reload'; readonly setting: BfdSetting }
  | { readonly t: 'sockets'; readonly sockets: BfdSockets }
  /** Tell the neighbours, then `stopped`. */
  | { readonly t: 'stop' }
  | ToAnyWorker

/** bfd worker -> supervisor. A step is atomic: snapshot and effects travel together. */
export type FromBfd =
  | {
      readonly t: 'step'
      readonly session: string
      readonly snapshot: Session
      readonly effects: readonly ToldEffect[]
    }
  /** A datagram was not used; told once for each session and reason. */
  | {
      readonly t: 'rejected'
      readonly session: string
      readonly reason: Rejection
      readonly source: string
      readonly hops: number
    }
  /** Sending fails, for another reason than before; 0: it works again. */
  | { readonly t: 'send-result'; readonly session: string; readonly errno: number }
  | { readonly t: 'stopped' }
  | FromAnyWorker

export const toBfdShapes: Shapes<ToBfd> = {
  ...toAnyWorkerShapes,
  start: { setting: 'object', resume: 'object', wakeFd: 'number' },
  reload: { setting: 'object' },
  sockets: { sockets: 'object' },
  stop: {},
}

export const fromBfdShapes: Shapes<FromBfd> = {
  ...fromAnyWorkerShapes,
  step: { session: 'string', snapshot: 'object', effects: 'array' },
  rejected: { session: 'string', reason: 'string', source: 'string', hops: 'number' },
  'send-result': { session: 'string', errno: 'number' },
  stopped: {},
}
