// What the supervisor asks alike of each of its parts (VRRP, load balancing, BFD): begin, reload, stop, look after the workers.
// What the parts tell each other: parts.ts.

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
