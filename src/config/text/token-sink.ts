// Where tokens are put: statements with their words, and braces. Watches for include_check, the one setting the reader obeys.

import { problem, readerCodes, report } from '../report/collector.ts'
import { changeChecks } from './include.ts'
import { type Reading, reportQuote, stopReading, tokensMax } from './reading.ts'
import { splitWords } from './statement.ts'
import { isBlank, spanOf, type Text } from './text.ts'
import type { Token, Word } from './token.ts'

/** One statement between `start` and `end`; nothing if there are only blanks. */
export function emitStatement(reading: Reading, line: Text, start: number, end: number): void {
  let to = end
  while (to > start && isBlank(line.text.charCodeAt(to - 1))) to--
  if (to === start) return
  const { words, openQuote } = splitWords(line, start, to)
  if (openQuote !== undefined) reportQuote(reading, spanOf(line, openQuote, openQuote + 1))
  const first = words[0]
  if (first === undefined) return
  reading.lastKeyword = first.text
  if (first.text === 'include_check') obeyIncludeCheck(reading, words.slice(1))
  emit(reading, { type: 'statement', words, raw: line.text.slice(start, to), span: spanOf(line, start, to) })
}

/** The brace at `at`. */
export function emitBrace(reading: Reading, line: Text, at: number): void {
  const span = spanOf(line, at, at + 1)
  if (line.text[at] === '{') {
    if (reading.depth++ === 0) reading.topKeyword = reading.lastKeyword
    emit(reading, { type: 'open', span })
  } else {
    reading.depth = Math.max(0, reading.depth - 1)
    emit(reading, { type: 'close', span })
  }
}

function emit(reading: Reading, token: Token): void {
  if (reading.tokens.length < tokensMax) {
    reading.tokens.push(token)
    return
  }
  if (reading.stopped) return
  const message = `the configuration has more than ${tokensMax} statements and braces; reading ends here`
  const help = 'look for a sequence, parameter or include that multiplies itself'
  stopReading(reading, problem(readerCodes.tooMuchText, 'fatal', message, token.span, help))
}

function obeyIncludeCheck(reading: Reading, words: readonly Word[]): void {
  if (reading.depth !== 1 || reading.topKeyword !== 'global_defs') return
  const { checks, refused } = changeChecks(words, reading.checks)
  reading.checks = checks
  for (const word of refused) {
    const message = `'${word.text}' is not a check that can stand here`
    const help = 'the checks are read, match, wildcard_match and brace_match; all but the first need a + or -'
    report(reading.problems, problem(readerCodes.includeCheckWord, 'general', message, word.span, help))
  }
}
