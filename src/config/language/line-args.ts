// The arguments of a statement, row or option word: mandatory and optional ones in their order, and what becomes of a bad value.

import { problem } from '../report/codes.ts'
import type { Word } from '../text/token.ts'
import type { ArgSpec } from './args.ts'
import { type Cursor, hasSecret, hiddenText, matchOption, type Outcome, titleOf } from './cursor.ts'
import type { KeywordSpec } from './spec.ts'
import type { Value } from './value.ts'
import { readValue } from './values.ts'

/** Reads the arguments from the place of the cursor on, and moves it behind them. */
export function readArgs(spec: KeywordSpec, cursor: Cursor, values: (Value | undefined)[]): Outcome {
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

/** Whether the word is a good value without any reservation. */
export function isPlainValue(arg: ArgSpec, text: string): boolean {
  const { value, problem } = readValue(arg, text)
  return value !== undefined && problem === undefined
}

/** The value of one word; undefined if it cannot be used at all. */
export function take(arg: ArgSpec, spec: KeywordSpec, word: Word, cursor: Cursor): Value | undefined {
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
          ? `; ${String(instead) === word.text ? 'the nearest possible value' : instead} is taken`
          : ''
    const shown = hasSecret(spec) ? withoutWord(message, word.text) : message
    cursor.report(problem(name, word.span, `${titleOf(spec)}${shown}${outcome}`, { help }))
  }
  return instead
}

/** A word beside a secret may be the secret in the wrong place, so it is not quoted. */
function withoutWord(message: string, word: string): string {
  return message.replaceAll(`'${word}'`, hiddenText).replaceAll(word, hiddenText)
}

function replacement(spec: KeywordSpec, text: string): Value | undefined {
  if (spec.badValueBecomes !== undefined) return spec.badValueBecomes
  const number = Number.parseInt(text, 10)
  return spec.badValue === 'accepted' && Number.isInteger(number) ? number : undefined
}
