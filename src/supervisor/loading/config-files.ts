// The real file system for the configuration reader, which itself may not import node:*. Synchronous: the configuration is
// read in a thread of its own.

import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { type FileAccess, type FileStatus, fileSizeBytesMax } from '../../config/text/source.ts'
import { messageOf } from '../../lib/errors.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { decodeConfigText } from './config-text-file.ts'

/** File access for `readConfiguration`; relative paths count from `workingDirectory`. */
export function realFiles(workingDirectory: string = process.cwd()): FileAccess {
  const absolute = (path: string) => resolve(workingDirectory, path)
  return {
    workingDirectory,
    status: path => statusOf(absolute(path)),
    read: path => readText(absolute(path)),
    list: directory => listNames(absolute(directory)),
  }
}

function statusOf(path: string): FileStatus | undefined {
  const stats = statIfAny(path)
  if (stats === undefined) return undefined
  return {
    kind: kindOf(stats),
    executable: (stats.mode & 0o111) !== 0,
    readable: isReadable(path),
    sizeBytes: stats.size,
  }
}

/** Nothing there, or nothing we may see (ENOTDIR, EACCES, ELOOP): as for glob(3), there is no such file. */
function statIfAny(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** Opened before it is looked at, so that size and kind are those of the file that is read. */
function readText(path: string): Result<string, string> {
  try {
    // A FIFO must not block the load, hence O_NONBLOCK.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(descriptor)
      if (!stats.isFile()) return err('it is not a regular file')
      return readBounded(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (thrown) {
    return err(messageOf(thrown))
  }
}

/** Reads until the end or the bound, whatever size the file claims to have (files of /proc claim 0). */
function readBounded(descriptor: number): Result<string, string> {
  const chunks: Buffer[] = []
  let length = 0
  for (;;) {
    const chunk = Buffer.alloc(256 * 1024)
    const count = readSync(descriptor, chunk)
    if (count === 0) return ok(decodeConfigText(Buffer.concat(chunks)).text)
    length += count
    if (length > fileSizeBytesMax) return err(`it is larger than ${fileSizeBytesMax / 1024 / 1024} MiB`)
    chunks.push(chunk.subarray(0, count))
  }
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    // As glob(3) without GLOB_ERR: a directory that cannot be read has no matches.
    return []
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function kindOf(stats: Stats): FileStatus['kind'] {
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'directory' : 'other'
}
