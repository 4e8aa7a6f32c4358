// Requests to the kernel over netlink: a message goes out, its replies up to the ACK or the end of the dump come back as one
// promise. A bounded number is in flight; the rest waits in order. A NACK is an answer, not an exception: see Reply.errno.

import { KaError } from '../lib/errors.ts'
import type { NetlinkMessage } from './netlink-message.ts'
import { decodeMessages, encodeMessage, errnoOf, FLAG } from './netlink-message.ts'
import { NetlinkSocket } from './netlink-socket.ts'

export interface Reply {
  /** 0: done. Otherwise the kernel refused with this errno. */
  readonly errno: number
  /** What came before the ACK or the end of the dump. */
  readonly messages: readonly NetlinkMessage[]
}

export const IN_FLIGHT_MAX = 64
const WAITING_MAX = 65_536
const ANSWER_TIMEOUT_MS = 5_000

interface Pending {
  readonly type: number
  readonly flags: number
  readonly body: Uint8Array
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: KaError) => void
}

interface InFlight extends Pending {
  readonly messages: NetlinkMessage[]
  readonly timer: NodeJS.Timeout
}

export class NetlinkRequester {
  readonly #socket: NetlinkSocket
  readonly #inFlight = new Map<number, InFlight>()
  #waiting: Pending[] = []
  #sequence = 0
  #closed = false

  /** Opens a socket of its own for the given protocol (0 is rtnetlink). Throws KA_SOCKET or KA_NOT_PERMITTED. */
  constructor(protocol: number, onError: (error: KaError) => void) {
    this.#socket = new NetlinkSocket(
      { protocol },
      {
        onDatagram: datagram => {
          for (const message of decodeMessages(datagram)) this.#accept(message)
        },
        onOverrun: () => this.#abandon(new KaError('KA_SOCKET', 'netlink: answers were lost (ENOBUFS)')),
        onError: error => {
          this.#abandon(error)
          onError(error)
        },
      },
    )
  }

  /**
   * Sends one message with NLM_F_REQUEST and NLM_F_ACK besides `flags`. Rejects with KA_SOCKET when the answer is lost (the
   * outcome is then unknown), when too many requests wait, or when the requester is closed.
   */
  request(type: number, flags: number, body: Uint8Array): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const pending = { type, flags, body, resolve, reject }
      if (this.#closed) reject(new KaError('KA_SOCKET', 'netlink: closed'))
      else if (this.#inFlight.size < IN_FLIGHT_MAX) this.#send(pending)
      else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(pending)
      else reject(new KaError('KA_SOCKET', 'netlink: too many requests wait'))
    })
  }

  /** Rejects everything that is unanswered. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
    const error = new KaError('KA_SOCKET', 'netlink: closed')
    const unsent = this.#waiting
    this.#waiting = []
    this.#abandon(error)
    for (const pending of unsent) pending.reject(error)
  }

  #send(pending: Pending): void {
    this.#sequence = (this.#sequence % 0xffff_ffff) + 1
    const sequence = this.#sequence
    const timer = setTimeout(() => this.#expire(sequence), ANSWER_TIMEOUT_MS)
    this.#inFlight.set(sequence, { ...pending, messages: [], timer })
    const { type, body } = pending
    const flags = pending.flags | FLAG.request | FLAG.ack
    this.#socket.send(encodeMessage({ type, flags, sequence, port: this.#socket.port, body }))
  }

  #sendWaiting(): void {
    while (!this.#closed && this.#inFlight.size < IN_FLIGHT_MAX) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#send(next)
    }
  }

  #accept(message: NetlinkMessage): void {
    const entry = this.#inFlight.get(message.sequence)
    if (entry === undefined) return
    const errno = errnoOf(message)
    if (errno === undefined) {
      entry.messages.push(message)
      return
    }
    this.#settle(message.sequence, entry)
    entry.resolve({ errno, messages: entry.messages })
    this.#sendWaiting()
  }

  #expire(sequence: number): void {
    const entry = this.#inFlight.get(sequence)
    if (entry === undefined) return
    this.#settle(sequence, entry)
    entry.reject(new KaError('KA_SOCKET', `netlink: no answer to message type ${entry.type}`))
    this.#sendWaiting()
  }

  #abandon(error: KaError): void {
    for (const [sequence, entry] of [...this.#inFlight]) {
      this.#settle(sequence, entry)
      entry.reject(error)
    }
    this.#sendWaiting()
  }

  #settle(sequence: number, entry: InFlight): void {
    clearTimeout(entry.timer)
    this.#inFlight.delete(sequence)
  }
}
