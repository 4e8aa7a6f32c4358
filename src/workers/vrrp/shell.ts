// The vrrp worker's shell: holds one machine per instance, turns messages into events, transmits adverts, and posts each step.
// It decides nothing about VRRP (core/) and owns no thread (worker.ts), so tests can drive it with a clock of their own.

import type { SyncGroup, VrrpInstance } from '../../config/model.ts'
import type { FromVrrp, GroupChange, InstanceChange, Resume, ToVrrp, TransmitSocket } from '../../ipc/messages/vrrp.ts'
import { assert } from '../../lib/errors.ts'
import type { LinkState } from '../../lib/link.ts'
import { type Instant, US_PER_MS, US_PER_SECOND } from '../../lib/time.ts'
import type { Readings } from '../../lib/tracked-reading.ts'
import { bridgeOrder } from './bridge-order.ts'
import { type Counters, zeroCounters } from './core/counters.ts'
import type { Event, ReceivedFrame, ScriptStatus, Surroundings } from './core/event.ts'
import { deadline, initial, transition } from './core/fsm.ts'
import { hopLimitOf, type SealedAdvert, sealAdvert } from './core/seal.ts'
import { differs } from './core/snapshot.ts'
import type { State } from './core/state.ts'
import type { Step } from './core/step.ts'
import { type GroupState, groupTransition, initialGroup, memberParams } from './core/sync-group.ts'
import { candidatesOfFrame, reservedAddresses } from './core/tracking.ts'
import { Fence, fenceLeadUs } from './fence.ts'

export interface ShellPorts {
  post(message: FromVrrp): void
  /** Sends one packet on a borrowed descriptor; returns 0 or an errno. */
  transmit(socket: TransmitSocket, link: LinkState, advert: AdvertToSend): number
  /** Makes it readable for the supervisor when a MASTER's next advert is due; undefined: it is none. */
  publish(slot: number, at: Instant | undefined): void
  /** When the supervisor last sent an advert in the instance's stead, 0 if never. */
  bridgedAt(slot: number): Instant
}

export interface AdvertToSend extends SealedAdvert {
  readonly source: Uint8Array
  /** IPv6; the header of an IPv4 packet has its TTL already. */
  readonly hopLimit: number
}

interface Machine {
  slot: number
  params: VrrpInstance
  state: State
  group: Group | undefined
  /** The state changed since the supervisor was last given a snapshot. */
  dirty: boolean
}

interface Group {
  readonly name: string
  readonly members: readonly Machine[]
  state: GroupState
}

type StartMessage = Extract<ToVrrp, { t: 'start' }>
type ReloadMessage = Extract<ToVrrp, { t: 'reload' }>

/** How often changed counters and learned values are sent as a snapshot although nothing happened. */
const SNAPSHOT_EVERY_US = US_PER_SECOND
/** Shorter than this is no sleep. */
const NAP_MIN_US = US_PER_MS
/** Within the last one and a half intervals before a timer ends; while a MASTER is heard it never comes to that. */
const LOOKS_MAX = 3

export class VrrpShell {
  readonly #ports: ShellPorts
  #machines = new Map<string, Machine>()
  #groups = new Map<string, Group>()
  readonly #links = new Map<string, LinkState>()
  readonly #sockets = new Map<string, TransmitSocket>()
  #scripts: Record<string, ScriptStatus> = {}
  #readings: Readings = {}
  #instances: readonly VrrpInstance[] = []
  #reserved: readonly string[] = []
  #snapshotsAt: Instant = 0
  readonly #fence: Fence
  /** When we wanted to run next. */
  #plannedAt: Instant = Number.POSITIVE_INFINITY

  /** `leadUs`: how long before a master-down timer ends the main thread is asked what has arrived. */
  constructor(ports: ShellPorts, leadUs = fenceLeadUs) {
    this.#ports = ports
    this.#fence = new Fence(leadUs)
  }

  /** The first message: instances begin, or go on where a dead predecessor left them. */
  start(message: StartMessage, now: Instant): void {
    for (const link of message.links) this.#links.set(link.name, link)
    this.#scripts = { ...message.scripts }
    this.#readings = message.readings
    this.#useSockets(message.sockets)
    this.#configure(message.instances, message.groups, message.slots, message.groupStates, now)
    const resumed = [...this.#machines].flatMap(([name, machine]) => {
      const resume = message.resume[name]
      return resume === undefined || !hasBegun(resume.state) ? [] : [[machine, resume] as const]
    })
    // All of them first: a step of one member of a sync group looks at the others.
    for (const [machine, resume] of resumed) machine.state = resume.state
    for (const [machine, resume] of resumed) this.#resume(machine, resume, now)
    const known = new Set(resumed.map(([machine]) => machine))
    for (const machine of this.#machines.values()) {
      if (!known.has(machine)) this.#begin(machine, message.delayUntil, now)
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
      case 'reading':
        this.#readings = { ...this.#readings, [message.object]: message.value }
        this.#all({ type: 'reading', object: message.object, value: message.value }, now)
        return
      case 'sockets':
        this.#useSockets(message.sockets)
        return
      case 'address-lost': {
        const machine = this.#machines.get(message.instance)
        // A message about an instance that a reload has just removed may still be under way.
        if (machine !== undefined) this.#step(machine, { type: 'address-lost', address: message.address }, now)
        return
      }
      case 'fence':
        this.#fence.returned(message.n)
        return
      case 'reload':
        this.#reload(message, now)
        this.#ports.post({ t: 'reloaded' })
        return
      case 'counters':
        this.#ports.post({ t: 'counters', n: message.n, counters: this.#counters(message.clear) })
    }
  }

  /**
   * Lets every machine whose deadline has come act. Frames that were waiting must have been handled before. A BACKUP waits for
   * the fence: the main thread, which receives, may have been stalled, and only it can put the addresses on anyway. It is asked a
   * moment before, so that the answer does not make the takeover late.
   */
  runDue(now: Instant): void {
    this.#noticeNap(now)
    for (const machine of this.#machines.values()) {
      const at = deadline(machine.state)
      if (at === undefined) continue
      if (machine.state.name === 'backup' && !this.#fence.isBehind(at)) {
        if (this.#fence.opensAt(at) <= now) this.#hold(now)
      } else if (at <= now) this.#step(machine, { type: 'timer' }, now)
    }
  }

  /** When runDue() has something to do. */
  nextDeadline(now: Instant): Instant | undefined {
    let earliest: Instant | undefined
    for (const { state } of this.#machines.values()) {
      const at = this.#lookAt(state, now)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    this.#plannedAt = earliest ?? Number.POSITIVE_INFINITY
    return earliest
  }

  /** A BACKUP that misses adverts looks every half interval whether this thread runs at all, see nap.ts. */
  #lookAt(state: State, now: Instant): Instant | undefined {
    const due = deadline(state)
    if (due === undefined || state.name !== 'backup' || this.#fence.isBehind(due)) return due
    if (this.#fence.isAwaited(due)) return undefined
    const halfUs = state.masterIntervalUs / 2
    const looks = Math.min(LOOKS_MAX, Math.ceil((due - now) / halfUs) - 1)
    return looks > 0 ? Math.ceil(due - looks * halfUs) : this.#fence.opensAt(due)
  }

  /** We wanted to run earlier and could not: this thread, or the whole host, was asleep. */
  #noticeNap(now: Instant): void {
    const sleptUs = now - this.#plannedAt
    this.#plannedAt = now
    if (sleptUs < NAP_MIN_US) return
    for (const machine of this.#machines.values()) {
      if (machine.state.name === 'backup') this.#step(machine, { type: 'paused', forUs: sleptUs }, now)
    }
  }

  #hold(now: Instant): void {
    const n = this.#fence.await(now)
    if (n !== undefined) this.#ports.post({ t: 'fence', n })
  }

  /** Gives the supervisor what changed without a step of its own: counters and clocks. At most once a second. */
  postSnapshots(now: Instant): void {
    if (now - this.#snapshotsAt < SNAPSHOT_EVERY_US) return
    this.#snapshotsAt = now
    const changes = [...this.#machines.values()].filter(machine => machine.dirty).map(machine => changeOf(machine, []))
    for (const machine of this.#machines.values()) machine.dirty = false
    if (changes.length > 0) this.#ports.post({ t: 'step', changes, group: null })
  }

  /** Orderly end: everyone resigns, then the groups are told of. */
  stop(now: Instant): void {
    for (const machine of this.#machines.values()) this.#stepAlone(machine, { type: 'stop' }, now)
    for (const { name, state } of this.#groups.values()) {
      this.#ports.post({ t: 'step', changes: [], group: { name, state, notify: 'STOP' } })
    }
    this.#ports.post({ t: 'stopped' })
  }

  /** Machines and groups for this configuration; those that are known keep their state. */
  #configure(
    instances: readonly VrrpInstance[],
    groups: readonly SyncGroup[],
    slots: Readonly<Record<string, number>>,
    groupStates: Readonly<Record<string, GroupState>>,
    now: Instant,
  ): void {
    const asMembers = new Map(groups.flatMap(group => memberParams(group, membersOf(group, instances))).map(named))
    this.#instances = instances.map(params => asMembers.get(params.name) ?? params)
    this.#reserved = reservedAddresses(instances)
    const before = this.#machines
    this.#machines = new Map(
      this.#instances.map(params => {
        const slot = slots[params.name]
        assert(slot !== undefined, `${params.name} has a place on the board`)
        const state = before.get(params.name)?.state ?? initial(params, now)
        return [params.name, { slot, params, state, group: undefined, dirty: true }]
      }),
    )
    this.#groups = new Map(groups.map(group => [group.name, this.#group(group, groupStates)]))
  }

  #group(config: SyncGroup, states: Readonly<Record<string, GroupState>>): Group {
    const members = config.members.flatMap(name => this.#machines.get(name) ?? [])
    const state = states[config.name] ?? this.#groups.get(config.name)?.state ?? initialGroup
    const group: Group = { name: config.name, members, state }
    for (const machine of members) machine.group = group
    return group
  }

  #begin(machine: Machine, delayUntil: Instant | null, now: Instant): void {
    this.#step(machine, { type: 'start', surroundings: this.#surroundings(), delayUntil }, now)
  }

  #resume(machine: Machine, resume: Resume, now: Instant): void {
    this.#stepAlone(machine, { type: 'resume', deadlineUs: resume.deadlineUs ?? null }, now)
    if (resume.previous !== undefined) {
      this.#step(machine, { type: 'reload', previous: resume.previous, surroundings: this.#surroundings() }, now)
    }
    // What happened to links, scripts and the like while nobody was listening.
    for (const link of this.#links.values()) this.#step(machine, { type: 'link', link, reserved: this.#reserved }, now)
    for (const [script, status] of Object.entries(this.#scripts)) {
      this.#step(machine, { type: 'script', script, status }, now)
    }
    for (const [object, value] of Object.entries(this.#readings)) {
      this.#step(machine, { type: 'reading', object, value }, now)
    }
  }

  #frame(frame: ReceivedFrame, now: Instant): void {
    const machines = candidatesOfFrame([...this.#machines.values()], frame)
    for (const machine of machines) this.#step(machine, { type: 'frame', frame }, now)
  }

  #reload(message: ReloadMessage, now: Instant): void {
    const before = this.#machines
    this.#configure(message.instances, message.groups, message.slots, {}, now)
    for (const [name, machine] of before) if (!this.#machines.has(name)) this.#remove(name, machine, now)
    for (const [name, machine] of this.#machines) {
      const previous = before.get(name)
      if (previous === undefined) this.#begin(machine, null, now)
      else {
        const event: Event = { type: 'reload', previous: previous.params, surroundings: this.#surroundings() }
        this.#step(machine, event, now)
      }
    }
  }

  #remove(name: string, machine: Machine, now: Instant): void {
    this.#stepAlone(machine, { type: 'remove' }, now)
    this.#ports.publish(machine.slot, undefined)
    const change = { instance: name, snapshot: null, effects: [], bridge: null }
    this.#ports.post({ t: 'step', changes: [change], group: null })
  }

  #all(event: Event, now: Instant): void {
    for (const machine of this.#machines.values()) this.#step(machine, event, now)
  }

  #step(machine: Machine, event: Event, now: Instant): void {
    this.#noticeBridge(machine, now)
    const { group } = machine
    if (group === undefined) {
      this.#stepAlone(machine, event, now)
      return
    }
    const outcome = groupTransition(group.state, group.members, group.members.indexOf(machine), event, now)
    group.state = outcome.group
    const notify = outcome.notify === null ? null : { name: group.name, state: group.state, notify: outcome.notify }
    this.#carryOut(
      group.members.map((member, i) => [member, outcome.members[i]!] as const),
      notify,
      event.type === 'reload',
    )
  }

  #stepAlone(machine: Machine, event: Event, now: Instant): void {
    const step = transition(machine.params, machine.state, event, now)
    this.#carryOut([[machine, step]], null, event.type === 'reload')
  }

  /** A thread that was stalled while the bridge spoke for it has not been missed by anybody: it goes on as it was. */
  #noticeBridge(machine: Machine, now: Instant): void {
    const { params, state, slot } = machine
    if (state.name !== 'master') return
    const at = this.#ports.bridgedAt(slot)
    if (at <= state.lastSentAt) return
    machine.state = transition(params, state, { type: 'resume', deadlineUs: at + params.advertIntervalUs }, now).state
  }

  /** Takes the new states, transmits at once, and posts what the supervisor has to know or do as one message. */
  #carryOut(steps: readonly (readonly [Machine, Step])[], group: GroupChange | null, news: boolean): void {
    const changes: InstanceChange[] = []
    for (const [machine, { state, effects }] of steps) {
      const before = machine.state
      if (state === before && effects.length === 0) continue
      machine.state = state
      machine.dirty = true
      for (const effect of effects) if (effect.type === 'transmit') this.#transmit(machine, effect.priority)
      const lasting = effects.filter(effect => effect.type !== 'transmit')
      if (lasting.length === 0 && !news && !differs(before, state)) continue
      machine.dirty = false
      changes.push(changeOf(machine, lasting))
    }
    // A MASTER's deadline before the step, that there is none any more after it: whoever dies in between leaves a board on which
    // each MASTER that the supervisor knows of has its deadline.
    for (const [{ slot }, { state }] of steps) if (state.name === 'master') this.#ports.publish(slot, state.advertAt)
    if (changes.length > 0 || group !== null) this.#ports.post({ t: 'step', changes, group })
    for (const [{ slot }, { state }] of steps) if (state.name !== 'master') this.#ports.publish(slot, undefined)
  }

  #transmit(machine: Machine, priority: number): void {
    const { params, state } = machine
    const socket = this.#sockets.get(socketKey(params.interface, params.family))
    const link = this.#links.get(params.interface)
    const { source } = state.world
    if (socket === undefined || link === undefined || source === null) return
    const hopLimit = hopLimitOf(params)
    for (const sealed of sealAdvert(params, state, priority)) {
      this.#ports.transmit(socket, link, { ...sealed, source, hopLimit })
    }
  }

  #counters(clear: boolean): Record<string, Counters> {
    const counters: Record<string, Counters> = {}
    for (const [name, machine] of this.#machines) {
      counters[name] = machine.state.counters
      if (!clear) continue
      machine.state = { ...machine.state, counters: zeroCounters }
      machine.dirty = true
    }
    return counters
  }

  #surroundings(): Surroundings {
    return {
      links: [...this.#links.values()],
      scripts: this.#scripts,
      readings: this.#readings,
      reserved: this.#reserved,
    }
  }

  #useSockets(sockets: readonly TransmitSocket[]): void {
    this.#sockets.clear()
    for (const socket of sockets) this.#sockets.set(socketKey(socket.interface, socket.family), socket)
  }
}

/** A predecessor may have died between its first word about an instance and the start of it. */
function hasBegun(state: State): boolean {
  return state.name !== 'init' || state.startAt !== null
}

function changeOf({ params, state }: Machine, effects: InstanceChange['effects']): InstanceChange {
  return { instance: params.name, snapshot: state, effects, bridge: bridgeOrder(params, state) }
}

function membersOf(group: SyncGroup, instances: readonly VrrpInstance[]): VrrpInstance[] {
  return group.members.flatMap(name => instances.find(params => params.name === name) ?? [])
}

function named(params: VrrpInstance): [string, VrrpInstance] {
  return [params.name, params]
}

function socketKey(interfaceName: string, family: number): string {
  return `${interfaceName}/${family}`
}
