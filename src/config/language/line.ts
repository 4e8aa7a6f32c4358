// Reads one statement or row against its description: the mandatory and optional arguments, then the option words. Reports
// what is wrong with it and says whether anything of it is left to use.

import type { Report } from '../report/codes.ts'
import { problem } from '../report/codes.ts'
import type { Span } from '../report/span.ts'
import type { Word } from '../text/token.ts'
import type { ArgSpec } from './args.ts'
import { type Cursor, knownOptions, matchOption, type Outcome } from './cursor.ts'
import { type Entry, nameOf, none } from './entry.ts'
import { isPlainValue, readArgs, take } from './line-args.ts'
import { readOption, skipExtraWord } from './line-options.ts'
import type { KeywordSpec } from './spec.ts'
import type { Value } from './value.ts'
import { describeArg } from './values.ts'

export interface WrittenLine {
  readonly words: readonly Word[]
  readonly raw: string
  readonly span: Span
}

/**
 * Reads a statement whose first word is its keyword, or a row. Undefined if nothing of it is usable; everything that is
 * wrong was reported.
 */
export function readLine(
  spec: KeywordSpec,
  statement: WrittenLine,
  options: { readonly strictKeepalived: boolean; readonly report: Report },
): Entry | undefined {
  const isRow = spec.keyword === '<row>'
  const missingOptionValue = spec.freeOrder ? 'missing-argument' : 'argument-expected'
  const cursor: Cursor = {
    words: statement.words,
    raw: statement.raw,
    at: isRow ? 0 : 1,
    missingOptionValue,
    ...options,
  }
  const values: (Value | undefined)[] = []
  const taken: Entry[] = []
  const outcome = spec.freeOrder ? readFreely(spec, cursor, values, taken) : readInOrder(spec, cursor, values, taken)
  if (outcome === 'missing') reportMissing(spec, statement, options.report)
  if (outcome !== 'good') return undefined
  return {
    keyword: spec.keyword,
    name: nameOf(spec),
    at: statement.words[0]?.span ?? statement.span,
    spec,
    span: statement.span,
    words: statement.words,
    raw: statement.raw,
    values,
    options: taken.length === 0 ? none : taken,
    children: none,
  }
}

function readInOrder(spec: KeywordSpec, cursor: Cursor, values: (Value | undefined)[], taken: Entry[]): Outcome {
  const outcome = readArgs(spec, cursor, values)
  if (outcome !== 'good') return outcome
  while (cursor.at < cursor.words.length) {
    const word = cursor.words[cursor.at]!
    const option = matchOption(spec, word.text, cursor)
    if (option === undefined) {
      if (!skipExtraWord(spec, word, cursor)) return spec.exactWords ? 'dropped' : 'good'
      continue
    }
    const result = readOption(option, cursor)
    if (result.outcome === 'dropped') return 'dropped'
    if (result.entry !== undefined) taken.push(result.entry)
  }
  return 'good'
}

/** Route and rule rows: option words may come first, and an unknown word costs the row. */
function readFreely(spec: KeywordSpec, cursor: Cursor, values: (Value | undefined)[], taken: Entry[]): Outcome {
  let argsAt = 0
  while (cursor.at < cursor.words.length) {
    const word = cursor.words[cursor.at]!
    const option = matchOption(spec, word.text, cursor)
    if (option !== undefined) {
      const result = readOption(option, cursor)
      if (result.outcome === 'dropped') return 'dropped'
      if (result.entry !== undefined) taken.push(result.entry)
      continue
    }
    const arg = spec.args[argsAt++] ?? repeatedArg(spec, word, cursor)
    if (arg === undefined) {
      cursor.report(
        problem('unknown-option', word.span, `unknown option '${word.text}'; the row is left out`, knownOptions(spec)),
      )
      return 'dropped'
    }
    const value = take(arg, spec, word, cursor)
    if (value === undefined) return 'dropped'
    if (argsAt > spec.args.length) values.pop()
    values.push(value)
    cursor.at++
  }
  return argsAt < spec.args.filter(arg => arg.optional !== true).length ? 'missing' : 'good'
}

/** keepalived: of two destinations in one row the later one counts. */
function repeatedArg(spec: KeywordSpec, word: Word, cursor: Cursor): ArgSpec | undefined {
  const arg = spec.args.at(-1)
  if (arg === undefined || !isPlainValue(arg, word.text)) return undefined
  const message = `'${word.text}' is the second destination of this row; it counts and the first one does not`
  cursor.report(problem('second-destination', word.span, message, { help: 'write one route per line' }))
  return arg
}

function reportMissing(spec: KeywordSpec, statement: WrittenLine, report: Report): void {
  const keyword = spec.keyword === '<row>' ? 'the row' : `'${spec.keyword}'`
  const expected = spec.args.find(arg => arg.optional !== true)
  const help = expected === undefined ? {} : { help: `expected ${describeArg(expected)}` }
  const name = spec.missingArgument === 'fatal' ? 'missing-argument' : 'argument-expected'
  report(problem(name, statement.span, `${keyword} needs an argument and has none`, help))
}
