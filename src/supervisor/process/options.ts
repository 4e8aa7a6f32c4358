// The command line as plain data. What the options are, and what each of them means, is in the rows of option-table.ts;
// the reading is getopt.ts's. Pure; it reads no file and prints nothing. Reference: keepalived(8), OPTIONS.

import { type CommandLine, readCommandLine } from './getopt.ts'
import type { FieldRow, OptionRow, Surroundings, Task } from './option-row.ts'
import { optionTable } from './option-table.ts'

type Row = (typeof optionTable)[number]
type Fields = { readonly [R in Row as R extends FieldRow<infer Field, infer _> ? Field : never]: ValueOf<R> }
type ValueOf<R> = R extends FieldRow<string, infer T> ? T : never
type Optional<F> = { [K in keyof F]: undefined extends F[K] ? K : never }[keyof F]

/** Plain and without functions, so that it goes to the daemon process as JSON. All paths are absolute. */
export type Options = Omit<Fields, Optional<Fields>> & {
  readonly [K in Optional<Fields>]?: Exclude<Fields[K], undefined>
} & { readonly task: Task }

export interface ParsedOptions {
  readonly options: Options
  /** Sentences for stderr; each makes the exit status 1. */
  readonly errors: readonly string[]
  /** Sentences for stderr that change nothing. */
  readonly warnings: readonly string[]
  /** Words that belong to nothing; keepalived prints them on stdout and goes on. */
  readonly leftOver: readonly string[]
}

const rows: readonly OptionRow[] = optionTable

/** Reads a command line without program name and subcommand. */
export function parseOptions(args: readonly string[], around: Surroundings): ParsedOptions {
  const line = readCommandLine(args, rows, 'genhash')
  const errors = [...line.errors]
  const warnings: string[] = []
  const fields = defaults(around)
  let task: Task = { type: 'run' }
  for (const { long, value = '' } of line.given) {
    const row = meant(long)
    if (row?.kind === 'task' && (task.type === 'run' || !row.yields)) task = row.task(value, around)
    if (row?.kind !== 'field') continue
    const read = row.read(value, around, fields[row.field])
    if (read.ok) fields[row.field] = read.value
    else (read.error.severity === 'error' ? errors : warnings).push(read.error.text)
  }
  warnings.push(...idleWarnings(line))
  if (task.type === 'genhash') task = { type: 'genhash', words: line.words }
  const options = settled({ ...fields, task } as unknown as Options)
  return { options, errors, warnings, leftOver: task.type === 'genhash' ? [] : line.words }
}

function defaults(around: Surroundings): Record<string, unknown> {
  const named = rows.flatMap(row => {
    const value = row.kind === 'field' ? row.byDefault(around) : undefined
    return row.kind !== 'field' || value === undefined ? [] : [[row.field, value] as const]
  })
  return Object.fromEntries(named)
}

function meant(long: string): OptionRow | undefined {
  const row = rows.find(candidate => candidate.long === long)
  return row?.kind === 'alias' ? meant(row.of) : row
}

function idleWarnings(line: CommandLine): readonly string[] {
  const named = [...new Set(line.given.map(({ long }) => long))].filter(long => meant(long)?.kind === 'idle')
  if (named.length === 0) return []
  const names = named.map(long => `--${long}`).join(', ')
  const which = named.includes('namespace')
    ? '; in particular everything happens in the network namespace of the caller'
    : ''
  return [`accepted, but without effect yet: ${names}${which}`]
}

/** -t implies no fork, no respawn and no syslog. */
function settled(options: Options): Options {
  if (options.task.type !== 'config-test') return options
  return { ...options, dontFork: true, dontRespawn: true, syslog: false }
}
