// How the arguments of a keyword are written, in words for people: a synopsis, and what each argument may be, with its range
// and unit.

import type { ArgSpec } from '../language/args.ts'
import type { KeywordSpec } from '../language/spec.ts'
import { describeArg } from '../language/values.ts'

/** Limits at or above this are those of the number type, not of the setting, and are not worth a word. */
const unboundedSeconds = 4_294_967

/** `priority INTEGER`, `smtp_server HOST [PORT] [OPTION...]`; the lines of a list have no keyword. */
export function synopsisOf(spec: KeywordSpec): string {
  const name = spec.keyword === '<row>' ? [] : [spec.keyword]
  const options = spec.options.length === 0 ? [] : ['[OPTION...]']
  return [...name, ...spec.args.map(formOf), ...options].join(' ')
}

/** `[PORT]`, `INTERFACE...`. */
export function formOf(arg: ArgSpec): string {
  const form = arg.repeated === true ? `${arg.name}...` : arg.name
  return arg.optional === true ? `[${form}]` : form
}

/** What an argument may be: `a number from 1 to 255`, `seconds from 0.01 to 255 (decimals allowed)`. */
export function wordsFor(arg: ArgSpec): string {
  switch (arg.type) {
    case 'integer':
      return [describeArg(arg), ...integerNotes(arg)].join('; ')
    case 'seconds':
      return [timeRange('seconds', arg.minUs / 1e6, arg.maxUs / 1e6), ...secondsNotes(arg)].join('; ')
    case 'milliseconds':
      return `${timeRange('milliseconds', arg.minUs / 1e3, arg.maxUs / 1e3)}; decimals down to 0.001`
    case 'boolean':
      return 'on, true or yes; off, false or no; without a word it is on'
    case 'enum':
      return arg.ignoreCase === true ? `${describeArg(arg)}, in capitals or not` : describeArg(arg)
    case 'text':
      return arg.lengthMax === undefined
        ? 'one word, or text in double quotes'
        : `one word of at most ${arg.lengthMax} characters, or text in double quotes`
    case 'pattern':
    case 'address':
      return describeArg(arg)
    case 'interface':
      return arg.mustExist
        ? 'the name of an interface, which must exist unless dynamic_interfaces is set'
        : 'the name of an interface, which may come later'
    case 'script':
      return arg.name === 'COMMAND'
        ? 'a command; with its arguments in one pair of quotes; user and group may follow'
        : 'the rest of the line, best in quotes'
  }
}

function integerNotes({ words, anyBase, substitute }: ArgSpec & { type: 'integer' }): readonly string[] {
  const notes: string[] = []
  if (words !== undefined) notes.push(`or ${Object.keys(words).join(', ')}`)
  if (anyBase === true) notes.push('also hexadecimal (0x…) and octal (0…)')
  if (substitute !== undefined) notes.push(`${substitute[0]} is taken for ${substitute[1]}`)
  return notes
}

function secondsNotes({ stepUs, substitute }: ArgSpec & { type: 'seconds' }): readonly string[] {
  const whole = stepUs === 1_000_000
  const notes = [whole ? 'whole seconds only' : `decimals down to ${stepUs === 1 ? '0.000001' : stepUs / 1e6}`]
  if (substitute !== undefined) notes.push(`${substitute[0] / 1e6} is taken for ${substitute[1] / 1e6}`)
  return notes
}

function timeRange(unit: string, min: number, max: number): string {
  if (max >= unboundedSeconds) return min === 0 ? unit : `${unit}, at least ${decimal(min)}`
  return `${unit} from ${decimal(min)} to ${decimal(max)}`
}

/** Never in the notation with an exponent. */
function decimal(number: number): string {
  return number.toFixed(6).replace(/\.?0+$/, '')
}
