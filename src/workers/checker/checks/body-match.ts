// Searches a body for a configured pattern, within a bounded time: a pattern that backtracks for ever is stopped and counts as no
// match, so that a hostile answer cannot hold up the other checkers.

import { createContext, Script } from 'node:vm'
import type { HttpRegex } from '../../../config/blocks/checker/model.ts'

/** Bytes of the body that are searched. */
export const MATCH_BYTES_MAX = 1 << 20

const MATCH_MS_MAX = 250

/** Does the body match as wanted? `too-slow`: nobody can tell. */
export function matchesBody(regex: HttpRegex, body: Buffer): boolean | 'too-slow' {
  const text = body.toString(regex.flags.includes('u') ? 'utf8' : 'latin1')
  const expression = new RegExp(regex.pattern, `${regex.flags}g`)
  expression.lastIndex = regex.minOffset
  const index = search(expression, text)
  if (index === 'too-slow') return index
  const found = index >= 0 && (regex.maxOffset === undefined || index <= regex.maxOffset)
  return found !== regex.noMatch
}

const script = new Script('expression.exec(text)?.index ?? -1')

function search(expression: RegExp, text: string): number | 'too-slow' {
  try {
    return Number(script.runInContext(createContext({ expression, text }), { timeout: MATCH_MS_MAX }))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too-slow'
    throw thrown
  }
}
