// Loading a configuration on this host, for everybody who does it: the loader thread, --config-test, and the
// subcommands that look at files of this or another node.

import { hostname } from 'node:os'
import { type LoadResult, loadConfig } from '../../config/load.ts'
import { hostFacts } from '../scripts/file-facts.ts'
import { realFiles } from './config-files.ts'

/** Plain data, so that it travels to the loader thread. */
export interface LoadRequest {
  readonly path: string
  /** What `@ID` conditions are compared with. */
  readonly configId: string
  readonly allIncludeChecks: boolean
  readonly strictKeepalived: boolean
  /** The interfaces that exist now; undefined: every interface that the file names counts as existing. */
  readonly interfaces: readonly string[] | undefined
  /** Also give advice beyond keepalived's own checks. */
  readonly lint: boolean
}

/** Reads, parses and validates. Never throws for anything that is in the files. */
export function loadFile(request: LoadRequest): LoadResult {
  const { path, configId, allIncludeChecks, strictKeepalived, interfaces, lint } = request
  const known = interfaces === undefined ? undefined : new Set(interfaces)
  return loadConfig(path, {
    files: realFiles(),
    configId,
    environment: process.env,
    allIncludeChecks,
    strictKeepalived,
    hostName: hostname(),
    random: Math.random,
    interfaceExists: name => known === undefined || known.has(name),
    interfaceNames: () => interfaces ?? [],
    lint: lint ? hostFacts(process.env.PATH) : undefined,
  })
}
