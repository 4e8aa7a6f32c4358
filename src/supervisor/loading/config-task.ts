// Loading a configuration as one task of the loader thread (config-loader.ts), because parsing a large file takes longer than a
// MASTER may be silent. What comes out can be cloned between threads, and is kept small: the main thread has to take it in.

import type { Config, WrittenConfig } from '../../config/model.ts'
import type { Diagnostic } from '../../config/report/diagnostic.ts'
import { renderDiagnostic } from '../../config/report/diagnostic-text.ts'
import { type LoadRequest, loadFile } from './load-file.ts'
import { packConfig } from './packed-config.ts'
import { splitServers } from './server-pieces.ts'

/** `interfaces` are those that exist now. */
export type ConfigTask = LoadRequest & { readonly interfaces: readonly string[] }

export interface LoadedConfig {
  /** Absent when the file cannot be used at all. */
  readonly config: Config | null
  /** All that was written, secrets masked, packed for `plan`; empty without a configuration. See packed-config.ts. */
  readonly written: Uint8Array
  readonly problems: readonly LoadedProblem[]
  readonly exitCode: number
}

/** What travels: the configuration without its virtual servers, and those in pieces. See server-pieces.ts. */
export interface TaskResult extends LoadedConfig {
  readonly servers: readonly Uint8Array[]
}

interface LoadedProblem {
  readonly severity: Diagnostic['severity']
  /** For people, several lines: message, place, source line, cure. */
  readonly text: string
}

/** Reads, parses and validates. Never throws for anything that is in the files. `null`: the thread shall only be ready. */
export default function runConfigTask(task: ConfigTask | null): TaskResult | null {
  return task === null ? null : load(task)
}

function load(task: ConfigTask): TaskResult {
  const { config, diagnostics, sources, startExitCode } = loadFile(task)
  return {
    config: config === undefined ? null : lightened(config),
    servers: splitServers(config?.lvs?.virtualServers ?? []),
    written: config === undefined ? new Uint8Array() : packConfig(config),
    problems: diagnostics.map(diagnostic => ({
      severity: diagnostic.severity,
      text: renderDiagnostic(diagnostic, sources),
    })),
    exitCode: startExitCode,
  }
}

/** Without what the main thread has no use for, and what it takes in by pieces. */
function lightened({ settings: _, lvs, ...config }: WrittenConfig): Config {
  return lvs === undefined ? config : { ...config, lvs: { ...lvs, virtualServers: [] } }
}
