// What an observer with true time sees, and the promises that must hold at every moment:
//   held      an address is on an interface only while its holder advertises, but for what it takes to notice a death;
//   alone     two that hear each other do not both hold an address for longer than a lease;
//   listens   who was silent for longer than others wait does not go on as MASTER as if nothing had been;
//   steady    where only workers die or stall, no role changes (the scenario says when this is asked for).
// What must hold in the end is asked by settled().

import { leaseUs } from '../../src/supervisor/vrrp/worker/advert-bridge.ts'
import { watchdogLimits } from '../../src/supervisor/watchdog/watchdog-policy.ts'
import { masterDownUs } from '../../src/workers/vrrp/core/timers.ts'
import type { VirtualClock } from './clock.ts'
import type { SimHost } from './host.ts'
import type { Frame, Segment } from './segment.ts'
import { Violation } from './violation.ts'

/** What a virtual router is, for all hosts that take part. */
export interface VirtualRouter {
  readonly instance: string
  readonly vrid: number
  /** Every address that any configuration gives it. */
  readonly addresses: readonly string[]
  /** The longest interval of any configuration. */
  readonly intervalUs: number
  readonly downTimerAdverts: number
}

interface Record {
  readonly host: SimHost
  readonly router: VirtualRouter
  held: number
  heldSince: number
  advertAt: number
  advertAtLocal: number
  /** Time without a chance to act, as it was at the last advert. */
  idleAtAdvert: number
  checking: boolean
}

/** With a main thread that hangs nothing is taken off before the watchdog has lost its patience and ip(8) has run. */
function hangUs(host: SimHost): number {
  return host.watchdog?.daemon?.hangs === true ? watchdogLimits.silenceMinUs + slackUs : 0
}

/** Noticing a death, running ip(8), latencies of threads. */
const slackUs = 60_000

export class Witness {
  readonly #clock: VirtualClock
  readonly #segment: Segment
  readonly #records: Record[] = []
  readonly #dualSince = new Map<string, number>()
  /** Since when no wire changed and nobody was paused. */
  #calmSince = 0
  #steady = false
  log: (line: string) => void = () => {}

  constructor(clock: VirtualClock, segment: Segment, hosts: readonly SimHost[], routers: readonly VirtualRouter[]) {
    this.#clock = clock
    this.#segment = segment
    for (const host of hosts) {
      for (const router of routers) {
        const record = {
          host,
          router,
          held: 0,
          heldSince: 0,
          advertAt: 0,
          advertAtLocal: 0,
          idleAtAdvert: 0,
          checking: false,
        }
        this.#records.push(record)
      }
    }
  }

  /** From now on nobody may take up or give up a role. */
  demandSteadiness(steady: boolean): void {
    this.#steady = steady
  }

  /** A wire or the ability of a host to act has changed. */
  disturbed(): void {
    this.#calmSince = this.#clock.now
  }

  addressChanged(host: SimHost, address: string, present: boolean): void {
    this.log(`${host.name} ${present ? 'holds' : 'drops'} ${address}`)
    for (const record of this.#records) {
      if (record.host !== host || !record.router.addresses.includes(address)) continue
      if (this.#steady) this.#fail(record, `steady: the address ${address} ${present ? 'came' : 'went'}`)
      record.held += present ? 1 : -1
      if (present && record.held === 1) this.#beginsToHold(record)
      if (record.held === 0) this.#noteDuals(record)
    }
  }

  sent(host: SimHost, frame: Frame): void {
    const pdu = frame.family === 6 ? 0 : frame.bytes[9] === 51 ? 44 : 20
    const [vrid, priority] = [frame.bytes[pdu + 1], frame.bytes[pdu + 2]]
    const record = this.#records.find(one => one.host === host && one.router.vrid === vrid)
    if (record === undefined) throw new Violation(`${host.name} sends for VRID ${vrid}`)
    this.log(`${host.name} ${record.router.instance} sends priority ${priority}`)
    if (this.#steady && record.held === 0)
      this.#fail(record, `steady: priority ${priority} sent by one that is no MASTER`)
    if (this.#steady && priority === 0) this.#fail(record, 'steady: resigned')
    if (priority === 0) return
    this.#checkListened(record)
    record.advertAt = this.#clock.now
    record.advertAtLocal = host.local()
    record.idleAtAdvert = host.idleUs()
  }

  /** Who holds addresses of this router. */
  holders(router: VirtualRouter): SimHost[] {
    return this.#records.filter(one => one.router === router && one.held > 0).map(({ host }) => host)
  }

  #beginsToHold(record: Record): void {
    record.heldSince = this.#clock.now
    this.#noteDuals(record)
    if (record.checking) return
    record.checking = true
    this.#checkHeld(record)
  }

  /** Peers of a silent MASTER may take over after so many intervals; before that its addresses must be gone. */
  #checkHeld(record: Record): void {
    const { host, router } = record
    if (record.held === 0) {
      record.checking = false
      return
    }
    const limitUs = router.downTimerAdverts * router.intervalUs + slackUs + hangUs(host)
    const silentUs =
      this.#clock.now - Math.max(record.advertAt, record.heldSince) - (host.idleUs() - record.idleAtAdvert)
    if (silentUs > limitUs) this.#fail(record, `held: silent for ${Math.round(silentUs / 1_000)} ms and still a holder`)
    this.#clock.at(this.#clock.now + Math.max(1_000, limitUs - silentUs + 1), () => this.#checkHeld(record))
  }

  /** Who was silent for longer than others wait listens before it goes on as MASTER. */
  #checkListened(record: Record): void {
    // A worker that listens cannot take its addresses off while the main thread is stalled.
    if (record.held === 0 || record.advertAt === 0 || record.host.isIdle) return
    const silentUs = Math.min(this.#clock.now - record.advertAt, record.host.local() - record.advertAtLocal)
    if (silentUs <= this.#longestDownUs(record.router)) return
    this.#fail(record, `listens: an advert after ${Math.round(silentUs / 1_000)} ms of silence`)
  }

  #longestDownUs({ intervalUs, downTimerAdverts }: VirtualRouter): number {
    return masterDownUs({ version: 3, priority: 1, advertIntervalUs: intervalUs, downTimerAdverts }, 1, intervalUs)
  }

  #noteDuals(changed: Record): void {
    for (const other of this.#records) {
      if (other === changed || other.router !== changed.router) continue
      const [a, b] = [changed.host.number, other.host.number].sort((x, y) => x - y)
      const key = `${changed.router.vrid} ${a} ${b}`
      if (changed.held === 0 || other.held === 0) this.#dualSince.delete(key)
      else if (!this.#dualSince.has(key)) {
        this.#dualSince.set(key, this.#clock.now)
        this.#checkDual(key, changed, other)
      }
    }
  }

  #checkDual(key: string, one: Record, other: Record): void {
    const since = this.#dualSince.get(key)
    if (since === undefined) return
    const patienceUs = hangUs(one.host) + hangUs(other.host)
    const limitUs = leaseUs(this.#longestDownUs(one.router)) + one.router.intervalUs + slackUs + patienceUs
    const idle = one.host.isIdle || other.host.isIdle
    const sound = !idle && this.#segment.isSound(one.host.number, other.host.number)
    const togetherUs = sound ? this.#clock.now - Math.max(since, this.#calmSince) : 0
    if (togetherUs > limitUs) {
      this.#fail(
        one,
        `alone: ${other.host.name} holds the same for ${Math.round(togetherUs / 1_000)} ms and they hear each other`,
      )
    }
    this.#clock.at(this.#clock.now + limitUs - togetherUs + 1, () => this.#checkDual(key, one, other))
  }

  #fail({ host, router }: Record, what: string): never {
    throw new Violation(`${host.name} ${router.instance}: ${what}`)
  }
}
