// The write lock of fcntl(2) on a whole file, which keepalived's pid files use. It belongs to the process, ends with it, and also
// ends when the process closes *any* descriptor of the file: keep one open, and read the file through no other.

import { constants } from 'node:os'
import koffi from 'koffi'
import { callError, fcntlPointer, lastErrno } from './libc.ts'

const F_GETLK = 5
const F_SETLK = 6
const F_WRLCK = 1
const F_UNLCK = 2
const SEEK_SET = 0
const TRIES_MAX = 8

const flock = koffi.struct({
  type: 'short',
  whence: 'short',
  start: 'long',
  length: 'long',
  pid: 'int',
})

/**
 * Tries to lock the file behind an open, writable descriptor. Returns 0 when this process has the lock now, or the process id of
 * the one that has it. Throws KA_SOCKET or KA_NOT_PERMITTED for anything else (EBADF, ENOLCK).
 */
export function lockForWriting(fd: number): number {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const holder = tryLock(fd)
    if (holder !== undefined) return holder
  }
  throw callError('fcntl F_SETLK', constants.errno.EAGAIN)
}

/** Like lockForWriting; undefined if the lock was held and has been released in between. */
function tryLock(fd: number): number | undefined {
  const { EACCES, EAGAIN } = constants.errno
  if (fcntlPointer(fd, F_SETLK, writeLock()) === 0) return 0
  const errno = lastErrno()
  if (errno !== EACCES && errno !== EAGAIN) throw callError('fcntl F_SETLK', errno)
  const held = writeLock()
  if (fcntlPointer(fd, F_GETLK, held) < 0) throw callError('fcntl F_GETLK', lastErrno())
  const { type, pid } = koffi.decode(held, flock) as { readonly type: number; readonly pid: number }
  return type === F_UNLCK ? undefined : pid
}

/** struct flock for the whole file, whatever its length. */
function writeLock(): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(koffi.sizeof(flock)))
  koffi.encode(bytes, flock, { type: F_WRLCK, whence: SEEK_SET, start: 0, length: 0, pid: 0 })
  return bytes
}
