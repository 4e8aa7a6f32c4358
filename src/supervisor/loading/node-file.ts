// Loading a configuration aside, for subcommands that look at files without running them: that of this host, or of another node
// whose interfaces are not here.

import { existsSync, readdirSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { basename, resolve } from 'node:path'
import type { LoadResult } from '../../config/load.ts'
import { configIdOf } from '../process/option-table.ts'
import { loadFile } from './load-file.ts'

export interface NodeFile {
  /** Absolute. */
  readonly path: string
  /** What `@ID` conditions are compared with. */
  readonly configId: string
}

/** The id of this host where nobody names another. */
export function defaultConfigId(): string {
  return configIdOf(hostname())
}

/** `FILE`, or `FILE@ID` for a file that several nodes share. A file whose own name has an `@` is taken as it is. */
export function parseNodeFile(argument: string): NodeFile {
  const at = argument.lastIndexOf('@')
  if (at <= 0 || existsSync(argument)) return { path: resolve(argument), configId: defaultConfigId() }
  return { path: resolve(argument.slice(0, at)), configId: argument.slice(at + 1) }
}

/** Short names that tell the files apart: the ID, else the file name without extension, else the argument itself. */
export function nodeNames(argumentsGiven: readonly string[]): readonly string[] {
  const short = argumentsGiven.map(argument => {
    const at = argument.lastIndexOf('@')
    if (at > 0 && !existsSync(argument)) return argument.slice(at + 1)
    return basename(argument).replace(/\.[^.]*$/, '')
  })
  return new Set(short).size === short.length ? short : argumentsGiven
}

/** Loads without advice. `interfaces` undefined: every interface that the file names counts as existing. */
export function loadNodeFile(file: NodeFile, interfaces: readonly string[] | undefined): LoadResult {
  return loadFile({ ...file, interfaces, allIncludeChecks: false, strictKeepalived: false, lint: false })
}

/** The interfaces of this host, also those without an address, which os.networkInterfaces() leaves out. */
export function hostInterfaces(): readonly string[] {
  try {
    return readdirSync('/sys/class/net')
  } catch (thrown) {
    // A container may have no sysfs.
    if (thrown instanceof Error && 'code' in thrown) return Object.keys(networkInterfaces())
    throw thrown
  }
}
