// Mails that wait for their server: bounded in number and age, tried again with growing delays, never in anybody's way. Sending
// itself is mailer.ts. keepalived has no queue: a mail that cannot be delivered at once is lost, and so are most STOP mails.

import type { Log } from '../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../lib/time.ts'
import type { Mail } from './mail-text.ts'
import type { Mailer, SendOutcome } from './mailer.ts'

interface MailLimits {
  /** Mails that may wait; one more pushes out the oldest. Default 1000. */
  readonly waitingMax?: number
  /** A mail that has waited longer is given up. Default 1 h. */
  readonly ageMsMax?: number
  /** Delay before the try after this many failures, counted from 1. Default 1, 2, 4 ... 60 s. */
  readonly retryDelayMs?: (failures: number) => number
}

interface MailCounters {
  readonly waiting: number
  readonly sent: number
  /** Given up because too many waited, they were too old, or no server is configured any more. */
  readonly dropped: number
  /** Refused by the server for good. */
  readonly refused: number
  readonly retries: number
}

const waitingMaxDefault = 1_000
const ageMsMaxDefault = 3_600_000
const retryDelayMsMax = 60_000
/** One at a time keeps the order; the shutdown has one second for all STOP mails and so sends several side by side. */
const sendersDefault = 1
const sendersAtFlush = 8

interface Entry {
  readonly mail: Mail
  readonly bornAt: Instant
  failures: number
  /** Not to be tried before. */
  dueAt: Instant
}

export class MailQueue {
  readonly #log: Log
  readonly #waitingMax: number
  readonly #ageUsMax: number
  readonly #retryDelayMs: (failures: number) => number
  #mailer: Mailer | undefined
  #waiting: Entry[] = []
  readonly #sending = new Map<Entry, AbortController>()
  /** Failures in a row that were the server's: all mails wait for it, as one that is down is not asked 1000 times. */
  #serverFailures = 0
  #serverDueAt: Instant = 0
  #timer: NodeJS.Timeout | undefined
  #flushing = false
  #closed = false
  #onEmpty: (() => void)[] = []
  #sent = 0
  #dropped = 0
  #refused = 0
  #retries = 0

  constructor(log: Log, limits: MailLimits = {}) {
    this.#log = log
    this.#waitingMax = limits.waitingMax ?? waitingMaxDefault
    this.#ageUsMax = (limits.ageMsMax ?? ageMsMaxDefault) * usPerMs
    this.#retryDelayMs = limits.retryDelayMs ?? retryDelayMs
  }

  get counters(): MailCounters {
    const waiting = this.#waiting.length + this.#sending.size
    return { waiting, sent: this.#sent, dropped: this.#dropped, refused: this.#refused, retries: this.#retries }
  }

  /**
   * The server of a new configuration; what waits is tried with it at once. undefined: no mail any more, what waits is
   * dropped.
   */
  setMailer(mailer: Mailer | undefined): void {
    this.#mailer = mailer
    this.#serverFailures = 0
    this.#serverDueAt = 0
    if (mailer === undefined) for (const entry of this.#waiting.splice(0)) this.#drop(entry, 'no server is configured')
    this.#pump()
  }

  /** Queues a mail and returns at once. */
  push(mail: Mail): void {
    if (this.#closed) return
    const now = monotonicNowUs()
    const entry = { mail, bornAt: now, failures: 0, dueAt: now }
    if (this.#mailer === undefined) {
      this.#drop(entry, 'no server is configured')
      return
    }
    this.#waiting.push(entry)
    this.#enforceBound()
    this.#pump()
  }

  /**
   * For the shutdown: tries everything once more without delays, gives up what is left after `timeoutMs`, and closes the queue.
   * Returns how many mails were left behind.
   */
  async flush(timeoutMs: number): Promise<number> {
    this.#flushing = true
    this.#serverFailures = 0
    this.#serverDueAt = 0
    for (const entry of this.#waiting) entry.dueAt = 0
    let limit: NodeJS.Timeout | undefined
    const empty = new Promise<void>(resolve => {
      this.#onEmpty.push(resolve)
      limit = setTimeout(resolve, timeoutMs)
    })
    this.#pump()
    await empty
    clearTimeout(limit)
    return this.#close()
  }

  #close(): number {
    this.#closed = true
    clearTimeout(this.#timer)
    const left = this.#waiting.length + this.#sending.size
    for (const abort of this.#sending.values()) abort.abort()
    if (left > 0) this.#log.warn('mail-left-behind', { mails: left })
    this.#waiting = []
    return left
  }

  /** Starts what is due and sets the timer for what is not. */
  #pump(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#dropAged()
    const senders = this.#flushing ? sendersAtFlush : sendersDefault
    while (this.#sending.size < senders) {
      const entry = this.#takeDue()
      if (entry === undefined) break
      void this.#send(entry)
    }
    // A flush that finds the server down does not wait for it.
    const hopeless = this.#flushing && this.#serverFailures > 0
    const idle = this.#sending.size === 0 && (this.#waiting.length === 0 || hopeless)
    if (idle) for (const wake of this.#onEmpty.splice(0)) wake()
    else if (this.#sending.size < senders) this.#wakeLater()
  }

  #takeDue(): Entry | undefined {
    const now = monotonicNowUs()
    if (this.#mailer === undefined || now < this.#serverDueAt) return undefined
    const index = this.#waiting.findIndex(entry => entry.dueAt <= now)
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0]
  }

  #wakeLater(): void {
    const firstDueAt = this.#waiting.reduce((first, entry) => Math.min(first, entry.dueAt), Number.POSITIVE_INFINITY)
    if (firstDueAt === Number.POSITIVE_INFINITY) return
    const delayUs = Math.max(firstDueAt, this.#serverDueAt) - monotonicNowUs()
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.ceil(delayUs / usPerMs)))
  }

  async #send(entry: Entry): Promise<void> {
    const abort = new AbortController()
    this.#sending.set(entry, abort)
    const outcome = await this.#mailer!.send(entry.mail, abort.signal)
    this.#sending.delete(entry)
    if (this.#closed) return
    this.#settle(entry, outcome)
    this.#pump()
  }

  #settle(entry: Entry, outcome: SendOutcome): void {
    const { subject } = entry.mail
    switch (outcome.kind) {
      case 'sent':
        this.#serverAnswered()
        this.#sent++
        this.#log.debug('mail-sent', { subject })
        if (outcome.refused.length > 0)
          this.#log.warn('mail-recipients-refused', { subject, recipients: outcome.refused })
        if (outcome.later.length > 0)
          this.#retry({ ...entry, mail: { ...entry.mail, to: outcome.later } }, 'recipients put off')
        return
      case 'refused':
        this.#serverAnswered()
        this.#refused++
        this.#log.error('mail-refused', { subject, reason: outcome.reason })
        return
      case 'later':
        if (outcome.scope === 'server') this.#serverFailed(outcome.reason)
        else this.#serverAnswered()
        this.#retry(entry, outcome.reason, outcome.scope === 'server')
    }
  }

  /** Back to where it came from in the order of birth; the server's own delay, if it is at fault, is kept elsewhere. */
  #retry(entry: Entry, reason: string, serverIsDown = false): void {
    this.#retries++
    entry.failures++
    const delayUs = serverIsDown ? 0 : this.#retryDelayMs(entry.failures) * usPerMs
    entry.dueAt = monotonicNowUs() + delayUs
    this.#log.debug('mail-put-off', { subject: entry.mail.subject, failures: entry.failures, reason })
    // A flush that finds the server down has no use for a second try; what is left is told by its end.
    const index = this.#waiting.findIndex(other => other.bornAt > entry.bornAt)
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, entry)
    this.#enforceBound()
  }

  #serverFailed(reason: string): void {
    this.#serverFailures++
    this.#serverDueAt = monotonicNowUs() + this.#retryDelayMs(this.#serverFailures) * usPerMs
    if (this.#serverFailures === 1) this.#log.warn('mail-server-failed', { reason, waiting: this.#waiting.length + 1 })
  }

  #serverAnswered(): void {
    if (this.#serverFailures > 0) this.#log.info('mail-server-recovered', { failures: this.#serverFailures })
    this.#serverFailures = 0
    this.#serverDueAt = 0
  }

  #dropAged(): void {
    const oldestUs = monotonicNowUs() - this.#ageUsMax
    const aged = this.#waiting.filter(entry => entry.bornAt < oldestUs)
    if (aged.length === 0) return
    this.#waiting = this.#waiting.filter(entry => entry.bornAt >= oldestUs)
    for (const entry of aged) this.#drop(entry, 'too old')
  }

  #enforceBound(): void {
    while (this.#waiting.length > this.#waitingMax) this.#drop(this.#waiting.shift()!, 'too many waiting')
  }

  #drop(entry: Entry, reason: string): void {
    this.#dropped++
    this.#log.warn('mail-dropped', { subject: entry.mail.subject, reason, dropped: this.#dropped })
  }
}

/** 1 s after the first failure, then twice as long each time, at most 60 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(retryDelayMsMax, 1_000 * 2 ** Math.min(16, failures - 1))
}
