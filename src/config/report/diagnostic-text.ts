// Diagnostics for people, with the line and the place marked in it, and for machines as JSON.

import type { Diagnostic } from './diagnostic.ts'
import type { Span } from './span.ts'

/** Lines of the files that were read, by the name that spans carry (`ReadResult.sources`). */
export type Sources = ReadonlyMap<string, readonly string[]>

const tabWidth = 8
/** Columns of a source line that are shown; a longer one is cut around the place. */
const shownWidthMax = 100
/** Definitions named under one place. */
const expansionsShownMax = 4

/**
 * One diagnostic as text of several lines, without a line end behind the last:
 *
 *     warning[KA2001]: unknown keyword 'weigth'
 *       --> /etc/keepalived/keepalived.conf:29:9
 *        |
 *     29 |         weigth -20
 *        |         ^^^^^^
 *        = help: did you mean 'weight'?
 */
export function renderDiagnostic(diagnostic: Diagnostic, sources: Sources): string {
  const { code, severity, message, span, help, related = [] } = diagnostic
  const gutter = gutterWidth([span, ...related.map(place => place.span)])
  const lines = [`${severity}[${code}]: ${shownText(message)}`]
  if (span !== undefined) lines.push(...renderPlace(span, sources, gutter, '^'))
  if (help !== undefined) lines.push(`${' '.repeat(gutter)} = help: ${shownText(help)}`)
  for (const place of related) {
    lines.push(`${' '.repeat(gutter)} = note: ${shownText(place.message)}`)
    lines.push(...renderPlace(place.span, sources, gutter, '-'))
  }
  return lines.join('\n')
}

/** All of them, a blank line between two, and a last line that counts. Ends in a line end; empty if there is nothing to say. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], sources: Sources): string {
  if (diagnostics.length === 0) return ''
  const parts = diagnostics.map(diagnostic => renderDiagnostic(diagnostic, sources))
  return `${parts.join('\n\n')}\n\n${summary(diagnostics)}\n`
}

/** A JSON array with one object a diagnostic: the fields of `Diagnostic` and, where known, the text of its line. */
export function renderDiagnosticsJson(diagnostics: readonly Diagnostic[], sources: Sources): string {
  const rows = diagnostics.map(diagnostic => {
    const source = diagnostic.span === undefined ? undefined : sourceLine(diagnostic.span, sources)
    return source === undefined ? diagnostic : { ...diagnostic, source }
  })
  return JSON.stringify(rows, undefined, 2)
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const counts = (['error', 'warning', 'note'] as const).map(severity => {
    const count = diagnostics.filter(diagnostic => diagnostic.severity === severity).length
    return count === 0 ? '' : `${count} ${severity}${count === 1 ? '' : 's'}`
  })
  return counts.filter(part => part !== '').join(', ')
}

function renderPlace(span: Span, sources: Sources, gutter: number, mark: string): string[] {
  const lines = [`${' '.repeat(gutter)}--> ${place(span)}`, ...renderLine(span, sources, gutter, mark)]
  const expansions = span.expandedFrom ?? []
  for (const origin of expansions.slice(0, expansionsShownMax)) {
    lines.push(`${' '.repeat(gutter)}::: expanded from ${place(origin)}`, ...renderLine(origin, sources, gutter, '-'))
  }
  return lines
}

function place(span: Span): string {
  return `${shownText(span.file)}:${span.line}:${span.column}`
}

function renderLine(span: Span, sources: Sources, gutter: number, mark: string): string[] {
  const source = sourceLine(span, sources)
  if (source === undefined) return []
  const shown = layOut(source, span)
  const empty = ' '.repeat(gutter)
  const underline = ' '.repeat(shown.column) + mark.repeat(Math.max(1, shown.width))
  return [`${empty} |`, `${String(span.line).padStart(gutter)} | ${shown.text}`, `${empty} | ${underline}`]
}

function sourceLine(span: Span, sources: Sources): string | undefined {
  return sources.get(span.file)?.[span.line - 1]
}

/** The line on the screen: tabs as blanks, control characters visible, wide characters two columns, cut to `shownWidthMax`. */
function layOut(source: string, span: Span): { text: string; column: number; width: number } {
  const cells = toCells(source)
  const first = cells.findIndex(cell => cell.end > span.column - 1)
  const from = first < 0 ? cells.length : first
  const behind = cells.findIndex(cell => cell.start >= span.endColumn - 1)
  const to = Math.max(from, behind < 0 ? cells.length : behind)
  const start = widthOf(cells.slice(0, from)) <= (shownWidthMax * 3) / 4 ? 0 : Math.max(0, from - 20)
  const kept = takeWidth(cells.slice(start))
  const head = start > 0 ? '… ' : ''
  const tail = start + kept.length < cells.length ? ' …' : ''
  const lead = cells.slice(start, from)
  return {
    text: head + kept.map(cell => cell.text).join('') + tail,
    column: head.length + widthOf(lead),
    width: widthOf(kept.slice(from - start, to - start)),
  }
}

/** One character as it is shown, and the UTF-16 units of the line that it stands for. */
interface Cell {
  readonly text: string
  readonly width: number
  readonly start: number
  readonly end: number
}

/** Enough of the line to show any place in it; the rest of a monstrous line is not laid out. */
const cellsMax = 4_000

function toCells(source: string): Cell[] {
  const cells: Cell[] = []
  let start = 0
  let column = 0
  for (const character of source) {
    if (cells.length >= cellsMax) break
    const text = character === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : shownText(character)
    const width = character === '\t' ? text.length : characterWidth(character)
    cells.push({ text, width, start, end: start + character.length })
    start += character.length
    column += width
  }
  return cells
}

function takeWidth(cells: readonly Cell[]): Cell[] {
  const kept: Cell[] = []
  let width = 0
  for (const cell of cells) {
    width += cell.width
    if (width > shownWidthMax) break
    kept.push(cell)
  }
  return kept
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

/** Terminal columns: 2 for the wide scripts of East Asia and emoji, 0 for combining marks, else 1. */
function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
    character,
  )
    ? 2
    : 1
}

/** Control characters as a replacement sign, so that a configuration cannot drive the terminal. */
export function shownText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

function gutterWidth(spans: readonly (Span | undefined)[]): number {
  const lines = spans.flatMap(span =>
    span === undefined ? [] : [span.line, ...(span.expandedFrom ?? []).map(s => s.line)],
  )
  return Math.max(2, String(Math.max(0, ...lines)).length)
}
