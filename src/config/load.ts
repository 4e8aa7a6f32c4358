// From a file name to the configuration: reads, interprets, builds and checks in one run, so that all problems of all files
// come out together. Touches no file system itself; the files come through `options.files`.

import { buildConfig } from './blocks/build.ts'
import type { BuildContext } from './blocks/context.ts'
import { withoutExposedScripts } from './blocks/script/exposed.ts'
import { secretSpans, withoutSecrets } from './blocks/secrets.ts'
import type { LintFacts } from './host/facts.ts'
import { searchPathDefault } from './host/search-path.ts'
import { lint } from './lint/lint.ts'
import type { WrittenConfig } from './model.ts'
import { finishedList, noProblems, report } from './report/collector.ts'
import type { Diagnostic, FaultClass } from './report/diagnostic.ts'
import { exitCodeForRun, exitCodeForTest } from './report/exit-status.ts'
import type { ReadOptions } from './text/reader.ts'
import { readConfiguration } from './text/reader.ts'

export interface LoadOptions extends ReadOptions {
  /** Whether the host has an interface of this name now. */
  readonly interfaceExists: (name: string) => boolean
  /** All of them, for advice. */
  readonly interfaceNames: () => readonly string[]
  /** `--strict-keepalived`: nothing that keepalived does not know or would not take. */
  readonly strictKeepalived: boolean
  /** Default of router_id. */
  readonly hostName: string
  /** What advice beyond keepalived needs to know of the host; without it there is none. */
  readonly lint?: LintFacts | undefined
}

export interface LoadResult {
  /** Undefined if the daemon must not start with this file. */
  readonly config: WrittenConfig | undefined
  /** Everything that was found, in the order of the files; a bounded list. */
  readonly diagnostics: readonly Diagnostic[]
  /** The lines of each file that was read, by the name that spans carry, with `*` in place of passwords and keys. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  /** Exit status with which a start must end; 0: it may go on. */
  readonly startExitCode: 0 | 2 | 6
  /** Exit status of `--config-test`: 0, 2, 4, 5 or 6. */
  readonly testExitCode: number
}

/** Classes with which no daemon may start. */
const stopping: ReadonlySet<FaultClass> = new Set(['fatal', 'missing-argument', 'no-config'])

/** Loads `mainPath` and all it includes. Never throws for what a file contains. */
export function loadConfig(mainPath: string, options: LoadOptions): LoadResult {
  const read = readConfiguration(mainPath, options)
  const problems = noProblems()
  const context: BuildContext = {
    report: diagnostic => report(problems, diagnostic),
    interfaceExists: options.interfaceExists,
    interfaceNames: options.interfaceNames,
    strictKeepalived: options.strictKeepalived,
    hostName: options.hostName,
    commandExists: name => commandExists(name, options),
    accountExists: knownAccounts(options),
  }
  const built = buildConfig(read.tokens, context)
  const advice = lint(built, options.lint, read.sources)
  const { config, refused } =
    options.lint === undefined ? { config: built, refused: [] } : withoutExposedScripts(built, options.lint)
  const found = inFileOrder([...finishedList(problems), ...advice, ...refused], read.sources)
  const diagnostics = [...read.diagnostics, ...found]
  const stops = diagnostics.some(diagnostic => stopping.has(diagnostic.faultClass))
  const { allIncludeChecks, strictKeepalived } = options
  return {
    config: stops ? undefined : config,
    diagnostics,
    sources: withoutSecrets(read.sources, secretSpans(read.tokens)),
    startExitCode: startExitCode(diagnostics, config.global.reloadCheckConfig),
    testExitCode: exitCodeForTest(diagnostics, { allIncludeChecks, strictKeepalived }),
  }
}

/** As execvp(3) finds it: a name with a slash is a path, any other is looked for in PATH. */
function commandExists(name: string, { files, environment }: ReadOptions): boolean {
  if (name.includes('/')) return files.status(name) !== undefined
  const directories = (environment.PATH ?? searchPathDefault).split(':').filter(directory => directory !== '')
  return directories.some(directory => {
    const status = files.status(`${directory}/${name}`)
    return status?.kind === 'file' && status.executable
  })
}

/** The names of /etc/passwd and /etc/group, read when first asked for. Where they cannot be read every name is good. */
function knownAccounts({ files }: ReadOptions): BuildContext['accountExists'] {
  let users: ReadonlySet<string> | undefined
  let groups: ReadonlySet<string> | undefined
  const namesOf = (path: string): ReadonlySet<string> => {
    const content = files.read(path)
    return new Set(content.ok ? content.value.split('\n').map(row => row.split(':')[0]!) : [])
  }
  return (user, group) => {
    users ??= namesOf('/etc/passwd')
    groups ??= namesOf('/etc/group')
    return (users.size === 0 || users.has(user)) && (group === undefined || groups.size === 0 || groups.has(group))
  }
}

function startExitCode(diagnostics: readonly Diagnostic[], reloadCheckConfig: boolean): 0 | 2 | 6 {
  const code = exitCodeForRun(diagnostics, { reloadCheckConfig })
  return code === 0 || code === 6 ? code : 2
}

/** Blocks are built by kind; people read files from top to bottom. Problems without a place come last. */
function inFileOrder(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, readonly string[]>,
): readonly Diagnostic[] {
  const files = [...sources.keys()]
  const rank = ({ span }: Diagnostic) => {
    if (span === undefined) return Number.MAX_SAFE_INTEGER
    return Math.max(0, files.indexOf(span.file)) * 1e9 + span.line * 1e3 + Math.min(span.column, 999)
  }
  return diagnostics
    .map((diagnostic, i) => ({ diagnostic, i, rank: rank(diagnostic) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ diagnostic }) => diagnostic)
}
