// The VRRP half of the daemon on the main thread: kernel handles, actor, scripts and notifications, wired together.
// Other files decide; this one connects them.
//
//   netlink monitor --- links and their addresses -> sockets, holdings, actor
//   receive sockets --- frames ------------------> actor --- steps ---> effect runner ---> holdings, announcer, notifier
//   script tracker  --- up, down ----------------> actor
//   process tracker --- quorum ------------------> actor

import { uptime } from 'node:os'
import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { Config } from '../../config/model.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs, usPerSecond } from '../../lib/time.ts'
import { type AddressTable, createAddressTable } from '../../native/address-table.ts'
import { type Announcer, openAnnouncer } from '../../native/announce.ts'
import { errnoName } from '../../native/libc.ts'
import type { LinkMonitor } from '../../native/netlink-monitor.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { Part, PartWorkers } from '../actors/part.ts'
import { vrrpConduct } from '../actors/realtime.ts'
import type { RestartPolicy } from '../actors/restart-policy.ts'
import { later } from '../actors/timer-port.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'
import { type ProcessStatus, ProcessTracker, trackedProcesses } from '../tracking/process-tracker.ts'
import { ScriptTracker, trackedScripts } from '../tracking/script-tracker.ts'
import { type Estate, type HeldAddress, type Succession, succeed } from '../watchdog/estate.ts'
import { EffectRunner } from './effect-runner.ts'
import { AnnouncePacer } from './kernel/announce-pacer.ts'
import { type Announcement, announcementsOf, sourceAnnouncement } from './kernel/announcement.ts'
import { type HeldByInstance, Holdings, type MissingAddress, placeOf } from './kernel/holdings.ts'
import { PromoteSecondaries } from './kernel/promote-secondaries.ts'
import { VrrpSockets } from './kernel/sockets.ts'
import { LinkNews } from './link-news.ts'
import { startDelayUs } from './start-delay.ts'
import { type InstanceView, VrrpActor } from './worker/actor.ts'
import type { RememberedRole } from './worker/state.ts'

interface VrrpStackPorts {
  readonly log: Log
  readonly monitor: LinkMonitor
  readonly runner: ScriptRunner
  readonly notifier: Pick<Notifier, 'notify'>
  /** What the track files say, by name. */
  files(): Readonly<Record<string, number>>
  /** Some instance changed its state. */
  changed(): void
  /** What the watchdog has to know of addresses: before one is added, after one was removed. */
  holding(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  /** The state of an instance, for a successor of this process. */
  remembered(role: RememberedRole): void
  gaveUp(): void
}

interface VrrpStackOptions {
  readonly restart: RestartPolicy
  /** --dont-release-vrrp: leave the addresses in place at the end. */
  readonly dontRelease: boolean
  /** What a dead predecessor of this process left. */
  readonly estate: Estate | undefined
}

export class VrrpStack implements Part {
  readonly #ports: VrrpStackPorts
  readonly #options: VrrpStackOptions
  readonly #table: AddressTable
  readonly #announcer: Announcer
  readonly #holdings: Holdings
  readonly #effects: EffectRunner
  readonly #sockets: VrrpSockets
  readonly #tracker: ScriptTracker
  readonly #processes: ProcessTracker
  readonly #pacer: AnnouncePacer
  readonly #linkNews: LinkNews
  readonly #promote: PromoteSecondaries
  #actor: VrrpActor | undefined
  #stopping = false

  constructor(ports: VrrpStackPorts, options: VrrpStackOptions) {
    const { log, monitor } = ports
    this.#ports = ports
    this.#options = options
    this.#table = createAddressTable({
      onError: error => log.error('netlink-failed', { reason: error.message }),
    })
    this.#announcer = openAnnouncer()
    this.#holdings = new Holdings(
      {
        log,
        later,
        now: monotonicNowUs,
        link: name => monitor.link(name),
        add: address => this.#table.addAddress(address),
        remove: address => this.#table.removeAddress(address),
        told: (added, removed) => ports.holding(added, removed),
        regained: (router, address) => this.#actor?.addressLost(router, address),
      },
      options.estate?.held,
    )
    this.#promote = new PromoteSecondaries(log)
    this.#pacer = new AnnouncePacer({ send: announcement => this.#announce(announcement), later })
    this.#linkNews = new LinkNews({
      link: name => monitor.link(name),
      tell: link => this.#actor?.link(link),
      later,
    })
    this.#effects = new EffectRunner({
      addresses: this.#holdings,
      announceSource: (instance, address) => this.#pacer.announce([sourceAnnouncement(instance, address)], 1),
      announce: (instance, repeat) => this.#pacer.announce(this.#presentOf(instance), repeat),
      announceAddress: (instance, address, repeat) => {
        const present = this.#presentOf(instance)
        this.#pacer.announce(
          present.filter(one => one.address === address),
          repeat,
        )
      },
      forgetAnnouncements: instance => this.#pacer.forget(instance.name),
      // STOP is notified although the addresses stay, because the daemon ends.
      notify: ({ name }, state, priority) => ports.notifier.notify({ kind: 'INSTANCE', name, state, priority }),
      log,
    })
    this.#sockets = new VrrpSockets({
      log,
      link: name => monitor.link(name),
      frame: frame => this.#actor?.frame(frame),
      changed: () => this.#actor?.sockets(),
      later,
    })
    this.#tracker = new ScriptTracker({
      log,
      runner: ports.runner,
      onStatus: (script, status) => this.#actor?.script(script, status),
    })
    this.#processes = new ProcessTracker({
      log,
      onQuorum: (name, met) => this.#actor?.reading('process', name, met ? 1 : 0),
    })
  }

  start(config: Config): void {
    const delayUs = startDelayUs(config.global, Math.floor(uptime() * usPerSecond))
    const { notifier } = this.#ports
    const succession = succeed(this.#options.estate, config.instances, monotonicNowUs())
    this.#actor = new VrrpActor(
      {
        log: this.#ports.log,
        apply: (instance, effects) => {
          void this.#effects.apply(instance, effects).then(() => this.#ports.changed())
        },
        notifyGroup: (name, state) => {
          // The notification of a group follows the effects that its members still have to apply.
          void this.#effects.settled().then(() => notifier.notify({ kind: 'GROUP', name, state, priority: 0 }))
        },
        transmit: (order, advert) => this.#sockets.transmit(order, advert),
        sockets: () => this.#sockets.lent(),
        remembered: role => this.#ports.remembered(role),
        upToDate: () => this.#sockets.closeSurplus(),
        gaveUp: () => this.#ports.gaveUp(),
      },
      {
        restart: this.#options.restart,
        delayUntil: delayUs > 0 ? monotonicNowUs() + delayUs : null,
        warmSpare: true,
        inherited: succession.inherited,
      },
    )
    this.#actor.setConduct(vrrpConduct(config.global))
    this.#prepare(config)
    this.#clearAway(succession)
    this.#tracker.start(trackedScripts(config))
    this.#actor.start(config.instances, config.syncGroups)
  }

  /** Swaps the configuration; roles are kept. */
  reload(config: Config): void {
    this.#prepare(config)
    this.#tracker.reload(trackedScripts(config))
    this.#actor?.setConduct(vrrpConduct(config.global))
    this.#holdings.configure(config.instances)
    this.#actor?.reload(config.instances, config.syncGroups)
  }

  /** Every MASTER resigns, addresses go, STOP is told. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#processes.stop()
    const { dontRelease } = this.#options
    await Promise.all([dontRelease ? this.#actor?.abandon() : this.#actor?.stop(), this.#tracker.stop()])
    await this.#effects.settled()
    if (!dontRelease) await this.#holdings.useStatic([])
    this.#holdings.close()
    this.#pacer.stop()
    this.#linkNews.stop()
    this.#promote.use([])
    this.#sockets.close()
    this.#announcer.close()
    this.#table.close()
  }

  linkChanged(link: LinkState): void {
    if (!this.#stopping) this.#holdings.linkChanged(link)
    if (!this.#linkNews.isWatched(link.name)) return
    this.#sockets.linkChanged(link)
    this.#linkNews.link(link)
  }

  /** A track file says something else now. */
  file(name: string, value: number): void {
    this.#actor?.reading('file', name, value)
  }

  /** A BFD session went up or down. Until the first word about it a session counts as down; repetitions are harmless. */
  bfd(name: string, up: boolean): void {
    this.#actor?.reading('bfd', name, up ? 1 : 0)
  }

  workers(): PartWorkers {
    return this.#actor === undefined ? {} : { vrrp: this.#actor }
  }

  counters(clear: boolean): Promise<Readonly<Record<string, Counters>>> {
    return this.#actor?.counters(clear) ?? Promise.resolve({})
  }

  views(): InstanceView[] {
    return this.#actor?.views() ?? []
  }

  held(): readonly HeldByInstance[] {
    return this.#holdings.all()
  }

  /** Addresses that are wanted and not there. */
  missing(): readonly MissingAddress[] {
    return this.#holdings.missing()
  }

  scriptStatuses(): ReturnType<ScriptTracker['statuses']> {
    return this.#tracker.statuses()
  }

  processStatuses(): readonly ProcessStatus[] {
    return this.#processes.statuses()
  }

  get framesDropped(): number {
    return this.#actor?.framesDropped ?? 0
  }

  /** What has to be in place before instances of this configuration run. */
  #prepare(config: Config): void {
    void this.#holdings.useStatic(config.staticAddresses)
    this.#linkNews.use(config)
    this.#sockets.use(config.instances)
    this.#promote.use(config.instances)
    for (const [name, value] of Object.entries(this.#ports.files())) this.file(name, value)
    this.#processes.use(trackedProcesses(config))
    this.#pacer.configure(config.global.vrrpGarpIntervalUs, config.global.vrrpGnaIntervalUs, config.garpGroups)
  }

  /** Removes addresses of a predecessor that nobody else would remove. */
  #clearAway({ abandoned, orphans }: Succession): void {
    for (const params of abandoned) {
      void this.#effects.apply(params, [{ type: 'ensure-addresses', present: false }]).then(() => this.#ports.changed())
    }
    void this.#holdings.discard(orphans)
  }

  /** The addresses of the instance that the kernel has: neighbours must not be sent to others. */
  #presentOf(instance: VrrpInstance): Announcement[] {
    const missing = this.#holdings.missingOf(instance)
    const all = announcementsOf(instance)
    return missing.size === 0 ? all : all.filter(one => !missing.has(placeOf(one.interface, one.address)))
  }

  #announce({ instance, interface: name, address }: Announcement): void {
    const link = this.#ports.monitor.link(name)
    if (link === undefined) return
    const errno = this.#announcer.announce(link, address)
    if (errno === 0) return
    this.#ports.log.warn('announce-failed', { instance, address, interface: name, reason: errnoName(errno) })
  }
}
