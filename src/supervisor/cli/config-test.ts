// --config-test: reads the configuration as a start would and says everything that is wrong with it, then ends. Exit status: see
// config/report/exit-status.ts. Reference: keepalived(8), --config-test.

import { closeSync, constants, openSync, writeSync } from 'node:fs'
import type { LoadResult } from '../../config/load.ts'
import { renderDiagnosticsJson } from '../../config/report/diagnostic-text.ts'
import { renderTestReport } from '../../config/report/test-report.ts'
import { messageOf } from '../../lib/errors.ts'
import { loadFile } from '../loading/load-file.ts'
import { hostInterfaces } from '../loading/node-file.ts'
import { defaultUmask } from '../process/option-table.ts'
import type { Options } from '../process/options.ts'

interface TestOutput {
  out(text: string): void
  error(text: string): void
}

/** Resolves with the exit status: 0, 2, 4, 5 or 6, and 1 if the log file cannot be opened. Diagnostics go to it or stderr. */
export function testConfig(options: Options, output: TestOutput): number {
  if (options.task.type !== 'config-test') return 1
  const { json, logFile } = options.task
  if (json) {
    const { diagnostics, sources, testExitCode } = load(options)
    output.out(`${renderDiagnosticsJson(diagnostics, sources)}\n`)
    return testExitCode
  }
  if (logFile === undefined) return report(options, text => output.error(text))
  return testIntoFile(options, logFile, output)
}

function load(options: Options): LoadResult {
  return loadFile({
    path: options.configFile,
    configId: options.configId,
    allIncludeChecks: options.allConfig,
    strictKeepalived: options.strictKeepalived,
    interfaces: hostInterfaces(),
    lint: true,
  })
}

function report(options: Options, write: (text: string) => void): number {
  const { diagnostics, sources, testExitCode } = load(options)
  const { allConfig: allIncludeChecks, strictKeepalived } = options
  const text = renderTestReport(diagnostics, sources, {
    notes: options.logDetail > 0,
    allIncludeChecks,
    strictKeepalived,
  })
  if (text !== '') write(text)
  return testExitCode
}

/** keepalived: appended to, created 0644 less umask (so 0600 by default), never through a symlink. */
function testIntoFile(options: Options, path: string, output: TestOutput): number {
  process.umask(options.umask ?? defaultUmask)
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o644)
    try {
      return report(options, text => writeSync(fd, text))
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    output.error(`keepalived-ts: ${path}: ${messageOf(thrown)}\n`)
    return 1
  }
}
