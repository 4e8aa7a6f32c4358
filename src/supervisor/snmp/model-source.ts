// One look at the daemon for the tables of the MIBs.

import type { Config } from '../../config/model.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Instant } from '../../lib/time.ts'
import { type Readings, readingKey } from '../../lib/tracked-reading.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import { type Counters, zeroCounters } from '../../workers/vrrp/core/counters.ts'
import type { ScriptStatus } from '../../workers/vrrp/core/event.ts'
import type { ProcessStatus } from '../tracking/process-tracker.ts'
import type { InstanceView } from '../vrrp/worker/actor.ts'
import { heldKey } from './core/instance-mib.ts'
import type { ReadModel, StatedServer } from './core/read-model.ts'

/** What the supervisor has at hand. */
export interface ModelInput {
  readonly version: string
  readonly config: Config
  readonly views: readonly InstanceView[]
  readonly held: readonly {
    readonly instance: string
    readonly address: { readonly address: string; readonly prefix: number }
  }[]
  readonly scriptStatuses: Readonly<Record<string, ScriptStatus>>
  readonly files: Readonly<Record<string, number>>
  readonly processes: readonly ProcessStatus[]
  /** BFD sessions that are up. */
  readonly sessionsUp: readonly string[]
  readonly links: readonly LinkState[]
  readonly servers: ReadonlyMap<string, ServerState>
}

interface Cached {
  readonly counters: Readonly<Record<string, Counters>>
  readonly ipvs: ReadonlyMap<string, StatedServer>
  readonly upTimes: UpTimes
}

const usPerTick = 10_000

export function collectModel(
  parts: ModelInput & { readonly trapsEnabled: boolean },
  time: { readonly now: Instant; readonly upTimeTicks: number },
  cached: Cached,
): ReadModel {
  const { config, views } = parts
  return {
    version: parts.version,
    global: config.global,
    trapsEnabled: parts.trapsEnabled,
    upTimeTicks: time.upTimeTicks,
    instances: views.map(view => {
      const since = cached.upTimes.of(view)
      return {
        ...view,
        // Until the worker has answered, the counters of its last snapshot are used: older, but always there.
        counters: cached.counters[view.params.name] ?? view.state?.counters ?? zeroCounters,
        upSinceTicks: since === undefined ? undefined : Math.max(0, time.upTimeTicks - (time.now - since) / usPerTick),
      }
    }),
    held: new Set(parts.held.map(({ instance, address }) => heldKey(instance, address))),
    groups: config.syncGroups,
    scripts: config.scripts,
    scriptStatuses: parts.scriptStatuses,
    trackFiles: config.trackFiles,
    trackProcesses: config.trackProcesses,
    bfd: config.bfd,
    readings: readingsOf(parts),
    processCounts: Object.fromEntries(parts.processes.map(({ process, state }) => [process.name, state.count])),
    links: new Map(parts.links.map(link => [link.name, link])),
    lvs: config.lvs,
    servers: parts.servers,
    ipvs: cached.ipvs,
  }
}

function readingsOf({ files, processes, sessionsUp }: ModelInput): Readings {
  return Object.fromEntries([
    ...Object.entries(files).map(([name, value]) => [readingKey('file', name), value] as const),
    ...processes.map(({ process, state }) => [readingKey('process', process.name), state.up ? 1 : 0] as const),
    ...sessionsUp.map(name => [readingKey('bfd', name), 1] as const),
  ])
}

/** Since when instances are neither in init nor at fault, as far as anybody has looked. */
export class UpTimes {
  readonly #since = new Map<string, Instant>()

  of({ params: { name }, state }: InstanceView): Instant | undefined {
    if (state?.name !== 'master' && state?.name !== 'backup') {
      this.#since.delete(name)
      return undefined
    }
    const since = this.#since.get(name) ?? state.changedAt
    this.#since.set(name, since)
    return since
  }
}
