// The files beside a pid file that belong to one running keepalived-ts: control socket and lock. One per pid file, so that
// several can run side by side as they can with keepalived (-p).

import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type ErrorCode, KaError } from '../../lib/errors.ts'

export const runtimeDirectory = '/run/keepalived-ts'

export interface InstancePaths {
  /** Root only; made by `ensurePrivateDirectory`. */
  readonly directory: string
  readonly socket: string
  readonly lock: string
}

/** The default pid file gives `/run/keepalived-ts/keepalived.sock`; others carry a mark made of their whole path. */
export function instancePaths(pidFile: string, directory: string = runtimeDirectory): InstancePaths {
  const plain = basename(pidFile).replace(/\.pid$/, '')
  const mark = createHash('sha256').update(pidFile).digest('hex').slice(0, 8)
  // A path of a unix socket has room for 107 bytes.
  const name = dirname(pidFile) === '/run' && plain.length <= 32 ? plain : `${plain.slice(0, 32)}-${mark}`
  return { directory, socket: join(directory, `${name}.sock`), lock: join(directory, `${name}.lock`) }
}

/** Makes the directory with mode 0700, or checks that it is ours. Throws KaError if it is not. */
export function ensurePrivateDirectory(directory: string, code: ErrorCode): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const stats = lstatSync(directory)
  if (!stats.isDirectory()) throw new KaError(code, `${directory} is not a directory`)
  if (stats.uid !== process.getuid?.()) throw new KaError(code, `${directory} belongs to user ${stats.uid}`)
  if ((stats.mode & 0o777) !== 0o700) chmodSync(directory, 0o700)
}
