// The option words of a statement or row, each with arguments and option words of its own, and the words that are none.

import { problem } from '../report/codes.ts'
import { suggest } from '../report/suggest.ts'
import type { Word } from '../text/token.ts'
import {
  type Cursor,
  deprecation,
  hasSecret,
  hiddenText,
  knownOptions,
  matchOption,
  type Outcome,
  titleOf,
} from './cursor.ts'
import { type Entry, nameOf, none } from './entry.ts'
import { readArgs } from './line-args.ts'
import type { KeywordSpec } from './spec.ts'
import type { Value } from './value.ts'
import { describeArg } from './values.ts'

/** Reads the option word under the cursor with all that belongs to it. */
export function readOption(option: KeywordSpec, cursor: Cursor): { outcome: Outcome; entry?: Entry } {
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
    entry: {
      keyword: option.keyword,
      name: nameOf(option),
      at: word.span,
      spec: option,
      span: word.span,
      words,
      raw,
      values,
      options: taken.length === 0 ? none : taken,
      children: none,
    },
  }
}

/** False: the rest of the line is surplus and was reported once. */
export function skipExtraWord(spec: KeywordSpec, word: Word, cursor: Cursor): boolean {
  const refused = spec.options.find(option => option.keyword === word.text)
  if (refused !== undefined) {
    const message = `${titleOf(spec)}'${word.text}' is an extension to keepalived and is refused under --strict-keepalived`
    cursor.report(problem('extension-refused', word.span, message, { help: 'remove it, or start without that option' }))
    cursor.at = cursor.words.length
    return false
  }
  if (spec.options.some(option => !option.extension)) {
    const meant = meantOption(spec, word.text)
    const message = `${titleOf(spec)}unknown word ${isBehindSecret(spec, cursor) ? hiddenText : `'${word.text}'`}; it is skipped`
    const help = meant === undefined ? knownOptions(spec) : { help: `did you mean '${meant.keyword}'?` }
    cursor.report(problem('unknown-option', word.span, message, help))
    cursor.at++
    skipArgumentsOf(meant, spec, cursor)
    return true
  }
  if (spec.exactWords) {
    const message = `${titleOf(spec)}one name is expected, and '${word.text}' follows it; the block is left out`
    cursor.report(problem('argument-expected', word.span, message, { help: 'remove the surplus words' }))
  } else {
    const shown = isBehindSecret(spec, cursor) ? hiddenText : `'${word.text}'`
    const message = `${titleOf(spec)}${shown} and what follows on the line is surplus and has no effect`
    const isList = spec.kind === 'list'
    const help = isList ? `write each entry on a line of its own inside the braces` : 'write one statement per line'
    cursor.report(problem(isList ? 'extra-words-behind-list' : 'extra-words', word.span, message, { help }))
  }
  cursor.at = cursor.words.length
  return false
}

/** A password with a blank in it, and without quotes, goes on in the surplus words. */
function isBehindSecret(spec: KeywordSpec, { words, at }: Cursor): boolean {
  const secrets = spec.options.filter(hasSecret).map(option => option.keyword)
  return hasSecret(spec) || words.slice(0, at).some(({ text }) => secrets.includes(text))
}

function meantOption(spec: KeywordSpec, text: string): KeywordSpec | undefined {
  const near = suggest(
    text,
    spec.options.map(option => option.keyword),
  )
  return spec.options.find(option => option.keyword === near)
}

/** What stands behind a misspelt option word is its value, and needs no report of its own. */
function skipArgumentsOf(meant: KeywordSpec | undefined, spec: KeywordSpec, cursor: Cursor): void {
  for (const _ of meant?.args ?? []) {
    const next = cursor.words[cursor.at]
    if (next === undefined || matchOption(spec, next.text, cursor) !== undefined) return
    cursor.at++
  }
}
