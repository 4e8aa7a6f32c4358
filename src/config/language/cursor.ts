// A place in the words of one statement, and what comes of reading on from there. Shared by line.ts and what it reads with.

import type { Report } from '../report/codes.ts'
import { problem } from '../report/codes.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import type { Word } from '../text/token.ts'
import type { KeywordSpec } from './spec.ts'

export interface Cursor {
  readonly words: readonly Word[]
  readonly raw: string
  at: number
  readonly report: Report
  readonly strictKeepalived: boolean
  /** An option word without its value stops the daemon (routes and rules), or costs the line. */
  readonly missingOptionValue: 'missing-argument' | 'argument-expected'
}

/** `dropped`: the line has no effect. `ignored` and `missing` tell the caller why. */
export type Outcome = 'good' | 'ignored' | 'dropped' | 'missing'

/** What is shown in place of a secret. */
export const hiddenText = '(hidden)'

/** Whether a keyword has an argument that is shown to nobody. */
export function hasSecret(spec: KeywordSpec): boolean {
  return spec.args.some(arg => arg.secret === true)
}

/** How a message about a line begins; rows have no name. */
export function titleOf(spec: KeywordSpec): string {
  return spec.keyword.startsWith('<') ? '' : `${spec.keyword}: `
}

/** The option words of a keyword, as help. */
export function knownOptions(spec: KeywordSpec): { help: string } {
  const words = spec.options.filter(option => option.alsoMatches.length === 0 && !option.keyword.startsWith('<'))
  return { help: `known here: ${words.map(option => option.keyword).join(', ')}` }
}

/** The advice, or fault, that a keyword or option word is deprecated. */
export function deprecation(spec: KeywordSpec, span: Span): Diagnostic {
  const name = spec.deprecatedIsFault ? 'deprecated-fault' : 'deprecated-keyword'
  return problem(name, span, `'${spec.keyword}' is deprecated`, { help: `write ${spec.deprecated}` })
}

/** The option that a word names. */
export function matchOption(spec: KeywordSpec, text: string, cursor: Cursor): KeywordSpec | undefined {
  return spec.options.find(
    option =>
      (option.keyword === text || option.alsoMatches.includes(text)) && !(option.extension && cursor.strictKeepalived),
  )
}
