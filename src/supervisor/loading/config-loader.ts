// The thread that reads configurations, so that no file, however large, keeps the daemon's main thread from its adverts. It is
// started before anything else, reads while the rest of the daemon loads, and ends by itself when it has nothing to do. No
// native package may be loaded in it: it can be terminated at any time.

import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { ConfigTask, LoadedConfig, TaskResult } from './config-task.ts'
import { joinServers } from './server-pieces.ts'

/** A load that takes longer is refused; 100,000 lines take about a second. */
const LOAD_WITHIN_MS = 60_000
/** The first load comes within this time, else it starts the thread anew. */
const IDLE_MS = 5_000

export class ConfigLoader {
  readonly #pool: Piscina

  constructor() {
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL('./config-task.js', import.meta.url)),
      // With minThreads 1 the pool would keep a thread, and start another one whenever it ends.
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      atomics: 'disabled',
      recordTiming: false,
    })
    // A thread that dies while it is idle is reported on the pool; without a listener it would end the process.
    this.#pool.on('error', () => {})
  }

  /** Starts the thread and lets it load its code. A failure shows at the first load. */
  prepare(): void {
    const ready: Promise<null> = this.#pool.run(null)
    ready.catch(() => {})
  }

  /** Reads, parses and validates; rejects when the thread dies or takes too long. */
  async load(task: ConfigTask): Promise<LoadedConfig> {
    const result: TaskResult = await this.#pool.run(task, { signal: AbortSignal.timeout(LOAD_WITHIN_MS) })
    const { servers, ...loaded } = result
    const lvs = loaded.config?.lvs
    if (loaded.config === null || lvs === undefined) return loaded
    const virtualServers = await joinServers(servers)
    return { ...loaded, config: { ...loaded.config, lvs: { ...lvs, virtualServers } } }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}
