// The supervisor's side of the ipvs worker: keeps what a successor needs (states, last verdicts, owned services),
// carries its commands out on the kernel, and tells the world what it has to tell. The worker decides what the table
// should be.

import { setTimeout as wait } from 'node:timers/promises'
import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { LvsConfig } from '../../config/blocks/server/model.ts'
import type { FromAnyWorker } from '../../ipc/messages/common.ts'
import { type FromIpvs, fromIpvsShapes, type ToIpvs } from '../../ipc/messages/ipvs.ts'
import { messageOf } from '../../lib/errors.ts'
import type { IpvsServiceId } from '../../lib/ipvs.ts'
import type { Log } from '../../lib/log.ts'
import { errnoName } from '../../native/libc.ts'
import type { Verdict } from '../../workers/checker/core/check-state.ts'
import type { LvsEffect } from '../../workers/ipvs/core/effect.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { NotifySettings } from '../../workers/ipvs/core/verdict.ts'
import type { PartWorker } from '../actors/part.ts'
import { type Asker, WorkerActor } from '../actors/worker-actor.ts'
import type { IpvsKernel } from './ipvs-kernel.ts'
import type { NftTables } from './nft-tables.ts'
import { type SyncRole, syncRoles, type VrrpState } from './sync-role.ts'

interface IpvsActorPorts {
  readonly log: Log
  readonly kernel: Pick<
    IpvsKernel,
    'available' | 'open' | 'apply' | 'dump' | 'flush' | 'setTimeouts' | 'syncDaemons' | 'close'
  >
  readonly nft: Pick<NftTables, 'setNamespace' | 'use' | 'remove'>
  /** Runs a notify script; they are unordered, as in keepalived. Must not throw. */
  runScript(command: ScriptCommand): void
  /** Writes one line, without its end, to the LVS FIFO and the global one. Must not throw. */
  fifoLine(line: string): void
  /** `subject` comes without the `[router_id]` prefix. Must not throw. */
  mail(subject: string, body: string): void
  /** The state of a virtual server changed; undefined: it was not there before. Must not throw. */
  stepped(id: string, before: ServerState | undefined, after: ServerState): void
  /** The worker cannot be kept alive. */
  gaveUp(): void
}

interface IpvsActorOptions {
  /** `--dont-release-ipvs`: leave everything as it is at the stop, and tell nobody. */
  readonly keepOnStop: boolean
}

const stopWithinMs = 3_000
const dumpRetryMs = 1_000

interface RefusedCommand {
  readonly service: string
  readonly op: string
  readonly detail: string
  /** Name of the errno. */
  readonly error: string
}

export interface TableStatus {
  /** Entries that others have changed and that were put back, since the start of the daemon. */
  readonly foreignChanges: number
  /** The last refusal of each service on which a command waits to be tried again; the first hundred. */
  readonly refused: readonly RefusedCommand[]
}

const refusedShownMax = 100

export class IpvsActor {
  readonly #ports: IpvsActorPorts
  readonly #options: IpvsActorOptions
  readonly #worker: WorkerActor<ToIpvs, FromIpvs>
  readonly #states = new Map<string, ServerState>()
  #verdicts = new Map<string, Verdict>()
  #owned: readonly IpvsServiceId[] = []
  #config: LvsConfig | undefined
  /** The configuration that `#states` belong to. */
  #statesOf: LvsConfig | undefined
  /** Configurations posted to the worker that it has not acknowledged yet, oldest first. */
  #given: LvsConfig[] = []
  /** Resolves when the start and all reloads so far are done: they run one at a time, in order. */
  #turn: Promise<void> = Promise.resolve()
  /** The last refusal of each service that has one; a successor of the worker tells of them anew. */
  readonly #refused = new Map<string, RefusedCommand>()
  #foreignChanges = 0
  #ending = false
  readonly #vrrpStates = new Map<string, VrrpState>()
  #onStopped: (() => void) | undefined

  constructor(ports: IpvsActorPorts, options: IpvsActorOptions) {
    this.#ports = ports
    this.#options = options
    this.#worker = new WorkerActor<ToIpvs, FromIpvs>(
      { id: 'ipvs', file: new URL('../../workers/ipvs/worker.js', import.meta.url), shapes: fromIpvsShapes },
      {
        activated: clean => this.#activated(clean),
        message: message => this.#message(message),
        gaveUp: () => ports.gaveUp(),
      },
      ports.log,
    )
  }

  /** Prepares the kernel, then starts the worker. Never rejects. */
  start(config: LvsConfig): Promise<void> {
    this.#turn = this.#turn.then(() => this.#start(config))
    return this.#turn
  }

  /** Resolves when the worker has been told and the kernel been asked. A reload that comes meanwhile waits. Never rejects. */
  reload(config: LvsConfig): Promise<void> {
    this.#turn = this.#turn.then(() => this.#reload(config))
    return this.#turn
  }

  async #start(config: LvsConfig): Promise<void> {
    this.#config = config
    const { kernel } = this.#ports
    await kernel.open(config.kernel)
    if (this.#ending) return
    this.#ports.nft.setNamespace(config.kernel?.namespace)
    if (config.nft !== undefined) await this.#ports.nft.use(config.nft)
    await kernel.setTimeouts(config.timeouts)
    await kernel.syncDaemons(config.syncDaemon, this.#roles(config))
    if (config.flush && !this.#ending) await kernel.flush()
    if (!this.#ending) this.#worker.start()
  }

  async #reload(config: LvsConfig): Promise<void> {
    if (this.#ending) return
    const before = this.#config
    this.#config = config
    this.#prune(config)
    if (JSON.stringify(before?.nft) !== JSON.stringify(config.nft)) await this.#ports.nft.use(config.nft)
    this.#give(config)
    await this.#ports.kernel.setTimeouts(config.timeouts)
    if (JSON.stringify(before?.syncDaemon) !== JSON.stringify(config.syncDaemon)) {
      await this.#ports.kernel.syncDaemons(config.syncDaemon, this.#roles(config))
    }
  }

  /** A checker has come to a verdict. Kept, in case the worker is away. */
  verdict(verdict: Verdict): void {
    this.#verdicts.set(verdict.checker, verdict)
    this.#worker.post({ t: 'verdict', verdict })
  }

  /** The VRRP instance that a sync daemon follows has changed its state. */
  async vrrpState(instance: string, state: VrrpState): Promise<void> {
    const was = this.#vrrpStates.get(instance)
    this.#vrrpStates.set(instance, state)
    const config = this.#config
    if (was === state || config?.syncDaemon?.instance !== instance) return
    await this.#ports.kernel.syncDaemons(config.syncDaemon, this.#roles(config))
  }

  /** States by virtual server, for dumps and status. */
  states(): ReadonlyMap<string, ServerState> {
    return this.#states
  }

  /** What of the table the kernel does not take, and how often others have changed it. */
  tableStatus(): TableStatus {
    return { foreignChanges: this.#foreignChanges, refused: [...this.#refused.values()].slice(0, refusedShownMax) }
  }

  /** How the kernel is to treat the worker's thread from now on. */
  setConduct(conduct: ThreadConduct): void {
    this.#worker.setConduct(conduct)
  }

  /** As the supervisor looks after it. */
  get worker(): PartWorker {
    return this.#worker
  }

  /** Sends the notifications of the end and removes our services, within a bounded time. Never rejects. */
  async stop(): Promise<void> {
    const { kernel } = this.#ports
    const keep = this.#options.keepOnStop
    const flush = !keep && this.#config?.flushOnStop === 'all'
    this.#ending = true
    // Waits for a start or reload that is under way: it would make services again after they were removed.
    await Promise.race([this.#turn, wait(stopWithinMs, undefined, { ref: false })])
    const stopped = await this.#stopWorker(!keep, !keep && !flush)
    await this.#worker.stop()
    if (flush) await kernel.flush()
    else if (!keep && !stopped) await this.#release()
    if (!keep) {
      await this.#ports.nft.remove()
      await kernel.syncDaemons(undefined, [])
      await kernel.setTimeouts(undefined)
    }
    kernel.close()
  }

  #roles({ syncDaemon }: LvsConfig): readonly SyncRole[] {
    return syncRoles(syncDaemon, instance => this.#vrrpStates.get(instance))
  }

  /**
   * Starts a successor with the configuration that the states belong to. If the predecessor died before it acknowledged
   * a reload, that reload follows as a message of its own.
   */
  #activated(clean: boolean): void {
    const config = this.#config
    if (config === undefined) return
    const first = clean ? config : (this.#statesOf ?? config)
    const verdicts = [...this.#verdicts.values()]
    this.#given = [first]
    this.#refused.clear()
    this.#worker.post({
      t: 'start',
      virtualServers: first.virtualServers,
      settings: settingsOf(first),
      resume: clean ? {} : Object.fromEntries(this.#states),
      owned: this.#owned,
      verdicts,
      audit: this.#ports.kernel.available,
    })
    if (first === config) return
    this.#give(config)
    for (const verdict of verdicts) this.#worker.post({ t: 'verdict', verdict })
  }

  #give(config: LvsConfig): void {
    const { virtualServers } = config
    if (this.#worker.post({ t: 'reload', virtualServers, settings: settingsOf(config) })) this.#given.push(config)
  }

  #message(message: Exclude<FromIpvs, FromAnyWorker>): void {
    switch (message.t) {
      case 'step':
        this.#remember(message.virtualServer, message.snapshot)
        for (const effect of message.effects) this.#carryOut(effect)
        return
      case 'commands':
        void this.#apply(message.n, message.commands)
        return
      case 'dump':
        void this.#dump(message.services, this.#worker.asker())
        return
      case 'owned':
        // `owned` is the last message about a start or a reload, so it acknowledges the configuration.
        this.#owned = message.services
        this.#statesOf = this.#given.shift() ?? this.#statesOf
        return
      case 'refused': {
        const { service, op, detail, errno } = message
        const error = errnoName(errno)
        this.#refused.set(service, { service, op, detail, error })
        this.#ports.log.error('ipvs-refused', { service, op, detail, errno, error })
        return
      }
      case 'accepted':
        this.#refused.delete(message.service)
        this.#ports.log.info('ipvs-accepted', { service: message.service })
        return
      case 'drifted': {
        const { service, changes, what } = message
        this.#foreignChanges += changes
        this.#ports.log.warn('ipvs-drifted', { service, changes, what })
        return
      }
      case 'stopped':
        this.#onStopped?.()
    }
  }

  #remember(virtualServer: string, state: ServerState | null): void {
    const before = this.#states.get(virtualServer)
    if (state === null) this.#states.delete(virtualServer)
    else {
      this.#states.set(virtualServer, state)
      this.#ports.stepped(virtualServer, before, state)
    }
  }

  #carryOut(effect: LvsEffect): void {
    switch (effect.type) {
      case 'notify':
        this.#ports.fifoLine(effect.fifo)
        if (effect.script !== null) this.#ports.runScript(effect.script)
        return
      case 'mail':
        this.#ports.mail(effect.subject, effect.body)
        return
      case 'log':
        this.#ports.log[effect.level](effect.event, effect.fields)
    }
  }

  /** The answer is for the worker that asked, not for its successor. */
  async #apply(n: number, commands: Extract<FromIpvs, { t: 'commands' }>['commands']): Promise<void> {
    const asker = this.#worker.asker()
    const errnos = await this.#ports.kernel.apply(commands)
    asker.post({ t: 'results', n, errnos })
  }

  async #dump(services: readonly IpvsServiceId[], asker: Asker<ToIpvs>): Promise<void> {
    try {
      const entries = await this.#ports.kernel.dump(services)
      asker.post({ t: 'table', entries })
    } catch (thrown) {
      this.#ports.log.error('ipvs-dump-failed', { reason: messageOf(thrown) })
      setTimeout(() => {
        if (asker.isHere) void this.#dump(services, asker)
      }, dumpRetryMs)
    }
  }

  #stopWorker(tell: boolean, release: boolean): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), stopWithinMs)
      const done = (stopped: boolean) => {
        clearTimeout(timer)
        resolve(stopped)
      }
      this.#onStopped = () => done(true)
      if (!this.#worker.post({ t: 'stop', tell, release })) done(false)
    })
  }

  /** Removes the services that the worker had reported as ours, because it could not do so itself. */
  async #release(): Promise<void> {
    if (this.#owned.length === 0) return
    this.#ports.log.warn('ipvs-released-without-worker', { services: this.#owned.length })
    await this.#ports.kernel.apply(this.#owned.map(service => ({ op: 'del-service', service })))
  }

  /** Forgets the verdicts of checkers that the new configuration does not have. */
  #prune(config: LvsConfig): void {
    const checkers = new Set(
      config.virtualServers.flatMap(({ realServers }) =>
        realServers.flatMap(real => real.checkers.map(({ id }) => id)),
      ),
    )
    this.#verdicts = new Map([...this.#verdicts].filter(([id]) => checkers.has(id)))
  }
}

function settingsOf(config: LvsConfig): NotifySettings {
  return { noCheckerEmails: config.noCheckerEmails, rsInitNotifies: config.rsInitNotifies }
}
