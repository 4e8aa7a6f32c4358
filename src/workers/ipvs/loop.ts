// Feeds verdicts and configurations to the machines of the virtual servers, posts their steps, and lets the reconciler bring the
// kernel's table after them. Not the machines (core/), not the commands (reconciler.ts).

import type { RealServer, ServiceAddress, VirtualServer } from '../../config/blocks/server/model.ts'
import type { FromIpvs, ToIpvs } from '../../ipc/messages/ipvs.ts'
import {
  describeCommand,
  describeService,
  type IpvsDest,
  type IpvsDestId,
  type IpvsEntry,
  type IpvsServiceId,
  serviceKey,
} from '../../lib/ipvs.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import type { Verdict } from '../checker/core/check-state.ts'
import { desiredDests, desiredService, serviceIdOf, standsFor } from './core/desired.ts'
import { drained, isDraining } from './core/draining.ts'
import type { LvsEffect } from './core/effect.ts'
import { begin, change, end, remove } from './core/lifecycle.ts'
import type { ServiceImage } from './core/plan.ts'
import type { ServerState } from './core/server-state.ts'
import { applyVerdict, type NotifySettings } from './core/verdict.ts'
import { Reconciler } from './reconciler.ts'
import { TableWatch } from './table-watch.ts'

interface LoopPorts {
  send(message: FromIpvs): void
}

interface Use {
  readonly virtual: VirtualServer
  readonly address: ServiceAddress
}

/** A log line names so many foreign changes of one service. */
const changesShownMax = 5

export class IpvsLoop {
  readonly #ports: LoopPorts
  readonly #reconciler: Reconciler
  readonly #watch: TableWatch
  #virtuals = new Map<string, VirtualServer>()
  #states = new Map<string, ServerState>()
  /** Which virtual servers use a service; more than one when they share a group. */
  #uses = new Map<string, Use[]>()
  /** Checker id -> virtual server and index of the real server in it. */
  #checkers = new Map<string, { readonly virtual: VirtualServer; readonly server: number }>()
  #settings: NotifySettings = { noCheckerEmails: false, rsInitNotifies: false }
  #stopping = false

  constructor(ports: LoopPorts) {
    this.#ports = ports
    this.#reconciler = new Reconciler({
      desired: key => this.#desired(key),
      dump: services => ports.send({ t: 'dump', services }),
      commands: (n, commands) => ports.send({ t: 'commands', n, commands }),
      refused: (command, errno) => ports.send({ t: 'refused', ...describeCommand(command), errno }),
      accepted: service => ports.send({ t: 'accepted', service: describeService(service) }),
      drifted: (service, changes) => this.#drifted(service, changes),
      found: entries => this.#found(entries),
      idle: () => this.#idle(),
    })
    this.#watch = new TableWatch({
      audit: services => this.#reconciler.audit(services),
      owned: () => this.#reconciler.owned(),
      draining: () => this.#draining().flatMap(virtual => virtual.services.map(serviceIdOf)),
    })
  }

  start(message: Extract<ToIpvs, { t: 'start' }>): void {
    this.#settings = message.settings
    this.#index(message.virtualServers)
    for (const virtual of message.virtualServers) {
      const resumed = Object.hasOwn(message.resume, virtual.id) ? message.resume[virtual.id]! : undefined
      if (resumed !== undefined) this.#states.set(virtual.id, resumed)
      else this.#step(virtual, begin(virtual, this.#settings))
    }
    for (const verdict of message.verdicts) this.verdict(verdict)
    this.#adopt(message.owned)
    if (message.audit) this.#watch.begin()
  }

  reload(virtualServers: readonly VirtualServer[], settings: NotifySettings): void {
    this.#settings = settings
    const before = this.#virtuals
    const now = monotonicNowUs()
    const owned = this.#reconciler.owned()
    this.#index(virtualServers)
    for (const virtual of virtualServers) {
      const old = before.get(virtual.id)
      const state = this.#states.get(virtual.id)
      const step =
        old === undefined || state === undefined ? begin(virtual, settings) : change(old, virtual, state, settings, now)
      this.#step(virtual, step)
    }
    for (const old of before.values()) if (!this.#virtuals.has(old.id)) this.#drop(old, remove)
    for (const id of owned) this.#reconciler.touch(id)
    this.#adopt([])
    this.#watch.update()
  }

  /** A verdict of a checker that a reload has removed meanwhile says nothing. */
  verdict(verdict: Verdict): void {
    const place = this.#checkers.get(verdict.checker)
    if (place === undefined || this.#stopping) return
    const { virtual } = place
    const before = this.#states.get(virtual.id)!
    const step = applyVerdict(virtual, virtual.realServers[place.server]!, before, verdict, this.#settings)
    if (step.state === before && step.effects.length === 0) return
    this.#step(virtual, step)
    for (const address of virtual.services) this.#reconciler.touch(serviceIdOf(address))
  }

  table(entries: readonly IpvsEntry[]): void {
    this.#reconciler.takeTable(entries)
  }

  results(n: number, errnos: readonly number[]): void {
    this.#reconciler.takeResults(n, errnos)
  }

  stop(tell: boolean, release: boolean): void {
    this.#stopping = true
    this.#watch.close()
    if (tell) for (const virtual of [...this.#virtuals.values()]) this.#drop(virtual, end)
    const owned = release ? this.#reconciler.owned() : []
    if (owned.length === 0) {
      this.#finish()
      return
    }
    for (const id of owned) this.#reconciler.touch(id)
  }

  #index(virtualServers: readonly VirtualServer[]): void {
    this.#virtuals = new Map(virtualServers.map(virtual => [virtual.id, virtual]))
    this.#uses = new Map()
    this.#checkers = new Map()
    for (const virtual of virtualServers) {
      for (const address of virtual.services) {
        const key = serviceKey(serviceIdOf(address))
        this.#uses.set(key, [...(this.#uses.get(key) ?? []), { virtual, address }])
      }
      for (const [server, real] of virtual.realServers.entries()) {
        for (const checker of real.checkers) this.#checkers.set(checker.id, { virtual, server })
      }
    }
  }

  #step(virtual: VirtualServer, step: { readonly state: ServerState; readonly effects: readonly LvsEffect[] }): void {
    this.#states.set(virtual.id, step.state)
    this.#ports.send({ t: 'step', virtualServer: virtual.id, snapshot: step.state, effects: step.effects })
  }

  #drop(virtual: VirtualServer, tell: (virtual: VirtualServer, state: ServerState) => readonly LvsEffect[]): void {
    const state = this.#states.get(virtual.id)
    this.#states.delete(virtual.id)
    if (state === undefined) return
    this.#ports.send({ t: 'step', virtualServer: virtual.id, snapshot: null, effects: tell(virtual, state) })
  }

  /**
   * Takes over the services that are desired and those that a predecessor left. They are posted before any command, so
   * that a successor of this worker knows which services are ours.
   */
  #adopt(owned: readonly IpvsServiceId[]): void {
    const desired = [...this.#virtuals.values()].flatMap(virtual => virtual.services.map(serviceIdOf))
    const all = new Map([...this.#reconciler.owned(), ...owned, ...desired].map(id => [serviceKey(id), id]))
    this.#ports.send({ t: 'owned', services: [...all.values()] })
    this.#reconciler.adopt([...all.values()])
  }

  #desired(key: string): ServiceImage | undefined {
    const uses = this.#uses.get(key)
    if (uses === undefined || this.#stopping) return undefined
    const dests = new Map<string, IpvsDest>()
    for (const { virtual, address } of uses) {
      const state = this.#states.get(virtual.id)!
      for (const [name, dest] of desiredDests(virtual, state, address)) dests.set(name, dest)
    }
    const [first] = uses
    return { service: desiredService(first!.virtual, first!.address), dests }
  }

  /** Virtual servers with a removed real server that still has connections. */
  #draining(): readonly VirtualServer[] {
    return [...this.#virtuals.values()].filter(({ id }) => isDraining(this.#states.get(id)!))
  }

  /** Are the connections of removed servers over? */
  #found(entries: readonly IpvsEntry[]): void {
    if (this.#stopping) return
    const now = monotonicNowUs()
    const found = new Map(entries.map(entry => [serviceKey(entry.service.id), entry.dests]))
    for (const virtual of this.#draining()) {
      const dests = virtual.services.map(address => found.get(serviceKey(serviceIdOf(address))))
      const all = dests.every(each => each !== undefined) ? dests.flat() : undefined
      const before = this.#states.get(virtual.id)!
      const isDestOf = (server: RealServer, dest: IpvsDestId) =>
        virtual.services.some(address => standsFor(address, server, dest))
      const step = drained(virtual, before, all, isDestOf, now)
      if (step.state === before) continue
      this.#step(virtual, step)
      for (const address of virtual.services) this.#reconciler.touch(serviceIdOf(address))
    }
  }

  #drifted(service: IpvsServiceId, changes: readonly string[]): void {
    this.#watch.drifted()
    const shown = changes.slice(0, changesShownMax)
    if (changes.length > shown.length) shown.push(`and ${changes.length - shown.length} more`)
    this.#ports.send({
      t: 'drifted',
      service: describeService(service),
      changes: changes.length,
      what: shown.join(', '),
    })
  }

  #idle(): void {
    if (this.#stopping) this.#finish()
  }

  #finish(): void {
    this.#watch.close()
    this.#reconciler.close()
    this.#ports.send({ t: 'stopped' })
  }
}
