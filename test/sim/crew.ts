// The threads of one simulated daemon: the real host policy, with threads that load, die and are pinged in virtual time. What
// worker-host.ts does with Piscina is done here.

import type { FromVrrp } from '../../src/ipc/messages/vrrp.ts'
import {
  type HostEffect,
  type HostEvent,
  type HostLimits,
  hostDeadline,
  isRunning,
  newHost,
} from '../../src/supervisor/actors/host-policy.ts'
import { vrrpRestart } from '../../src/supervisor/actors/restart-policy.ts'
import { pingEveryMs, pongWithinMs } from '../../src/supervisor/vrrp/worker/patience.ts'
import type { ActorEvent } from '../../src/supervisor/vrrp/worker/state.ts'
import type { AdvertToSend } from '../../src/workers/vrrp/loop.ts'
import { type Context, type Machine, Timer } from './context.ts'
import type { Policies } from './policies.ts'
import { type Load, type SimBoard, SimThread } from './thread.ts'

export interface CrewPorts {
  readonly machine: Machine
  readonly policies: Policies
  readonly board: SimBoard
  latency(): number
  load(): Load
  transmit(advert: AdvertToSend): void
  /** For the policy of the actor. */
  tell(event: ActorEvent): void
  ticked(): void
  note(line: string): void
}

const limitsOf = (pongMs: number): HostLimits => ({
  warmSpare: true,
  pingEveryUs: pingEveryMs * 1_000,
  pongWithinUs: pongMs * 1_000,
  restart: vrrpRestart,
})

export class Crew {
  readonly #ports: CrewPorts
  readonly #supervisor: Context
  readonly #threads = new Map<number, SimThread>()
  readonly #timer: Timer
  readonly #pingTimer: Timer
  #state = newHost(0)
  #limits = limitsOf(pongWithinMs([]))

  /** `supervisor` is the main thread of the daemon. */
  constructor(ports: CrewPorts, supervisor: Context) {
    this.#ports = ports
    this.#supervisor = supervisor
    this.#timer = new Timer(supervisor, () => this.#dispatch({ type: 'timer' }))
    this.#pingTimer = new Timer(supervisor, () => this.#tick())
  }

  /** The process has loaded its code, and nobody has been silent yet. */
  open(): void {
    this.#state = newHost(this.#now())
  }

  start(): void {
    this.#dispatch({ type: 'start' })
    this.#pingTimer.set(this.#now() + this.#limits.pingEveryUs)
  }

  /** What is configured from now on. */
  use(instances: Parameters<typeof pongWithinMs>[0]): void {
    this.#limits = limitsOf(pongWithinMs(instances))
  }

  get isRunning(): boolean {
    return isRunning(this.#state)
  }

  get isReady(): boolean {
    return this.#state.active?.ready === true
  }

  get lifeAt(): number {
    return this.#state.lifeAt
  }

  /** The thread that is in charge. */
  get worker(): SimThread | undefined {
    const { active } = this.#state
    return active === null ? undefined : this.#threads.get(active.id)
  }

  /** Gone with the process. */
  vanish(): void {
    for (const thread of this.#threads.values()) thread.vanish()
  }

  rearm(): void {
    for (const thread of this.#threads.values()) for (const timer of thread.context.timers) timer.rearm()
  }

  #now(): number {
    return this.#ports.machine.local()
  }

  #tick(): void {
    this.#pingTimer.set(this.#now() + this.#limits.pingEveryUs)
    this.#dispatch({ type: 'tick' })
    this.#ports.ticked()
  }

  #dispatch(event: HostEvent): void {
    const step = this.#ports.policies.host(this.#state, event, this.#now(), this.#limits)
    this.#state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    this.#timer.set(hostDeadline(this.#state))
  }

  #carryOut(effect: HostEffect): void {
    switch (effect.type) {
      case 'create':
        this.#create(effect.id)
        return
      case 'kill':
        this.#threads.get(effect.id)?.kill(effect.reason)
        return
      case 'ping':
        this.#ping(this.#threads.get(effect.id), effect.n)
        return
      case 'activated':
        this.#ports.note(`worker ${this.#state.active?.id} takes over${effect.clean ? ' clean' : ''}`)
        this.#ports.tell({ type: 'activated', clean: effect.clean })
        return
      case 'down':
        this.#ports.tell({ type: 'down' })
        return
      case 'escalated':
        this.#ports.tell({ type: 'escalated' })
        return
      case 'restart':
      case 'back':
      case 'spare-died':
    }
  }

  /** Most of what goes on are pings, so those that meet nothing special are cut short. */
  #ping(thread: SimThread | undefined, n: number): void {
    if (thread?.isIdle === true) thread.ask({ t: 'ping', n })
    else thread?.post({ t: 'ping', n })
  }

  #create(id: number): void {
    const { machine, policies, board, latency, load, transmit } = this.#ports
    const thread = new SimThread(
      {
        machine,
        policies,
        board,
        latency,
        transmit,
        message: message => this.#heard(id, message),
        ended: reason => {
          this.#threads.delete(id)
          this.#ports.note(`worker ${id} has ended: ${reason}`)
          this.#dispatch({ type: 'ended', id, reason })
        },
      },
      this.#supervisor,
      load(),
    )
    this.#threads.set(id, thread)
  }

  #heard(id: number, message: FromVrrp): void {
    if (message.t === 'standby') {
      this.#dispatch({ type: 'standby', id })
      return
    }
    this.#dispatch({ type: 'heard', id, ready: message.t === 'ready' })
    if (this.#state.active?.id === id && message.t !== 'pong') this.#ports.tell({ type: 'message', message })
  }
}
