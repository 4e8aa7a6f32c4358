// A keyword that its block has already: which of the two counts, and what is said about it.

import { problem } from '../report/codes.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Entry } from './entry.ts'
import type { WrittenLine } from './line.ts'
import type { KeywordSpec } from './spec.ts'

interface Repeat {
  /** The repetition must not be used; otherwise it replaces the earlier one. */
  readonly refused: boolean
  readonly diagnostic: Diagnostic
}

/** Undefined if the keyword is new among `siblings`, or may be given as often as one likes. */
export function findRepeat(spec: KeywordSpec, statement: WrittenLine, siblings: readonly Entry[]): Repeat | undefined {
  if (spec.repeat === 'all' && spec.uniqueName === 'no') return undefined
  const name = statement.words[1]?.text
  const earlier = siblings.findLast(
    child => child.spec === spec && (spec.uniqueName === 'no' || child.words[1]?.text === name),
  )
  if (earlier === undefined) return undefined
  const span = statement.words[0]?.span ?? statement.span
  const related = [{ span: earlier.words[0]?.span ?? earlier.span, message: 'first given here' }]
  if (spec.uniqueName !== 'no') {
    const message = `${spec.keyword} ${name} is already defined; this one is left out`
    const details = { help: 'give it a name of its own', related }
    const code = spec.uniqueName === 'fault' ? 'duplicate-block' : 'duplicate-name'
    return { refused: true, diagnostic: problem(code, span, message, details) }
  }
  const details = { help: 'keep one of them', related }
  if (spec.repeat === 'first') {
    const message = `${spec.keyword} is already given; this one is ignored`
    return { refused: true, diagnostic: problem('duplicate-keyword', span, message, details) }
  }
  const message = `${spec.keyword} is given twice; the later one counts`
  return { refused: false, diagnostic: problem('keyword-given-twice', span, message, details) }
}
