// The one way to files whose path somebody else may have prepared: a log in a shared directory, a track file in the
// directory of an application, a dump in /tmp. No link is followed, nothing but a regular file is opened, no open
// blocks, and what is written whole is made under another name and renamed.

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { KaError } from '../../lib/errors.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

/**
 * Opens a file of ours to append to, made with this mode if it is missing. Throws KA_FILE if it is not a regular file, belongs to
 * somebody else or has another name as well, and the system's error if it cannot be opened (ELOOP: it is a link).
 */
export function openToAppend(path: string, mode: number): number {
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode)
  const fault = faultOfOwn(fstatSync(fd))
  if (fault === undefined) return fd
  closeSync(fd)
  throw new KaError('KA_FILE', `${path} ${fault}`)
}

/**
 * Puts a file with this text in place of whatever has the name, in one step: no reader sees half of it, no link is
 * written through.
 */
export function replaceFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  try {
    try {
      writeSync(fd, text)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    unlinkSync(temporary)
    throw thrown
  }
}

/**
 * Writes into a file of whoever it belongs to, which keeps its owner and mode; `false`: it is there and `overwrite` is
 * not set. What is no plain file with one name is replaced by one of ours.
 */
export function writeInto(path: string, text: string, mode: number, overwrite: boolean): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there !== undefined && !overwrite) return false
  if (there === undefined || !isPlain(there)) {
    replaceFile(path, text, mode)
    return true
  }
  const fd = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    // Changed between the look and the open: what was opened counts.
    if (!isPlain(fstatSync(fd))) throw new KaError('KA_FILE', `${path} is not a plain file with one name`)
    ftruncateSync(fd, 0)
    writeSync(fd, text)
    return true
  } finally {
    closeSync(fd)
  }
}

/** The first bytes of a regular file. A link is followed only if root or this process made it. Throws what the system says. */
export function readHead(path: string, bytesMax: number): Buffer {
  const link = lstatSync(path)
  if (link.isSymbolicLink() && !isOurs(link)) throw new KaError('KA_FILE', `${path} is a link of another user`)
  // Looked at before the open, because the open of a device may do something.
  if (!statSync(path).isFile()) throw new KaError('KA_FILE', `${path} is not a regular file`)
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | (link.isSymbolicLink() ? 0 : O_NOFOLLOW))
  try {
    if (!fstatSync(fd).isFile()) throw new KaError('KA_FILE', `${path} is not a regular file`)
    const bytes = Buffer.alloc(bytesMax)
    return bytes.subarray(0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}

function isPlain(stats: Stats): boolean {
  return stats.isFile() && stats.nlink === 1
}

function isOurs(stats: Stats): boolean {
  return stats.uid === 0 || stats.uid === process.geteuid?.()
}

function faultOfOwn(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'is not a regular file'
  if (stats.uid !== process.geteuid?.()) return 'belongs to another user'
  return stats.nlink === 1 ? undefined : 'has another name as well'
}
