// How a thread sleeps until a socket has something, somebody wakes it, or a time is over: ppoll(2) and eventfd(2). The
// main thread opens and closes the descriptors; waiting is for worker threads only.

import { usPerSecond } from '../lib/time.ts'
import { allocate, check, close, eventfd, LITTLE_ENDIAN, POINTER_SIZE, ppoll, read, write } from './libc.ts'

export interface WakeDescriptor {
  readonly fd: number
  /** Ends the present wait of the thread, or its next one. */
  wake(): void
  close(): void
}

const EFD_NONBLOCK = 0o4000
const EFD_CLOEXEC = 0o2000000
const POLLIN = 1
/** struct pollfd. */
const POLLFD_LENGTH = 8
const NS_PER_US = 1_000
/** eventfd counts in 64 bits. */
const COUNT_LENGTH = 8

/** Throws KA_SOCKET when the process has no descriptor left. */
export function openWakeDescriptor(): WakeDescriptor {
  const fd = check('eventfd', eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
  const one = new Uint8Array(new BigUint64Array([1n]).buffer)
  let open = true
  return {
    fd,
    wake: () => {
      if (open) write(fd, one, COUNT_LENGTH)
    },
    close: () => {
      if (open) close(fd)
      open = false
    },
  }
}

/** Takes back what wake() did, so that the next wait is one. */
export function clearWake(fd: number): void {
  read(fd, new Uint8Array(COUNT_LENGTH), COUNT_LENGTH)
}

/** The descriptors that a thread waits for. Make another one when they change. */
export class WaitSet {
  readonly #fds: readonly number[]
  readonly #table: Uint8Array
  readonly #view: DataView
  readonly #timeout = allocate(2 * POINTER_SIZE)

  constructor(fds: readonly number[]) {
    this.#fds = fds
    this.#table = allocate(fds.length * POLLFD_LENGTH)
    this.#view = new DataView(this.#table.buffer)
    for (const [i, fd] of fds.entries()) {
      this.#view.setInt32(i * POLLFD_LENGTH, fd, LITTLE_ENDIAN)
      this.#view.setInt16(i * POLLFD_LENGTH + 4, POLLIN, LITTLE_ENDIAN)
    }
  }

  /** Blocks the thread for at most `durationUs`; returns the descriptors that have something, or an error, to be read. */
  wait(durationUs: number): number[] {
    this.#setTimeout(Math.max(0, durationUs))
    if (ppoll(this.#table, this.#fds.length, this.#timeout, null) <= 0) return []
    return this.#fds.filter((_, i) => this.#view.getInt16(i * POLLFD_LENGTH + 6, LITTLE_ENDIAN) !== 0)
  }

  /** struct timespec: two longs. */
  #setTimeout(durationUs: number): void {
    const seconds = Math.floor(durationUs / usPerSecond)
    const parts = [seconds, Math.floor((durationUs - seconds * usPerSecond) * NS_PER_US)]
    const words = POINTER_SIZE === 8 ? new BigInt64Array(parts.map(BigInt)) : new Int32Array(parts)
    this.#timeout.set(new Uint8Array(words.buffer))
  }
}
