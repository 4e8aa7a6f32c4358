// The conversation with the master agent: connect, open, register, answer, notify; a ping now and then, and a new try after each
// failure with a growing pause. One request is answered per turn of the event loop. RFC 2741 §7. Not what the answers are.

import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import {
  decodePdu,
  type Envelope,
  ERROR,
  encodeClose,
  encodeNotify,
  encodeOpen,
  encodePing,
  encodeRegister,
  encodeResponse,
  pduLength,
  type Received,
  type Request,
} from './core/agentx-pdu.ts'
import { type Answer, failed } from './core/answer.ts'
import { KEEPALIVED } from './core/keepalived-oid.ts'
import { formatOid, type Oid } from './core/oid.ts'
import type { Varbind } from './core/value.ts'

export interface SessionPorts {
  readonly log: Log
  /** A rejection is answered with genErr. */
  answer(request: Request, transaction: number): Promise<Answer>
}

interface SessionOptions {
  readonly address: NetConnectOpts
  /** The address as it is written, for the log. */
  readonly addressText: string
  readonly description: string
  readonly subtrees: readonly Oid[]
}

type Pending = 'open' | 'ping' | 'notify' | { readonly register: Oid }

const retryFirstMs = 1_000
const retryMsMax = 15_000
const pingEveryMs = 15_000
const openWithinMs = 5_000
const answerWithinSeconds = 5
const goodbyeMsMax = 1_000
/** Requests that wait, and traps whose receipt was not acknowledged. */
const waitingMax = 256
/** Bytes that the master does not take: it hangs. */
const unsentBytesMax = 1024 * 1024
const usPerTick = 10_000
/** Traps from before the first connection, such as those of the start. */
const earlyTrapsMax = 64
const earlyTrapAgeUsMax = 60_000_000

interface EarlyTrap {
  readonly at: number
  readonly varbinds: readonly Varbind[]
}

export class AgentxSession {
  readonly #ports: SessionPorts
  readonly #options: SessionOptions
  #socket: Socket | undefined
  #received: Uint8Array = new Uint8Array(0)
  #session: number | undefined
  #packet = 0
  readonly #pending = new Map<number, Pending>()
  readonly #requests: Extract<Received, { kind: 'request' }>[] = []
  #answering = false
  #early: EarlyTrap[] = []
  #retryMs = retryFirstMs
  #timer: NodeJS.Timeout | undefined
  #complained = false
  #stopped = false
  #upTime = { ticks: 0, atUs: monotonicNowUs() }

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports
    this.#options = options
  }

  start(): void {
    const socket = connect(this.#options.address)
    this.#socket = socket
    this.#received = new Uint8Array(0)
    let reason = 'it closed the connection'
    socket.setNoDelay(true)
    socket.on('connect', () => this.#open())
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('error', error => {
      reason = error.message
    })
    socket.on('close', () => this.#lost(socket, reason))
    this.#after(openWithinMs, () => socket.destroy(new Error('no answer to the open')))
  }

  /** Says goodbye. */
  stop(): void {
    const socket = this.#socket
    const isOpen = this.#session !== undefined
    if (isOpen) this.#send(encodeClose(this.#envelope()))
    this.#stopped = true
    clearTimeout(this.#timer)
    if (!isOpen) {
      socket?.destroy()
      return
    }
    // What is still to be sent goes out; a master that does not take it, or keeps its end open, is left.
    socket?.end()
    socket?.unref()
    setTimeout(() => socket?.destroy(), goodbyeMsMax).unref()
  }

  /** Sends a notification; one without a connection waits up to a minute for it. */
  notify(varbinds: readonly Varbind[]): void {
    if (this.#session === undefined) {
      this.#early = [...this.#early, { at: monotonicNowUs(), varbinds }].slice(-earlyTrapsMax)
      return
    }
    this.#send(encodeNotify(this.#ask('notify'), varbinds))
  }

  /** sysUpTime of the master agent now, hundredths of a second. */
  upTimeTicks(nowUs: number): number {
    return this.#upTime.ticks + Math.max(0, nowUs - this.#upTime.atUs) / usPerTick
  }

  #open(): void {
    const envelope = this.#ask('open')
    this.#send(encodeOpen(envelope.packet, answerWithinSeconds, KEEPALIVED, this.#options.description))
  }

  #opened(session: number): void {
    this.#session = session
    this.#retryMs = retryFirstMs
    this.#complained = false
    this.#ports.log.info('snmp-connected', { address: this.#options.addressText })
    for (const subtree of this.#options.subtrees) {
      this.#send(encodeRegister(this.#ask({ register: subtree }), subtree))
    }
    const oldest = monotonicNowUs() - earlyTrapAgeUsMax
    for (const { at, varbinds } of this.#early) if (at >= oldest) this.notify(varbinds)
    this.#early = []
    this.#after(pingEveryMs, () => this.#ping())
  }

  /** A master that has not answered the last ping by now is gone, whatever TCP thinks. */
  #ping(): void {
    if ([...this.#pending.values()].includes('ping')) {
      this.#socket?.destroy(new Error('no answer to a ping'))
      return
    }
    this.#send(encodePing(this.#ask('ping')))
    this.#after(pingEveryMs, () => this.#ping())
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopped) return
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    for (;;) {
      const length = pduLength(this.#received)
      if (length === 'bad') {
        this.#broken('it sent something that is not AgentX')
        return
      }
      if (length === undefined || this.#received.length < length) return
      const received = decodePdu(this.#received.subarray(0, length))
      this.#received = this.#received.subarray(length)
      if (received === undefined) {
        this.#broken('it sent a PDU that makes no sense')
        return
      }
      this.#handle(received)
    }
  }

  #handle(received: Received): void {
    switch (received.kind) {
      case 'response':
        this.#response(received)
        return
      case 'request':
        if (this.#requests.length < waitingMax) this.#requests.push(received)
        else this.#send(encodeResponse(received, failed(ERROR.generic)))
        void this.#answerAll()
        return
      case 'close':
        this.#broken('it closed the session')
        return
      case 'unknown':
        this.#send(encodeResponse(received, failed(ERROR.parse)))
    }
  }

  #response(received: Extract<Received, { kind: 'response' }>): void {
    const pending = this.#pending.get(received.packet)
    this.#pending.delete(received.packet)
    if (received.sysUpTime > 0) this.#upTime = { ticks: received.sysUpTime, atUs: monotonicNowUs() }
    if (pending === 'open') {
      if (received.error === ERROR.none) this.#opened(received.session)
      else this.#broken(`it refused the session with error ${received.error}`)
      return
    }
    if (received.error === ERROR.none || pending === undefined) return
    if (received.error === ERROR.notOpen) this.#broken('it has forgotten the session')
    const what = typeof pending === 'string' ? pending : `registration of ${formatOid(pending.register)}`
    this.#ports.log.warn('snmp-refused', { what, error: received.error })
  }

  /** In order, and after each the event loop has its turn: adverts come first. */
  async #answerAll(): Promise<void> {
    if (this.#answering) return
    this.#answering = true
    for (let request = this.#requests.shift(); request !== undefined; request = this.#requests.shift()) {
      const socket = this.#socket
      const answer = await this.#answer(request)
      // §7.2.4.4: a cleanup has no response.
      if (request.request.type !== 'cleanup-set' && socket === this.#socket) this.#send(encodeResponse(request, answer))
      if (this.#requests.length > 0) await new Promise(resolve => setImmediate(resolve))
    }
    this.#answering = false
  }

  /** A table that cannot be made must not end the daemon. */
  async #answer({ request, transaction }: Extract<Received, { kind: 'request' }>): Promise<Answer> {
    try {
      return await this.#ports.answer(request, transaction)
    } catch (thrown) {
      this.#ports.log.error('snmp-answer-failed', { request: request.type, reason: messageOf(thrown) })
      return failed(ERROR.generic)
    }
  }

  #broken(reason: string): void {
    this.#socket?.destroy(new Error(reason))
  }

  #lost(socket: Socket, reason: string): void {
    if (socket !== this.#socket) return
    const wasOpen = this.#session !== undefined
    this.#session = undefined
    this.#pending.clear()
    this.#requests.length = 0
    if (this.#stopped) return
    if (wasOpen || !this.#complained) {
      this.#ports.log.warn('snmp-disconnected', { address: this.#options.addressText, reason })
      this.#complained = true
    }
    this.#after(this.#retryMs, () => this.start())
    this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2)
  }

  #send(bytes: Uint8Array): void {
    const socket = this.#socket
    if (socket === undefined || socket.destroyed || this.#stopped) return
    socket.write(bytes)
    if (socket.writableLength > unsentBytesMax) this.#broken('it does not read')
  }

  /** The envelope of a PDU that will be answered. */
  #ask(what: Pending): Envelope {
    const envelope = this.#envelope()
    if (this.#pending.size >= waitingMax) this.#pending.delete(this.#pending.keys().next().value!)
    this.#pending.set(envelope.packet, what)
    return envelope
  }

  #envelope(): Envelope {
    this.#packet = (this.#packet + 1) >>> 0
    return { session: this.#session ?? 0, transaction: this.#packet, packet: this.#packet }
  }

  #after(ms: number, action: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(action, ms)
  }
}
