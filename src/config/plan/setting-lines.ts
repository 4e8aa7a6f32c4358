// Settings as lines of the configuration language, values as they are written there, so that two versions of a block can be
// compared line by line. Times go back from microseconds to their unit. Masked secrets stay masked.

import { grammar } from '../blocks/keywords.ts'
import type { ArgSpec } from '../language/args.ts'
import type { Statement } from '../language/entry.ts'
import { type KeywordSpec, lineSpec } from '../language/spec.ts'

/** The description of a block of the outermost level; undefined if the tables do not know it. */
export function blockSpec(keyword: string): KeywordSpec | undefined {
  return lineSpec(grammar, keyword)
}

/**
 * What stands behind the keyword: one line for a statement (`on` for a bare flag), one for each inner statement of a block or
 * row of a list, with the inner keywords in front.
 */
export function linesOf(setting: Statement, spec: KeywordSpec | undefined): readonly string[] {
  const own = wordsOf(setting, spec)
  if (setting.children.length === 0) return [own.length === 0 ? 'on' : own.join(' ')]
  return setting.children.flatMap(child => {
    const inner = lineSpec(spec, child.keyword)
    const front = [...own, ...(child.keyword === '<row>' ? [] : [child.keyword])]
    return linesOf(child, inner).map(line => [...front, ...(isBareFlag(child, line) ? [] : [line])].join(' '))
  })
}

/** Values and option words of one statement, without its keyword. */
export function wordsOf(setting: Statement, spec: KeywordSpec | undefined): readonly string[] {
  const values = setting.values.flatMap((value, i) => {
    if (value === undefined) return []
    const arg = spec?.args[i] ?? spec?.args.findLast(each => each.repeated)
    return valueText(value, arg, setting.keyword)
  })
  const options = setting.options.flatMap(option => [
    option.keyword,
    ...wordsOf(
      option,
      spec?.options.find(each => each.keyword === option.keyword),
    ),
  ])
  return [...values, ...options]
}

function isBareFlag(setting: Statement, line: string): boolean {
  return line === 'on' && setting.values.length === 0 && setting.options.length === 0 && setting.children.length === 0
}

function valueText(value: string | number | boolean, arg: ArgSpec | undefined, keyword: string): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') {
    if (arg?.type === 'seconds') return String(value / 1_000_000)
    return String(arg?.type === 'milliseconds' ? value / 1_000 : value)
  }
  // A script is kept as the whole statement.
  return arg?.type === 'script' && value.startsWith(keyword) ? value.slice(keyword.length).trim() : value
}
