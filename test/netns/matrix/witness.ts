// What was seen of three virtual routers since the last `forget`: adverts, addresses and the client's answers, kept apart
// per virtual router, because at 10 ms intervals a search of the whole timeline would disturb what it measures.

import type { AddressEvent, AdvertEvent, AnswerEvent } from '../../lab/event.ts'
import type { Lab } from '../../lab/lab.ts'
import { startProber } from '../../lab/prober.ts'

export interface Watched {
  readonly vrid: number
  /** With prefix. */
  readonly vip: string
}

export interface Sight {
  readonly adverts: AdvertEvent[]
  readonly addresses: AddressEvent[]
  readonly answers: AnswerEvent[]
  /** Names of the nodes that hold the address now. */
  readonly holders: Set<string>
  /** Who held it when the sight was last forgotten. */
  heldBefore: readonly string[]
}

export const ECHO_PORT = 7777
const PROBE_EVERY_MS = 5
/** A later answer is none. */
const ANSWER_WITHIN_MS = 100

export class Witness {
  readonly #sights = new Map<number, Sight>()
  readonly #vrids = new Map<string, number>()

  constructor(lab: Lab, watched: readonly Watched[]) {
    for (const { vrid, vip } of watched) {
      const sight: Sight = { adverts: [], addresses: [], answers: [], holders: new Set(), heldBefore: [] }
      this.#sights.set(vrid, sight)
      this.#vrids.set(vip, vrid)
    }
    lab.timeline.follow(event => {
      if (event.kind === 'advert') this.#sights.get(event.vrid)?.adverts.push(event)
      if (event.kind === 'address') this.#onAddress(event)
    })
  }

  /** A client asks each address every 5 ms. */
  probe(lab: Lab): void {
    for (const [vip, vrid] of this.#vrids) {
      const address = vip.slice(0, vip.indexOf('/'))
      const options = {
        protocol: 'udp',
        address,
        port: ECHO_PORT,
        intervalMs: PROBE_EVERY_MS,
        timeoutMs: ANSWER_WITHIN_MS,
      } as const
      startProber(lab, options, answer => this.sight(vrid).answers.push(answer))
    }
  }

  sight(vrid: number): Sight {
    const sight = this.#sights.get(vrid)
    if (sight === undefined) throw new Error(`vrid ${vrid} is not watched`)
    return sight
  }

  /** Begins anew; the last advert and answer of each stay, so that a gap that begins now has a beginning. */
  forget(): void {
    for (const sight of this.#sights.values()) {
      sight.adverts.splice(0, sight.adverts.length - 1)
      sight.answers.splice(0, sight.answers.length - 1)
      sight.addresses.length = 0
      sight.heldBefore = [...sight.holders]
    }
  }

  #onAddress(event: AddressEvent): void {
    const vrid = this.#vrids.get(event.address)
    if (vrid === undefined) return
    const sight = this.sight(vrid)
    sight.addresses.push(event)
    if (event.present) sight.holders.add(event.from)
    else sight.holders.delete(event.from)
  }
}
