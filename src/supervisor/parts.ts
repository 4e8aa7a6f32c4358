// The parts of the daemon, put together: which there are, and what each tells the others. What happens inside of one is its
// stack.ts, how each begins and ends part.ts.
//
//   vrrp --- role of an instance ---> lvs (sync daemon)
//   bfd ---- session up, down ------> vrrp, lvs (checkers)

import type { Config } from '../config/model.ts'
import type { WorkerName } from '../ipc/messages/common.ts'
import type { LinkState } from '../lib/link.ts'
import type { Log } from '../lib/log.ts'
import type { LinkMonitor } from '../native/netlink-monitor.ts'
import type { ServerState } from '../workers/ipvs/core/server-state.ts'
import type { State } from '../workers/vrrp/core/state.ts'
import type { PartWorker } from './actors/part.ts'
import type { LimitedThread } from './actors/realtime.ts'
import { vrrpRestart } from './actors/restart-policy.ts'
import { BfdStack } from './bfd/bfd-stack.ts'
import { LvsStack } from './lvs/lvs-stack.ts'
import { vrrpStates } from './lvs/sync-role.ts'
import type { Alerting } from './notify/alerting.ts'
import type { Notification } from './notify/notifier.ts'
import { wantsBfd, wantsLvs, wantsVrrp } from './part-choice.ts'
import { PartSlot } from './part-slot.ts'
import type { Options } from './process/options.ts'
import { VrrpStack } from './vrrp/stack.ts'
import type { Estate, HeldAddress } from './watchdog/estate.ts'

interface PartsPorts {
  readonly log: Log
  readonly alerting: Alerting
  readonly monitor: LinkMonitor
  /** What the track files say, by name. */
  files(): Readonly<Record<string, number>>
  /** What an operator is told, a manager may want to know too. */
  told(notification: Notification): void
  /** The state of a virtual server changed; undefined: it was not there before. */
  serverStepped(id: string, before: ServerState | undefined, after: ServerState): void
  /** Some instance changed its state. */
  changed(): void
  /** For the watchdog: before an address is added, after one was removed. */
  holding(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  /** The state of an instance, for a successor of this process. */
  role(instance: string, state: State | null, survivalUs: number | null): void
  /** Something that only a new process can mend. */
  fatal(reason: string): void
}

export class Parts {
  readonly #options: Options
  readonly #ports: PartsPorts
  readonly #vrrp: PartSlot<VrrpStack>
  readonly #lvs: PartSlot<LvsStack>
  readonly #bfd: PartSlot<BfdStack>
  /** In the order in which they take a configuration: who is told of something before who tells it. */
  readonly #slots: readonly Pick<PartSlot<VrrpStack | LvsStack | BfdStack>, 'current' | 'use' | 'stop'>[]

  constructor(options: Options, ports: PartsPorts) {
    this.#options = options
    this.#ports = ports
    this.#vrrp = new PartSlot((config, estate) => this.#makeVrrp(config, estate))
    this.#lvs = new PartSlot(config => this.#makeLvs(config))
    this.#bfd = new PartSlot(config => this.#makeBfd(config))
    this.#slots = [this.#vrrp, this.#lvs, this.#bfd]
  }

  get vrrp(): VrrpStack | undefined {
    return this.#vrrp.current
  }

  get lvs(): LvsStack | undefined {
    return this.#lvs.current
  }

  get bfd(): BfdStack | undefined {
    return this.#bfd.current
  }

  /** Parts that run take the configuration, others begin if it has something for them. */
  async use(config: Config, estate: Estate | undefined): Promise<void> {
    for (const slot of this.#slots) await slot.use(config, estate)
  }

  /** Every role is resigned, addresses are gone, STOP has been told; nothing begins any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#slots.map(slot => slot.stop()))
  }

  /** undefined: there is no such worker. */
  worker(wanted: WorkerName): PartWorker | undefined {
    return this.#workers().find(([name]) => name === wanted)?.[1]
  }

  /** How often each worker that there is has been restarted. */
  restarts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#workers().map(([name, { restarts }]) => [name, restarts]))
  }

  threads(): readonly LimitedThread[] {
    return this.#workers().map(([worker, { thread }]) => ({ worker, thread }))
  }

  /** A track file says something else now. */
  file(name: string, value: number): void {
    this.vrrp?.file(name, value)
    this.lvs?.file(name, value)
  }

  linkChanged(link: LinkState): void {
    this.vrrp?.linkChanged(link)
    this.lvs?.addresses(this.#localAddresses())
    this.bfd?.addressesChanged()
  }

  #makeVrrp(config: Config, estate: Estate | undefined): VrrpStack | undefined {
    if (!wantsVrrp(config, this.#options)) return undefined
    const { log, alerting, monitor, told, ...ports } = this.#ports
    return new VrrpStack(
      {
        log,
        monitor,
        runner: alerting.runner,
        notifier: {
          notify: notification => {
            alerting.notifier.notify(notification)
            told(notification)
          },
        },
        files: () => ports.files(),
        changed: () => ports.changed(),
        holding: (added, removed) => ports.holding(added, removed),
        remembered: ({ router, instance, state, survivalUs }) => {
          ports.role(router, state, survivalUs)
          if (state !== null) this.#tellRole(this.lvs, instance, state)
        },
        gaveUp: () => this.#gaveUp('vrrp'),
      },
      { restart: vrrpRestart, dontRelease: this.#options.dontReleaseVrrp, estate },
    )
  }

  #makeLvs(config: Config): LvsStack | undefined {
    if (!wantsLvs(config, this.#options)) return undefined
    const { log, alerting, files, serverStepped } = this.#ports
    const lvs = new LvsStack(
      { log, alerting, stepped: serverStepped, gaveUp: worker => this.#gaveUp(worker) },
      { keepOnStop: this.#options.dontReleaseIpvs, addresses: this.#localAddresses() },
    )
    for (const [name, value] of Object.entries(files())) lvs.file(name, value)
    // Its sync daemon may follow an instance that has its role already.
    for (const { params, state } of this.vrrp?.views() ?? []) {
      if (state !== undefined) this.#tellRole(lvs, params.name, state)
    }
    return lvs
  }

  #makeBfd(config: Config): BfdStack | undefined {
    if (!wantsBfd(config, this.#options)) return undefined
    return new BfdStack({
      log: this.#ports.log,
      tellVrrp: (session, up) => this.vrrp?.bfd(session, up),
      tellChecker: (session, up) => this.lvs?.bfd(session, up),
      gaveUp: () => this.#gaveUp('bfd'),
    })
  }

  #tellRole(lvs: LvsStack | undefined, instance: string, { name }: State): void {
    if (name !== 'init') lvs?.vrrpState(instance, vrrpStates[name])
  }

  #gaveUp(worker: WorkerName): void {
    this.#ports.fatal(`the ${worker} worker could not be kept alive`)
  }

  #workers(): readonly (readonly [string, PartWorker])[] {
    return this.#slots.flatMap(({ current }) => Object.entries(current?.workers() ?? {}))
  }

  #localAddresses(): string[] {
    return this.#ports.monitor.links().flatMap(link => link.addresses.map(({ address }) => address))
  }
}
