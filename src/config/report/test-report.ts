// The report of `--config-test` for people: what must be mended first, what is alike said once, advice only when it is
// asked for, and a last line that counts and names the finding that decides the exit status.

import type { Diagnostic } from './diagnostic.ts'
import { renderDiagnostic, type Sources, shownText } from './diagnostic-text.ts'
import { decidingFinding, exitCodeForTest, type TestOptions } from './exit-status.ts'

interface ReportOptions extends TestOptions {
  /** Also show notes: advice that changes neither the exit status nor what the daemon does. */
  readonly notes: boolean
}

/** Findings of one code, that have the same cure, from this number on are one entry. */
const foldedFrom = 3
/** Places of a folded entry that are listed. */
const placesMax = 8

/** The whole text, ending in a line end; empty if there is nothing to say. */
export function renderTestReport(diagnostics: readonly Diagnostic[], sources: Sources, options: ReportOptions): string {
  if (diagnostics.length === 0) return ''
  const shown = options.notes ? diagnostics : diagnostics.filter(({ severity }) => severity !== 'note')
  const entries = fold(inOrder(shown)).map(group => renderGroup(group, sources))
  const hidden = diagnostics.length - shown.length
  return [...entries.map(entry => `${entry}\n`), summary(diagnostics, hidden, options), ''].join('\n')
}

/** Errors, warnings that decide the exit status, other warnings, notes; within each in the order of the file. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ranks = [0, 1, 2, 3].map(rank => diagnostics.filter(diagnostic => rankOf(diagnostic) === rank))
  return ranks.flat()
}

function rankOf({ severity, faultClass }: Diagnostic): number {
  if (severity === 'error') return 0
  if (severity === 'note') return 3
  return faultClass === 'advice' ? 2 : 1
}

/** Warnings and notes of one code and cure stand together, where the first of them stands. Errors each have their own entry. */
function fold(diagnostics: readonly Diagnostic[]): readonly (readonly Diagnostic[])[] {
  const alike = new Map<string, Diagnostic[]>()
  for (const [i, diagnostic] of diagnostics.entries()) {
    const { code, severity, help = '' } = diagnostic
    const key = severity === 'error' ? `error ${i}` : `${severity} ${code} ${help}`
    const group = alike.get(key)
    if (group === undefined) alike.set(key, [diagnostic])
    else group.push(diagnostic)
  }
  return [...alike.values()].flatMap(group => (group.length < foldedFrom ? group.map(one => [one]) : [group]))
}

function renderGroup([first, ...more]: readonly Diagnostic[], sources: Sources): string {
  const head = renderDiagnostic(first!, sources)
  if (more.length === 0) return head
  const places = more.slice(0, placesMax).map(({ span, message }) => {
    const where = span === undefined ? '' : `${shownText(span.file)}:${span.line}: `
    return `    ${where}${shownText(message)}`
  })
  const rest = more.length > placesMax ? [`    and ${more.length - placesMax} more`] : []
  return [head, `   = ${more.length} more of this kind:`, ...places, ...rest].join('\n')
}

function summary(diagnostics: readonly Diagnostic[], hidden: number, options: TestOptions): string {
  const status = exitCodeForTest(diagnostics, options)
  const deciding = decidingFinding(diagnostics, options)
  const because = deciding === undefined ? '' : `, because of ${deciding.code}${lineOf(deciding)}`
  const advice = hidden === 0 ? '' : ` (${hidden === 1 ? 'the note is' : 'notes are'} shown with -D)`
  return `${counts(diagnostics)}${advice}; exit status ${status}${because}`
}

function lineOf({ span }: Diagnostic): string {
  return span === undefined || span.line === 0 ? '' : ` in line ${span.line}`
}

function counts(diagnostics: readonly Diagnostic[]): string {
  return (['error', 'warning', 'note'] as const)
    .map(severity => [diagnostics.filter(diagnostic => diagnostic.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ')
}
