// A simulated vrrp worker thread: the real shell and the real turn around it, an inbox, and ways to die at any step. A step is one
// call of a port: taking a message, posting one, sending a packet, publishing a deadline.

import type { FromVrrp, ToVrrp } from '../../src/ipc/messages/vrrp.ts'
import { type AdvertToSend, type LoopPorts, VrrpLoop } from '../../src/workers/vrrp/loop.ts'
import { Channel, Context, type Machine, Timer } from './context.ts'
import type { Policies } from './policies.ts'

/** Memory that the thread shares with its supervisor. */
export interface SimBoard {
  readonly deadlines: Map<number, number>
  readonly bridged: Map<number, number>
  consumed: number
}

export interface ThreadPorts {
  readonly machine: Machine
  readonly board: SimBoard
  readonly policies: Policies
  /** A latency between two threads, microseconds. */
  latency(): number
  transmit(advert: AdvertToSend): void
  message(message: FromVrrp): void
  ended(reason: string): void
}

/** At this step from now the thread throws, or hangs until it is killed. */
export interface Doom {
  readonly kind: 'throw' | 'hang'
  stepsLeft: number
}

/** How a thread comes into the world. */
export interface Load {
  /** How long it takes. */
  readonly us: number
  /** It does not survive that. */
  readonly dies: boolean
  /** What it meets afterwards. */
  readonly doom?: { readonly kind: 'throw' | 'hang'; readonly steps: number }
}

class Crash extends Error {}
class Hang extends Error {}

const exitSeenAfterUs = 3_000

export class SimThread {
  readonly context: Context
  readonly #ports: ThreadPorts
  readonly #shell: VrrpLoop
  readonly #inbox: ToVrrp[] = []
  readonly #up: Channel<() => void>
  #lastAt = 0
  #isAsked = false
  #isKilled = false
  readonly #alarm: Timer
  #doom: Doom | null = null
  #started = false
  #turnComes = false
  steps = 0

  /** `supervisor` is the context that its messages go to. */
  constructor(ports: ThreadPorts, supervisor: Context, load: Load) {
    const { machine, board, policies } = ports
    this.#ports = ports
    this.context = new Context(machine, ports.latency)
    this.#up = new Channel<() => void>(supervisor, ports.latency, action => action())
    this.#alarm = new Timer(this.context, () => this.#turn())
    const shellPorts: LoopPorts = {
      post: message => this.#post(message),
      transmit: (_socket, _link, advert) => {
        this.#step()
        ports.transmit(advert)
        return null
      },
      publish: (slot, at) => {
        this.#step()
        if (at === undefined) board.deadlines.delete(slot)
        else board.deadlines.set(slot, at)
      },
      bridgedAt: slot => board.bridged.get(slot) ?? 0,
    }
    this.#shell = new VrrpLoop(shellPorts, policies.fenceLeadUs)
    const { clock } = machine
    if (load.doom !== undefined) this.#doom = { kind: load.doom.kind, stepsLeft: load.doom.steps }
    this.context.at(clock.now + load.us, () => {
      if (load.dies) this.#die('died while it loaded')
      else this.#up.send(() => ports.message({ t: 'standby', thread: 0 }))
    })
  }

  get isDoomed(): boolean {
    return this.#doom !== null
  }

  /** From the supervisor. What has arrived lies there, also while the thread is stalled. */
  post(message: ToVrrp): void {
    const { machine, latency } = this.#ports
    this.#lastAt = Math.max(this.#lastAt, machine.clock.now + latency())
    machine.clock.at(this.#lastAt, () => this.#arrived(message))
  }

  /** Nothing is under way from or to it, and nothing is going to happen to it: what it is asked now it answers at once. */
  get isIdle(): boolean {
    const { clock, pausedUntil } = this.#ports.machine
    const free =
      !this.context.dead && this.#started && this.context.stalledUntil <= clock.now && pausedUntil <= clock.now
    return free && this.#doom === null && this.#inbox.length === 0 && this.#lastAt <= clock.now && this.#up.isEmpty
  }

  /** A message that takes no time, for an idle thread. */
  ask(message: ToVrrp): void {
    this.#inbox.push(message)
    this.#isAsked = true
    this.#turn()
    this.#isAsked = false
  }

  /** null: it is spared. */
  doom(doom: Doom | null): void {
    if (!this.context.dead) this.#doom = doom
  }

  /** Ends it at once from outside. */
  kill(reason: string): void {
    this.#isKilled = true
    this.#die(reason)
  }

  /** Takes the thread away with its process: nobody is told. */
  vanish(): void {
    this.context.die()
  }

  #post(message: FromVrrp): void {
    this.#step()
    if (this.#isAsked) this.#ports.message(message)
    else this.#up.send(() => this.#said(message))
  }

  /** What a thread posted before it was killed is not listened to any more. */
  #said(message: FromVrrp): void {
    if (!this.#isKilled) this.#ports.message(message)
  }

  #arrived(message: ToVrrp): void {
    this.#inbox.push(message)
    if (this.#turnComes) return
    this.#turnComes = true
    this.context.run(() => this.#turn())
  }

  #turn(): void {
    this.#turnComes = false
    try {
      if (!this.#started) this.#start()
      if (this.#takeTurn()) return
    } catch (thrown) {
      if (thrown instanceof Hang) this.context.stall(Number.POSITIVE_INFINITY)
      else if (thrown instanceof Crash) this.#die('threw')
      else throw thrown
      return
    }
    this.#alarm.set(this.#shell.nextDeadline(this.#ports.machine.local()))
  }

  #start(): void {
    const first = this.#inbox.shift()
    if (first?.t !== 'start') throw new Error(`the first message is ${first?.t}`)
    this.#started = true
    this.#step()
    this.#shell.start(first, this.#ports.machine.local())
  }

  /** True if it has stopped. */
  #takeTurn(): boolean {
    const { machine, board, policies } = this.#ports
    const outcome = policies.takeTurn(this.#shell, {
      receive: () => {
        if (this.#inbox.length > 0) this.#step()
        return this.#inbox.shift()
      },
      post: message => this.#post(message),
      now: () => machine.local(),
      suspendedUs: () => 0,
      countConsumed: () => {
        board.consumed++
      },
      markAlive: () => {},
      fault: () => {
        throw new Crash()
      },
    })
    if (outcome === 'more') this.#arrivedMore()
    if (outcome === 'stopped') this.#die('ended by itself')
    return outcome === 'stopped'
  }

  #arrivedMore(): void {
    this.#turnComes = true
    this.context.at(this.#ports.machine.clock.now, () => this.#turn())
  }

  #step(): void {
    this.steps++
    const doom = this.#doom
    if (doom === null || doom.stepsLeft-- > 0) return
    this.#doom = null
    throw doom.kind === 'hang' ? new Hang() : new Crash()
  }

  /** What it posted before arrives before its end is seen. */
  #die(reason: string): void {
    if (this.context.dead) return
    this.context.die()
    const { clock } = this.#ports.machine
    clock.at(clock.now + exitSeenAfterUs, () => this.#up.send(() => this.#ports.ended(reason)))
  }
}
