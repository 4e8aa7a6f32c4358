// The vrrp worker's shell: holds one machine per instance, turns messages into events, transmits adverts, and posts each step.
// It decides nothing about VRRP (core/) and owns no thread (worker.ts), so tests can drive it with a clock of their own.

import type { FromVrrp, GroupChange, InstanceChange, Resume, ToVrrp, TransmitSocket } from '../../ipc/messages/vrrp.ts'
import type { LinkState } from '../../lib/link.ts'
import { type Instant, usPerSecond } from '../../lib/time.ts'
import { bridgeOrder } from './bridge-order.ts'
import { type Counters, zeroCounters } from './core/counters.ts'
import type { Event, ReceivedFrame } from './core/event.ts'
import { deadline, transition } from './core/fsm.ts'
import { hopLimitOf, type SealedAdvert, sealAdvert } from './core/seal.ts'
import { differs } from './core/snapshot.ts'
import type { State } from './core/state.ts'
import type { Step } from './core/step.ts'
import { type GroupState, type GroupStep, groupStart, groupTransition } from './core/sync-group.ts'
import { candidatesOfFrame } from './core/tracking.ts'
import { Fence, fenceLeadUs } from './fence.ts'
import { Host } from './host.ts'
import { type Group, type Machine, type RosterSetting, rosterOf } from './roster.ts'
import { WakeTimes } from './wake-times.ts'

export interface LoopPorts {
  post(message: FromVrrp): void
  /** Sends one packet on a borrowed descriptor; null: it has left, else the name of the errno. */
  transmit(socket: TransmitSocket, link: LinkState, advert: AdvertToSend): string | null
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

type StartMessage = Extract<ToVrrp, { t: 'start' }>
type Transmitted = Extract<Event, { type: 'transmitted' }>
type ReloadMessage = Extract<ToVrrp, { t: 'reload' }>

/** How often changed counters and learned values are sent as a snapshot although nothing happened. */
const snapshotEveryUs = usPerSecond
/** Less than this is no suspend. */
const suspendMinUs = 10_000

export class VrrpLoop {
  readonly #ports: LoopPorts
  #machines: ReadonlyMap<string, Machine> = new Map()
  #groups: ReadonlyMap<string, Group> = new Map()
  readonly #host = new Host()
  #snapshotsAt: Instant = 0
  /** As it was said last; undefined: not yet. */
  #suspendedUs: number | undefined
  /** End of the start-up delay, also for instances that a reload adds meanwhile. */
  #delayUntil: Instant | null = null
  readonly #fence: Fence
  readonly #plan: WakeTimes

  /** `leadUs`: how long before a master-down timer ends the main thread is asked what has arrived. */
  constructor(ports: LoopPorts, leadUs = fenceLeadUs) {
    this.#ports = ports
    this.#fence = new Fence(leadUs)
    this.#plan = new WakeTimes(this.#fence)
  }

  /** The first message: instances begin, or go on where a dead predecessor left them. */
  start(message: StartMessage, now: Instant): void {
    this.#host.start(message)
    this.#delayUntil = message.delayUntil
    this.#configure(message, message.groupStates, now)
    const resumed = [...this.#machines].flatMap(([router, machine]) => {
      const resume = message.resume[router]
      return resume === undefined || !hasBegun(resume.state) ? [] : [[machine, resume] as const]
    })
    // All of them first: a step of one member of a sync group looks at the others.
    for (const [machine, resume] of resumed) machine.state = resume.state
    for (const [machine, resume] of resumed) this.#resume(machine, resume, now)
    const known = new Set(resumed.map(([machine]) => machine))
    for (const machine of this.#machines.values()) {
      if (!known.has(machine)) this.#begin(machine, now)
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
        this.#all(this.#host.link(message.link), now)
        return
      case 'script':
        this.#all(this.#host.script(message.script, message.status), now)
        return
      case 'reading':
        this.#all(this.#host.reading(message.object, message.value), now)
        return
      case 'sockets':
        this.#host.useSockets(message)
        this.#lookAtSockets(now)
        return
      case 'address-lost': {
        const machine = this.#machines.get(message.router)
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

  /** The host was suspended for longer than when this was asked last: nobody heard us, and we heard nobody. */
  noticeSuspend(suspendedUs: number, now: Instant): void {
    const forUs = suspendedUs - (this.#suspendedUs ?? suspendedUs)
    this.#suspendedUs = suspendedUs
    // The two clocks are read one after the other.
    if (forUs > suspendMinUs) this.#all({ type: 'paused', forUs }, now)
  }

  /** When runDue() has something to do. */
  nextDeadline(now: Instant): Instant | undefined {
    return this.#plan.next(this.#machines.values(), now)
  }

  /** The thread ran later than planned: it, or the whole host, was asleep. */
  #noticeNap(now: Instant): void {
    const sleptUs = this.#plan.sleptUs(now)
    if (sleptUs === 0) return
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
    if (now - this.#snapshotsAt < snapshotEveryUs) return
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
  #configure(setting: RosterSetting, groupStates: Readonly<Record<string, GroupState>>, now: Instant): void {
    const roster = rosterOf(setting, { machines: this.#machines, groups: this.#groups }, groupStates, now)
    this.#machines = roster.machines
    this.#groups = roster.groups
    this.#host.reserve(setting.instances)
  }

  /** Members of a sync group begin together, all that have not begun. */
  #begin(machine: Machine, now: Instant): void {
    const delayUntil = this.#delayUntil
    const { group } = machine
    if (group === undefined)
      this.#step(machine, { type: 'start', surroundings: this.#host.surroundings(machine.params), delayUntil }, now)
    else if (!hasBegun(machine.state)) {
      const step = groupStart(group.state, group.members, params => this.#host.surroundings(params), delayUntil, now)
      this.#carryOutGroup(group, step, false, now)
    }
  }

  #resume(machine: Machine, resume: Resume, now: Instant): void {
    this.#stepAlone(machine, { type: 'resume', deadlineUs: resume.deadlineUs ?? null }, now)
    if (resume.previous !== undefined) {
      const surroundings = this.#host.surroundings(machine.params)
      this.#step(machine, { type: 'reload', previous: resume.previous, surroundings }, now)
    }
    // What happened to links, scripts and the like while nobody was listening.
    for (const event of this.#host.events(machine.params)) this.#step(machine, event, now)
  }

  #frame(frame: ReceivedFrame, now: Instant): void {
    const machines = candidatesOfFrame([...this.#machines.values()], frame)
    for (const machine of machines) this.#step(machine, { type: 'frame', frame }, now)
  }

  #reload(message: ReloadMessage, now: Instant): void {
    const before = this.#machines
    this.#configure(message, {}, now)
    for (const [router, machine] of before) if (!this.#machines.has(router)) this.#remove(machine, now)
    for (const [router, machine] of this.#machines) {
      const previous = before.get(router)
      if (previous === undefined) this.#begin(machine, now)
      else {
        const surroundings = this.#host.surroundings(machine.params)
        this.#step(machine, { type: 'reload', previous: previous.params, surroundings }, now)
      }
    }
  }

  #lookAtSockets(now: Instant): void {
    for (const machine of this.#machines.values()) {
      const event = this.#host.hearing(machine.params)
      if (event.deaf !== machine.state.world.deaf) this.#step(machine, event, now)
    }
  }

  #remove(machine: Machine, now: Instant): void {
    this.#stepAlone(machine, { type: 'remove' }, now)
    this.#ports.publish(machine.slot, undefined)
    const { router, name } = machine.params
    const change = { router, instance: name, snapshot: null, effects: [], bridge: null }
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
    const step = groupTransition(group.state, group.members, group.members.indexOf(machine), event, now)
    this.#carryOutGroup(group, step, event.type === 'reload', now)
  }

  #carryOutGroup(group: Group, { members, group: state, notify: told }: GroupStep, news: boolean, now: Instant): void {
    group.state = state
    const notify = told === null ? null : { name: group.name, state, notify: told }
    this.#carryOut(
      group.members.map((member, i) => [member, members[i]!] as const),
      notify,
      news,
      now,
    )
  }

  #stepAlone(machine: Machine, event: Event, now: Instant): void {
    const step = transition(machine.params, machine.state, event, now)
    this.#carryOut([[machine, step]], null, event.type === 'reload', now)
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
  #carryOut(
    steps: readonly (readonly [Machine, Step])[],
    group: GroupChange | null,
    news: boolean,
    now: Instant,
  ): void {
    const changes: InstanceChange[] = []
    const hindered: (readonly [Machine, Transmitted])[] = []
    for (const [machine, { state, effects }] of steps) {
      const before = machine.state
      if (state === before && effects.length === 0) continue
      machine.state = state
      machine.dirty = true
      for (const effect of effects) {
        if (effect.type !== 'transmit') continue
        const outcome = this.#transmit(machine, effect.priority)
        if (outcome.failures.length > 0 || state.sending.failures.length > 0) hindered.push([machine, outcome])
      }
      const lasting = effects.filter(effect => effect.type !== 'transmit')
      if (lasting.length === 0 && !news && !differs(before, state)) continue
      machine.dirty = false
      changes.push(changeOf(machine, lasting))
    }
    // A MASTER's deadline before the step, that there is none any more after it: if the thread dies in between, each
    // MASTER that the supervisor knows of has its deadline on the board.
    for (const [{ slot }, { state }] of steps) if (state.name === 'master') this.#ports.publish(slot, state.advertAt)
    if (changes.length > 0 || group !== null) this.#ports.post({ t: 'step', changes, group })
    for (const [{ slot }, { state }] of steps) if (state.name !== 'master') this.#ports.publish(slot, undefined)
    // What a failure leads to transmits at most a resignation, of which nothing new is said.
    for (const [machine, outcome] of hindered) this.#step(machine, outcome, now)
  }

  /** Sends the advert to all its destinations, and says what became of it. */
  #transmit({ params, state }: Machine, priority: number): Transmitted {
    const { source } = state.world
    const way = this.#host.wayOut(params)
    if (way === undefined || source === null) {
      const reason = way === undefined ? 'no socket' : 'no source address'
      return { type: 'transmitted', priority, left: false, failures: [reason] }
    }
    const hopLimit = hopLimitOf(params)
    const adverts = sealAdvert(params, state, priority)
    const failures: string[] = []
    for (const sealed of adverts) {
      const error = this.#ports.transmit(way.socket, way.link, { ...sealed, source, hopLimit })
      if (error !== null) failures.push(`${error} to ${sealed.destination}`)
    }
    return { type: 'transmitted', priority, left: failures.length < adverts.length || adverts.length === 0, failures }
  }

  #counters(clear: boolean): Record<string, Counters> {
    const counters: Record<string, Counters> = {}
    for (const machine of this.#machines.values()) {
      counters[machine.params.name] = machine.state.counters
      if (!clear) continue
      machine.state = { ...machine.state, counters: zeroCounters }
      machine.dirty = true
    }
    return counters
  }
}

/** A predecessor may have died between its first word about an instance and the start of it. */
function hasBegun(state: State): boolean {
  return state.name !== 'init' || state.startAt !== null
}

function changeOf({ params, state }: Machine, effects: InstanceChange['effects']): InstanceChange {
  return { router: params.router, instance: params.name, snapshot: state, effects, bridge: bridgeOrder(params, state) }
}
