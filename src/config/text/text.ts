// Text that knows where every character was written. A line starts as one piece of a file; parameters and sequences put
// pieces from elsewhere into it. Lines are short (1023 bytes), so plain slicing and joining is fast enough.

import type { Span } from '../report/span.ts'

interface Piece {
  readonly text: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** 0: characters stand in the file as they are. Else the text was made up, and all of it stands for that many columns. */
  readonly width: number
  /** The reference through which the text came here; undefined for text that stands in the line being read. */
  readonly use: Use | undefined
}

/** A reference to a parameter or sequence: a linked list from the innermost to the one in the line being read. */
export interface Use {
  readonly span: Span
  readonly outer: Use | undefined
  /** Length of the list. */
  readonly depth: number
}

export interface Text {
  readonly text: string
  readonly pieces: readonly Piece[]
}

/** Places named in one span. */
const expandedFromMax = 8

/** A stretch of a file's line, `column` counting from 1. */
export function writtenText(text: string, file: string, line: number, column: number): Text {
  return { text, pieces: [{ text, file, line, column, width: 0, use: undefined }] }
}

/** Text that stands nowhere but is due to `place` (a number of a sequence, the value of a built-in). */
export function madeText(text: string, place: Use): Text {
  const { file, line, column, endColumn } = place.span
  return { text, pieces: [{ text, file, line, column, width: Math.max(1, endColumn - column), use: place.outer }] }
}

/** Characters `start` to `end`. */
export function sliceText(source: Text, start: number, end: number = source.text.length): Text {
  if (start === 0 && end === source.text.length) return source
  const pieces: Piece[] = []
  let at = 0
  for (const piece of source.pieces) {
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, piece.text.length)
    if (from < to) pieces.push(slicePiece(piece, from, to))
    at += piece.text.length
  }
  return { text: source.text.slice(start, end), pieces }
}

export function joinTexts(parts: readonly Text[]): Text {
  return { text: parts.map(part => part.text).join(''), pieces: parts.flatMap(part => part.pieces) }
}

/** Without leading and trailing blanks. */
export function trimText(source: Text): Text {
  const { text } = source
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return sliceText(source, start, end)
}

/** The same text as inserted for the reference `use`. */
export function usedText(source: Text, use: Use): Text {
  return {
    text: source.text,
    pieces: source.pieces.map(piece => ({ ...piece, use: piece.use === undefined ? use : append(piece.use, use) })),
  }
}

/** Where characters `start` to `end` were written, with the definitions they came from. Clamps to the text. */
export function spanOf(source: Text, start: number, end: number): Span {
  const only = source.pieces.length === 1 ? source.pieces[0]! : undefined
  if (only !== undefined && only.width === 0 && only.use === undefined) return ownSpan(only, start, end)
  const pieces = overlapping(source, start, end)
  const root = unite(pieces.map(rootSpan))
  const expandedFrom: Span[] = []
  for (const piece of pieces) addExpansions(expandedFrom, piece, root)
  return expandedFrom.length === 0 ? root : { ...root, expandedFrom }
}

/** A reference that stands at `start` to `end`. */
export function useOf(source: Text, start: number, end: number): Use {
  const pieces = overlapping(source, start, end)
  const outer = pieces[0]!.use
  const sameLevel = pieces.filter(piece => piece.use === outer)
  const span = unite(sameLevel.map(piece => ownSpan(piece, 0, piece.text.length)))
  return { span, outer, depth: (outer?.depth ?? 0) + 1 }
}

/** As isspace(3), which keepalived asks: blank, tab, vertical tab, form feed, and a carriage return inside a line. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

function slicePiece(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.text.length) return piece
  const column = piece.width === 0 ? piece.column + from : piece.column
  return { ...piece, text: piece.text.slice(from, to), column }
}

function ownSpan(piece: Piece, start: number, end: number): Span {
  const { file, line } = piece
  if (piece.width > 0) return { file, line, column: piece.column, endColumn: piece.column + piece.width }
  return { file, line, column: piece.column + start, endColumn: piece.column + end }
}

/** The place in the line being read. */
function rootSpan(piece: Piece): Span {
  let use = piece.use
  if (use === undefined) return ownSpan(piece, 0, piece.text.length)
  while (use.outer !== undefined) use = use.outer
  return use.span
}

function addExpansions(spans: Span[], piece: Piece, root: Span): void {
  if (piece.use === undefined) return
  add(spans, ownSpan(piece, 0, piece.text.length), root)
  for (
    let use: Use | undefined = piece.use;
    use.outer !== undefined && spans.length < expandedFromMax;
    use = use.outer
  ) {
    add(spans, use.span, root)
  }
}

function add(spans: Span[], span: Span, root: Span): void {
  if (spans.length >= expandedFromMax || isInside(span, root) || spans.some(known => isSame(known, span))) return
  spans.push(span)
}

function isInside(span: Span, outer: Span): boolean {
  const sameLine = span.line === outer.line && span.file === outer.file
  return sameLine && span.column >= outer.column && span.endColumn <= outer.endColumn
}

function isSame(a: Span, b: Span): boolean {
  return a.line === b.line && a.column === b.column && a.endColumn === b.endColumn && a.file === b.file
}

function append(inner: Use, outer: Use): Use {
  const rest = inner.outer === undefined ? outer : append(inner.outer, outer)
  return { span: inner.span, outer: rest, depth: rest.depth + 1 }
}

/** The pieces of a stretch, cut to it. An empty stretch yields the character beside it, so that there is always a place. */
function overlapping(source: Text, start: number, end: number): readonly Piece[] {
  if (end > start) {
    const { pieces } = sliceText(source, start, end)
    if (pieces.length > 0) return pieces
  }
  const last = source.text.length - 1
  const near = Math.max(0, Math.min(start, last))
  const { pieces } = sliceText(source, near, near + 1)
  return pieces.length > 0 ? pieces : source.pieces.slice(0, 1)
}

function unite(spans: readonly Span[]): Span {
  const first = spans[0]!
  let { column, endColumn } = first
  for (const span of spans) {
    if (span.file !== first.file || span.line !== first.line) continue
    column = Math.min(column, span.column)
    endColumn = Math.max(endColumn, span.endColumn)
  }
  return { file: first.file, line: first.line, column, endColumn }
}
