// The load-balancing half of the daemon: checkers, the IPVS table and the notifications of changes, wired together.
//
//   checker actor --- verdicts ---> ipvs actor --- commands ---> kernel
//                                              --- scripts, FIFO lines, mail ---> alerting

import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import type { LvsConfig } from '../../config/blocks/server/model.ts'
import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { CountedEntry } from '../../native/ipvs-socket.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { Part, PartWorkers } from '../actors/part.ts'
import type { Alerting } from '../notify/alerting.ts'
import type { NotifyFifo } from '../notify/fifo.ts'
import { CheckerActor } from './checker-actor.ts'
import { IpvsActor, type TableStatus } from './ipvs-actor.ts'
import { IpvsKernel } from './ipvs-kernel.ts'
import { NftTables } from './nft-tables.ts'
import { type VirtualServerView, viewServers } from './server-view.ts'

interface LvsStackPorts {
  readonly log: Log
  readonly alerting: Alerting
  /** The state of a virtual server changed; undefined: it was not there before. */
  stepped(id: string, before: ServerState | undefined, after: ServerState): void
  gaveUp(worker: 'checker' | 'ipvs'): void
}

interface LvsStackOptions {
  /** --dont-release-ipvs */
  readonly keepOnStop: boolean
  /** Addresses of this host at the start, canonical text. */
  readonly addresses: readonly string[]
}

export class LvsStack implements Part {
  readonly #ports: LvsStackPorts
  readonly #checker: CheckerActor
  readonly #ipvs: IpvsActor
  #config: LvsConfig | undefined
  #startedWith: LvsConfig | undefined
  readonly #kernel: IpvsKernel
  #fifos: readonly NotifyFifo[] = []
  #stopped = false

  constructor(ports: LvsStackPorts, options: LvsStackOptions) {
    const { log, alerting } = ports
    this.#ports = ports
    this.#kernel = new IpvsKernel(log)
    this.#ipvs = new IpvsActor(
      {
        log,
        kernel: this.#kernel,
        nft: new NftTables(log),
        runScript: command => alerting.runScript(command),
        fifoLine: line => this.#fifoLine(line),
        mail: (subject, body) => alerting.mail(subject, body),
        stepped: (id, before, after) => ports.stepped(id, before, after),
        gaveUp: () => ports.gaveUp('ipvs'),
      },
      { keepOnStop: options.keepOnStop },
    )
    this.#checker = new CheckerActor(
      {
        log,
        startScript: (command, timeoutMs) => alerting.runner.start(command, { timeoutMs }),
        verdict: verdict => this.#ipvs.verdict(verdict),
        gaveUp: () => ports.gaveUp('checker'),
      },
      { addresses: options.addresses },
    )
  }

  /** Never rejects: a kernel without IPVS is reported, checks and notifications go on. */
  async start({ lvs: config = emptyLvs, global }: Config): Promise<void> {
    this.#startedWith = config
    this.#config = config
    this.#setConduct(global.threads.checker)
    await this.#openFifos(config)
    await this.#ipvs.start(config)
    if (!this.#stopped) this.#checker.start(config)
  }

  async reload({ lvs: config = emptyLvs, global }: Config): Promise<void> {
    this.#config = config
    await this.#openFifos(config)
    this.#setConduct(global.threads.checker)
    await this.#ipvs.reload(config)
    if (!this.#stopped) this.#checker.reload(config)
  }

  /**
   * The configuration at the start. It chose the namespace of the sockets and the name of the nftables table, which no
   * reload changes.
   */
  get startedWith(): LvsConfig | undefined {
    return this.#startedWith
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#checker.stop()
    await this.#ipvs.stop()
    for (const fifo of this.#fifos) fifo.close()
  }

  /** What a track file says from now on; may come before the start. */
  file(name: string, value: number): void {
    this.#checker.file(name, value)
  }

  /** All addresses that are on this host now. */
  addresses(addresses: readonly string[]): void {
    this.#checker.addresses(addresses)
  }

  /** A VRRP instance changed its state; the sync daemon that follows it changes with it. */
  vrrpState(instance: string, state: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP'): void {
    void this.#ipvs.vrrpState(instance, state)
  }

  /** A BFD session is up or down, for BFD_CHECK. */
  bfd(session: string, up: boolean): void {
    this.#checker.session(session, up)
  }

  workers(): PartWorkers {
    return { checker: this.#checker.worker, ipvs: this.#ipvs.worker }
  }

  /** Servers and checkers as they are now. */
  views(): readonly VirtualServerView[] {
    return this.#config === undefined ? [] : viewServers(this.#config, this.#ipvs.states(), this.#checker.memory())
  }

  /** States by virtual server. */
  states(): ReadonlyMap<string, ServerState> {
    return this.#ipvs.states()
  }

  /** What of the table the kernel does not take, and how often others have changed it. */
  tableStatus(): TableStatus {
    return this.#ipvs.tableStatus()
  }

  /** The kernel's table with its counters. */
  table(): Promise<readonly CountedEntry[]> {
    return this.#kernel.table()
  }

  /** checker_priority and its family: keepalived's checker child is two workers here. */
  #setConduct(conduct: ThreadConduct): void {
    this.#checker.setConduct(conduct)
    this.#ipvs.setConduct(conduct)
  }

  async #openFifos(config: LvsConfig): Promise<void> {
    const paths = [config.notifyFifo, config.lvsNotifyFifo].filter(path => path !== undefined)
    const kept = this.#fifos.filter(fifo => paths.includes(fifo.path))
    for (const fifo of this.#fifos) if (!kept.includes(fifo)) fifo.close()
    const added = paths.filter(path => !kept.some(fifo => fifo.path === path))
    this.#fifos = [...kept, ...added.map(path => this.#ports.alerting.fifo(path))]
    await Promise.all(this.#fifos.map(fifo => this.#openFifo(fifo)))
  }

  /** A FIFO that cannot be opened is logged; load balancing goes on without it. */
  async #openFifo(fifo: NotifyFifo): Promise<void> {
    try {
      await fifo.open()
    } catch (thrown) {
      this.#ports.log.error('fifo-failed', { path: fifo.path, reason: messageOf(thrown) })
    }
  }

  #fifoLine(line: string): void {
    for (const fifo of this.#fifos) fifo.write(`${line}\n`)
  }
}

/** The configuration that takes effect when a reload removes all load balancing. */
const emptyLvs: LvsConfig = {
  virtualServers: [],
  groups: [],
  flush: false,
  flushOnStop: 'no',
  noCheckerEmails: false,
  rsInitNotifies: false,
  routerId: '',
}
