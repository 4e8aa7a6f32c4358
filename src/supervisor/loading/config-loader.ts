// The thread that reads configurations, so that no file, however large, keeps the daemon's main thread from its adverts. It is
// started before anything else, reads while the rest of the daemon loads, and ends by itself when it has nothing to do. No
// native package may be loaded in it: it can be terminated at any time.

import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { ConfigTask, LoadedConfig, TaskResult } from './config-task.ts'
import { joinServers } from './server-pieces.ts'

/** A load that takes longer is refused; 100,000 lines take about a second. */
const loadWithinMs = 60_000
/** The first load comes within this time, else it starts the thread anew. */
const idleMs = 5_000

export class ConfigLoader {
  readonly #pool: Piscina
  #loading: AbortController | undefined

  constructor() {
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL('./config-task.js', import.meta.url)),
      // With minThreads 1 the pool would keep a thread, and start another one whenever it ends.
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      atomics: 'disabled',
      recordTiming: false,
    })
    // A thread that dies while it is idle, or cannot load its code because the program's files are gone, is reported on the pool:
    // the load that waits for it must hear of that, and an idle thread's death must not end the process.
    this.#pool.on('error', (error: unknown) => this.#loading?.abort(error))
  }

  /** Starts the thread and lets it load its code. A failure shows at the first load. */
  prepare(): void {
    const ready: Promise<null> = this.#pool.run(null)
    ready.catch(() => {})
  }

  /** Reads, parses and validates; rejects when the thread dies or takes too long. */
  async load(task: ConfigTask): Promise<LoadedConfig> {
    const result = await this.#run(task)
    const { servers, ...loaded } = result
    const lvs = loaded.config?.lvs
    if (loaded.config === null || lvs === undefined) return loaded
    const virtualServers = await joinServers(servers)
    return { ...loaded, config: { ...loaded.config, lvs: { ...lvs, virtualServers } } }
  }

  async #run(task: ConfigTask): Promise<TaskResult> {
    const loading = new AbortController()
    this.#loading = loading
    const late = setTimeout(() => loading.abort(new Error(`not read within ${loadWithinMs / 1000} s`)), loadWithinMs)
    try {
      return await this.#pool.run(task, { signal: loading.signal })
    } catch (thrown) {
      throw loading.signal.aborted ? loading.signal.reason : thrown
    } finally {
      clearTimeout(late)
      if (this.#loading === loading) this.#loading = undefined
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}
