// The vrrp worker's shell: holds one machine per instance, turns messages into events, transmits adverts, and posts each step.
// It decides nothing about VRRP (core/) and owns no thread (worker.ts), so tests can drive it with a clock of their own.

import type { VrrpInstance } from '../../config/model.ts'
import type { BridgeOrder, FromVrrp, Resume, ToVrrp, TransmitSocket } from '../../ipc/messages/vrrp.ts'
import { assert } from '../../lib/errors.ts'
import type { LinkState } from '../../lib/link.ts'
import { type Instant, US_PER_SECOND } from '../../lib/time.ts'
import type { Counters } from './core/counters.ts'
import type { Effect } from './core/effect.ts'
import type { Event, ReceivedFrame, ScriptStatus, Surroundings } from './core/event.ts'
import { deadline, initial, roleDeadline, transition } from './core/fsm.ts'
import { sealAdvert } from './core/seal.ts'
import type { State } from './core/state.ts'
import { masterDownUs } from './core/timers.ts'
import { vridOf } from './vrid.ts'

export interface ShellPorts {
  post(message: FromVrrp): void
  /** Sends one packet on a borrowed descriptor; returns 0 or an errno. */
  transmit(socket: TransmitSocket, link: LinkState, advert: AdvertToSend): number
  /** Makes the instance's next deadline readable for the supervisor. */
  publish(slot: number, at: Instant | undefined): void
}

export interface AdvertToSend {
  readonly destination: string
  readonly source: Uint8Array
  readonly packet: Uint8Array
}

interface Machine {
  readonly slot: number
  params: VrrpInstance
  state: State
  /** The state changed since the supervisor was last given a snapshot. */
  dirty: boolean
}

type StartMessage = Extract<ToVrrp, { t: 'start' }>

/** How often changed counters and learned values are sent as a snapshot although nothing happened. */
const SNAPSHOT_EVERY_US = US_PER_SECOND

export class VrrpShell {
  readonly #ports: ShellPorts
  readonly #machines = new Map<string, Machine>()
  /** `interface/family/vrid` -> machine: whose frame is it? */
  readonly #byWire = new Map<string, Machine>()
  readonly #links = new Map<string, LinkState>()
  readonly #sockets = new Map<string, TransmitSocket>()
  #scripts: Record<string, ScriptStatus> = {}
  #reserved: string[] = []
  #snapshotsAt: Instant = 0

  constructor(ports: ShellPorts) {
    this.#ports = ports
  }

  /** The first message: instances begin, or go on where a dead predecessor left them. */
  start(message: StartMessage, now: Instant): void {
    for (const link of message.links) this.#links.set(link.name, link)
    this.#scripts = { ...message.scripts }
    this.#useSockets(message.sockets)
    this.#reserve(message.instances)
    for (const params of message.instances) {
      this.#begin(params, slotOf(message.slots, params), message.resume[params.name], message.delayUntil, now)
    }
    this.#ports.post({ t: 'ready' })
  }

  /** Any later message but `stop`, `ping` and `fault`, which are the thread's own business. */
  handle(message: Exclude<ToVrrp, { t: 'start' | 'stop' | 'ping' | 'fault' }>, now: Instant): void {
    switch (message.t) {
      case 'rx':
        this.#frame(message.frame, now)
        return
      case 'link':
        this.#links.set(message.link.name, message.link)
        this.#all({ type: 'link', link: message.link, reserved: this.#reserved }, now)
        return
      case 'script':
        this.#scripts[message.script] = message.status
        this.#all({ type: 'script', script: message.script, status: message.status }, now)
        return
      case 'sockets':
        this.#useSockets(message.sockets)
        return
      case 'address-lost':
        this.#one(message.instance, { type: 'address-lost', address: message.address }, now)
        return
      case 'reload':
        this.#reload(message, now)
        return
      case 'counters':
        this.#ports.post({ t: 'counters', n: message.n, counters: this.#counters(message.clear) })
    }
  }

  /** Lets every machine whose deadline has come act. Frames that were waiting must have been handled before. */
  runDue(now: Instant): void {
    for (const machine of this.#machines.values()) {
      const at = deadline(machine.state)
      if (at !== undefined && at <= now) this.#step(machine, { type: 'timer' }, now)
    }
  }

  /** The earliest deadline of all machines. */
  nextDeadline(): Instant | undefined {
    let earliest: Instant | undefined
    for (const { state } of this.#machines.values()) {
      const at = deadline(state)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  /** Gives the supervisor what changed without a step of its own: counters, deadlines learned from others. At most once a second. */
  postSnapshots(now: Instant): void {
    if (now - this.#snapshotsAt < SNAPSHOT_EVERY_US) return
    this.#snapshotsAt = now
    for (const machine of this.#machines.values()) if (machine.dirty) this.#post(machine, [])
  }

  /** Orderly end: everyone resigns. */
  stop(now: Instant): void {
    this.#all({ type: 'stop' }, now)
    this.#ports.post({ t: 'stopped' })
  }

  #begin(params: VrrpInstance, slot: number, resume: Resume | undefined, delayUntil: Instant | null, now: Instant): void {
    const machine: Machine = { slot, params, state: resume?.state ?? initial(params, now), dirty: true }
    this.#machines.set(params.name, machine)
    this.#byWire.set(wireKey(params.interface, params.family, params.vrid), machine)
    if (resume === undefined) {
      this.#step(machine, { type: 'start', surroundings: this.#surroundings(), delayUntil }, now)
      return
    }
    this.#step(machine, { type: 'resume', deadlineUs: resume.deadlineUs ?? null }, now)
    // What happened to links and scripts while nobody was listening.
    for (const link of this.#links.values()) {
      this.#step(machine, { type: 'link', link, reserved: this.#reserved }, now)
    }
    for (const [script, status] of Object.entries(this.#scripts)) {
      this.#step(machine, { type: 'script', script, status }, now)
    }
  }

  #frame(frame: ReceivedFrame, now: Instant): void {
    const vrid = vridOf(frame)
    if (vrid === undefined) return
    const machine = this.#byWire.get(wireKey(frame.interface, frame.family, vrid))
    if (machine !== undefined) this.#step(machine, { type: 'frame', frame }, now)
  }

  #reload(message: Extract<ToVrrp, { t: 'reload' }>, now: Instant): void {
    this.#reserve(message.instances)
    const survivors = new Set(message.instances.map(params => params.name))
    for (const [name, machine] of this.#machines) {
      if (!survivors.has(name)) this.#remove(name, machine, now)
    }
    this.#byWire.clear()
    for (const params of message.instances) {
      const machine = this.#machines.get(params.name)
      if (machine === undefined) {
        this.#begin(params, slotOf(message.slots, params), undefined, null, now)
        continue
      }
      this.#byWire.set(wireKey(params.interface, params.family, params.vrid), machine)
      const previous = machine.params
      machine.params = params
      this.#step(machine, { type: 'reload', previous, surroundings: this.#surroundings() }, now)
    }
  }

  #remove(name: string, machine: Machine, now: Instant): void {
    this.#step(machine, { type: 'remove' }, now)
    this.#ports.publish(machine.slot, undefined)
    this.#machines.delete(name)
    this.#ports.post({ t: 'step', instance: name, snapshot: null, effects: [], bridge: null })
  }

  #all(event: Event, now: Instant): void {
    for (const machine of this.#machines.values()) this.#step(machine, event, now)
  }

  #one(instance: string, event: Event, now: Instant): void {
    const machine = this.#machines.get(instance)
    // A message about an instance that a reload has just removed may still be under way.
    if (machine !== undefined) this.#step(machine, event, now)
  }

  #step(machine: Machine, event: Event, now: Instant): void {
    const before = machine.state
    const { state, effects } = transition(machine.params, before, event, now)
    if (state === before && effects.length === 0) return
    machine.state = state
    machine.dirty = true
    this.#ports.publish(machine.slot, roleDeadline(state))
    for (const effect of effects) if (effect.type === 'transmit') this.#transmit(machine, effect.priority)
    const lasting = effects.filter(effect => effect.type !== 'transmit')
    if (lasting.length > 0 || isNews(before, state, event)) this.#post(machine, lasting)
  }

  #transmit(machine: Machine, priority: number): void {
    const { params, state } = machine
    const socket = this.#sockets.get(socketKey(params.interface, params.family))
    const link = this.#links.get(params.interface)
    const packet = sealAdvert(params, state, priority)
    if (socket === undefined || link === undefined || packet === undefined || state.world.source === null) return
    this.#ports.transmit(socket, link, { destination: params.multicastGroup, source: state.world.source, packet })
  }

  #post(machine: Machine, effects: readonly Effect[]): void {
    machine.dirty = false
    const { params, state } = machine
    this.#ports.post({ t: 'step', instance: params.name, snapshot: state, effects, bridge: bridgeOrder(params, state) })
  }

  #counters(clear: boolean): Record<string, Counters> {
    const counters: Record<string, Counters> = {}
    for (const [name, machine] of this.#machines) {
      counters[name] = machine.state.counters
      if (clear) this.#clearCounters(machine)
    }
    return counters
  }

  #clearCounters(machine: Machine): void {
    const counters = Object.fromEntries(Object.keys(machine.state.counters).map(name => [name, 0]))
    machine.state = { ...machine.state, counters: counters as unknown as Counters }
    machine.dirty = true
  }

  #surroundings(): Surroundings {
    return { links: [...this.#links.values()], scripts: this.#scripts, reserved: this.#reserved }
  }

  #reserve(instances: readonly VrrpInstance[]): void {
    this.#reserved = instances.flatMap(({ addresses, excludedAddresses }) =>
      [...addresses, ...excludedAddresses].map(address => address.address),
    )
  }

  #useSockets(sockets: readonly TransmitSocket[]): void {
    this.#sockets.clear()
    for (const socket of sockets) this.#sockets.set(socketKey(socket.interface, socket.family), socket)
  }
}

/** Must the supervisor hear of this step although it has nothing to do? */
function isNews(before: State, after: State, event: Event): boolean {
  return before.name !== after.name || before.effectivePriority !== after.effectivePriority || event.type === 'reload'
}

function bridgeOrder(params: VrrpInstance, state: State): BridgeOrder | null {
  const source = state.world.source
  const packet = sealAdvert(params, state, state.effectivePriority)
  const resignPacket = sealAdvert(params, state, 0)
  if (state.name !== 'master' || source === null || packet === undefined || resignPacket === undefined) return null
  return {
    interface: params.interface,
    family: params.family,
    destination: params.multicastGroup,
    source,
    packet,
    resignPacket,
    intervalUs: params.advertIntervalUs,
    masterDownUs: masterDownUs(params, state.effectivePriority, params.advertIntervalUs),
  }
}

function slotOf(slots: Readonly<Record<string, number>>, params: VrrpInstance): number {
  const slot = slots[params.name]
  assert(slot !== undefined, `${params.name} has a place on the board`)
  return slot
}

function wireKey(interfaceName: string, family: number, vrid: number): string {
  return `${interfaceName}/${family}/${vrid}`
}

function socketKey(interfaceName: string, family: number): string {
  return `${interfaceName}/${family}`
}

