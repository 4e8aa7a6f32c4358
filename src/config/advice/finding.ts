// A finding of a lint or cluster rule: the statement that it is about knows its place; the model knows file and line
// only, and the source text gives the columns.

import type { Diagnostic, Severity } from '../report/diagnostic.ts'
import type { Sources } from '../report/diagnostic-text.ts'
import type { Place } from '../report/place.ts'
import type { Span } from '../report/span.ts'

/** The first word of a statement, or a line of which nothing better is known. */
export type Site = Span | Place

export interface Finding {
  readonly at?: Site
  /** One sentence without a full stop. */
  readonly message: string
  readonly help: string
  readonly related?: readonly { readonly at: Site; readonly message: string }[]
}

/** Related places beyond these are not listed. */
const relatedMax = 5

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

/** Of a line without a word all but its indent. */
function spanOf(site: Site, sources: Sources): Span {
  if ('column' in site) return site
  const { file, line } = site
  const text = sources.get(file)?.[line - 1] ?? ''
  const indent = text.length - text.trimStart().length
  return { file, line, column: indent + 1, endColumn: Math.max(indent + 1, text.trimEnd().length) + 1 }
}
