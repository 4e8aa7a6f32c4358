// The messages that every channel between the supervisor and a worker has besides its own.

import type { Shapes } from '../channel.ts'

/** supervisor -> any worker */
export type ToAnyWorker = { readonly t: 'ping'; readonly n: number } | { readonly t: 'fault'; readonly kind: FaultKind }

/**
 * any worker -> supervisor: the code is loaded and waits for `start` (`thread`: how the kernel calls the thread); the
 * start message was digested; I am alive.
 */
export type FromAnyWorker =
  | { readonly t: 'standby'; readonly thread: number }
  | { readonly t: 'ready' }
  | { readonly t: 'pong'; readonly n: number }

export type WorkerName = (typeof workerNames)[number]

export const workerNames = ['vrrp', 'checker', 'ipvs', 'bfd'] as const

/** Kinds of fault that can be provoked for tests, see `keepalived-ts fault`. */
export type FaultKind = 'throw' | 'reject' | 'exit' | 'hang' | 'oom'

export const faultKinds: readonly FaultKind[] = ['throw', 'reject', 'exit', 'hang', 'oom']

export const toAnyWorkerShapes: Shapes<ToAnyWorker> = { ping: { n: 'number' }, fault: { kind: 'string' } }

export const fromAnyWorkerShapes: Shapes<FromAnyWorker> = {
  standby: { thread: 'number' },
  ready: {},
  pong: { n: 'number' },
}
