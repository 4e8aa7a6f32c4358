// The supervisor's side of SNMP: the agent as the configuration wants it, or none, and the changes that a manager may
// make. Not the agent itself (snmp-agent.ts).

import type { Config } from '../../config/model.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Log } from '../../lib/log.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { LvsStack } from '../lvs/lvs-stack.ts'
import type { Notification } from '../notify/notifier.ts'
import { programVersion } from '../process/version.ts'
import type { VrrpStack } from '../vrrp/stack.ts'
import type { Change } from './core/change.ts'
import { changedConfig } from './core/changed-config.ts'
import { type Asked, SnmpAgent, snmpSettings } from './snmp-agent.ts'

interface SnmpFrontPorts {
  readonly log: Log
  config(): Config | undefined
  vrrp(): VrrpStack | undefined
  lvs(): LvsStack | undefined
  links(): readonly LinkState[]
  /** What the track files say, by name. */
  files(): Readonly<Record<string, number>>
  /** Names of the BFD sessions that are up. */
  sessionsUp(): readonly string[]
  /** Puts a configuration into effect that differs from the present one in one value only. False: not possible now. */
  change(config: Config, change: Change): boolean
}

export class SnmpFront {
  readonly #ports: SnmpFrontPorts
  readonly #asked: Asked
  readonly #version = programVersion()
  #agent: SnmpAgent | undefined
  #settings = 'null'

  constructor(asked: Asked, ports: SnmpFrontPorts) {
    this.#asked = asked
    this.#ports = ports
  }

  /** Takes a configuration, once it is the present one. An agent whose settings stay goes on with its connection. */
  use(config: Config): void {
    const settings = snmpSettings(config, this.#asked)
    const text = JSON.stringify(settings ?? null)
    if (text === this.#settings) return
    this.#settings = text
    this.#agent?.stop()
    this.#agent = settings === undefined ? undefined : this.#newAgent(config, settings)
    this.#agent?.start()
  }

  told(notification: Notification): void {
    this.#agent?.told(notification)
  }

  /** A virtual server went from one state to another; undefined: it was not there. */
  serverStepped(id: string, before: ServerState | undefined, after: ServerState): void {
    this.#agent?.serverStepped(id, before, after)
  }

  stop(): void {
    this.#agent?.stop()
  }

  #newAgent(first: Config, settings: ConstructorParameters<typeof SnmpAgent>[1]): SnmpAgent {
    const { log, config, vrrp, lvs, links, files, sessionsUp } = this.#ports
    return new SnmpAgent(
      {
        log,
        parts: () => ({
          version: this.#version,
          config: config() ?? first,
          views: vrrp()?.views() ?? [],
          held: (vrrp()?.held() ?? []).map(({ instance, address }) => ({ instance: instance.name, address })),
          scriptStatuses: vrrp()?.scriptStatuses() ?? {},
          files: files(),
          processes: vrrp()?.processStatuses() ?? [],
          sessionsUp: sessionsUp(),
          links: links(),
          servers: lvs()?.states() ?? new Map(),
        }),
        counters: async () => (await vrrp()?.counters(false)) ?? {},
        table: async () => (await lvs()?.table()) ?? [],
        change: change => this.#change(change),
      },
      settings,
    )
  }

  #change(change: Change): boolean {
    const config = this.#ports.config()
    if (config === undefined || !this.#ports.change(changedConfig(config, change), change)) return false
    this.#ports.log.info('snmp-changed', change)
    return true
  }
}
