// A simulated watchdog process: the real policy and the real keeper of the estate, with a daemon that starts and dies in virtual
// time. What watchdog.ts does with child processes and ip(8) is done here.

import { type HeldAddress, shortestSurvivalUs } from '../../src/supervisor/watchdog/estate.ts'
import {
  begun,
  died,
  dueEvictions,
  emptyKeeper,
  estateOf,
  evictionAt,
  heard,
  leftBehind,
  withEvictions,
} from '../../src/supervisor/watchdog/estate-keeper.ts'
import type { FromDaemon } from '../../src/supervisor/watchdog/watchdog-channel.ts'
import {
  newWatchdog,
  type WatchdogEffect,
  type WatchdogEvent,
  watchdogDeadline,
  watchdogLimits,
} from '../../src/supervisor/watchdog/watchdog-policy.ts'
import { Channel, Context, type Machine, Timer } from './context.ts'
import type { DaemonPorts } from './daemon.ts'
import { SimDaemon } from './daemon.ts'
import type { SimKernel } from './kernel.ts'
import type { Policies } from './policies.ts'
import { Violation } from './violation.ts'

export interface WatchdogPorts {
  readonly machine: Machine
  readonly kernel: SimKernel
  readonly policies: Policies
  readonly daemon: Omit<DaemonPorts, 'tell' | 'exit'>
  latency(): number
  /** From fork to the first decision. */
  bootUs(): number
  /** What it takes to run ip(8). */
  commandUs(): number
  /** There is nothing more to watch over. */
  finished(): void
}

const exitSeenAfterUs = 2_000

export class SimWatchdog {
  readonly context: Context
  daemon: SimDaemon | undefined
  #begun = false
  readonly #ports: WatchdogPorts
  readonly #timer: Timer
  readonly #evictionTimer: Timer
  #state = newWatchdog()
  #keeper = emptyKeeper

  constructor(ports: WatchdogPorts) {
    this.#ports = ports
    this.context = new Context(ports.machine, ports.latency)
    this.#timer = new Timer(this.context, () => this.#dispatch({ type: 'timer' }))
    this.#evictionTimer = new Timer(this.context, () => this.#evictDue())
    this.#dispatch({ type: 'start' })
  }

  /** The daemon is there and has begun. */
  get isUp(): boolean {
    return this.#begun && this.daemon?.isReady === true
  }

  stop(): void {
    this.#dispatch({ type: 'stop' })
  }

  reload(): void {
    if (this.#begun && this.#state.phase.name === 'running') this.daemon?.context.run(() => this.daemon?.reload())
  }

  /** The daemon process is gone from one moment to the next. */
  killDaemon(): void {
    const { daemon } = this
    if (daemon === undefined) return
    daemon.die()
    this.daemon = undefined
    this.context.at(this.#ports.machine.clock.now + exitSeenAfterUs, () => this.#gone(null, 'SIGKILL'))
  }

  /** Power failure. */
  vanish(): void {
    this.context.die()
    this.daemon?.die()
  }

  rearm(): void {
    for (const timer of this.context.timers) timer.rearm()
    this.daemon?.rearm()
  }

  #now(): number {
    return this.#ports.machine.local()
  }

  #dispatch(event: WatchdogEvent): void {
    const step = this.#ports.policies.watch(this.#state, event, this.#now(), watchdogLimits)
    this.#state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    this.#timer.set(watchdogDeadline(this.#state, watchdogLimits))
  }

  #carryOut(effect: WatchdogEffect): void {
    switch (effect.type) {
      case 'spawn':
        this.#spawn()
        return
      case 'order-stop': {
        const { daemon } = this
        daemon?.context.run(() => daemon.stop())
        return
      }
      case 'kill':
        if (this.daemon?.hangs === false)
          throw new Violation(`patient: a daemon that lives is killed: ${effect.reason}`)
        this.killDaemon()
        return
      case 'finish':
        this.#evictionTimer.set(undefined)
        this.#finish(leftBehind(this.#keeper))
        return
      case 'restart':
        this.#keeper = withEvictions(this.#keeper, this.#now())
        this.#evictDue()
    }
  }

  #finish(left: readonly HeldAddress[]): void {
    const at = this.#evict(left.map(({ address }) => address))
    this.context.at(at, () => {
      this.context.die()
      this.#ports.finished()
    })
  }

  #spawn(): void {
    const { machine, latency, bootUs } = this.#ports
    const up = new Channel<() => void>(this.context, latency, action => action())
    this.#begun = false
    this.#keeper = begun(this.#keeper)
    const ports = {
      ...this.#ports.daemon,
      tell: (message: FromDaemon) => up.send(() => this.#hear(message)),
      exit: (status: number) => {
        // Last words come first, and the exit is seen a little later.
        machine.clock.at(machine.clock.now + exitSeenAfterUs, () => up.send(() => this.#gone(status, null)))
      },
    }
    const daemon = new SimDaemon(ports, estateOf(this.#keeper))
    this.daemon = daemon
    daemon.context.at(machine.clock.now + bootUs(), () => {
      this.#begun = true
      daemon.begin()
      up.send(() => this.#dispatch({ type: 'ready' }))
    })
  }

  #hear(message: FromDaemon): void {
    this.#keeper = heard(this.#keeper, message, this.#now())
    if (message.t === 'alive') this.#dispatch({ type: 'alive' })
    if (message.t !== 'holding') return
    this.#dispatch({ type: 'held', survivalUs: shortestSurvivalUs(this.#keeper.held) })
    this.#armEvictions()
  }

  #gone(status: number | null, signal: string | null): void {
    this.daemon = undefined
    this.#begun = false
    this.#keeper = died(this.#keeper, this.#now())
    this.#dispatch({ type: 'exit', status, signal })
  }

  #armEvictions(): void {
    this.#evictionTimer.set(evictionAt(this.#keeper))
  }

  #evictDue(): void {
    const { keeper, addresses } = dueEvictions(this.#keeper, this.#now())
    this.#keeper = keeper
    this.#evict(addresses.map(({ address }) => address))
    this.#armEvictions()
  }

  /** Returns the true time when that is done. */
  #evict(addresses: readonly string[]): number {
    const { machine, kernel, commandUs } = this.#ports
    if (addresses.length === 0) return machine.clock.now
    const at = machine.clock.now + commandUs()
    this.context.at(at, () => {
      for (const address of addresses) {
        if (!kernel.present.has(address)) continue
        kernel.remove(address)
        const { daemon } = this
        daemon?.context.run(() => daemon.addressChanged())
      }
    })
    return at
  }
}
