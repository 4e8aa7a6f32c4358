// Which keywords the grammar knows, block by block, and which of them are in effect: for documentation, tests and the
// advice that a keyword has no effect yet.

import { lexicalForms } from '../language/lexical.ts'
import type { EffectState, KeywordSpec } from '../language/spec.ts'
import { grammar } from './keywords.ts'

interface CoverageRow {
  /** Path of enclosing blocks joined by slashes; `top` for the outermost level, `any` for what is valid everywhere. */
  readonly block: string
  /** `<row>` for the lines of a list; the option words of its rows carry the path of the list. */
  readonly keyword: string
  readonly state: EffectState
}

/** Every keyword, row and option word, in the order of the tables. */
export function coverage(): readonly CoverageRow[] {
  const rows: CoverageRow[] = lexicalForms.map(([keyword]) => ({ block: 'any', keyword, state: 'in-effect' }))
  for (const keyword of grammar.children) collect(keyword, 'top', '', rows)
  return rows
}

function collect(spec: KeywordSpec, block: string, path: string, rows: CoverageRow[]): void {
  rows.push({ block, keyword: spec.keyword, state: spec.state })
  const inside = path === '' ? spec.keyword : `${path}/${spec.keyword}`
  for (const child of spec.children) collect(child, inside, inside, rows)
  for (const option of spec.options) collectOption(option, inside, rows)
  if (spec.row === undefined) return
  rows.push({ block: inside, keyword: '<row>', state: spec.row.state })
  for (const option of spec.row.options) collectOption(option, inside, rows)
}

/** Options of options: `nexthop via` and `encap ip ttl` are rows of `…/nexthop` and `…/encap ip`. */
function collectOption(option: KeywordSpec, path: string, rows: CoverageRow[]): void {
  rows.push({ block: path, keyword: option.keyword, state: option.state })
  for (const inner of option.options) {
    if (option.keyword === 'encap') collectVariant(inner, `${path}/encap ${inner.keyword}`, rows)
    else collectOption(inner, `${path}/${option.keyword}`, rows)
  }
}

function collectVariant(variant: KeywordSpec, path: string, rows: CoverageRow[]): void {
  if (variant.args.length > 0) rows.push({ block: path, keyword: '<arg>', state: variant.state })
  for (const option of variant.options) rows.push({ block: path, keyword: option.keyword, state: option.state })
}
