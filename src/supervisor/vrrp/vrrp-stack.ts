// The VRRP half of the daemon on the main thread: kernel handles, actor, scripts and notifications, wired together. Everything
// that decides lives elsewhere; this file says who hears of what.
//
//   netlink monitor --- links, lost addresses ---> sockets, actor
//   receive sockets --- frames ------------------> actor --- steps ---> effect runner ---> addresses, announcer, notifier
//   script tracker  --- up, down ----------------> actor
//   process tracker --- quorum ------------------> actor

import { uptime } from 'node:os'
import type { Config, GlobalDefs, VrrpInstance } from '../../config/model.ts'
import type { FaultKind } from '../../ipc/messages/common.ts'
import type { BridgeOrder } from '../../ipc/messages/vrrp.ts'
import { messageOf } from '../../lib/errors.ts'
import { familyOf, formatIp } from '../../lib/ip.ts'
import type { LinkState } from '../../lib/link.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs, US_PER_SECOND } from '../../lib/time.ts'
import { type AddressTable, createAddressTable } from '../../native/address-table.ts'
import { type Announcer, openAnnouncer } from '../../native/announce.ts'
import { errnoName } from '../../native/libc.ts'
import type { AddressRemoval, LinkMonitor } from '../../native/netlink-monitor.ts'
import type { OwnRemovals } from '../../native/own-removals.ts'
import { transmit } from '../../native/transmit-socket.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { NotifyState } from '../../workers/vrrp/core/effect.ts'
import type { SealedAdvert } from '../../workers/vrrp/core/seal.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import { vrrpConduct } from '../actors/realtime.ts'
import type { RestartPolicy } from '../actors/restart-policy.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'
import { type Estate, type Succession, succeed } from '../watchdog/estate.ts'
import { type Announcement, AnnouncePacer } from './announce-pacer.ts'
import { EffectRunner } from './effect-runner.ts'
import { type AddressOnLink, type AddressPorts, HeldAddresses } from './held-addresses.ts'
import { LinkDebounce } from './link-debounce.ts'
import { type ProcessStatus, ProcessTracker, trackedProcesses } from './process-tracker.ts'
import { PromoteSecondaries } from './promote-secondaries.ts'
import { ScriptTracker, trackedScripts } from './script-tracker.ts'
import { StaticAddresses } from './static-addresses.ts'
import { type InstanceView, VrrpActor } from './vrrp-actor.ts'
import { VrrpSockets } from './vrrp-sockets.ts'

export interface VrrpStackPorts {
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
  remembered(instance: string, state: State | null, survivalUs: number | null): void
  gaveUp(): void
}

export interface VrrpStackOptions {
  readonly restart: RestartPolicy
  /** --dont-release-vrrp: leave the addresses in place at the end. */
  readonly dontRelease: boolean
}

export class VrrpStack {
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
  readonly #debounce: LinkDebounce
  readonly #promote: PromoteSecondaries
  #actor: VrrpActor | undefined
  #watched = new Set<string>()
  /** Addresses that come and go with a role. */
  #virtual: ReadonlySet<string> = new Set()
  /** Link -> what the worker was told of it last. */
  readonly #told = new Map<string, string>()
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
    this.#addresses = new HeldAddresses(table, log)
    this.#static = new StaticAddresses(table, log)
    this.#promote = new PromoteSecondaries(log)
    this.#pacer = new AnnouncePacer({ send: announcement => this.#announce(announcement), later })
    this.#debounce = new LinkDebounce({ tell: link => this.#tellLink(link), later })
    this.#effects = new EffectRunner({
      addresses: this.#addresses,
      announceSource: (instance, address) => this.#pacer.announce([sourceOf(instance, address)], 1),
      announce: (instance, repeat) => this.#pacer.announce(announcementsOf(instance), repeat),
      forgetAnnouncements: instance => this.#pacer.forget(instance.name),
      notify: (instance, state, priority) => this.#notify(instance, state, priority),
      log,
    })
    this.#sockets = new VrrpSockets({
      log,
      link: name => monitor.link(name),
      frame: frame => this.#actor?.frame(frame),
      changed: () => this.#actor?.sockets(),
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

  /** `estate` is what a dead predecessor of this process left. */
  start(config: Config, estate: Estate | undefined): void {
    const delayUs = startDelayUs(config.global)
    const { notifier } = this.#ports
    const succession = succeed(estate, config.instances, monotonicNowUs())
    this.#actor = new VrrpActor(
      {
        log: this.#ports.log,
        apply: (instance, effects) => {
          void this.#effects.apply(instance, effects).then(() => this.#ports.changed())
        },
        notifyGroup: (name, state) => {
          // Behind what its members still have to do.
          void this.#effects.settled().then(() => notifier.notify({ kind: 'GROUP', name, state, priority: 0 }))
        },
        transmit: (order, advert) => this.#transmit(order, advert),
        sockets: () => this.#sockets.transmitters(),
        remembered: (instance, state, survivalUs) => this.#ports.remembered(instance, state, survivalUs),
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
    this.#debounce.stop()
    this.#promote.use([])
    this.#sockets.close()
    this.#announcer.close()
    this.#table.close()
  }

  linkChanged(link: LinkState): void {
    if (!this.#stopping) this.#static.linkChanged(link)
    if (!this.#watched.has(link.name)) return
    this.#sockets.linkChanged(link)
    this.#debounce.link(link)
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
    const fields = { instance: holder.instance, address: removal.address, interface: removal.interface }
    this.#addresses.restore(holder.address).then(
      () => this.#actor?.addressLost(holder.instance, removal.address),
      (thrown: unknown) => this.#ports.log.error('address-restore-failed', { ...fields, reason: String(thrown) }),
    )
  }

  fault(kind: FaultKind): void {
    this.#actor?.fault(kind)
  }

  counters(clear: boolean): Promise<Readonly<Record<string, Counters>>> {
    return this.#actor?.counters(clear) ?? Promise.resolve({})
  }

  views(): InstanceView[] {
    return this.#actor?.views() ?? []
  }

  held(): readonly { readonly instance: string; readonly address: AddressOnLink }[] {
    return this.#addresses.all()
  }

  scriptStatuses(): ReturnType<ScriptTracker['statuses']> {
    return this.#tracker.statuses()
  }

  /** The kernel's number of the worker's thread. */
  get thread(): number | undefined {
    return this.#actor?.thread
  }

  processStatuses(): readonly ProcessStatus[] {
    return this.#processes.statuses()
  }

  get restarts(): number {
    return this.#actor?.restarts ?? 0
  }

  get framesDropped(): number {
    return this.#actor?.framesDropped ?? 0
  }

  /** What has to be in place before instances of this configuration run. */
  #prepare(config: Config): void {
    this.#static.use(config.staticAddresses)
    this.#watch(config)
    this.#sockets.use(config.instances)
    this.#promote.use(config.instances)
    for (const [name, value] of Object.entries(this.#ports.files())) this.file(name, value)
    this.#processes.use(trackedProcesses(config))
    this.#pacer.configure(config.global.vrrpGarpIntervalUs, config.global.vrrpGnaIntervalUs, config.garpGroups)
  }

  /** Only links that some instance cares for are told to the worker: a host may have thousands that come and go. */
  #watch(config: Config): void {
    const ofGroups = config.syncGroups.flatMap(group => group.trackedInterfaces.map(tracked => tracked.interface))
    this.#watched = new Set([...config.instances.flatMap(linksOf), ...ofGroups])
    this.#virtual = new Set(config.instances.flatMap(announcementsOf).map(({ address }) => address))
    this.#told.clear()
    this.#debounce.configure(config.linkDelays)
    for (const name of this.#watched) {
      const link = this.#ports.monitor.link(name)
      if (link !== undefined) this.#debounce.link(link)
    }
  }

  /** Removes addresses of a predecessor that nobody else would remove. */
  #clearAway({ abandoned, orphans }: Succession): void {
    for (const params of abandoned) {
      void this.#effects.apply(params, [{ type: 'ensure-addresses', present: false }]).then(() => this.#ports.changed())
    }
    for (const orphan of orphans) {
      const link = this.#ports.monitor.link(orphan.interface)
      if (link === undefined) continue
      const family = familyOf(orphan.address)
      const spec = { family, address: orphan.address, prefix: orphan.prefix, ifindex: link.ifindex, ...plainAddress }
      void this.#table.removeAddress(spec).catch((thrown: unknown) => {
        const fields = { instance: '-', address: orphan.address, reason: messageOf(thrown) }
        this.#ports.log.error('address-remove-failed', fields)
      })
    }
  }

  /**
   * Virtual addresses are no news to the worker, and there are as many events of them as addresses: with 255 instances on a
   * link each of 255 machines would look at 255 changes.
   */
  #tellLink(link: LinkState): void {
    const own = { ...link, addresses: link.addresses.filter(({ address }) => !this.#virtual.has(address)) }
    const text = JSON.stringify({ ...own, mac: [...own.mac] })
    if (this.#told.get(link.name) === text) return
    this.#told.set(link.name, text)
    this.#actor?.link(own)
  }

  #announce({ instance, interface: name, address }: Announcement): void {
    const link = this.#ports.monitor.link(name)
    if (link === undefined) return
    const errno = this.#announcer.announce(link, address)
    if (errno === 0) return
    this.#ports.log.warn('announce-failed', { instance, address, interface: name, reason: errnoName(errno) })
  }

  #notify(instance: VrrpInstance, state: NotifyState, priority: number): void {
    // STOP is told although the addresses stay: the daemon does end.
    this.#ports.notifier.notify({ kind: 'INSTANCE', name: instance.name, state, priority })
  }

  #transmit(order: BridgeOrder, { destination, packet }: SealedAdvert): void {
    const socket = this.#sockets
      .transmitters()
      .find(({ interface: name, family }) => name === order.interface && family === order.family)
    const link = this.#ports.monitor.link(order.interface)
    if (socket === undefined || link === undefined) return
    const source = order.family === 6 ? formatIp(order.template.source) : undefined
    transmit(socket.fd, order.family, link.ifindex, destination, source, packet, order.template.ttl)
  }
}

/** How long instances are held back: from now on, and until the host has been up for a while; whichever ends later. */
function startDelayUs({ vrrpStartupDelayUs, vrrpDelayAfterBootUs }: GlobalDefs): number {
  return Math.max(vrrpStartupDelayUs, vrrpDelayAfterBootUs - Math.floor(uptime() * US_PER_SECOND))
}

function later(action: () => void, delayMs: number): { cancel(): void } {
  const timer = setTimeout(action, delayMs)
  return { cancel: () => clearTimeout(timer) }
}

function announcementsOf(instance: VrrpInstance): Announcement[] {
  return [...instance.addresses, ...instance.excludedAddresses].map(({ address, device, family }) => ({
    instance: instance.name,
    family,
    interface: device ?? instance.interface,
    address,
  }))
}

function sourceOf({ name, family, interface: link }: VrrpInstance, address: string): Announcement {
  return { instance: name, family, interface: link, address }
}

function linksOf(instance: VrrpInstance): string[] {
  return [
    instance.interface,
    ...[...instance.addresses, ...instance.excludedAddresses].flatMap(address => address.device ?? []),
    ...instance.trackedInterfaces.map(tracked => tracked.interface),
  ]
}

/** What it takes to name an address that is only to be removed. */
const plainAddress = { scope: 0, flags: 0, nodad: false }
