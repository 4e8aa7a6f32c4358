// The help text, made from the tables of options and subcommands.

import type { OptionRow } from '../process/option-row.ts'
import { optionTable } from '../process/option-table.ts'

const columnWidth = 36

/** What `--help` prints. `commands` are names of subcommands with their arguments, and what they do. */
export function usageText(commands: readonly (readonly [string, string])[]): string {
  return [
    'Usage: keepalived-ts [OPTION...]',
    '       keepalived-ts COMMAND [ARGUMENT...]',
    '',
    'Options:',
    ...optionTable.map(row => line(spelling(row), describe(row))),
    '',
    'Commands:',
    ...commands.map(([name, summary]) => line(`  ${name}`, summary)),
    '',
  ].join('\n')
}

function describe(row: OptionRow): string {
  return row.kind === 'idle' ? `${row.help}; accepted without effect` : row.help
}

function spelling(row: OptionRow): string {
  const short = row.short === undefined ? '    ' : `-${row.short}, `
  if (row.argument === 'none') return `  ${short}--${row.long}`
  const name = row.argumentName ?? 'ARGUMENT'
  return row.argument === 'optional' ? `  ${short}--${row.long}[=${name}]` : `  ${short}--${row.long}=${name}`
}

function line(left: string, right: string): string {
  return left.length < columnWidth
    ? `${left.padEnd(columnWidth)}${right}`
    : `${left}\n${' '.repeat(columnWidth)}${right}`
}
