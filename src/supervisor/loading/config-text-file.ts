// A configuration file as text that can be written back: the encoding is remembered, and a new content takes the place
// of the old one as a whole, with mode and owner kept. config-files.ts reads a configuration with its includes.

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileSizeBytesMax } from '../../config/text/source.ts'

export interface ConfigText {
  readonly text: string
  /** Latin-1 stands for every encoding that is not UTF-8: each byte is one character and comes back as it was. */
  readonly encoding: 'utf8' | 'latin1'
}

/** Reads a regular file, through symbolic links too. Throws if that is not possible or the file is above 64 MiB. */
export function readConfigText(path: string): ConfigText {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = fstatSync(descriptor)
    if (!status.isFile()) throw new Error(`${path} is not a regular file`)
    if (status.size > fileSizeBytesMax) throw new Error(`${path} is larger than ${fileSizeBytesMax / 1024 / 1024} MiB`)
    return decodeConfigText(readFileSync(descriptor))
  } finally {
    closeSync(descriptor)
  }
}

export function decodeConfigText(bytes: Uint8Array): ConfigText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf8' }
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' }
  }
}

/** The bytes that the file consisted of. */
export function encodeConfigText({ text, encoding }: ConfigText): Uint8Array {
  return Buffer.from(text, encoding)
}

/**
 * Writes a neighbour of the file and renames it over the file, so that nobody ever sees half of it. Throws, and leaves the file
 * as it is, if it is not a plain file (a symbolic link would be replaced by a file) or mode and owner cannot be kept.
 */
export function replaceConfigText(path: string, content: ConfigText): void {
  const status = lstatSync(path)
  if (status.isSymbolicLink()) throw new Error(`${path} is a symbolic link; name the file that it points to`)
  if (!status.isFile()) throw new Error(`${path} is not a regular file`)
  const neighbour = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    writeLike(neighbour, encodeConfigText(content), status)
    renameSync(neighbour, path)
  } catch (thrown) {
    rmSync(neighbour, { force: true })
    throw thrown
  }
}

function writeLike(path: string, bytes: Uint8Array, { mode, uid, gid }: Stats): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    const made = fstatSync(descriptor)
    if (made.uid !== uid || made.gid !== gid) fchownSync(descriptor, uid, gid)
    fchmodSync(descriptor, mode & 0o7777)
    writeFileSync(descriptor, bytes)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
