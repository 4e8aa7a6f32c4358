// The supervisor: everything that runs on the daemon's main thread, put together. It owns the kernel handles, takes
// configurations and answers questions. The parts and what they tell each other are parts.ts, the process around it
// daemon.ts.

import type { Config } from '../config/model.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { createLinkMonitor, type LinkMonitor } from '../native/netlink-monitor.ts'
import type { State } from '../workers/vrrp/core/state.ts'
import { prepareMainThread, RealtimeLimit } from './actors/realtime.ts'
import { sessionsUp } from './bfd/bfd-actor.ts'
import { heldAddresses, roleLine, rolesOf } from './control/role-report.ts'
import { type ConfigAnswerMessage, configAnswer } from './control/running-config.ts'
import { statusAnswer } from './control/status.ts'
import { Dumps } from './dumps/dumps.ts'
import type { ConfigLoader } from './loading/config-loader.ts'
import { ConfigSource, isUsable, type ReloadResult, type UsableConfig } from './loading/config-source.ts'
import type { LoadedConfig } from './loading/config-task.ts'
import { fixedLvsChange } from './lvs/fixed-settings.ts'
import { sizeMonitor } from './lvs/monitor-buffer.ts'
import { Alerting } from './notify/alerting.ts'
import { wantsVrrp } from './part-choice.ts'
import { Parts } from './parts.ts'
import type { Options } from './process/options.ts'
import type { Change } from './snmp/core/change.ts'
import { SnmpFront } from './snmp/snmp-front.ts'
import { initTrackFiles } from './tracking/track-file-init.ts'
import { TrackFiles, usedTrackFiles } from './tracking/track-files.ts'
import type { InstanceView } from './vrrp/worker/actor.ts'
import type { Estate, HeldAddress } from './watchdog/estate.ts'

interface SupervisorPorts {
  readonly log: Log
  readonly loader: ConfigLoader
  /** One line for people: who is what. */
  status(text: string): void
  /** What it has to take down if this process cannot: what is to be added, and what was removed. */
  holding(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  /** The state of an instance, for a successor of this process. */
  role(instance: string, state: State | null, survivalUs: number | null): void
  /** Something that only a new process can mend. */
  fatal(reason: string): void
}

/** Why the daemon cannot run, and the exit status that says so. */
type StartFailure = { readonly exitCode: number; readonly message: string }

/** A new process may do better. sysexits.h: EX_SOFTWARE. */
const exitWornOut = 70

export class Supervisor {
  readonly #options: Options
  readonly #ports: SupervisorPorts
  readonly #log: Log
  readonly #alerting: Alerting
  readonly #monitor: LinkMonitor
  readonly #realtimeLimit: RealtimeLimit
  readonly #files: TrackFiles
  readonly parts: Parts
  readonly #snmp: SnmpFront
  readonly #source: ConfigSource
  readonly dumps: Dumps
  #config: Config | undefined
  /** See loading/packed-config.ts. */
  #written: Uint8Array = new Uint8Array()
  #begun = false
  #statusDue = false
  #stopped = false

  constructor(options: Options, ports: SupervisorPorts) {
    const { log } = ports
    this.#options = options
    this.#ports = ports
    this.#log = log
    this.#alerting = new Alerting(log)
    this.#realtimeLimit = new RealtimeLimit(() => this.parts.threads(), log)
    this.#files = new TrackFiles({ log, changed: (name, value) => this.parts.file(name, value) })
    this.#monitor = createLinkMonitor({
      onLink: link => this.parts.linkChanged(link),
      onError: error => log.error('netlink-failed', { reason: error.message }),
    })
    this.parts = new Parts(options, {
      log,
      alerting: this.#alerting,
      monitor: this.#monitor,
      files: () => this.#files.values(),
      told: notification => this.#snmp.told(notification),
      serverStepped: (id, before, after) => this.#snmp.serverStepped(id, before, after),
      changed: () => this.#changed(),
      holding: ports.holding,
      role: ports.role,
      fatal: ports.fatal,
    })
    this.#source = new ConfigSource(options, {
      log,
      loader: ports.loader,
      interfaces: () => this.#interfaces(),
      fixed: ({ config }) => fixedLvsChange(this.parts.lvs?.startedWith, config.lvs),
      swap: loaded => this.#swap(loaded),
    })
    this.#snmp = new SnmpFront(options, {
      log,
      config: () => this.#config,
      vrrp: () => this.parts.vrrp,
      lvs: () => this.parts.lvs,
      links: () => this.#monitor.links(),
      files: () => this.#files.values(),
      sessionsUp: () => sessionsUp(this.parts.bfd?.views() ?? []),
      change: (config, change) => this.#changeConfig(config, change),
    })
    this.dumps = new Dumps({
      log,
      config: () => this.#config,
      parts: this.parts,
      trackFiles: () => this.#files.followed(),
    })
  }

  /**
   * Resolves when every actor has been started, or with the reason why it cannot be. `estate` is what a dead
   * predecessor left.
   */
  start(estate: Estate | undefined): Promise<StartFailure | undefined> {
    return this.#source.holdReloads(() => this.#start(estate))
  }

  async #start(estate: Estate | undefined): Promise<StartFailure | undefined> {
    await this.#monitor.start()
    let loaded: LoadedConfig
    try {
      loaded = await this.#source.load()
    } catch (thrown) {
      return { exitCode: exitWornOut, message: `the configuration could not be read aside: ${messageOf(thrown)}` }
    }
    if (!isUsable(loaded)) {
      return { exitCode: loaded.exitCode, message: `${this.#options.configFile} cannot be used, see above` }
    }
    if (this.#stopped) return undefined
    // The successor of a dead daemon does not begin anew.
    if (estate === undefined) initTrackFiles(usedTrackFiles(loaded.config, this.#options), this.#log)
    await this.#use(loaded, estate)
    this.#begun = true
    return undefined
  }

  /** SIGHUP: reads aside, then swaps. A configuration that cannot be used changes nothing. Never rejects. */
  reload(): Promise<ReloadResult> {
    return this.#source.reload()
  }

  /** Every role is resigned, addresses are gone, STOP has been told. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.parts.stop()
    this.#snmp.stop()
    await this.#alerting.stop()
    this.#monitor.stop()
    this.#realtimeLimit.stop()
    this.#files.stop()
  }

  /** Present state for `status` on the control socket. */
  status(): object {
    const { vrrp, lvs, bfd } = this.parts
    return statusAnswer({
      instances: this.#views(),
      sessions: bfd?.views(),
      files: this.#files.followed(),
      processes: vrrp?.processStatuses() ?? [],
      held: heldAddresses(vrrp?.held() ?? []),
      missing: vrrp?.missing() ?? [],
      restarts: this.parts.restarts(),
      servers: lvs?.views(),
      table: lvs?.tableStatus(),
      mail: this.#alerting.mails.counters,
    })
  }

  /** What runs now, for `plan` on the control socket; undefined before the first configuration. */
  runningConfig(): ConfigAnswerMessage | undefined {
    if (this.#config === undefined) return undefined
    const { configFile: path, configId } = this.#options
    return configAnswer(this.#written, rolesOf(this.#views()), this.#interfaces(), { path, configId })
  }

  async #swap(loaded: UsableConfig): Promise<void> {
    if (!this.#begun || this.#stopped) return
    await this.#use(loaded, undefined)
  }

  /** Makes a configuration the present one, the first as well as any later. */
  async #use({ config, written }: UsableConfig, estate: Estate | undefined): Promise<void> {
    await this.#alerting.configure(config)
    this.#config = config
    this.#written = written
    this.#prepareProcess(config)
    this.#files.use(usedTrackFiles(config, this.#options))
    this.#snmp.use(config)
    if (this.#options.checkers) sizeMonitor(this.#monitor, config.lvs, this.#log)
    await this.parts.use(config, estate)
    if (!this.#stopped) this.#useFifoReaders(config)
  }

  #prepareProcess(config: Config): void {
    const { global } = config
    // Writing it at all would replace the command line that `ps` shows.
    if (global.processName !== undefined) process.title = global.processName
    prepareMainThread(global, wantsVrrp(config, this.#options), this.#log)
    this.#realtimeLimit.configure(global)
  }

  /** keepalived: the program that reads the common FIFO belongs to the checkers if there are any. */
  #useFifoReaders({ global }: Config): void {
    const isHere = { all: true, vrrp: this.parts.vrrp !== undefined, lvs: this.parts.lvs !== undefined }
    this.#alerting.useFifoReaders(global.fifoReaders.filter(reader => isHere[reader.of]))
  }

  /** A manager changes a setting until the next reload. */
  #changeConfig(config: Config, change: Change): boolean {
    if (!this.#begun || this.#stopped) return false
    this.#config = config
    if (change.type === 'weight') void this.parts.lvs?.reload(config)
    else this.parts.vrrp?.reload(config)
    return true
  }

  #interfaces(): string[] {
    return this.#monitor.links().map(link => link.name)
  }

  /** Many instances change in one turn: the line of all of them is made once for all. */
  #changed(): void {
    if (this.#statusDue) return
    this.#statusDue = true
    setImmediate(() => {
      this.#statusDue = false
      this.#ports.status(roleLine(this.#views()))
    })
  }

  #views(): readonly InstanceView[] {
    return this.parts.vrrp?.views() ?? []
  }
}
