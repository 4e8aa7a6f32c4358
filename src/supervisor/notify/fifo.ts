// A notify FIFO: made if missing, written without ever waiting for its reader, kept open over a reload (keepalived makes it anew,
// so that readers see an end of file). keepalived.conf(5) `notify_fifo`, `vrrp_notify_fifo`. Not the reader script.

import { execFile } from 'node:child_process'
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { KaError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

interface FifoOptions {
  readonly path: string
  /** Who owns the FIFO; undefined: the daemon. An existing FIFO must belong to the daemon or to this user. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/** keepalived: 0644 less its umask of 0177. */
const fifoMode = 0o600
const mkfifoMsMax = 5_000

interface FifoCounters {
  readonly written: number
  /** Lines lost because the reader did not keep up (EAGAIN) or the FIFO could not be written. */
  readonly lost: number
}

/** The line that tells a transition, exactly as keepalived writes it. `priority` is 0 for a group. */
export function fifoLine(kind: 'INSTANCE' | 'GROUP', name: string, state: string, priority: number): string {
  return `${kind} "${name}" ${state} ${priority}\n`
}

export class NotifyFifo {
  readonly path: string
  readonly #owner: { readonly uid: number; readonly gid: number } | undefined
  readonly #log: Log
  #fd: number | undefined
  #made = false
  #written = 0
  #lost = 0
  #losing = false

  constructor(options: FifoOptions, log: Log) {
    this.path = options.path
    this.#owner = options.owner
    this.#log = log
  }

  get counters(): FifoCounters {
    return { written: this.#written, lost: this.#lost }
  }

  /**
   * Opens the FIFO, making it if there is none. Called again it does nothing, unless somebody replaced the file meanwhile.
   * Throws KA_SCRIPT if the path is something else, belongs to somebody else, or cannot be made.
   */
  async open(): Promise<void> {
    const before = lstatOf(this.path)
    if (this.#fd !== undefined) {
      const now = fstatSync(this.#fd)
      if (before !== undefined && before.ino === now.ino && before.dev === now.dev) return
      this.#log.warn('fifo-replaced', { path: this.path })
      closeSync(this.#fd)
      this.#fd = undefined
    }
    if (before === undefined) await this.#make()
    else if (!before.isFIFO()) throw new KaError('KA_SCRIPT', `${this.path} exists and is not a FIFO`)
    // Read and write, so that neither the open nor the write depends on a reader being there.
    const fd = openNow(this.path)
    const refusal = this.#adopt(fd)
    if (refusal === undefined) this.#fd = fd
    else {
      closeSync(fd)
      throw new KaError('KA_SCRIPT', refusal)
    }
  }

  /** Writes one line, or loses and counts it. Never blocks, never throws. */
  write(line: string): void {
    if (this.#fd === undefined) {
      this.#lose('the FIFO is not open')
      return
    }
    const bytes = Buffer.from(line)
    try {
      // Up to PIPE_BUF (4096 bytes) a write is all or nothing; names are far shorter.
      if (writeSync(this.#fd, bytes) < bytes.length) this.#lose('the line did not fit')
      else this.#kept()
    } catch (thrown) {
      const full = (thrown as NodeJS.ErrnoException).code === 'EAGAIN'
      this.#lose(full ? 'the reader does not keep up' : messageOf(thrown))
    }
  }

  /** Closes the FIFO, and removes it if this object made it. */
  close(): void {
    if (this.#fd === undefined) return
    const mine = fstatSync(this.#fd)
    closeSync(this.#fd)
    this.#fd = undefined
    const there = lstatOf(this.path)
    if (this.#made && there?.ino === mine.ino && there.dev === mine.dev) unlinkSync(this.path)
    this.#made = false
  }

  async #make(): Promise<void> {
    // Node has no mkfifo(3); coreutils and busybox have the program.
    const args = ['-m', fifoMode.toString(8), '--', this.path]
    try {
      await promisify(execFile)('mkfifo', args, { timeout: mkfifoMsMax })
    } catch (thrown) {
      throw new KaError('KA_SCRIPT', `cannot make the FIFO ${this.path}: ${messageOf(thrown).trim()}`, thrown)
    }
    this.#made = true
  }

  /** Checks what was opened, and gives a FIFO that was made here to its owner. Returns why it is not to be used. */
  #adopt(fd: number): string | undefined {
    const stats = fstatSync(fd)
    if (!stats.isFIFO()) return `${this.path} is not a FIFO`
    const selfUid = process.geteuid?.() ?? 0
    if (stats.uid !== selfUid && stats.uid !== this.#owner?.uid) return `${this.path} belongs to uid ${stats.uid}`
    if (this.#made && this.#owner !== undefined) fchownSync(fd, this.#owner.uid, this.#owner.gid)
    return undefined
  }

  #kept(): void {
    this.#written++
    if (this.#losing) this.#log.info('fifo-recovered', { path: this.path, lost: this.#lost })
    this.#losing = false
  }

  /** Logged when it begins, not for each line. */
  #lose(reason: string): void {
    this.#lost++
    if (!this.#losing) this.#log.warn('fifo-line-lost', { path: this.path, reason })
    this.#losing = true
  }
}

function openNow(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (thrown) {
    throw new KaError('KA_SCRIPT', `cannot open the FIFO ${path}: ${messageOf(thrown)}`, thrown)
  }
}

function lstatOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
