// The configuration file of this daemon, at its start and at each reload: what the loader thread is asked, what the log says of
// its answer, and that two loads never overlap. What is done with a configuration is the supervisor's business.

import { hostname } from 'node:os'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Options } from '../process/options.ts'
import type { ConfigLoader } from './config-loader.ts'
import type { LoadedConfig } from './config-task.ts'

interface ConfigSourcePorts {
  readonly log: Log
  readonly loader: Pick<ConfigLoader, 'load'>
  /** Names of the interfaces that exist now. */
  interfaces(): readonly string[]
  /** A keyword that cannot change while the daemon runs, and has; undefined: there is none. */
  fixed(loaded: UsableConfig): FixedChange | undefined
  /** The new configuration in place of the one that runs. */
  swap(loaded: UsableConfig): Promise<void>
}

export interface FixedChange {
  readonly keyword: string
  readonly before: string
  readonly after: string
}

export class ConfigSource {
  readonly #options: Options
  readonly #ports: ConfigSourcePorts
  #busy = false
  #again = false

  constructor(options: Options, ports: ConfigSourcePorts) {
    this.#options = options
    this.#ports = ports
  }

  /** Reads the file and logs what is wrong with it. Rejects if the loader fails. */
  async load(): Promise<LoadedConfig> {
    const { configFile, configId, allConfig, strictKeepalived } = this.#options
    const loaded = await this.#ports.loader.load({
      path: configFile,
      configId,
      hostName: hostname(),
      allIncludeChecks: allConfig,
      strictKeepalived,
      interfaces: this.#ports.interfaces(),
      lint: true,
    })
    for (const { severity, text } of loaded.problems) {
      this.#ports.log[severity === 'error' ? 'error' : severity === 'warning' ? 'warn' : 'info']('config-problem', {
        text,
      })
    }
    return loaded
  }

  /** Loads and swaps; asked meanwhile it does so once more. A configuration that cannot be used changes nothing. Never rejects. */
  async reload(): Promise<boolean> {
    if (this.#busy) {
      this.#again = true
      return true
    }
    return this.holdReloads(async () => {
      try {
        return await this.#reloadOnce()
      } catch (thrown) {
        this.#ports.log.error('reload-failed', { reason: messageOf(thrown) })
        return false
      }
    })
  }

  /** A reload that is asked for during `work` comes after it. */
  async holdReloads<T>(work: () => Promise<T>): Promise<T> {
    this.#busy = true
    try {
      return await work()
    } finally {
      this.#busy = false
      if (this.#again) {
        this.#again = false
        void this.reload()
      }
    }
  }

  async #reloadOnce(): Promise<boolean> {
    const { log } = this.#ports
    const file = this.#options.configFile
    log.info('reload-started', { file })
    const loaded = await this.load()
    if (!isUsable(loaded)) {
      log.error('reload-refused', { file })
      return false
    }
    const fixed = this.#ports.fixed(loaded)
    if (fixed !== undefined) {
      log.error('reload-fixed', { ...fixed })
      return false
    }
    await this.#ports.swap(loaded)
    log.info('reload-done', { instances: loaded.config.instances.length })
    return true
  }
}

export type UsableConfig = LoadedConfig & { readonly config: NonNullable<LoadedConfig['config']> }

export function isUsable(loaded: LoadedConfig): loaded is UsableConfig {
  return loaded.config !== null
}
