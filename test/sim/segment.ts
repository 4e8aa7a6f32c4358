// The link that all simulated hosts are on. From each host to each other it loses, delays, repeats and reorders frames, or
// carries none at all. A healthy segment carries everything within a quarter of a millisecond and in order.

import type { Family } from '../../src/lib/ip.ts'
import type { VirtualClock } from './clock.ts'
import type { Prng } from './prng.ts'

export interface Wire {
  readonly up: boolean
  readonly loss: number
  readonly duplication: number
  readonly delayMaxUs: number
  readonly reorders: boolean
}

export interface Frame {
  readonly family: Family
  readonly source: Uint8Array
  readonly bytes: Uint8Array
}

export interface Station {
  /** Is the cable plugged in? */
  readonly carrier: boolean
  receive(frame: Frame): void
}

export const healthy: Wire = { up: true, loss: 0, duplication: 0, delayMaxUs: 250, reorders: false }

const delayMinUs = 20
/** Frames under way from one host to another; a switch has no more memory either. */
const flyingMax = 256

export class Segment {
  readonly #clock: VirtualClock
  readonly #prng: Prng
  readonly #stations: Station[] = []
  readonly #wires: Wire[][] = []
  readonly #lastAt: number[][] = []
  readonly #flying: number[][] = []

  constructor(clock: VirtualClock, prng: Prng) {
    this.#clock = clock
    this.#prng = prng
  }

  /** Returns the number of the new station. */
  attach(station: Station): number {
    for (const wires of this.#wires) wires.push(healthy)
    for (const row of [...this.#lastAt, ...this.#flying]) row.push(0)
    this.#stations.push(station)
    const { length } = this.#stations
    this.#wires.push(new Array<Wire>(length).fill(healthy))
    this.#lastAt.push(new Array<number>(length).fill(0))
    this.#flying.push(new Array<number>(length).fill(0))
    return length - 1
  }

  setWire(from: number, to: number, wire: Wire): void {
    this.#wires[from]![to] = wire
  }

  heal(): void {
    for (const wires of this.#wires) wires.fill(healthy)
  }

  /** Both hear everything that the other says. */
  isSound(a: number, b: number): boolean {
    return [this.#wires[a]![b]!, this.#wires[b]![a]!].every(wire => wire === healthy)
  }

  /** Multicast: to everybody else. */
  send(from: number, frame: Frame): void {
    if (!this.#stations[from]!.carrier) return
    for (const [to, wire] of this.#wires[from]!.entries()) {
      if (to === from || !wire.up || this.#prng.chance(wire.loss)) continue
      this.#carry(from, to, wire, frame)
      if (this.#prng.chance(wire.duplication)) this.#carry(from, to, wire, frame)
    }
  }

  #carry(from: number, to: number, wire: Wire, frame: Frame): void {
    const flying = this.#flying[from]!
    if (flying[to]! >= flyingMax) return
    flying[to]!++
    const drawn = this.#clock.now + this.#prng.integer(delayMinUs, wire.delayMaxUs)
    const at = wire.reorders ? drawn : Math.max(drawn, this.#lastAt[from]![to]!)
    this.#lastAt[from]![to] = Math.max(at, this.#lastAt[from]![to]!)
    this.#clock.at(at, () => {
      flying[to]!--
      const station = this.#stations[to]!
      if (station.carrier) station.receive(frame)
    })
  }
}
