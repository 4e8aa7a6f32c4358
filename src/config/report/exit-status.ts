// From the problems of a configuration to an exit status, as keepalived gives them: `-t` by the class whose code is the largest
// number, a normal run by what keeps the daemon from starting (config-syntax section 10, cli-signals sections 6 and 7).

import { readerCodes } from './collector.ts'
import type { Diagnostic, FaultClass } from './diagnostic.ts'

export interface TestOptions {
  /** `-e` was given. */
  readonly allIncludeChecks?: boolean
  /** `--strict-keepalived`: also where keepalived's answer is of no use to anybody, see `exitCodeForTest`. */
  readonly strictKeepalived?: boolean
}

interface RunOptions {
  /** `reload_check_config` is set: keepalived then takes every report for a reason to stop. */
  readonly reloadCheckConfig?: boolean
}

/**
 * Exit status of `--config-test`: 0 nothing reported, 2 a keyword without its argument, 4 only things not found, 5 any problem,
 * 6 unsafe scripts or a failed include check. A main file that cannot be read gives 4; keepalived gives 0 unless `-e` is set,
 * which would tell a script that all is well, so that is left to `strictKeepalived`.
 */
export function exitCodeForTest(diagnostics: readonly Diagnostic[], options: TestOptions = {}): number {
  return testStatusOf(decidingFinding(diagnostics, options))
}

/**
 * The finding that decides the exit status of `--config-test`: the first of the class that counts most. Undefined: the
 * status is 0.
 */
export function decidingFinding(diagnostics: readonly Diagnostic[], options: TestOptions = {}): Diagnostic | undefined {
  const mainFile = diagnostics.find(isMainFile)
  if (mainFile !== undefined) return options.strictKeepalived && !options.allIncludeChecks ? undefined : mainFile
  for (const [classes] of testStatuses) {
    const found = diagnostics.find(({ faultClass }) => classes.includes(faultClass))
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * What counts most comes first. A failed include check ends the load before the grammar runs; a missing argument ends the process
 * that reads.
 */
const testStatuses: readonly (readonly [classes: readonly FaultClass[], status: number])[] = [
  [['no-config'], 6],
  [['missing-argument'], 2],
  [['security'], 6],
  [['fatal', 'general'], 5],
  [['not-found'], 4],
]

function testStatusOf(deciding: Diagnostic | undefined): number {
  if (deciding === undefined) return 0
  if (isMainFile(deciding)) return 4
  return testStatuses.find(([classes]) => classes.includes(deciding.faultClass))?.[1] ?? 0
}

/** Exit status with which a normal run must end at once; 0: the daemon may start. */
export function exitCodeForRun(diagnostics: readonly Diagnostic[], options: RunOptions = {}): number {
  const classes = classesOf(diagnostics)
  if (classes.has('no-config')) return 6
  if (classes.has('fatal') || classes.has('missing-argument')) return 2
  const isReported = [...classes].some(faultClass => faultClass !== 'advice')
  return options.reloadCheckConfig && isReported ? 2 : 0
}

function classesOf(diagnostics: readonly Diagnostic[]): ReadonlySet<FaultClass> {
  return new Set(diagnostics.map(diagnostic => diagnostic.faultClass))
}

function isMainFile(diagnostic: Diagnostic): boolean {
  return diagnostic.code === readerCodes.mainFileUnusable
}
