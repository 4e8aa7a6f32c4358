// sd_notify(3) without native code: Node.js has no datagram sockets of the unix family, so systemd's own systemd-notify(1) sends
// the messages, one after the other. It runs as our child, hence NotifyAccess=all in the unit. See docs/adr/0001-sd-notify.md.

import { execFile } from 'node:child_process'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs } from '../../lib/time.ts'

/** More messages than this cannot wait, see firstToGo(). */
const waitingMax = 16
const sendWithinMs = 5000

export interface SystemdOptions {
  readonly socket: string | undefined
  /** Half of WATCHDOG_USEC in milliseconds; undefined: systemd does not watch us. */
  readonly beatEveryMs: number | undefined
}

/** Reads what systemd has put into our environment, and takes it out so that no script inherits it. */
export function takeSystemdOptions(environment: Record<string, string | undefined>, pid: number): SystemdOptions {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = environment
  delete environment.NOTIFY_SOCKET
  delete environment.WATCHDOG_USEC
  delete environment.WATCHDOG_PID
  const usec = Number(WATCHDOG_USEC)
  const forUs = WATCHDOG_PID === undefined || WATCHDOG_PID === '' || Number(WATCHDOG_PID) === pid
  const watched = WATCHDOG_USEC !== undefined && Number.isInteger(usec) && usec > 0 && forUs
  return {
    socket: NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === '' ? undefined : NOTIFY_SOCKET,
    beatEveryMs: watched ? Math.max(1, Math.floor(usec / 2000)) : undefined,
  }
}

export class SystemdNotifier {
  readonly #socket: string | undefined
  readonly #log: Log
  #waiting: string[][] = []
  #sending: Promise<void> | undefined
  #failing = false

  constructor(socket: string | undefined, log: Log) {
    this.#socket = socket
    this.#log = log
  }

  ready(status: string): void {
    this.#post(['READY=1', `MAINPID=${process.pid}`, statusLine(status)])
  }

  /** systemd wants to know when the reload began, on the clock that Instants use. */
  reloading(): void {
    this.#post(['RELOADING=1', `MONOTONIC_USEC=${monotonicNowUs()}`])
  }

  stopping(): void {
    this.#post(['STOPPING=1'])
  }

  status(text: string): void {
    this.#post([statusLine(text)])
  }

  /** keepalived: a permanent error names an errno. */
  failed(errno: number, text: string): void {
    this.#post([`ERRNO=${errno}`, statusLine(text)])
  }

  alive(): void {
    this.#post(['WATCHDOG=1'])
  }

  /** Waits until everything posted so far is sent or has failed; each message has its own limit of time. */
  async settled(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  #post(message: string[]): void {
    if (this.#socket === undefined) return
    // What has not been sent yet and says the same kind of thing is out of date.
    this.#waiting = this.#waiting.filter(waiting => !isOutdatedBy(waiting, message))
    if (this.#waiting.length >= waitingMax) this.#waiting.splice(firstToGo(this.#waiting), 1)
    this.#waiting.push(message)
    this.#sending ??= this.#sendAll(this.#socket)
  }

  async #sendAll(socket: string): Promise<void> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message === undefined) break
      const reason = await send(socket, message)
      if (reason !== undefined && !this.#failing) {
        this.#log.warn('systemd-notify-failed', { message: message.join(' '), reason })
      }
      this.#failing = reason !== undefined
    }
    this.#sending = undefined
  }
}

/** Resolves with the reason if it failed. systemd-notify waits until systemd has read the message, and so do we. */
function send(socket: string, message: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    const environment = { ...process.env, NOTIFY_SOCKET: socket }
    execFile('systemd-notify', message, { env: environment, timeout: sendWithinMs }, (error, _, stderr) => {
      resolve(error === null ? undefined : stderr.trim() || error.message)
    })
  })
}

/** One line: a line break would begin another assignment. */
function statusLine(text: string): string {
  return `STATUS=${text.replace(/\s+/g, ' ').slice(0, 500)}`
}

function isOutdatedBy(waiting: readonly string[], message: readonly string[]): boolean {
  const kind = message[0]!.split('=')[0]
  return waiting.length === 1 && (kind === 'STATUS' || kind === 'WATCHDOG') && waiting[0]!.startsWith(`${kind}=`)
}

/** The place of the message that goes when too many wait: what tells no state, then what a later READY makes out of date. */
export function firstToGo(waiting: readonly (readonly string[])[]): number {
  const kinds = waiting.map(([first]) => first!.split('=')[0]!)
  const idle = kinds.findIndex(kind => kind === 'STATUS' || kind === 'WATCHDOG')
  if (idle >= 0) return idle
  const lastReady = kinds.lastIndexOf('READY')
  return Math.max(
    0,
    kinds.findIndex((kind, i) => i < lastReady && (kind === 'READY' || kind === 'RELOADING')),
  )
}
