// Regular expressions for the arguments of a line, for programs that cannot run our reader. They say what the form is; ranges of
// numbers are told apart from them.

import type { ArgSpec } from '../language/args.ts'
import type { KeywordSpec } from '../language/spec.ts'

const word = '(?:"[^"]*"|[^\\s"{}]+)'
const blanks = '[ \\t]+'
const words = `${word}(?:${blanks}${word})*`

/** The rest of a line behind its keyword, or a whole line of a list, from start to end. */
export function linePattern(spec: KeywordSpec): string {
  // Options may stand before the arguments of a route or rule.
  return spec.freeOrder ? `^(?:${words})?$` : `^${from(spec, 0, true)}$`
}

/** One argument, without anchors. */
export function argumentPattern(arg: ArgSpec): string {
  switch (arg.type) {
    case 'integer':
      return quotable(integerPattern(arg))
    case 'seconds':
      return quotable(arg.stepUs === 1_000_000 ? '\\d+' : '(?:\\d+\\.?\\d*|\\.\\d+)')
    case 'milliseconds':
      return quotable('(?:\\d+\\.?\\d*|\\.\\d+)')
    case 'boolean':
      return quotable('(?:on|true|yes|off|false|no)')
    case 'enum':
      return quotable(alternatives(arg.words, arg.ignoreCase === true))
    case 'text':
      return word
    case 'pattern':
      return quotable(patternText(arg.pattern))
    case 'address':
      return quotable(addressPattern(arg))
    case 'interface':
      return quotable('[^\\s"{}/]{1,15}')
    case 'script':
      return '\\S.*'
  }
}

/** Arguments from number `at` on, then option words; `isFirst`: nothing stands before them. */
function from(spec: KeywordSpec, at: number, isFirst: boolean): string {
  const gap = isFirst ? '' : blanks
  const arg = spec.args[at]
  if (arg === undefined) return spec.options.length > 0 ? `(?:${gap}${words})?` : ''
  const one = argumentPattern(arg)
  const all = arg.repeated === true ? `${one}(?:${blanks}${one})*` : one
  const present = `${gap}${all}${from(spec, at + 1, false)}`
  return arg.optional === true ? `(?:${present}|${from(spec, at + 1, isFirst)})` : present
}

function quotable(pattern: string): string {
  return `(?:"${pattern}"|${pattern})`
}

function integerPattern({ min, anyBase, words: named }: ArgSpec & { type: 'integer' }): string {
  const digits = anyBase === true ? '(?:0[xX][0-9a-fA-F]+|\\d+)' : min < 0 ? '[-+]?\\d+' : '\\+?\\d+'
  return named === undefined ? digits : `(?:${digits}|${alternatives(Object.keys(named), false)})`
}

function addressPattern({ family, prefix, words: named }: ArgSpec & { type: 'address' }): string {
  const four = '\\d{1,3}(?:\\.\\d{1,3}){3}'
  const six = '[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*'
  const host = family === 4 ? four : family === 6 ? six : `(?:${four}|${six})`
  const whole = prefix === true ? `${host}(?:/\\d{1,3})?` : host
  return named === undefined ? whole : `(?:${whole}|${alternatives(named, false)})`
}

/** Without the anchors; what has none at the end may go on. A pattern that ignores case is spelt out letter by letter. */
function patternText({ source, flags }: RegExp): string {
  const isWhole = source.endsWith('$')
  const bare = source.replace(/^\^/, '').replace(/\$$/, '') + (isWhole ? '' : '[^\\s"]*')
  return `(?:${flags.includes('i') ? eitherCase(bare) : bare})`
}

function alternatives(names: readonly string[], ignoreCase: boolean): string {
  const safe = names.map(name => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, character => `\\${character}`))
  return `(?:${safe.map(name => (ignoreCase ? eitherCase(name) : name)).join('|')})`
}

function eitherCase(pattern: string): string {
  return pattern.replaceAll(/\\.|[a-zA-Z]/g, unit =>
    unit.length > 1 ? unit : `[${unit.toUpperCase()}${unit.toLowerCase()}]`,
  )
}
