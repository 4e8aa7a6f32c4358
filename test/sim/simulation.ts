// Runs one scenario in virtual time: the hosts start and elect, accidents happen, all is repaired, and one MASTER must be left.
// Returns what happened; a broken promise is part of that and not thrown.

import type { Accident } from './accident.ts'
import { VirtualClock } from './clock.ts'
import { SimHost } from './host.ts'
import { type Policies, realPolicies } from './policies.ts'
import { Prng } from './prng.ts'
import { ownAddress, type Scenario } from './scenario.ts'
import { healthy, Segment } from './segment.ts'
import { settledFailure } from './settled.ts'
import type { Load } from './thread.ts'
import { Violation } from './violation.ts'
import { Witness } from './witness.ts'

export interface Outcome {
  /** What promise was broken; undefined: all were kept. */
  readonly failure: string | undefined
  /** True time when it ended, microseconds. */
  readonly endedAt: number
  readonly steps: number
}

export interface SimulationOptions {
  readonly policies?: Policies
  /** Hears of everything that happens, with its time in microseconds. */
  readonly log?: (at: number, line: string) => void
}

const ms = 1_000
const bootMaxUs = 600 * ms
const lookEveryUs = 20 * ms
/** From the repair until every host runs again: a daemon that hangs while it starts is given a minute. */
const recoveryMaxUs = 75_000 * ms
/** From the first advert of a new MASTER until the old one has nothing any more. */
const handOverUs = 10 * ms
const stepsMax = 2_000_000

/** Plays the scenario from beginning to end. */
export async function simulate(scenario: Scenario, options: SimulationOptions = {}): Promise<Outcome> {
  const simulation = new Simulation(scenario, options)
  try {
    await simulation.play()
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    const failure = thrown instanceof Violation ? thrown.message : (thrown.stack ?? thrown.message)
    return { failure, endedAt: simulation.clock.now, steps: simulation.steps }
  }
  return { failure: undefined, endedAt: simulation.clock.now, steps: simulation.steps }
}

class Simulation {
  readonly clock = new VirtualClock()
  readonly hosts: SimHost[]
  steps = 0
  readonly #scenario: Scenario
  readonly #segment: Segment
  readonly #witness: Witness
  readonly #prng: Prng
  readonly #log: (line: string) => void
  #unsettled = false
  #repaired = false

  constructor(scenario: Scenario, { policies = realPolicies, log }: SimulationOptions) {
    this.#scenario = scenario
    this.#prng = new Prng(scenario.seed ^ 0x5eed)
    this.#segment = new Segment(this.clock, this.#prng)
    this.#log = log === undefined ? () => {} : line => log(this.clock.now, line)
    const { family, configs, routers } = scenario
    this.hosts = configs.map(
      (config, i) =>
        new SimHost(`r${i + 1}`, family, ownAddress(family, i), config, {
          clock: this.clock,
          prng: this.#prng,
          segment: this.#segment,
          policies,
          addressChanged: (host, address, present) => this.#witness.addressChanged(host, address, present),
          sent: (host, frame) => this.#witness.sent(host, frame),
          note: (host, line) => this.#log(`${host.name} ${line}`),
          unsettled: () => {
            this.#unsettled = true
          },
        }),
    )
    this.#witness = new Witness(this.clock, this.#segment, this.hosts, routers)
    this.#witness.log = this.#log
    const { firstLoads } = scenario
    if (firstLoads !== undefined) this.hosts[firstLoads.host]!.nextLoads = [...firstLoads.loads]
  }

  async play(): Promise<void> {
    const { theme, accidents, troubleUs } = this.#scenario
    for (const host of this.hosts) this.clock.at(this.#prng.integer(0, bootMaxUs), () => host.start())
    await this.#run(bootMaxUs)
    await this.#settle('after the start')
    const began = this.clock.now
    this.#witness.demandSteadiness(theme !== 'everything')
    for (const accident of accidents) this.clock.at(began + accident.at, () => this.#happen(accident))
    await this.#run(began + troubleUs)
    this.#witness.demandSteadiness(false)
    this.#repair()
    await this.#settle('in the end')
    this.#witness.demandSteadiness(true)
    await this.#run(this.clock.now + Math.round(this.#scenario.settleUs / 2))
    this.#askSettled('for good', true)
  }

  /** Waits until all run, then as long as an election may take, and asks that it is over for good. */
  async #settle(when: string): Promise<void> {
    const { settleUs, delayUs } = this.#scenario
    const latest = this.clock.now + recoveryMaxUs
    let wellSince = this.clock.now
    // What was broken before the repair may show later, a daemon that is killed for its silence during a pause.
    while (this.clock.now - wellSince < settleUs) {
      if (this.clock.now >= latest) throw new Violation(`${when}: not all hosts run again`)
      const isWell = this.hosts.every(host => host.isUp)
      if (!isWell) wellSince = this.clock.now + lookEveryUs
      await this.#run(Math.min(this.clock.now + lookEveryUs, Math.max(wellSince, this.clock.now) + settleUs))
    }
    this.#log(`all has been well ${when}`)
    this.#witness.disturbed()
    // With preempt_delay a role may be changing hands at this very moment.
    if (delayUs > 0 && this.#settledFailure(false) !== undefined) await this.#run(this.clock.now + handOverUs)
    this.#askSettled(when, delayUs === 0)
    await this.#run(this.clock.now + delayUs)
    this.#askSettled(when, true)
  }

  #askSettled(when: string, ranked: boolean): void {
    const failure = this.#settledFailure(ranked)
    if (failure !== undefined) throw new Violation(`${when}: ${failure}`)
  }

  #settledFailure(ranked: boolean): string | undefined {
    for (const router of this.#scenario.routers) {
      const failure = settledFailure(this.hosts, router, ranked)
      if (failure !== undefined) return `${router.instance}: ${failure}`
    }
    return undefined
  }

  #repair(): void {
    this.#log('repaired')
    this.#repaired = true
    this.#segment.heal()
    for (const host of this.hosts) {
      host.nextLoads = []
      host.watchdog?.daemon?.doom(null)
      if (!host.kernel.carrier) host.setCarrier(true)
    }
    this.#witness.disturbed()
  }

  async #run(until: number): Promise<void> {
    while (this.clock.step(until)) {
      if (++this.steps > stepsMax) throw new Violation('there is no end to it')
      if (!this.#unsettled) continue
      this.#unsettled = false
      await promisesSettled()
    }
    this.clock.now = until
  }

  #happen(accident: Accident): void {
    this.#log(JSON.stringify(accident, (key, value) => (key === 'config' ? summary(value) : value)))
    this.#carryOut(accident)
    this.#witness.disturbed()
  }

  #carryOut(accident: Accident): void {
    switch (accident.type) {
      case 'wire':
        this.#segment.setWire(accident.from, accident.to, accident.wire)
        return
      case 'partition':
        this.#partition(new Set(accident.side))
        return
      case 'heal':
        this.#segment.heal()
        return
      case 'carrier': {
        const host = this.hosts[accident.host]!
        host.setCarrier(false)
        this.clock.at(this.clock.now + accident.forUs, () => {
          host.setCarrier(true)
          this.#witness.disturbed()
        })
        return
      }
      case 'worker-dies':
        this.hosts[accident.host]!.watchdog?.daemon?.doom({ kind: accident.kind, stepsLeft: accident.steps })
        return
      case 'worker-stalls':
        this.hosts[accident.host]!.stallWorker(accident.forUs)
        return
      case 'famine':
        this.#famine(this.hosts[accident.host]!, accident.loads)
        return
      case 'main-stalls':
        this.hosts[accident.host]!.stallMain(accident.forUs)
        this.#calmAfter(accident.forUs)
        return
      case 'main-hangs':
        this.hosts[accident.host]!.watchdog?.daemon?.hang()
        return
      case 'daemon-dies':
        this.hosts[accident.host]!.watchdog?.killDaemon()
        return
      case 'service-restart':
        this.hosts[accident.host]!.watchdog?.stop()
        return
      case 'power-cycle':
        this.hosts[accident.host]!.powerCycle(accident.forUs)
        return
      case 'pause':
        this.hosts[accident.host]!.pause(accident.forUs, accident.frozen)
        this.#calmAfter(this.hosts[accident.host]!.pausedUntil - this.clock.now)
        return
      case 'backup-sleeps': {
        const host = this.hosts[accident.host]!
        if (host.kernel.present.size > 0) return
        host.sleep(accident.forUs, accident.loses)
        this.#calmAfter(accident.forUs)
        return
      }
      case 'clock-jump':
        this.hosts[accident.host]!.jump(accident.byUs)
        return
      case 'reload': {
        const host = this.hosts[accident.host]!
        host.config = accident.config
        host.watchdog?.reload()
        return
      }
      case 'address-stolen':
        this.#steal(this.hosts[accident.host]!, accident.index)
    }
  }

  /** Kills the worker, its successor and so on, as long as there are loads to spoil. */
  #famine(host: SimHost, loads: readonly Load[]): void {
    host.nextLoads = [...loads]
    const kill = () => {
      if (!this.#repaired) host.watchdog?.daemon?.worker?.kill('killed')
    }
    for (let i = 0; i < 2; i++) this.clock.at(this.clock.now + i * 10 * ms, kill)
  }

  #partition(side: ReadonlySet<number>): void {
    for (const a of this.hosts.keys()) {
      for (const b of this.hosts.keys()) {
        this.#segment.setWire(a, b, side.has(a) === side.has(b) ? healthy : { ...healthy, up: false })
      }
    }
  }

  #steal(host: SimHost, index: number): void {
    const address = this.#scenario.routers[0]!.addresses[index]!
    if (!host.kernel.present.has(address)) return
    host.kernel.remove(address)
    const daemon = host.watchdog?.daemon
    daemon?.context.run(() => daemon.addressChanged())
  }

  #calmAfter(forUs: number): void {
    this.clock.at(this.clock.now + forUs, () => this.#witness.disturbed())
  }
}

function summary(config: Scenario['configs'][number]): string {
  return config.instances.map(({ name, priority, addresses }) => `${name} ${priority} ${addresses.length}`).join(', ')
}

/** Effects are carried out by promises that wait for nothing but each other. */
function promisesSettled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
