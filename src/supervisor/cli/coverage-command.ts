// `keepalived-ts config coverage`: every keyword of keepalived.conf and of our own, with what this version makes of it.

import { coverage } from '../../config/blocks/coverage.ts'
import type { CommandOutput } from '../../lib/output.ts'

export const configSynopsis = 'config coverage'

/** Resolves with the exit status: 0, and 1 if the words are not `coverage`. */
export async function runConfig(args: readonly string[], output: CommandOutput): Promise<number> {
  if (args.length !== 1 || args[0] !== 'coverage') {
    output.error(`keepalived-ts: the word behind config must be coverage\nUsage: keepalived-ts ${configSynopsis}\n`)
    return 1
  }
  output.out(coverageText())
  return 0
}

/**
 * One row for each keyword: block, keyword, `in-effect` or `parsed`. The last line is the sum; what is in effect is
 * also parsed.
 */
function coverageText(): string {
  const rows = coverage()
  const blockWidth = Math.max(...rows.map(row => row.block.length))
  const keywordWidth = Math.max(...rows.map(row => row.keyword.length))
  const lines = rows.map(
    ({ block, keyword, state }) => `${block.padEnd(blockWidth)}  ${keyword.padEnd(keywordWidth)}  ${state}`,
  )
  const inEffect = rows.filter(row => row.state === 'in-effect').length
  return [...lines, `${rows.length} keywords, ${rows.length} parsed, ${inEffect} in effect`, ''].join('\n')
}
