// The pid file: mode 0644, decimal process id and newline, never opened through a symlink, removed at the end. Two starts at the
// same time are told apart by a lock that the kernel drops when its holder dies; a file that was left behind is replaced.
// keepalived holds an fcntl(2) lock on the file itself; the watchdog has no native code, so it asks flock(1) to lock a
// file that only root can open, and looks for keepalived's locks in /proc/locks. Reference: FILES, pid files.

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { KaError, messageOf } from '../../lib/errors.ts'
import { ensurePrivateDirectory, instancePaths, runtimeDirectory } from './instance-paths.ts'

export interface PidFile {
  readonly path: string
  /** False where flock(1) is missing: then only a look at the process in the file keeps two starts apart. */
  readonly locked: boolean
  /** Removes the file, if it is still ours. Never throws. */
  release(): void
}

export type Claim =
  | { readonly taken: true; readonly file: PidFile }
  /** Somebody else is running; 0 if the process id is not known. */
  | { readonly taken: false; readonly holder: number }

interface ClaimOptions {
  readonly pid: number
  /** Directory of the lock file. */
  readonly directory?: string
  /** An fcntl write lock on the pid file itself: 0 or the process id of the holder. For processes that have native code. */
  readonly fileLock?: (fd: number) => number
}

const contentBytesMax = 64

/** Takes the pid file or says who has it. Throws KA_PID_FILE for a symlink, a directory, or a path that cannot be written. */
export function claimPidFile(path: string, options: ClaimOptions): Claim {
  const lock = options.fileLock === undefined ? takeLock(path, options.directory ?? runtimeDirectory) : noLock
  if (lock.state === 'held') return { taken: false, holder: pidIn(path) ?? 0 }
  try {
    const fd = openPidFile(path)
    const holder = holderOf(fd, lock.state === 'taken' || options.fileLock !== undefined, options)
    if (holder !== undefined) {
      closeSync(fd)
      lock.release()
      return { taken: false, holder }
    }
    writePid(fd, options.pid)
    const locked = lock.state === 'taken' || options.fileLock !== undefined
    return { taken: true, file: { path, locked, release: () => release(path, fd, lock) } }
  } catch (thrown) {
    lock.release()
    throw thrown instanceof KaError ? thrown : new KaError('KA_PID_FILE', `${path}: ${messageOf(thrown)}`, thrown)
  }
}

/** The process id in a pid file; undefined if there is none. For those who want to talk to the process. */
export function pidIn(path: string): number | undefined {
  try {
    return parsePid(readFileSync(path, 'latin1').slice(0, contentBytesMax))
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw new KaError('KA_PID_FILE', `${path}: ${messageOf(thrown)}`, thrown)
  }
}

interface Lock {
  readonly state: 'taken' | 'held' | 'unavailable'
  release(): void
}

const noLock: Lock = { state: 'unavailable', release: () => undefined }

/** flock(2) locks belong to the open file: flock(1) locks the one it inherits as descriptor 3, and it stays locked with us. */
function takeLock(pidFile: string, directory: string): Lock {
  ensurePrivateDirectory(directory, 'KA_PID_FILE')
  const path = instancePaths(pidFile, directory).lock
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  const outcome = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd], timeout: 5000 })
  // The lock file stays: removing it would let a third start lock a new file beside one that waits for the old.
  if (outcome.status === 0) return { state: 'taken', release: () => closeSync(fd) }
  closeSync(fd)
  return outcome.status === 1 ? { state: 'held', release: () => undefined } : noLock
}

function openPidFile(path: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644)
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  throw new KaError('KA_PID_FILE', `${path} is not a regular file`)
}

/** Is another process behind this file? What it contains is a claim, to be checked. */
function holderOf(fd: number, locked: boolean, options: ClaimOptions): number | undefined {
  const named = readPid(fd)
  const lockHolder = options.fileLock?.(fd) ?? 0
  if (lockHolder !== 0) return lockHolder
  if (named === undefined || named === options.pid) return undefined
  if (options.fileLock === undefined && isLockedByFcntl(fstatSync(fd), named) && isOurs(named)) return named
  const command = isOurs(named) ? commandOf(named) : undefined
  if (command === 'keepalived') return named
  return !locked && command?.startsWith('keepalived-ts') ? named : undefined
}

/**
 * /proc/locks: `1: POSIX ADVISORY WRITE 712 00:19:1234 0 EOF`, the fields behind the type being process, device and
 * inode. The device is not compared, since file systems in layers name another one there than to fstat(2); the process
 * that holds the lock is.
 */
function isLockedByFcntl(stats: Stats, pid: number): boolean {
  const inode = String(stats.ino)
  return readProc('/proc/locks')
    .split('\n')
    .map(line => /\bPOSIX\s+\S+\s+WRITE\s+(\d+)\s+\S+:(\d+)\s/.exec(line))
    .some(found => found?.[1] === String(pid) && found[2] === inode)
}

/** A process of root or of our own user: any other may call itself what it likes. */
function isOurs(pid: number): boolean {
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid
  return owner === 0 || owner === process.geteuid?.()
}

/** The name of a running process; undefined: there is none. */
export function commandOf(pid: number): string | undefined {
  const text = readProc(`/proc/${pid}/comm`)
  return text === '' ? undefined : text.trim()
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (thrown) {
    if (isMissing(thrown)) return ''
    throw thrown
  }
}

function writePid(fd: number, pid: number): void {
  // The umask must not take the right to read it away.
  fchmodSync(fd, 0o644)
  ftruncateSync(fd, 0)
  writeSync(fd, `${pid}\n`, 0)
}

function readPid(fd: number): number | undefined {
  const buffer = Buffer.alloc(contentBytesMax)
  return parsePid(buffer.toString('latin1', 0, readSync(fd, buffer, 0, contentBytesMax, 0)))
}

function parsePid(text: string): number | undefined {
  const match = /^\s*([1-9]\d{0,9})\s*$/.exec(text)
  return match === null ? undefined : Number(match[1])
}

function release(path: string, fd: number, lock: Lock): void {
  try {
    const ours = fstatSync(fd)
    const there = lstatSync(path)
    if (there.ino === ours.ino && there.dev === ours.dev) unlinkSync(path)
  } catch (thrown) {
    // Somebody else has removed it, or may: nothing is left to be done at the end of the process.
    if (!isMissing(thrown)) process.emitWarning(`${path}: ${messageOf(thrown)}`)
  } finally {
    closeSync(fd)
    lock.release()
  }
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return code === 'ENOENT' || code === 'ESRCH'
}
