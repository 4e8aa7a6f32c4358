// The VRRP half of the daemon on the main thread: kernel handles, actor, scripts and notifications, wired together.
// Other files decide; this one connects them.
//
//   netlink monitor --- links, lost addresses ---> sockets, actor
//   receive sockets --- frames ------------------> actor --- steps ---> effect runner ---> addresses, announcer, notifier
//   script tracker  --- up, down ----------------> actor
//   process tracker --- quorum ------------------> actor

import { uptime } from 'node:os'
import type { Config } from '../../config/model.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs, usPerSecond } from '../../lib/time.ts'
import { type AddressTable, createAddressTable } from '../../native/address-table.ts'
import { type Announcer, openAnnouncer } from '../../native/announce.ts'
import { errnoName } from '../../native/libc.ts'
import type { AddressRemoval, LinkMonitor } from '../../native/netlink-monitor.ts'
import type { OwnRemovals } from '../../native/own-removals.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { Part, PartWorkers } from '../actors/part.ts'
import { vrrpConduct } from '../actors/realtime.ts'
import type { RestartPolicy } from '../actors/restart-policy.ts'
import { later } from '../actors/timer-port.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'
import { type ProcessStatus, ProcessTracker, trackedProcesses } from '../tracking/process-tracker.ts'
import { ScriptTracker, trackedScripts } from '../tracking/script-tracker.ts'
import { type Estate, type Succession, succeed } from '../watchdog/estate.ts'
import { EffectRunner } from './effect-runner.ts'
import { AnnouncePacer } from './kernel/announce-pacer.ts'
import { type Announcement, announcementsOf, sourceAnnouncement } from './kernel/announcement.ts'
import { type AddressPorts, HeldAddresses, type HeldByInstance } from './kernel/held-addresses.ts'
import { removeOrphans } from './kernel/orphan-addresses.ts'
import { PromoteSecondaries } from './kernel/promote-secondaries.ts'
import { VrrpSockets } from './kernel/sockets.ts'
import { StaticAddresses } from './kernel/static-addresses.ts'
import { LinkNews } from './link-news.ts'
import { startDelayUs } from './start-delay.ts'
import { type InstanceView, VrrpActor } from './worker/actor.ts'
import type { RememberedRole } from './worker/state.ts'

interface VrrpStackPorts {
  readonly log: Log
  readonly monitor: LinkMonitor
  readonly ownRemovals: OwnRemovals
  readonly runner: ScriptRunner
  readonly notifier: Pick<Notifier, 'notify'>
  /** What the track files say, by name. */
  files(): Readonly<Record<string, number>>
  /** Some instance changed its state, or what it holds. */
  changed(): void
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
  readonly #addresses: HeldAddresses
  readonly #static: StaticAddresses
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
      ownRemovals: ports.ownRemovals,
      onError: error => log.error('netlink-failed', { reason: error.message }),
    })
    this.#announcer = openAnnouncer()
    const table: AddressPorts = {
      link: name => monitor.link(name),
      add: address => this.#table.addAddress(address),
      remove: address => this.#table.removeAddress(address),
    }
    this.#addresses = new HeldAddresses(table, log, options.estate?.held)
    this.#static = new StaticAddresses(table, log)
    this.#promote = new PromoteSecondaries(log)
    this.#pacer = new AnnouncePacer({ send: announcement => this.#announce(announcement), later })
    this.#linkNews = new LinkNews({
      link: name => monitor.link(name),
      tell: link => this.#actor?.link(link),
      later,
    })
    this.#effects = new EffectRunner({
      addresses: this.#addresses,
      announceSource: (instance, address) => this.#pacer.announce([sourceAnnouncement(instance, address)], 1),
      announce: (instance, repeat) => this.#pacer.announce(announcementsOf(instance), repeat),
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
    this.#actor?.reload(config.instances, config.syncGroups)
  }

  /** Every MASTER resigns, addresses go, STOP is told. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#processes.stop()
    const { dontRelease } = this.#options
    await Promise.all([dontRelease ? this.#actor?.abandon() : this.#actor?.stop(), this.#tracker.stop()])
    await this.#effects.settled()
    if (!dontRelease) await this.#static.stop()
    this.#pacer.stop()
    this.#linkNews.stop()
    this.#promote.use([])
    this.#sockets.close()
    this.#announcer.close()
    this.#table.close()
  }

  linkChanged(link: LinkState): void {
    if (!this.#stopping) this.#static.linkChanged(link)
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

  /** Somebody else removed an address. One that a MASTER wants is put back at once; keepalived resigns instead. */
  addressRemoved(removal: AddressRemoval): void {
    const holder = this.#addresses.holderOf(removal.ifindex, removal.address, removal.prefix)
    if (
      holder === undefined ||
      holder.address.noTrack ||
      this.#stopping ||
      this.#ports.monitor.link(removal.interface)?.up !== true
    )
      return
    const fields = { instance: holder.instance.name, address: removal.address, interface: removal.interface }
    this.#addresses.restore(holder.address).then(
      () => this.#actor?.addressLost(holder.instance.router, removal.address),
      (thrown: unknown) => this.#ports.log.error('address-restore-failed', { ...fields, reason: String(thrown) }),
    )
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
    return this.#addresses.all()
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
    this.#static.use(config.staticAddresses)
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
    void removeOrphans(orphans, {
      log: this.#ports.log,
      table: this.#table,
      link: name => this.#ports.monitor.link(name),
    })
  }

  #announce({ instance, interface: name, address }: Announcement): void {
    const link = this.#ports.monitor.link(name)
    if (link === undefined) return
    const errno = this.#announcer.announce(link, address)
    if (errno === 0) return
    this.#ports.log.warn('announce-failed', { instance, address, interface: name, reason: errnoName(errno) })
  }
}
