// What the supervisor does alike with each of its parts (VRRP, load balancing, BFD): begin, reload, stop, look after the workers.
// A part is there from the first configuration on that has something for it. What the parts tell each other: parts.ts.

import type { Config } from '../config/model.ts'
import type { FaultKind, WorkerName } from '../ipc/messages/common.ts'
import type { Estate } from './watchdog/estate.ts'

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

/** The place of a part that may have to begin with a later configuration. Once there, it stays until the daemon ends. */
export class PartSlot<P extends Part> {
  readonly #make: (config: Config, estate: Estate | undefined) => P | undefined
  #part: P | undefined
  #stopped = false

  /** `make`: undefined if the configuration has nothing for the part; `estate` is what a dead predecessor left. */
  constructor(make: (config: Config, estate: Estate | undefined) => P | undefined) {
    this.#make = make
  }

  /** undefined: it has not begun. */
  get current(): P | undefined {
    return this.#part
  }

  /** Takes a configuration: begins with it, or goes on with it. After the stop neither. */
  async use(config: Config, estate: Estate | undefined): Promise<void> {
    if (this.#stopped) return
    if (this.#part !== undefined) {
      await this.#part.reload(config)
      return
    }
    this.#part = this.#make(config, estate)
    await this.#part?.start(config)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#part?.stop()
  }
}
