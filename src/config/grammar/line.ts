// Reads one statement or row against its description: the mandatory and optional arguments, then the option words. Reports
// what is wrong with it and says whether anything of it is left to use.

import type { Diagnostic } from '../diagnostic.ts'
import type { Span, Word } from '../token.ts'
import type { ArgSpec } from './args.ts'
import { type Entry, none, type Value } from './entry.ts'
import type { Report } from './problems.ts'
import { problem } from './problems.ts'
import type { KeywordSpec } from './spec.ts'
import { describeArg, readValue } from './values.ts'

export interface Statement {
  readonly words: readonly Word[]
  readonly raw: string
  readonly span: Span
}

/** The advice, or fault, that a keyword or option word is deprecated. */
export function deprecation(spec: KeywordSpec, span: Span): Diagnostic {
  const name = spec.deprecatedIsFault ? 'deprecated-fault' : 'deprecated-keyword'
  return problem(name, span, `'${spec.keyword}' is deprecated`, { help: `write ${spec.deprecated}` })
}

interface Cursor {
  readonly words: readonly Word[]
  readonly raw: string
  at: number
  readonly report: Report
  readonly strictKeepalived: boolean
  /** An option word without its value stops the daemon (routes and rules), or costs the line. */
  readonly missingOptionValue: 'missing-argument' | 'argument-expected'
}

/** `dropped`: the line counts for nothing; `bad` and `missing` say why to whoever goes on from there. */
type Outcome = 'good' | 'ignored' | 'dropped' | 'missing'

/**
 * Reads a statement whose first word is its keyword, or a row. Undefined if nothing of it is usable; everything that is
 * wrong was reported.
 */
export function readLine(
  spec: KeywordSpec,
  statement: Statement,
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
        problem('unknown-option', word.span, `unknown option '${word.text}'; the row is left out`, known(spec)),
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

function readOption(option: KeywordSpec, cursor: Cursor): { outcome: Outcome; entry?: Entry } {
  const start = cursor.at
  const word = cursor.words[start]!
  const values: (Value | undefined)[] = []
  const taken: Entry[] = []
  if (option.alsoMatches.includes(word.text)) values.push(word.text)
  if (option.deprecated !== undefined) cursor.report(deprecation(option, word.span))
  cursor.at++
  const outcome = readArgs(option, cursor, values)
  if (outcome === 'missing') {
    const expected = option.args.find(arg => arg.optional !== true)
    const help = expected === undefined ? 'give it a value' : `expected ${describeArg(expected)}`
    const outcome = cursor.missingOptionValue === 'missing-argument' ? '' : '; the line is left out'
    cursor.report(problem(cursor.missingOptionValue, word.span, `'${word.text}' has no value${outcome}`, { help }))
    return { outcome: 'dropped' }
  }
  while (outcome === 'good' && cursor.at < cursor.words.length) {
    const inner = matchOption(option, cursor.words[cursor.at]!.text, cursor)
    if (inner === undefined) break
    const result = readOption(inner, cursor)
    if (result.outcome === 'dropped') return result
    if (result.entry !== undefined) taken.push(result.entry)
  }
  if (outcome !== 'good') return { outcome }
  const words = cursor.words.slice(start, cursor.at)
  const raw = words.map(each => each.text).join(' ')
  return {
    outcome: 'good',
    entry: { spec: option, span: word.span, words, raw, values, options: taken, children: none },
  }
}

function readArgs(spec: KeywordSpec, cursor: Cursor, values: (Value | undefined)[]): Outcome {
  let usable = true
  for (const [i, arg] of spec.args.entries()) {
    if (arg.type === 'script') {
      // A command in a quote that is never closed is no word; the builder says so and leaves the script out.
      const isTorn = cursor.raw.includes('"')
      if (cursor.at >= cursor.words.length && !isTorn) return arg.optional === true ? 'good' : 'missing'
      values.push(cursor.raw)
      cursor.at = cursor.words.length
      return 'good'
    }
    const firstWord = cursor.words[cursor.at]
    if (firstWord === undefined) {
      if (arg.optional !== true) return 'missing'
      values.push(undefined)
      continue
    }
    if (arg.optional === true && isForSomeoneElse(spec, i, firstWord.text, cursor)) {
      values.push(undefined)
      continue
    }
    const count = arg.repeated === true ? cursor.words.length - cursor.at : 1
    for (const word of cursor.words.slice(cursor.at, cursor.at + count)) {
      const value = take(arg, spec, word, cursor)
      if (value !== undefined || spec.badValue === 'fatal') values.push(value)
      else usable = arg.repeated === true && usable
    }
    cursor.at += count
  }
  return usable ? 'good' : spec.badValue === 'dropped' ? 'dropped' : 'ignored'
}

/** An optional argument gives way to an option word, and to a later argument that the word fits better. */
function isForSomeoneElse(spec: KeywordSpec, at: number, text: string, cursor: Cursor): boolean {
  if (matchOption(spec, text, cursor) !== undefined) return true
  if (readValue(spec.args[at]!, text).value !== undefined) return false
  const later = spec.args.slice(at + 1)
  return later.some(arg => isPlainValue(arg, text) || arg.optional !== true)
}

function isPlainValue(arg: ArgSpec, text: string): boolean {
  const { value, problem } = readValue(arg, text)
  return value !== undefined && problem === undefined
}

/** The value of one word; undefined if it cannot be used at all. */
function take(arg: ArgSpec, spec: KeywordSpec, word: Word, cursor: Cursor): Value | undefined {
  const reading = readValue(arg, word.text)
  if (reading.problem === undefined) return reading.value
  const instead = reading.value ?? replacement(spec, word.text)
  const { message, help } = reading.problem
  const isFatal = spec.badValue === 'fatal' && instead === undefined
  const name = isFatal ? 'fatal-value' : reading.problem.name
  if (spec.badValue !== 'silent') {
    const outcome = isFatal
      ? '; the daemon cannot start with it'
      : instead === undefined
        ? '; it is ignored'
        : reading.value === undefined
          ? `; ${instead} is taken`
          : ''
    cursor.report(problem(name, word.span, `${titleOf(spec)}${message}${outcome}`, { help }))
  }
  return instead
}

function replacement(spec: KeywordSpec, text: string): Value | undefined {
  if (spec.badValueBecomes !== undefined) return spec.badValueBecomes
  const number = Number.parseInt(text, 10)
  return spec.badValue === 'accepted' && Number.isInteger(number) ? number : undefined
}

/** False: the rest of the line is surplus and was reported once. */
function skipExtraWord(spec: KeywordSpec, word: Word, cursor: Cursor): boolean {
  const refused = spec.options.find(option => option.keyword === word.text)
  if (refused !== undefined) {
    const message = `${titleOf(spec)}'${word.text}' is an extension to keepalived and is refused under --strict-keepalived`
    cursor.report(problem('extension-refused', word.span, message, { help: 'remove it, or start without that option' }))
    cursor.at = cursor.words.length
    return false
  }
  if (spec.options.some(option => !option.extension)) {
    cursor.report(
      problem('unknown-option', word.span, `${titleOf(spec)}unknown word '${word.text}'; it is skipped`, known(spec)),
    )
    cursor.at++
    return true
  }
  if (spec.exactWords) {
    const message = `${titleOf(spec)}one name is expected, and '${word.text}' follows it; the block is left out`
    cursor.report(problem('argument-expected', word.span, message, { help: 'remove the surplus words' }))
  } else {
    const message = `${titleOf(spec)}'${word.text}' and what follows on the line is surplus and has no effect`
    const isList = spec.kind === 'list'
    const help = isList ? `write each entry on a line of its own inside the braces` : 'write one statement per line'
    cursor.report(problem(isList ? 'extra-words-behind-list' : 'extra-words', word.span, message, { help }))
  }
  cursor.at = cursor.words.length
  return false
}

function matchOption(spec: KeywordSpec, text: string, cursor: Cursor): KeywordSpec | undefined {
  return spec.options.find(
    option =>
      (option.keyword === text || option.alsoMatches.includes(text)) && !(option.extension && cursor.strictKeepalived),
  )
}

function reportMissing(spec: KeywordSpec, statement: Statement, report: Report): void {
  const keyword = spec.keyword === '<row>' ? 'the row' : `'${spec.keyword}'`
  const expected = spec.args.find(arg => arg.optional !== true)
  const help = expected === undefined ? {} : { help: `expected ${describeArg(expected)}` }
  const name = spec.missingArgument === 'fatal' ? 'missing-argument' : 'argument-expected'
  report(problem(name, statement.span, `${keyword} needs an argument and has none`, help))
}

function known(spec: KeywordSpec): { help: string } {
  const words = spec.options.filter(option => option.alsoMatches.length === 0 && !option.keyword.startsWith('<'))
  return { help: `known here: ${words.map(option => option.keyword).join(', ')}` }
}

function titleOf(spec: KeywordSpec): string {
  return spec.keyword.startsWith('<') ? '' : `${spec.keyword}: `
}
