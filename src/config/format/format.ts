// Lays out the text of a configuration file: one statement a line, indented by the depth of its block, at most one blank line
// in a row. What the file means does not change, whatever it contains: a line whose meaning hangs on its layout is kept, and
// comments, quotes, blanks inside a statement and the lines of multi-line values are the author's.

import { byteLength, lineBytesMax } from '../text/line.ts'
import { nestingOf, type Unbalanced } from './nesting.ts'
import type { Piece } from './piece.ts'
import { beginSplit, splitLine } from './split-line.ts'

interface FormatOptions {
  /** Put in front of a line once for each block around it: blanks or tabs. */
  readonly indent: string
}

export interface FormatResult {
  readonly text: string
  /** From this line of the source on the braces do not match and the text is left as it is. */
  readonly unbalanced: Unbalanced | undefined
}

/** Formats a whole file. Never throws; formatting the result again gives the same text. */
export function formatConfiguration(source: string, options: FormatOptions): FormatResult {
  const lines = source.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const state = beginSplit()
  const pieces = lines.flatMap((line, i) => splitLine(line.replace(/\r+$/, ''), i + 1, state))
  const { depths, unbalanced } = nestingOf(pieces)
  const layout = new Layout(options.indent)
  for (const [i, piece] of pieces.entries()) {
    if (unbalanced === undefined || piece.line < unbalanced.line) layout.add(piece, depths[i]!)
  }
  if (unbalanced === undefined) return { text: layout.finish(), unbalanced }
  const rest = lines.slice(unbalanced.line - 1).join('\n') + (source.endsWith('\n') ? '\n' : '')
  if (unbalanced.line > 1 && rest.startsWith(byteOrderMark)) layout.keepStart()
  return { text: layout.text() + rest, unbalanced }
}

const byteOrderMark = '\uFEFF'

/** Collects the lines of the result. */
class Layout {
  readonly #indent: string
  readonly #lines: string[] = []
  /** The statement on the last line, as long as a `{` may still join it. */
  #waiting: { readonly piece: Piece; readonly depth: number } | undefined

  constructor(indent: string) {
    this.#indent = indent
  }

  add(piece: Piece, depth: number): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (piece.text.startsWith(byteOrderMark) && !(piece.kind === 'raw' && piece.line === 1)) this.keepStart()
    if (piece.kind === 'blank') {
      if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('')
    } else if (piece.kind === 'raw') {
      this.#lines.push(piece.text)
    } else {
      const joined = piece.kind === 'open' && waiting !== undefined ? this.#join(waiting, piece) : undefined
      if (joined !== undefined) this.#lines[this.#lines.length - 1] = joined
      else this.#lines.push(this.#line(piece.text + piece.comment, depth))
      if (piece.kind === 'statement') this.#waiting = { piece, depth }
    }
  }

  /** Only at the start of a file is the character a byte order mark, so no other may come to stand there. */
  keepStart(): void {
    if (this.#lines.length === 0) this.#lines.push('')
  }

  /** Everything so far. */
  text(): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }

  /** Everything, without blank lines at the end. */
  finish(): string {
    while (this.#lines.at(-1) === '') this.#lines.pop()
    return this.text()
  }

  /** The `{` behind the statement of the line before, with the comment that either of them has. */
  #join({ piece, depth }: { readonly piece: Piece; readonly depth: number }, open: Piece): string | undefined {
    if (piece.comment !== '' && open.comment !== '') return undefined
    const text = `${piece.text} {${piece.comment}${open.comment}`
    return byteLength(this.#indent.repeat(depth) + text) > lineBytesMax ? undefined : this.#line(text, depth)
  }

  /** Indented, unless the line would then be longer than what is read at once. */
  #line(text: string, depth: number): string {
    const line = this.#indent.repeat(depth) + text
    return byteLength(line) > lineBytesMax ? text : line
  }
}
