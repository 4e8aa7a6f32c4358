// The interface of a part of the daemon (VRRP, load balancing, BFD) towards the supervisor: begin, reload, stop, its
// workers. parts.ts connects the parts with each other.

import type { Config } from '../../config/model.ts'
import type { FaultKind, WorkerName } from '../../ipc/messages/common.ts'

/** A worker of a part: its actor, as far as every actor is alike. */
export interface PartWorker {
  /** The kernel's number of its thread; undefined: there is none at present. */
  readonly thread: number | undefined
  readonly restarts: number
  fault(kind: FaultKind): void
}

export type PartWorkers = Readonly<Partial<Record<WorkerName, PartWorker>>>

export interface Part {
  start(config: Config): void | Promise<void>
  reload(config: Config): void | Promise<void>
  stop(): Promise<void>
  workers(): PartWorkers
}
