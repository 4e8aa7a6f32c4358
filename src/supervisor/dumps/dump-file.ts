// Puts a dump into keepalived's place: $TMPDIR if that is an absolute path of a directory, else /tmp. Written under a temporary
// name that nobody can have put there before us, then renamed, so that neither a symbolic link nor a reader is surprised.

import { statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { replaceFile } from '../files/careful.ts'

const mode = 0o600

/** Where dumps go. */
export function dumpDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const wanted = environment.TMPDIR
  if (wanted !== undefined && isAbsolute(wanted) && statSync(wanted, { throwIfNoEntry: false })?.isDirectory())
    return wanted
  return '/tmp'
}

/** Writes the file whole; rejects with the system's error. Resolves with the path. */
export async function writeDump(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  replaceFile(path, text, mode)
  return path
}
