// The sockets that BFD needs at present: one that receives for each family and port, and one that sends for each
// session. Lent to the worker. What cannot be opened (the address is not here, another daemon has the port) is tried
// again: every minute as keepalived does, and when an address has come. Main thread only.

import type { BfdInstance } from '../../config/blocks/bfd/model.ts'
import type { BfdSockets } from '../../ipc/messages/bfd.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Family } from '../../lib/ip.ts'
import type { Log } from '../../lib/log.ts'
import { BFD_MULTIHOP_PORT, BFD_PORT, openBfdReceiver, openBfdSource } from '../../native/bfd-socket.ts'
import type { LentDescriptor } from '../../native/lent-descriptor.ts'

interface Receiver {
  readonly family: Family
  readonly multihop: boolean
  readonly socket: LentDescriptor
}

interface Sender {
  readonly key: string
  readonly socket: LentDescriptor
}

const retryMs = 60_000

export class BfdDescriptors {
  readonly #log: Log
  /** The set of descriptors is another one. */
  readonly #changed: () => void
  readonly #receivers = new Map<string, Receiver>()
  readonly #senders = new Map<string, Sender>()
  readonly #complained = new Set<string>()
  #sessions: readonly BfdInstance[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(log: Log, changed: () => void) {
    this.#log = log
    this.#changed = changed
  }

  /** Opens what the sessions need and closes what they no longer do. Failures are logged once and tried again. */
  use(sessions: readonly BfdInstance[]): void {
    this.#sessions = sessions
    const receivers = new Set(sessions.map(receiverKey))
    for (const [key, { socket }] of this.#receivers) {
      if (receivers.has(key)) continue
      socket.close()
      this.#receivers.delete(key)
    }
    const senders = new Map(sessions.map(session => [session.name, senderKey(session)]))
    for (const [name, { key, socket }] of this.#senders) {
      if (senders.get(name) === key) continue
      socket.close()
      this.#senders.delete(name)
    }
    this.#openMissing()
  }

  /**
   * Addresses of this host have changed: what was missing may be there. A socket whose address has gone stays: sending
   * fails until it is back.
   */
  addressesChanged(): void {
    if (this.#openMissing()) this.#changed()
  }

  /**
   * What the worker may borrow; a session without a socket to receive on gets none to send on either, because it would
   * hear nothing.
   */
  current(): BfdSockets {
    const heard = this.#sessions.filter(session => this.#receivers.has(receiverKey(session)))
    const senders = heard.flatMap(({ name }) => {
      const sender = this.#senders.get(name)
      return sender === undefined ? [] : [[name, sender.socket.fd] as const]
    })
    return {
      receivers: [...this.#receivers.values()].map(({ family, multihop, socket }) => ({
        fd: socket.fd,
        family,
        multihop,
      })),
      senders: Object.fromEntries(senders),
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#sessions = []
    for (const { socket } of [...this.#receivers.values(), ...this.#senders.values()]) socket.close()
    this.#receivers.clear()
    this.#senders.clear()
  }

  /** Returns whether anything was opened. */
  #openMissing(): boolean {
    let opened = false
    let missing = false
    for (const session of this.#sessions) {
      const { name, family, multihop, source, hopLimit } = session
      const key = receiverKey(session)
      if (!this.#receivers.has(key)) {
        const socket = this.#open(key, () => openBfdReceiver(family, multihop ? BFD_MULTIHOP_PORT : BFD_PORT))
        if (socket !== undefined) this.#receivers.set(key, { family, multihop, socket })
        opened ||= socket !== undefined
        missing ||= socket === undefined
      }
      if (this.#senders.has(name)) continue
      const socket = this.#open(name, () => openBfdSource({ family, source, hopLimit, random: Math.random() }))
      if (socket !== undefined) this.#senders.set(name, { key: senderKey(session), socket })
      opened ||= socket !== undefined
      missing ||= socket === undefined
    }
    this.#setTimer(missing)
    return opened
  }

  #open(what: string, open: () => LentDescriptor): LentDescriptor | undefined {
    try {
      const socket = open()
      this.#complained.delete(what)
      return socket
    } catch (thrown) {
      if (!this.#complained.has(what)) this.#log.error('bfd-socket-failed', { socket: what, reason: messageOf(thrown) })
      this.#complained.add(what)
      return undefined
    }
  }

  #setTimer(missing: boolean): void {
    clearTimeout(this.#timer)
    if (missing) this.#timer = setTimeout(() => this.addressesChanged(), retryMs)
  }
}

function receiverKey({ family, multihop }: BfdInstance): string {
  return `IPv${family} port ${multihop ? BFD_MULTIHOP_PORT : BFD_PORT}`
}

function senderKey({ family, source, hopLimit }: BfdInstance): string {
  return `${family} ${source ?? ''} ${hopLimit}`
}
