// A descriptor that the main thread opens and owns, and that a worker borrows: the worker calls the kernel with its
// number and may die at any time. A worker may still use a descriptor that was closed a moment ago, and its number must
// not be somebody else's connection by then: closing takes effect only after a grace.

import { close } from './libc.ts'

export interface LentDescriptor {
  readonly fd: number
  /** Tell the borrowers now; the descriptor itself goes five seconds later, or with the process. */
  close(): void
}

/** Longer than a live worker takes to read its messages. */
const CLOSE_GRACE_MS = 5_000

/** Lends `fd` once `prepare` has made it what it is to be; what that throws goes on, and `fd` is closed at once. */
export function lend(fd: number, prepare: (fd: number) => void): LentDescriptor {
  try {
    prepare(fd)
  } catch (thrown) {
    close(fd)
    throw thrown
  }
  let open = true
  return {
    fd,
    close: () => {
      if (open) setTimeout(close, CLOSE_GRACE_MS, fd).unref()
      open = false
    },
  }
}
