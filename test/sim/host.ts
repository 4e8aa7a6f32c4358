// A simulated host: a clock of its own, a kernel, and the processes of keepalived-ts, which can be killed, paused with the host,
// or lost with its power.

import type { Family } from '../../src/lib/ip.ts'
import type { VirtualClock } from './clock.ts'
import type { Machine } from './context.ts'
import type { SimConfig } from './daemon.ts'
import { SimKernel } from './kernel.ts'
import type { Policies } from './policies.ts'
import type { Prng } from './prng.ts'
import type { Frame, Segment, Station } from './segment.ts'
import type { Load } from './thread.ts'
import { SimWatchdog } from './watchdog.ts'

export interface HostPorts {
  readonly clock: VirtualClock
  readonly prng: Prng
  readonly segment: Segment
  readonly policies: Policies
  addressChanged(host: SimHost, address: string, present: boolean): void
  sent(host: SimHost, frame: Frame): void
  note(host: SimHost, line: string): void
  unsettled(): void
}

/** systemd starts the service again, RestartSec and some reading of files. */
const serviceRestartUs = 1_200_000

export class SimHost implements Machine, Station {
  readonly name: string
  readonly clock: VirtualClock
  readonly kernel: SimKernel
  readonly number: number
  pausedUntil = 0
  config: SimConfig
  watchdog: SimWatchdog | undefined
  /** What the next threads meet; after them come ordinary ones. */
  nextLoads: Load[] = []
  readonly #ports: HostPorts
  #offset: number
  #isOn = false
  #idle = { total: 0, until: 0 }
  #asleep: { readonly until: number; readonly loses: boolean; readonly lateUs: number } | undefined

  constructor(name: string, family: Family, own: string, config: SimConfig, ports: HostPorts) {
    this.name = name
    this.clock = ports.clock
    this.config = config
    this.#ports = ports
    // Hosts were switched on at different times, and a clock that begins with 0 would hide mistakes. Below 2^31 it is fastest.
    this.#offset = 100_000_000 + ports.prng.integer(0, 1_000_000_000)
    this.kernel = new SimKernel(family, own, (address, present) => ports.addressChanged(this, address, present))
    this.number = ports.segment.attach(this)
  }

  get carrier(): boolean {
    return this.kernel.carrier && this.#isOn
  }

  local(): number {
    return this.clock.now + this.#offset
  }

  trueTime(local: number): number {
    return local - this.#offset
  }

  chance(probability: number): boolean {
    return this.#ports.prng.chance(probability)
  }

  receive(frame: Frame): void {
    const receive = () => this.watchdog?.daemon?.receive(frame)
    if (this.#asleep === undefined) receive()
    else if (!this.#asleep.loses) this.clock.at(this.#asleep.until + this.#asleep.lateUs, receive)
  }

  /** The service is started, for the first time or by systemd. */
  start(): void {
    const { prng, policies, segment, unsettled } = this.#ports
    this.#isOn = true
    const latency = () => (prng.chance(0.02) ? prng.integer(200, 2_000) : prng.integer(20, 150))
    this.watchdog = new SimWatchdog({
      machine: this,
      kernel: this.kernel,
      policies,
      latency,
      bootUs: () => prng.integer(200_000, 600_000),
      commandUs: () => prng.integer(3_000, 20_000),
      finished: () => this.#finished(),
      daemon: {
        machine: this,
        kernel: this.kernel,
        policies,
        latency,
        unsettled,
        note: line => this.#ports.note(this, line),
        config: () => this.config,
        load: () => this.nextLoads.shift() ?? { us: prng.integer(50_000, 150_000), dies: false },
        send: frame => {
          this.#ports.sent(this, frame)
          segment.send(this.number, frame)
        },
      },
    })
  }

  /** Ready to take part in elections. */
  get isUp(): boolean {
    return this.watchdog?.isUp === true && !this.isIdle
  }

  /** Nothing runs for so long. `frozen`: its clock stands still too, as in a suspended machine. */
  pause(forUs: number, frozen: boolean): void {
    const from = Math.max(this.clock.now, this.pausedUntil)
    this.pausedUntil = from + forUs
    this.#beIdle(this.pausedUntil)
    this.watchdog?.context.drawOrder()
    this.watchdog?.daemon?.context.drawOrder()
    if (!frozen) return
    this.clock.at(this.pausedUntil, () => this.jump(-forUs))
  }

  /** As a virtual machine that is not run: its network interface loses what comes, or passes it on a moment after it runs again. */
  sleep(forUs: number, loses: boolean): void {
    this.pause(forUs, false)
    const asleep = { until: this.pausedUntil, loses, lateUs: this.#ports.prng.integer(100, 3_000) }
    this.#asleep = asleep
    this.clock.at(asleep.until, () => {
      if (this.#asleep === asleep) this.#asleep = undefined
    })
  }

  /** The main thread does nothing for so long. */
  stallMain(forUs: number): void {
    this.watchdog?.daemon?.context.stall(this.clock.now + forUs)
    this.#beIdle(this.clock.now + forUs)
  }

  /** The worker thread does nothing for so long. */
  stallWorker(forUs: number): void {
    this.watchdog?.daemon?.worker?.context.stall(this.clock.now + forUs)
  }

  /** The clock of this host goes forward, or back what it went too far while nothing ran. */
  jump(byUs: number): void {
    this.#offset += byUs
    this.watchdog?.rearm()
  }

  /** No power for so long; afterwards nothing is as it was. */
  powerCycle(offForUs: number): void {
    this.watchdog?.vanish()
    this.watchdog = undefined
    this.#isOn = false
    this.kernel.clear()
    this.clock.at(this.clock.now + offForUs, () => {
      if (this.watchdog === undefined) this.start()
    })
  }

  setCarrier(up: boolean): void {
    this.kernel.carrier = up
    const daemon = this.watchdog?.daemon
    daemon?.context.run(() => daemon.linkChanged())
  }

  /** Paused, or its main thread stalled. */
  get isIdle(): boolean {
    return this.#idle.until > this.clock.now
  }

  /** How long, up to now, nobody here could have acted: pauses and stalls of the main thread. */
  idleUs(): number {
    return this.#idle.total - Math.max(0, this.#idle.until - this.clock.now)
  }

  #beIdle(until: number): void {
    const from = Math.max(this.clock.now, this.#idle.until)
    if (until <= from) return
    this.#idle = { total: this.#idle.total + until - from, until }
  }

  #finished(): void {
    this.watchdog = undefined
    this.clock.at(this.clock.now + serviceRestartUs, () => {
      if (this.watchdog === undefined && this.#isOn) this.start()
    })
  }
}
