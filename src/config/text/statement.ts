// Words of one statement, and where the next brace cuts a line (config-syntax sections 2 and 3). Backslashes and single
// quotes mean nothing here: script keywords read the raw text again, see blocks/script/words.ts.

import { isBlank, spanOf, type Text } from './text.ts'
import type { Word } from './token.ts'

const quote = 34
const open = 123
const closingBrace = 125

/** Index of the first `{` or `}` outside double quotes at or behind `from`; -1 if there is none. */
export function findBrace(text: string, from: number): number {
  let quoted = false
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) quoted = !quoted
    else if (!quoted && (code === open || code === closingBrace)) return i
  }
  return -1
}

interface StatementWords {
  readonly words: readonly Word[]
  /** Index of a double quote that nothing closes; what follows it is lost. */
  readonly openQuote: number | undefined
}

/** The words between `start` and `end`. The span of a quoted word includes its quotes. */
export function splitWords(line: Text, start: number, end: number): StatementWords {
  const { text } = line
  const words: Word[] = []
  let i = start
  while (i < end) {
    const code = text.charCodeAt(i)
    if (isBlank(code)) i++
    else if (code === quote) {
      const close = text.indexOf('"', i + 1)
      if (close < 0 || close >= end) return { words, openQuote: i }
      words.push({ text: text.slice(i + 1, close), quoted: true, span: spanOf(line, i, close + 1) })
      i = close + 1
    } else {
      const from = i
      while (i < end && !isBlank(text.charCodeAt(i)) && text.charCodeAt(i) !== quote) i++
      words.push({ text: text.slice(from, i), quoted: false, span: spanOf(line, from, i) })
    }
  }
  return { words, openQuote: undefined }
}
