// Reads processes from /proc, see proc(5). Bytes are taken as latin1, so that any name can be compared.

import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

export interface ProcessFacts {
  /** At most 15 bytes. */
  readonly name: string
  /** Words of the command line, each with a zero behind it; empty for threads of the kernel. Cut at what was asked for. */
  readonly commandLine: string
}

/** Longer than any /proc/PID/stat needs to be to tell name and state. */
const STAT_LENGTH = 128

/** Ids of all processes that are there now. */
export function processIds(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** undefined if there is no such process, or only the remains of one. The command line is left out with a length of 0. */
export function processFacts(pid: number, commandLineLength: number): ProcessFacts | undefined {
  const stat = readHead(`/proc/${pid}/stat`, STAT_LENGTH)
  const named = stat === undefined ? null : /^\d+ \((.*)\) (\S)/s.exec(stat)
  if (named === null) return undefined
  const [, name, state] = named
  if (name === undefined || state === 'Z' || state === 'X') return undefined
  const commandLine = commandLineLength === 0 ? '' : readHead(`/proc/${pid}/cmdline`, commandLineLength)
  return commandLine === undefined ? undefined : { name, commandLine }
}

function readHead(path: string, length: number): string | undefined {
  try {
    const fd = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(length)
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, length, 0))
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    // It has ended meanwhile, or may not be looked at.
    if (thrown instanceof Error && 'code' in thrown) return undefined
    throw thrown
  }
}
