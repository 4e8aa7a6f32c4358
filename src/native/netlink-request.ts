// Requests to the kernel over netlink: a message goes out, its replies up to the ACK or the end of the dump come back as one
// promise. A bounded number is in flight; the rest waits in order. A NACK is an answer, not an exception: see Reply.errno.
// Commands without replies of their own can go as a batch: one datagram, one ACK for all, besides the NACKs.

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

const IN_FLIGHT_MAX = 64
const WAITING_MAX = 65_536
const ANSWER_TIMEOUT_MS = 5_000
const SEQUENCE_MAX = 0xffff_ffff

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

interface Batch {
  readonly first: number
  readonly errnos: number[]
  readonly resolve: (errnos: readonly number[]) => void
  readonly reject: (error: KaError) => void
  readonly timer: NodeJS.Timeout
}

export class NetlinkRequester {
  readonly #socket: NetlinkSocket
  readonly #inFlight = new Map<number, InFlight>()
  /** By the sequence number of the last message, which alone asks for an ACK. */
  readonly #batches = new Map<number, Batch>()
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

  /**
   * Sends messages of one type in one datagram; the kernel carries them out in order, whatever becomes of one of them. One errno
   * each. The caller bounds their number by what the socket's send buffer takes and sends no second batch before the answer.
   * Rejects with KA_SOCKET when the answer is lost: the outcome is then unknown.
   */
  batch(type: number, bodies: readonly Uint8Array[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new KaError('KA_SOCKET', 'netlink: closed'))
        return
      }
      if (this.#sequence + bodies.length > SEQUENCE_MAX) this.#sequence = 0
      const first = this.#sequence + 1
      const last = this.#sequence + bodies.length
      this.#sequence = last
      const timer = setTimeout(() => this.#endBatch(last)?.reject(noAnswer(type)), ANSWER_TIMEOUT_MS)
      this.#batches.set(last, { first, errnos: bodies.map(() => 0), resolve, reject, timer })
      const { port } = this.#socket
      // netlink(7): without NLM_F_ACK only a failure is answered.
      const flagsOf = (sequence: number) => FLAG.request | (sequence === last ? FLAG.ack : 0)
      const messages = bodies.map((body, i) =>
        encodeMessage({ type, flags: flagsOf(first + i), sequence: first + i, port, body }),
      )
      this.#socket.send(Buffer.concat(messages))
    })
  }

  /** Throws KA_SOCKET or KA_NOT_PERMITTED. */
  setReceiveBuffer(bytes: number, force: boolean): void {
    this.#socket.setReceiveBuffer(bytes, force)
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
    this.#sequence = (this.#sequence % SEQUENCE_MAX) + 1
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
    if (entry === undefined) {
      this.#acceptOfBatch(message)
      return
    }
    const errno = errnoOf(message)
    if (errno === undefined) {
      entry.messages.push(message)
      return
    }
    this.#settle(message.sequence, entry)
    entry.resolve({ errno, messages: entry.messages })
    this.#sendWaiting()
  }

  #acceptOfBatch(message: NetlinkMessage): void {
    const errno = errnoOf(message)
    const { sequence } = message
    if (errno === undefined) return
    for (const [last, { first, errnos }] of this.#batches) {
      if (sequence < first || sequence > last) continue
      errnos[sequence - first] = errno
      if (sequence === last) this.#endBatch(last)?.resolve(errnos)
      return
    }
  }

  #endBatch(last: number): Batch | undefined {
    const batch = this.#batches.get(last)
    clearTimeout(batch?.timer)
    this.#batches.delete(last)
    return batch
  }

  #expire(sequence: number): void {
    const entry = this.#inFlight.get(sequence)
    if (entry === undefined) return
    this.#settle(sequence, entry)
    entry.reject(noAnswer(entry.type))
    this.#sendWaiting()
  }

  #abandon(error: KaError): void {
    for (const [sequence, entry] of [...this.#inFlight]) {
      this.#settle(sequence, entry)
      entry.reject(error)
    }
    for (const last of [...this.#batches.keys()]) this.#endBatch(last)?.reject(error)
    this.#sendWaiting()
  }

  #settle(sequence: number, entry: InFlight): void {
    clearTimeout(entry.timer)
    this.#inFlight.delete(sequence)
  }
}

function noAnswer(type: number): KaError {
  return new KaError('KA_SOCKET', `netlink: no answer to message type ${type}`)
}
