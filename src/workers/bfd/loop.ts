// The bfd worker's shell: holds one machine per session, finds the session of each datagram, sends packets, and posts
// each step. It decides nothing about BFD (core/) and owns no thread (worker.ts), so tests can drive it with a clock of
// their own.

import type { BfdInstance } from '../../config/blocks/bfd/model.ts'
import type { BfdSetting, BfdSockets, FromBfd, ToBfd } from '../../ipc/messages/bfd.ts'
import { assert } from '../../lib/errors.ts'
import type { Instant } from '../../lib/time.ts'
import type { Effect, ToldEffect } from './core/effect.ts'
import { type Chance, type Event, initial, transition } from './core/fsm.ts'
import { encodePacket } from './core/packet.ts'
import { type Datagram, type Rejected, receive } from './core/receive.ts'
import { deadline, type Session } from './core/session.ts'
import { differs, isSameLine, resumed } from './core/snapshot.ts'

interface LoopPorts {
  post(message: FromBfd): void
  /** Sends on a borrowed descriptor; returns 0 or an errno. */
  transmit(fd: number, params: BfdInstance, bytes: Uint8Array): number
  /** Makes it readable for a successor when the session's detection time is over. */
  publish(slot: number, at: Instant | undefined): void
  /** What was last published. */
  published(slot: number): Instant | undefined
  /** In [0, 1). */
  random(): number
}

interface Machine {
  readonly slot: number
  session: Session
  fd: number | undefined
  sendErrno: number
  readonly complaints: Set<string>
}

/** After this many draws a discriminator that is still taken is a bug. */
const drawsMax = 64

export class BfdLoop {
  readonly #ports: LoopPorts
  readonly #chance: Chance
  #machines = new Map<string, Machine>()

  constructor(ports: LoopPorts) {
    this.#ports = ports
    this.#chance = { random: () => ports.random(), discriminator: () => this.#drawDiscriminator() }
  }

  /** The first message: sessions begin, or go on where a dead predecessor left them. */
  start({ setting, resume }: Extract<ToBfd, { t: 'start' }>, now: Instant): void {
    this.#configure(setting, name => (Object.hasOwn(resume, name) ? resume[name] : undefined), true, now)
    this.#ports.post({ t: 'ready' })
  }

  reload({ setting }: Extract<ToBfd, { t: 'reload' }>, now: Instant): void {
    const before = this.#machines
    this.#machines = new Map()
    this.#configure(setting, name => before.get(name)?.session, false, now)
  }

  /** The descriptors have changed. */
  useSockets(sockets: BfdSockets, now: Instant): void {
    for (const [name, machine] of this.#machines) {
      machine.fd = sockets.senders[name]
      this.#step(machine, { type: 'path', usable: machine.fd !== undefined }, now)
    }
  }

  datagram(datagram: Datagram, now: Instant): void {
    const received = receive(this.#sessions(), datagram)
    if (!received.ok) {
      this.#complain(received.error, datagram)
      return
    }
    const { session, packet } = received.value
    this.#step(this.#machines.get(session.params.name)!, { type: 'packet', packet }, now)
  }

  /** Lets every session whose deadline has come act. Datagrams that were waiting must have been handled before. */
  runDue(now: Instant): void {
    for (const machine of this.#machines.values()) {
      const at = deadline(machine.session)
      if (at !== undefined && at <= now) this.#step(machine, { type: 'timer' }, now)
    }
  }

  nextDeadline(): Instant | undefined {
    let earliest: Instant | undefined
    for (const { session } of this.#machines.values()) {
      const at = deadline(session)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  stop(now: Instant): void {
    for (const machine of this.#machines.values()) this.#step(machine, { type: 'stop' }, now)
    this.#ports.post({ t: 'stopped' })
  }

  *#sessions(): Iterable<Session> {
    for (const { session } of this.#machines.values()) yield session
  }

  #configure(
    { sessions, slots, sockets }: BfdSetting,
    stateOf: (name: string) => Session | undefined,
    inherited: boolean,
    now: Instant,
  ): void {
    for (const params of sessions) {
      const slot = slots[params.name]
      assert(slot !== undefined, `${params.name} has a place on the board`)
      const known = stateOf(params.name)
      const before = known !== undefined && isSameLine(known.params, params) ? known : undefined
      const session = before ?? initial(params, now, this.#chance)
      const fd = sockets.senders[params.name]
      const machine: Machine = { slot, session, fd, sendErrno: 0, complaints: new Set() }
      this.#machines.set(params.name, machine)
      if (before === undefined) this.#ports.publish(slot, undefined)
      else if (inherited) machine.session = resumed(before, this.#ports.published(slot) ?? null, now)
      if (before !== undefined) this.#step(machine, { type: 'configure', params }, now)
      this.#step(machine, { type: 'path', usable: fd !== undefined }, now)
      const isLost = before === undefined && known?.state === 'up'
      this.#commit(machine, isLost ? [{ type: 'tell', up: false }] : [])
    }
  }

  #step(machine: Machine, event: Event, now: Instant): void {
    const before = machine.session
    const { session, effects } = transition(before, event, now, this.#chance)
    machine.session = session
    if (session.expiresAt !== before.expiresAt) this.#ports.publish(machine.slot, session.expiresAt ?? undefined)
    for (const effect of effects) if (effect.type === 'send') this.#send(machine, effect)
    const told = effects.filter((effect): effect is ToldEffect => effect.type !== 'send')
    if (told.length > 0 || differs(before, session)) this.#commit(machine, told)
  }

  #commit({ session }: Machine, effects: readonly ToldEffect[]): void {
    this.#ports.post({ t: 'step', session: session.params.name, snapshot: session, effects })
  }

  #send(machine: Machine, { packet }: Extract<Effect, { type: 'send' }>): void {
    const { params } = machine.session
    if (machine.fd === undefined) return
    const errno = this.#ports.transmit(machine.fd, params, encodePacket(packet))
    if (errno === machine.sendErrno) return
    machine.sendErrno = errno
    this.#ports.post({ t: 'send-result', session: params.name, errno })
  }

  /** A datagram for none of our sessions is dropped without a word. keepalived logs none of these cases. */
  #complain({ reason, session }: Rejected, { source, hops }: Datagram): void {
    const machine = session === undefined ? undefined : this.#machines.get(session.params.name)
    if (machine === undefined || machine.complaints.has(reason)) return
    machine.complaints.add(reason)
    this.#ports.post({ t: 'rejected', session: machine.session.params.name, reason, source, hops })
  }

  #drawDiscriminator(): number {
    for (let draws = 0; draws < drawsMax; draws++) {
      const drawn = Math.floor(this.#ports.random() * 2 ** 32)
      if (drawn !== 0 && ![...this.#sessions()].some(session => session.discriminator === drawn)) return drawn
    }
    assert(false, 'there are free discriminators')
  }
}
