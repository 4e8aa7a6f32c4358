// The place of a part that is there from the first configuration on that has something for it.

import type { Config } from '../config/model.ts'
import type { Part } from './actors/part.ts'
import type { Estate } from './watchdog/estate.ts'

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
