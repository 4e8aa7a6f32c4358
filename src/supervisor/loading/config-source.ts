// The configuration file of this daemon, at its start and at each reload: what the loader thread is asked, what the log
// says of its answer, and that two loads never overlap. The supervisor puts the configuration into effect.

import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { err, ok, type Result } from '../../lib/result.ts'
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

/** A phrase: what runs now, or why the old configuration stays. */
export type ReloadResult = Result<string, string>

/** Errors of a refused file that are told to who asked; the log has all of them. */
const errorsShownMax = 10

interface Deferred {
  readonly promise: Promise<ReloadResult>
  readonly resolve: (result: ReloadResult) => void
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
  #next: Deferred | undefined

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

  /**
   * Loads and swaps. Asked while a load is under way it does so once more afterwards, for all who asked. A
   * configuration that cannot be used changes nothing. Never rejects: the result says in a phrase what runs now, or why
   * nothing has changed.
   */
  reload(): Promise<ReloadResult> {
    if (this.#busy) {
      this.#next ??= deferred()
      return this.#next.promise
    }
    return this.holdReloads(async () => {
      try {
        return await this.#reloadOnce()
      } catch (thrown) {
        const reason = messageOf(thrown)
        this.#ports.log.error('reload-failed', { reason })
        return err(`the reload failed, the old configuration stays in use: ${reason}`)
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
      const next = this.#next
      this.#next = undefined
      if (next !== undefined) void this.reload().then(next.resolve)
    }
  }

  async #reloadOnce(): Promise<ReloadResult> {
    const { log } = this.#ports
    const file = this.#options.configFile
    log.info('reload-started', { file })
    const loaded = await this.load()
    if (!isUsable(loaded)) {
      log.error('reload-refused', { file })
      const errors = loaded.problems.filter(({ severity }) => severity === 'error').map(({ text }) => text)
      const shown = errors.slice(0, errorsShownMax).join('\n\n')
      return err(`${file} cannot be used, the old configuration stays in use\n\n${shown}`)
    }
    const fixed = this.#ports.fixed(loaded)
    if (fixed !== undefined) {
      log.error('reload-fixed', { ...fixed })
      const { keyword, before, after } = fixed
      return err(`${keyword} cannot change while the daemon runs (${before} to ${after}): restart it`)
    }
    await this.#ports.swap(loaded)
    const contents = contentsOf(loaded.config)
    log.info('reload-done', { contents })
    return ok(`Reloaded ${file}: ${contents}`)
  }
}

function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => {}
  const promise = new Promise<ReloadResult>(fulfil => {
    resolve = fulfil
  })
  return { promise, resolve }
}

/** What a configuration has, for people. */
function contentsOf({ instances, syncGroups, lvs }: UsableConfig['config']): string {
  const servers = lvs?.virtualServers ?? []
  const real = servers.reduce((sum, server) => sum + server.realServers.length, 0)
  return [
    counted(instances.length, 'VRRP instance'),
    ...(syncGroups.length > 0 ? [counted(syncGroups.length, 'sync group')] : []),
    ...(servers.length > 0
      ? [`${counted(servers.length, 'virtual server')} with ${counted(real, 'real server')}`]
      : []),
  ].join(', ')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

export type UsableConfig = LoadedConfig & { readonly config: NonNullable<LoadedConfig['config']> }

export function isUsable(loaded: LoadedConfig): loaded is UsableConfig {
  return loaded.config !== null
}
