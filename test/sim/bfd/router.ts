// A router of the BFD simulation: the real shell on a virtual clock, with a supervisor that keeps what a successor needs. Its worker can
// die at any time; datagrams that come meanwhile wait as they do in a socket.

import type { BfdInstance } from '../../../src/config/blocks/bfd/model.ts'
import type { FromBfd } from '../../../src/ipc/messages/bfd.ts'
import type { Instant } from '../../../src/lib/time.ts'
import type { Datagram } from '../../../src/workers/bfd/core/receive.ts'
import type { Session } from '../../../src/workers/bfd/core/session.ts'
import { BfdLoop } from '../../../src/workers/bfd/loop.ts'

/** What a socket holds. */
const WAITING_MAX = 1000

export class Router {
  readonly params: BfdInstance
  /** What VRRP and the checkers were told, in order. */
  readonly told: { readonly at: Instant; readonly up: boolean }[] = []
  readonly #random: () => number
  readonly #send: (bytes: Uint8Array) => void
  readonly #board = new Map<number, Instant>()
  readonly #waiting: Datagram[] = []
  #snapshot: Session | undefined
  #shell: BfdLoop | undefined
  #backAt: Instant = 0
  #now: Instant = 0

  constructor(params: BfdInstance, random: () => number, send: (bytes: Uint8Array) => void) {
    this.params = params
    this.#random = random
    this.#send = send
  }

  get state(): Session['state'] {
    return this.#snapshot?.state ?? 'down'
  }

  deliver(datagram: Datagram): void {
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(datagram)
  }

  /** The worker is gone until `backAt`. */
  crash(backAt: Instant): void {
    this.#shell = undefined
    this.#backAt = backAt
  }

  /** One turn of the reactor, or the start of a successor. */
  turn(now: Instant): void {
    this.#now = now
    if (this.#shell === undefined) {
      if (now < this.#backAt) return
      this.#shell = this.#begin(now)
    }
    for (const datagram of this.#waiting.splice(0)) this.#shell.datagram(datagram, now)
    this.#shell.runDue(now)
  }

  nextAt(): Instant {
    if (this.#shell === undefined) return this.#backAt
    return this.#waiting.length > 0 ? this.#now : (this.#shell.nextDeadline() ?? Number.POSITIVE_INFINITY)
  }

  #begin(now: Instant): BfdLoop {
    const shell = new BfdLoop({
      post: message => this.#received(message),
      transmit: (_, __, bytes) => {
        this.#send(bytes)
        return 0
      },
      publish: (slot, at) => {
        if (at === undefined) this.#board.delete(slot)
        else this.#board.set(slot, at)
      },
      published: slot => this.#board.get(slot),
      random: this.#random,
    })
    const sockets = { receivers: [], senders: { [this.params.name]: 7 } }
    const setting = { sessions: [this.params], slots: { [this.params.name]: 0 }, sockets }
    // As through a message channel: nothing is shared with the dead.
    const resume = this.#snapshot === undefined ? {} : { [this.params.name]: structuredClone(this.#snapshot) }
    shell.start({ t: 'start', setting, resume, wakeFd: -1 }, now)
    return shell
  }

  #received(message: FromBfd): void {
    if (message.t !== 'step') return
    this.#snapshot = message.snapshot
    for (const effect of message.effects) if (effect.type === 'tell') this.told.push({ at: this.#now, up: effect.up })
  }
}
