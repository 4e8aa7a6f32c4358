// Comments, escapes and the quote state of one line (config-syntax sections 1 and 2). A backslash hides the next character
// from the comment and quote rules; before `#` or `!` outside quotes it disappears.

import { isBlank, joinTexts, sliceText, type Text } from './text.ts'

interface StrippedLine {
  /** Without the comment and without blanks at either end. */
  readonly text: Text
  /** The line ends in a backslash: inside a multi-line definition the next line belongs to it too. */
  readonly continued: boolean
  /** The backslash stands at the end of a comment, so it is not part of `text`. */
  readonly continuedInComment: boolean
  /** Where the quote opens that nothing closes, as an index into the line as given. */
  readonly openQuote: number | undefined
  /** Where the comment starts, as an index into the line as given. */
  readonly commentAt: number | undefined
}

const backslash = 92
const quote = 34
const hash = 35
const bang = 33

export function stripLine(line: Text): StrippedLine {
  const scan = scanLine(line.text)
  const end = trimmedEnd(line.text, scan.commentAt ?? line.text.length)
  return {
    text: withoutEscapes(line, scan.escapes, trimmedStart(line.text, end), end),
    continued: scan.continued,
    continuedInComment: scan.continued && scan.commentAt !== undefined,
    openQuote: scan.openQuote,
    commentAt: scan.commentAt,
  }
}

interface LineScan {
  readonly commentAt: number | undefined
  readonly openQuote: number | undefined
  readonly continued: boolean
  /** Backslashes that disappear. */
  readonly escapes: readonly number[]
}

function scanLine(text: string): LineScan {
  let commentAt: number | undefined
  let openQuote: number | undefined
  let continued = false
  const escapes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) {
      const next = text.charCodeAt(++i)
      if (i >= text.length) continued = true
      else if (commentAt === undefined && openQuote === undefined && isComment(next)) escapes.push(i - 1)
    } else if (commentAt === undefined) {
      if (code === quote) openQuote = openQuote === undefined ? i : undefined
      else if (openQuote === undefined && isComment(code)) commentAt = i
    }
  }
  return { commentAt, openQuote, continued, escapes }
}

function withoutEscapes(line: Text, escapes: readonly number[], start: number, end: number): Text {
  const inside = escapes.filter(at => at >= start && at < end)
  if (inside.length === 0) return sliceText(line, start, end)
  const starts = [start, ...inside.map(at => at + 1)]
  return joinTexts(starts.map((from, i) => sliceText(line, from, inside[i] ?? end)))
}

function isComment(code: number): boolean {
  return code === hash || code === bang
}

function trimmedStart(text: string, end: number): number {
  let start = 0
  while (start < end && isBlank(text.charCodeAt(start))) start++
  return start
}

function trimmedEnd(text: string, end: number): number {
  let at = end
  while (at > 0 && isBlank(text.charCodeAt(at - 1))) at--
  return at
}
