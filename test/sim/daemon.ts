// A simulated daemon process: the real supervisor policies, effect runner and address keeper between a simulated kernel and
// simulated threads. What worker/actor.ts, worker-host.ts and vrrp/stack.ts do with timers and sockets is done here in virtual time.

import type { SyncGroup, VrrpInstance } from '../../src/config/blocks/instance/model.ts'
import type { Cancellable } from '../../src/supervisor/actors/timer-port.ts'
import { EffectRunner } from '../../src/supervisor/vrrp/effect-runner.ts'
import { Holdings } from '../../src/supervisor/vrrp/kernel/holdings.ts'
import { pingEveryMs, stopWithinMs } from '../../src/supervisor/vrrp/worker/patience.ts'
import { actorDeadline } from '../../src/supervisor/vrrp/worker/policy.ts'
import { type ActorEffect, type ActorEvent, newActor, type Outside } from '../../src/supervisor/vrrp/worker/state.ts'
import { type Estate, succeed } from '../../src/supervisor/watchdog/estate.ts'
import { aliveEveryMs, type FromDaemon } from '../../src/supervisor/watchdog/watchdog-channel.ts'
import { silentLog } from '../fixtures/vrrp-instance.ts'
import { Channel, Context, type Machine, Timer } from './context.ts'
import { Crew, type CrewPorts } from './crew.ts'
import { interfaceName, type SimKernel } from './kernel.ts'
import type { Policies } from './policies.ts'
import type { Frame } from './segment.ts'
import type { Doom, Load, SimBoard, SimThread } from './thread.ts'

export interface SimConfig {
  readonly instances: readonly VrrpInstance[]
  readonly groups: readonly SyncGroup[]
}

export interface DaemonPorts {
  readonly machine: Machine
  readonly kernel: SimKernel
  readonly policies: Policies
  config(): SimConfig
  latency(): number
  load(): Load
  send(frame: Frame): void
  tell(message: FromDaemon): void
  exit(status: number): void
  /** For those who want to read what happened. */
  note(line: string): void
  /** Something was begun that needs promises to settle. */
  unsettled(): void
}

/** Frames in the receive buffer of the socket; the kernel drops what comes after. */
const receiveMax = 128
const wornOut = 70
const ticksPerSign = aliveEveryMs / pingEveryMs

export class SimDaemon {
  readonly context: Context
  readonly board: SimBoard = { deadlines: new Map(), bridged: new Map(), consumed: 0 }
  readonly #ports: DaemonPorts
  readonly #estate: Estate | undefined
  readonly #crew: Crew
  readonly #holdings: Holdings
  readonly #effects: EffectRunner
  readonly #socket: Channel<Frame>
  readonly #outside: Outside
  readonly #lookTimer: Timer
  readonly #stopTimer: Timer
  #actor = newActor
  #received = 0
  #ticks = 0
  #listening = false
  #exitStatus: number | undefined

  /** `estate`: what a dead predecessor left; undefined: there was none. */
  constructor(ports: DaemonPorts, estate: Estate | undefined) {
    const { machine, kernel } = ports
    this.#ports = ports
    this.#estate = estate
    this.context = new Context(machine, ports.latency)
    this.#holdings = new Holdings(
      {
        log: silentLog,
        later: (action, delayMs) => this.#later(action, delayMs),
        now: () => this.#now(),
        link: () => kernel.link(),
        add: async ({ address }) => !this.context.dead && kernel.add(address),
        remove: ({ address }) => this.#kernelDoes(() => kernel.remove(address)),
        told: (added, removed) => ports.tell({ t: 'holding', added, removed }),
        regained: (router, address) =>
          this.#dispatch({ type: 'post', message: { t: 'address-lost', router, address } }),
      },
      estate?.held,
    )
    this.#effects = new EffectRunner({
      addresses: this.#holdings,
      announce: () => {},
      announceAddress: () => {},
      announceSource: () => {},
      forgetAnnouncements: () => {},
      notify: () => {},
      log: silentLog,
    })
    this.#socket = new Channel<Frame>(this.context, ports.latency, frame => this.#frame(frame))
    this.#lookTimer = new Timer(this.context, () => this.#dispatch({ type: 'timer' }))
    this.#crew = this.#hire()
    this.#stopTimer = new Timer(this.context, () => this.#dispatch({ type: 'stop-overdue' }))
    const crew = this.#crew
    this.#outside = {
      get running() {
        return crew.isRunning
      },
      get lifeAt() {
        return crew.lifeAt
      },
      consumed: () => this.board.consumed,
      deadlineOf: slot => this.board.deadlines.get(slot),
      sockets: () => this.#sockets(),
    }
  }

  /** The end of loading: begins with what the predecessor left. */
  begin(): void {
    const { instances, groups } = this.#ports.config()
    const now = this.#now()
    const { inherited, abandoned, orphans } = succeed(this.#estate, instances, now)
    this.#listening = true
    this.#crew.open()
    this.#ports.note(`daemon begins, inherits ${Object.keys(inherited).join(' ') || 'nothing'}`)
    this.#dispatch({ type: 'link', link: this.#ports.kernel.link() })
    for (const instance of abandoned) this.#apply(instance, [{ type: 'ensure-addresses', present: false }])
    void this.#holdings.discard(orphans)
    this.#crew.use(instances)
    this.#dispatch({ type: 'start', instances, groups, inherited })
    this.#crew.start()
  }

  reload(): void {
    const { instances, groups } = this.#ports.config()
    this.#crew.use(instances)
    this.#holdings.configure(instances)
    this.#dispatch({ type: 'reload', instances, groups })
  }

  linkChanged(): void {
    if (!this.#listening) return
    const link = this.#ports.kernel.link()
    this.#holdings.linkChanged(link)
    this.#dispatch({ type: 'link', link })
  }

  /** An address came or went: a change of its link, as in vrrp/stack.ts. */
  addressChanged(): void {
    if (this.#listening) this.#holdings.linkChanged({ name: interfaceName })
  }

  /** Orderly end. */
  stop(status = 0): void {
    if (this.#exitStatus !== undefined) return
    this.#exitStatus = status
    if (!this.#listening) {
      this.#exit()
      return
    }
    this.#stopTimer.set(this.#now() + stopWithinMs * 1_000)
    this.#dispatch({ type: 'stop' })
  }

  /** The main thread does nothing any more, its worker goes on. */
  hang(): void {
    this.context.stall(Number.POSITIVE_INFINITY)
  }

  get hangs(): boolean {
    return this.context.stalledUntil === Number.POSITIVE_INFINITY
  }

  /** Gone, with all its threads. */
  die(): void {
    this.context.die()
    this.#crew.vanish()
  }

  /** A frame at the network interface. */
  receive(frame: Frame): void {
    if (!this.#listening || this.#received >= receiveMax) return
    this.#received++
    this.#socket.send(frame)
  }

  /** The thread that is in charge, if it has been given its start message. */
  get worker(): SimThread | undefined {
    return this.#crew.worker
  }

  doom(doom: Doom | null): void {
    this.worker?.doom(doom)
  }

  /** Its worker is at work, and nobody has told it to stop. */
  get isReady(): boolean {
    const { worker } = this
    const runs =
      worker !== undefined && !worker.isDoomed && worker.context.stalledUntil <= this.#ports.machine.clock.now
    return runs && !this.hangs && this.#crew.isReady && this.#exitStatus === undefined
  }

  rearm(): void {
    for (const timer of this.context.timers) timer.rearm()
    this.#crew.rearm()
  }

  #now(): number {
    return this.#ports.machine.local()
  }

  #sockets() {
    const { instances } = this.#ports.config()
    return { sockets: [{ interface: interfaceName, family: instances[0]?.family ?? 4, fd: 3 } as const], broken: {} }
  }

  #frame({ family, source, bytes }: Frame): void {
    this.#received--
    const beside = family === 6 ? { source, hopLimit: 255 } : {}
    const frame = { at: this.#now(), interface: interfaceName, family, bytes, ...beside }
    this.#dispatch({ type: 'frame', frame })
  }

  #hire(): Crew {
    const { machine, policies, latency, load, note, send, config } = this.#ports
    const ports: CrewPorts = {
      machine,
      policies,
      board: this.board,
      latency,
      load,
      note,
      transmit: ({ packet, source }) => send({ family: config().instances[0]?.family ?? 4, source, bytes: packet }),
      tell: event => this.#dispatch(event),
      ticked: () => this.#ticked(),
    }
    return new Crew(ports, this.context)
  }

  #ticked(): void {
    if (++this.#ticks % ticksPerSign === 0) this.#ports.tell({ t: 'alive' })
  }

  #dispatch(event: ActorEvent): void {
    const options = { delayUntil: null }
    const step = this.#ports.policies.decide(options, this.#actor, event, this.#outside, this.#now())
    this.#actor = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    this.#lookTimer.set(actorDeadline(this.#actor))
  }

  #carryOut(effect: ActorEffect): void {
    const { board } = this
    switch (effect.type) {
      case 'post':
        this.worker?.post(effect.message)
        return
      case 'reset-consumed':
        board.consumed = 0
        return
      case 'publish-deadline':
        if (effect.at === null) board.deadlines.delete(effect.slot)
        else board.deadlines.set(effect.slot, effect.at)
        return
      case 'publish-bridged':
        board.bridged.set(effect.slot, effect.at)
        return
      case 'transmit':
        this.#send(effect)
        return
      case 'apply':
        this.#apply(effect.instance, effect.effects)
        return
      case 'remember':
        this.#ports.note(`${effect.instance} is ${effect.state?.name ?? 'unknown'}`)
        this.#ports.tell({ t: 'role', instance: effect.router, state: effect.state, survivalUs: effect.survivalUs })
        return
      case 'up-to-date':
        return
      case 'stopped':
        void this.#effects.settled().then(() => this.#exit())
        this.#ports.unsettled()
        return
      case 'gave-up':
        this.stop(wornOut)
        return
      case 'return-fence':
        // Behind everything that has come to this process by now, as setImmediate() is.
        this.context.at(this.#ports.machine.clock.now + 2, () => {
          this.#dispatch({ type: 'post', message: { t: 'fence', n: effect.n } })
        })
        return
      case 'notify-group':
      case 'counters':
    }
  }

  #send({ order, advert }: Extract<ActorEffect, { type: 'transmit' }>): void {
    this.#ports.send({ family: order.family, source: order.template.source, bytes: advert.packet })
  }

  #apply(...[instance, effects]: Parameters<EffectRunner['apply']>): void {
    void this.#effects.apply(instance, effects)
    this.#ports.unsettled()
  }

  #later(action: () => void, delayMs: number): Cancellable {
    let cancelled = false
    this.context.at(this.#ports.machine.clock.now + Math.max(1, delayMs * 1_000), () => {
      if (cancelled) return
      action()
      this.#ports.unsettled()
    })
    return {
      cancel: () => {
        cancelled = true
      },
    }
  }

  #kernelDoes(action: () => void): Promise<void> {
    if (!this.context.dead) action()
    return Promise.resolve()
  }

  #exit(): void {
    if (this.context.dead) return
    this.#holdings.close()
    this.die()
    this.#ports.exit(this.#exitStatus ?? 0)
  }
}
