// What a lint or cluster rule found, before it has a place on a line: rules know the model, which keeps file and line of each
// keyword, and the source text gives the column.

import type { Setting } from '../model.ts'
import type { Diagnostic, Severity } from '../report/diagnostic.ts'
import type { Place } from '../report/place.ts'
import type { Sources } from '../report/render.ts'
import type { Span } from '../text/token.ts'

/** A line, and the word of it that is meant. */
export interface Site {
  readonly place: Place
  readonly word?: string
}

export interface Finding {
  readonly at?: Site
  /** One sentence without a full stop. */
  readonly message: string
  readonly help: string
  readonly related?: readonly { readonly at: Site; readonly message: string }[]
}

/** Related places beyond these are not listed. */
const relatedMax = 5

/** The place of a keyword, or of a row by its first word. */
export function siteOf({ keyword, place, values }: Setting): Site {
  const word = keyword === '<row>' ? values[0] : keyword
  return typeof word === 'string' ? { place, word } : { place }
}

/** The finding as a diagnostic that changes no exit status. */
export function toDiagnostic(
  rule: { readonly code: string; readonly severity: Severity },
  { at, message, help, related = [] }: Finding,
  sources: Sources,
): Diagnostic {
  const others = related
    .slice(0, relatedMax)
    .map(other => ({ span: spanOf(other.at, sources), message: other.message }))
  return {
    code: rule.code,
    severity: rule.severity,
    faultClass: 'advice',
    message,
    help,
    ...(at === undefined ? {} : { span: spanOf(at, sources) }),
    ...(others.length === 0 ? {} : { related: others }),
  }
}

/** The word on its line, else the line without its indent. */
function spanOf({ place, word }: Site, sources: Sources): Span {
  const { file, line } = place
  const text = sources.get(file)?.[line - 1] ?? ''
  const start = word === undefined ? -1 : indexOfWord(text, word)
  if (start >= 0) return { file, line, column: start + 1, endColumn: start + 1 + word!.length }
  const indent = text.length - text.trimStart().length
  return { file, line, column: indent + 1, endColumn: Math.max(indent + 1, text.trimEnd().length) + 1 }
}

function indexOfWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isBoundary(text[at - 1]) && isBoundary(text[at + word.length])) return at
  }
  return -1
}

function isBoundary(character: string | undefined): boolean {
  return character === undefined || /[\s{}"/]/.test(character)
}
