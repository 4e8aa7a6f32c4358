// `~SEQ(V, [START, [STEP,]] END)`, `~SEQx(…)` and `~LST(V, a, b)`, `~LST({V,W}, {a,b}, …)` at the start of a line: what
// the rest of the line is repeated for (config-syntax section 7). Sequences are described, not spelt out, so that a
// long one costs nothing.

import { err, ok, type Result } from '../../lib/result.ts'
import { madeText, sliceText, type Text, trimText, useOf } from './text.ts'

/** Rounds of one sequence or list. */
const sequenceRoundsMax = 100_000

export interface Sequence {
  readonly rounds: number
  /** The variables and values of one round, `round` counting from 0. */
  readonly bind: (round: number) => readonly { readonly name: string; readonly value: Text }[]
}

export interface SequenceError {
  readonly kind: 'sequence' | 'list' | 'too-long'
  readonly message: string
  readonly help: string
}

/** Splits `~SEQ(…) rest`; undefined if the line is not one. A line that starts like one but is malformed has no `args`. */
export function splitSequence(
  line: Text,
): { keyword: string; args: Text; rest: Text; head: Text } | 'malformed' | undefined {
  if (!line.text.startsWith('~SEQ') && !line.text.startsWith('~LST')) return undefined
  const match = /^~(SEQx?|LST)\(/.exec(line.text)
  const close = line.text.indexOf(')')
  if (match === null || close < 0) return 'malformed'
  return {
    keyword: match[1]!,
    args: sliceText(line, match[0].length, close),
    head: sliceText(line, 0, close + 1),
    rest: trimText(sliceText(line, close + 1)),
  }
}

/** Reads the arguments, in which references have been replaced already. `head` is the text to blame for the numbers. */
export function parseSequence(keyword: string, args: Text, head: Text): Result<Sequence, SequenceError> {
  if (keyword === 'LST') return parseList(args)
  const parts = args.text.split(',').map(part => part.trim())
  const [name = '', ...numbers] = parts
  if (!isName(name)) return seqError(`'${name}' is not a name for a variable`)
  if (numbers.length < 1 || numbers.length > 3) return seqError('one to three numbers must follow the variable')
  const values = numbers.map(parseInteger)
  const bad = values.indexOf(undefined)
  if (bad >= 0) return seqError(`'${numbers[bad]}' is not a whole number`)
  return countedSequence(name, values as number[], keyword === 'SEQx', head)
}

function countedSequence(name: string, values: number[], hex: boolean, head: Text): Result<Sequence, SequenceError> {
  const end = values.at(-1)!
  const start = values.length > 1 ? values[0]! : end < 0 ? -1 : 1
  const step = values.length > 2 ? values[1]! : end < start ? -1 : 1
  if (step === 0) return seqError('the step is 0')
  if (end !== start && end > start !== step > 0)
    return seqError(`a step of ${step} never leads from ${start} to ${end}`)
  if (hex && (start < 0 || end < 0)) return seqError('hexadecimal numbers must not be negative')
  const rounds = Math.floor((end - start) / step) + 1
  if (rounds > sequenceRoundsMax) return err(tooLong(rounds))
  const place = useOf(head, 0, head.text.length)
  const bind = (round: number) => [{ name, value: madeText((start + round * step).toString(hex ? 16 : 10), place) }]
  return ok({ rounds, bind })
}

function parseList(args: Text): Result<Sequence, SequenceError> {
  const items = splitItems(args)
  const [first, ...values] = items
  const names = (first ?? []).map(part => part.text)
  const badName = names.find(name => !isName(name))
  if (names.length === 0 || badName !== undefined) return listError(`'${badName ?? ''}' is not a name for a variable`)
  if (values.length > sequenceRoundsMax) return err(tooLong(values.length))
  for (const value of values) {
    if (value.length > names.length) return listError(`${value.length} values for ${names.length} variables`)
    const bad = value.find(part => /[\s{}()]/.test(part.text))
    if (bad !== undefined) return listError(`'${bad.text}' is not a single word without braces and parentheses`)
  }
  const nothing = sliceText(args, 0, 0)
  const bind = (round: number) => names.map((name, i) => ({ name, value: values[round]![i] ?? nothing }))
  return ok({ rounds: values.length, bind })
}

/** `a, {b,c}, d` as [[a], [b, c], [d]]. */
function splitItems(args: Text): Text[][] {
  return splitAtCommas(args).map(item => {
    const { text } = item
    if (!text.startsWith('{') || !text.endsWith('}')) return [item]
    return splitAtCommas(sliceText(item, 1, text.length - 1))
  })
}

function splitAtCommas(source: Text): Text[] {
  const parts: Text[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < source.text.length; i++) {
    const c = source.text[i]
    if (c === '{') depth++
    else if (c === '}') depth--
    else if (c === ',' && depth <= 0) {
      parts.push(trimText(sliceText(source, from, i)))
      from = i + 1
    }
  }
  parts.push(trimText(sliceText(source, from)))
  return parts
}

/** Decimal, octal (leading 0) or hexadecimal (0x), with a sign. */
function parseInteger(text: string): number | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]{1,8}|0[0-7]{0,11}|[1-9]\d{0,9})$/.exec(text)
  if (match === null) return undefined
  const digits = match[2]!
  const isOctal = /^0[0-7]/.test(digits)
  const value = isOctal ? Number.parseInt(digits, 8) : Number(digits)
  return match[1] === '-' ? -value : value
}

function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
}

function seqError(message: string): Result<never, SequenceError> {
  return err({
    kind: 'sequence',
    message,
    help: 'write ~SEQ(NAME, END), ~SEQ(NAME, START, END) or ~SEQ(NAME, START, STEP, END)',
  })
}

function listError(message: string): Result<never, SequenceError> {
  return err({ kind: 'list', message, help: 'write ~LST(NAME, a, b, …) or ~LST({NAME, OTHER}, {a, b}, {c, d}, …)' })
}

function tooLong(rounds: number): SequenceError {
  return {
    kind: 'too-long',
    message: `this makes ${rounds} lines, more than ${sequenceRoundsMax}`,
    help: 'shorten the range',
  }
}
