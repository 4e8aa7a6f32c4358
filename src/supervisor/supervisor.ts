// The supervisor: everything that runs on the daemon's main thread, put together. It owns the kernel handles, starts the actors
// and swaps configurations. What happens in VRRP is vrrp-stack.ts, the process around it daemon.ts.

import type { LvsConfig } from '../config/lvs-model.ts'
import type { Config } from '../config/model.ts'
import type { FaultKind } from '../ipc/messages/common.ts'
import { messageOf } from '../lib/errors.ts'
import type { LinkState } from '../lib/link.ts'
import type { Log } from '../lib/log.ts'
import { createLinkMonitor, type LinkMonitor } from '../native/netlink-monitor.ts'
import { OwnRemovals } from '../native/own-removals.ts'
import type { State } from '../workers/vrrp/core/state.ts'
import { prepareMainThread, RealtimeLimit } from './actors/realtime.ts'
import { vrrpRestart } from './actors/restart-policy.ts'
import { sessionStatus, sessionsUp } from './bfd/bfd-actor.ts'
import { BfdStack } from './bfd/bfd-stack.ts'
import { type ConfigAnswerMessage, configAnswer } from './commands/config-answer.ts'
import type { WorkerName } from './commands/control-message.ts'
import type { Options } from './commands/options.ts'
import type { ConfigLoader } from './config/config-loader.ts'
import { ConfigSource, isUsable, type UsableConfig } from './config/config-source.ts'
import type { LoadedConfig } from './config/config-task.ts'
import { Dumps } from './dumps/dumps.ts'
import { fixedLvsChange } from './lvs/fixed-settings.ts'
import { LvsStack } from './lvs/lvs-stack.ts'
import { serverStatus } from './lvs/server-view.ts'
import { Alerting } from './notify/alerting.ts'
import type { Change } from './snmp/core/change.ts'
import { SnmpFront } from './snmp/snmp-front.ts'
import { initTrackFiles } from './track-file-init.ts'
import { TrackFiles, usedTrackFiles } from './track-files.ts'
import { trackedStatus } from './vrrp/tracked-status.ts'
import { VrrpStack } from './vrrp/vrrp-stack.ts'
import { type Estate, type HeldAddress, survivalUs } from './watchdog/estate.ts'

export interface SupervisorPorts {
  readonly log: Log
  readonly loader: ConfigLoader
  /** One line for people: who is what. */
  status(text: string): void
  held(addresses: readonly HeldAddress[]): void
  /** The state of an instance, for a successor of this process. */
  role(instance: string, state: State | null, survivalUs: number | null): void
  /** Something that only a new process can mend. */
  fatal(reason: string): void
}

/** Why the daemon cannot run, and the exit status that says so. */
export type StartFailure = { readonly exitCode: number; readonly message: string }

/** A new process may do better. sysexits.h: EX_SOFTWARE. */
const EXIT_WORN_OUT = 70

export class Supervisor {
  readonly #options: Options
  readonly #ports: SupervisorPorts
  readonly #log: Log
  readonly #alerting: Alerting
  readonly #ownRemovals = new OwnRemovals()
  readonly #monitor: LinkMonitor
  readonly #realtimeLimit: RealtimeLimit
  readonly #files: TrackFiles
  #vrrp: VrrpStack | undefined
  #lvs: LvsStack | undefined
  readonly #source: ConfigSource
  /** What signals have written. */
  readonly dumps: Dumps
  #bfd: BfdStack | undefined
  readonly #snmp: SnmpFront
  #config: Config | undefined
  #begun = false
  #stopped = false
  /** See config-answer.ts. */
  #written: Uint8Array = new Uint8Array()

  constructor(options: Options, ports: SupervisorPorts) {
    this.#options = options
    this.#ports = ports
    this.#log = ports.log
    this.#alerting = new Alerting(ports.log)
    this.#realtimeLimit = new RealtimeLimit(
      () => [
        { worker: 'vrrp', thread: this.#vrrp?.thread },
        { worker: 'bfd', thread: this.#bfd?.thread },
        ...(this.#lvs?.threads() ?? []),
      ],
      ports.log,
    )
    this.#files = new TrackFiles({
      log: ports.log,
      changed: (name, value) => {
        this.#vrrp?.file(name, value)
        this.#lvs?.file(name, value)
      },
    })
    this.#monitor = createLinkMonitor({
      ownRemovals: this.#ownRemovals,
      onLink: link => this.#linkChanged(link),
      onAddressRemoved: removal => this.#vrrp?.addressRemoved(removal),
      onError: error => this.#log.error('netlink-failed', { reason: error.message }),
    })
    this.#source = new ConfigSource(options, {
      log: ports.log,
      loader: ports.loader,
      interfaces: () => this.#interfaces(),
      fixed: ({ config }) => fixedLvsChange(this.#config?.lvs, config.lvs),
      swap: loaded => this.#swap(loaded),
    })
    this.#snmp = new SnmpFront(options, {
      log: ports.log,
      config: () => this.#config,
      vrrp: () => this.#vrrp,
      lvs: () => this.#lvs,
      links: () => this.#monitor.links(),
      files: () => this.#files.values(),
      sessionsUp: () => sessionsUp(this.#bfd?.views() ?? []),
      change: (config, change) => this.#changeConfig(config, change),
    })
    this.dumps = new Dumps({
      log: ports.log,
      config: () => this.#config,
      vrrp: () => this.#vrrp,
      lvs: () => this.#lvs,
      bfd: () => this.#bfd,
      trackFiles: () => this.#files.followed(),
    })
  }

  /** Resolves when every actor has been started, or with the reason why it cannot be. `estate` is what a dead predecessor left. */
  start(estate: Estate | undefined): Promise<StartFailure | undefined> {
    return this.#source.holdReloads(() => this.#start(estate))
  }

  async #start(estate: Estate | undefined): Promise<StartFailure | undefined> {
    await this.#monitor.start()
    let loaded: LoadedConfig
    try {
      loaded = await this.#source.load()
    } catch (thrown) {
      return { exitCode: EXIT_WORN_OUT, message: `the configuration could not be read aside: ${messageOf(thrown)}` }
    }
    if (!isUsable(loaded)) {
      return { exitCode: loaded.exitCode, message: `${this.#options.configFile} cannot be used, see above` }
    }
    if (this.#stopped) return undefined
    await this.#begin(loaded, estate)
    this.#begun = true
    return undefined
  }

  /** SIGHUP: reads aside, then swaps. A configuration that cannot be used changes nothing. Never rejects. */
  reload(): Promise<boolean> {
    return this.#source.reload()
  }

  /** Every role is resigned, addresses are gone, STOP has been told. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([this.#vrrp?.stop(), this.#lvs?.stop(), this.#bfd?.stop()])
    this.#snmp.stop()
    await this.#alerting.stop()
    this.#monitor.stop()
    this.#realtimeLimit.stop()
    this.#files.stop()
    // Who has not begun has not looked after what a predecessor left either.
    if (this.#vrrp !== undefined) this.#ports.held([])
  }

  /** What `keepalived-ts fault` asks for; returns a refusal or undefined. */
  fault(worker: WorkerName, kind: FaultKind): string | undefined {
    if (process.env.KEEPALIVED_TS_FAULTS !== '1') {
      return 'refused: start the daemon with KEEPALIVED_TS_FAULTS=1 in its environment to allow faults'
    }
    const target = { vrrp: this.#vrrp, bfd: this.#bfd, checker: this.#lvs, ipvs: this.#lvs }[worker]
    if (target === undefined) return `there is no ${worker} worker: the configuration has nothing for it`
    if (worker === 'vrrp') this.#vrrp?.fault(kind)
    else if (worker === 'bfd') this.#bfd?.fault(kind)
    else this.#lvs?.fault(worker, kind)
    return undefined
  }

  /** Present state for `status` on the control socket. */
  status(): object {
    return {
      instances: (this.#vrrp?.views() ?? []).map(({ params, state }) => ({
        name: params.name,
        state: state?.name ?? 'init',
        priority: state?.effectivePriority ?? params.priority,
      })),
      ...(this.#bfd === undefined ? {} : { bfd: this.#bfd.views().map(sessionStatus) }),
      ...trackedStatus(this.#files.followed(), this.#vrrp?.processStatuses() ?? []),
      held: this.#held(),
      restarts: { vrrp: this.#vrrp?.restarts ?? 0, ...this.#lvs?.restarts(), ...this.#bfd?.restarts() },
      ...(this.#lvs === undefined ? {} : { virtualServers: serverStatus(this.#lvs.views()) }),
      mail: this.#alerting.mails.counters,
    }
  }

  /** Is there a BFD part? It has a pid file of its own. */
  get hasBfd(): boolean {
    return this.#bfd !== undefined
  }

  /** What runs now, for `plan` on the control socket; undefined before the first configuration. */
  runningConfig(): ConfigAnswerMessage | undefined {
    if (this.#config === undefined) return undefined
    const roles = (this.#vrrp?.views() ?? []).map(({ params, state }) => [params.name, state?.name ?? 'init'] as const)
    return configAnswer(this.#written, Object.fromEntries(roles), this.#interfaces())
  }

  async #begin({ config, written }: UsableConfig, estate: Estate | undefined): Promise<void> {
    this.#config = config
    this.#written = written
    this.#prepareProcess(config)
    await this.#alerting.configure(config)
    const trackFiles = usedTrackFiles(config, this.#options)
    // The successor of a dead daemon does not begin anew.
    if (estate === undefined) initTrackFiles(trackFiles, this.#log)
    this.#files.use(trackFiles)
    this.#snmp.use(config)
    this.#beginVrrp(config, estate)
    if (this.#options.checkers) await this.#beginLvs(config)
    this.#beginBfd(config)
    this.#useFifoReaders(config)
  }

  /** keepalived: the program that reads the common FIFO belongs to the checkers if there are any. */
  #useFifoReaders({ global }: Config): void {
    const isHere = { all: true, vrrp: this.#vrrp !== undefined, lvs: this.#lvs !== undefined }
    this.#alerting.useFifoReaders(global.fifoReaders.filter(reader => isHere[reader.of]))
  }

  #beginVrrp(config: Config, estate: Estate | undefined): void {
    const idle = config.instances.length === 0 && config.staticAddresses.length === 0
    if (!this.#options.vrrp || (idle && !this.#options.all)) return
    this.#vrrp = new VrrpStack(
      {
        log: this.#log,
        monitor: this.#monitor,
        ownRemovals: this.#ownRemovals,
        runner: this.#alerting.runner,
        notifier: {
          notify: notification => {
            this.#alerting.notifier.notify(notification)
            this.#snmp.told(notification)
          },
        },
        files: () => this.#files.values(),
        changed: () => this.#changed(),
        remembered: (instance, state, survivalUs) => {
          this.#ports.role(instance, state, survivalUs)
          if (state !== null && state.name !== 'init') this.#lvs?.vrrpState(instance, syncRoles[state.name])
        },
        gaveUp: () => this.#ports.fatal('the vrrp worker could not be kept alive'),
      },
      { restart: vrrpRestart, dontRelease: this.#options.dontReleaseVrrp },
    )
    this.#vrrp.start(config, estate)
  }

  async #beginLvs(config: Config): Promise<void> {
    if (config.lvs === undefined) return
    this.#sizeMonitor(config)
    this.#lvs = new LvsStack(
      {
        log: this.#log,
        alerting: this.#alerting,
        stepped: (id, before, after) => this.#snmp.serverStepped(id, before, after),
        gaveUp: worker => this.#ports.fatal(`the ${worker} worker could not be kept alive`),
      },
      {
        keepOnStop: this.#options.dontReleaseIpvs,
        addresses: this.#localAddresses(),
      },
    )
    for (const [name, value] of Object.entries(this.#files.values())) this.#lvs.file(name, value)
    // Its sync daemon may follow an instance that has its role already.
    for (const { params, state } of this.#vrrp?.views() ?? []) {
      if (state !== undefined && state.name !== 'init') this.#lvs.vrrpState(params.name, syncRoles[state.name])
    }
    await this.#lvs.start(config.lvs, config.global.threads.checker)
  }

  /** After those who are told. */
  #beginBfd({ bfd, global }: Config): void {
    if (!this.#options.bfd || (bfd.length === 0 && !this.#options.all)) return
    this.#bfd = new BfdStack({
      log: this.#log,
      tellVrrp: (session, up) => this.#vrrp?.bfd(session, up),
      tellChecker: (session, up) => this.#lvs?.bfd(session, up),
      gaveUp: () => this.#ports.fatal('the bfd worker could not be kept alive'),
    })
    this.#bfd.start(bfd, global.threads.bfd)
  }

  #prepareProcess({ global }: Config): void {
    // Writing it at all would replace the command line that `ps` shows.
    if (global.processName !== undefined) process.title = global.processName
    prepareMainThread(global, this.#options.vrrp, this.#log)
    this.#realtimeLimit.configure(global)
  }

  async #swap({ config, written }: UsableConfig): Promise<void> {
    if (!this.#begun || this.#stopped) return
    await this.#alerting.configure(config)
    this.#config = config
    this.#written = written
    this.#prepareProcess(config)
    this.#files.use(usedTrackFiles(config, this.#options))
    this.#snmp.use(config)
    if (this.#vrrp === undefined) this.#beginVrrp(config, undefined)
    else this.#vrrp.reload(config)
    await this.#reloadLvs(config)
    if (this.#bfd === undefined) this.#beginBfd(config)
    else this.#bfd.reload(config.bfd, config.global.threads.bfd)
    this.#useFifoReaders(config)
  }

  /** A manager changes a setting until the next reload. */
  #changeConfig(config: Config, change: Change): boolean {
    if (!this.#begun || this.#stopped) return false
    this.#config = config
    if (change.type !== 'weight') this.#vrrp?.reload(config)
    else if (config.lvs !== undefined) void this.#lvs?.reload(config.lvs, config.global.threads.checker)
    return true
  }

  async #reloadLvs(config: Config): Promise<void> {
    this.#sizeMonitor(config)
    if (this.#lvs !== undefined) await this.#lvs.reload(config.lvs ?? emptyLvs, config.global.threads.checker)
    else if (this.#options.checkers) await this.#beginLvs(config)
  }

  /** lvs_netlink_monitor_rcv_bufs: one socket watches for all. */
  #sizeMonitor({ lvs }: Config): void {
    const buffer = lvs?.kernel?.monitorBuffer
    if (buffer === undefined) return
    try {
      this.#monitor.setReceiveBuffer(buffer.bytes, buffer.force)
    } catch (thrown) {
      this.#log.error('receive-buffer-failed', { reason: messageOf(thrown) })
    }
  }

  #interfaces(): string[] {
    return this.#monitor.links().map(link => link.name)
  }

  #localAddresses(): string[] {
    return this.#monitor.links().flatMap(link => link.addresses.map(({ address }) => address))
  }

  #linkChanged(link: LinkState): void {
    this.#vrrp?.linkChanged(link)
    this.#lvs?.addresses(this.#localAddresses())
    this.#bfd?.addressesChanged()
  }

  #changed(): void {
    this.#ports.held(this.#held())
    const states = (this.#vrrp?.views() ?? []).map(
      ({ params, state }) => `${params.name} ${(state?.name ?? 'init').toUpperCase()}`,
    )
    this.#ports.status(states.join(', '))
  }

  #held(): HeldAddress[] {
    const byName = new Map((this.#vrrp?.views() ?? []).map(({ params }) => [params.name, params]))
    return (this.#vrrp?.held() ?? []).map(({ instance, address }) => ({
      address: address.address,
      prefix: address.prefix,
      interface: address.interface,
      survivalUs: survivalUs(byName.get(instance)!),
    }))
  }
}

/** What a sync daemon that follows an instance does in each of its states. */
const syncRoles = { backup: 'BACKUP', master: 'MASTER', fault: 'FAULT' } as const

/** What a reload leaves when it takes all load balancing away. */
const emptyLvs: LvsConfig = {
  virtualServers: [],
  groups: [],
  flush: false,
  flushOnStop: 'no',
  noCheckerEmails: false,
  rsInitNotifies: false,
  routerId: '',
}
