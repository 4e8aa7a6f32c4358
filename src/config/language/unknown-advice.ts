// The advice on a word that the tables do not know at the place where it stands: a misspelling, a keyword of another
// block, or the sign of a brace that is missing.

import { lookAlikeAdvice } from '../report/slip.ts'
import type { Span } from '../report/span.ts'
import { suggest } from '../report/suggest.ts'
import type { KeywordSpec } from './spec.ts'

/** More places than this are not listed. */
const placesMax = 4

/** Help for an unknown keyword in a block, or undefined if nothing is known that resembles it. */
export function adviseOnUnknown(
  keyword: string,
  block: KeywordSpec,
  root: KeywordSpec,
  title: string,
  opened: Span | undefined,
): string | undefined {
  const slip = lookAlikeAdvice(keyword)
  if (slip !== undefined) return slip
  const places = placesOf(keyword, root)
  if (places.length > 0) return belongsIn(keyword, places, root, title, opened)
  const near = suggest(keyword, namesOf(block))
  if (near !== undefined) return `did you mean '${near}'?`
  const elsewhere = suggest(keyword, everyKeyword(root))
  if (elsewhere === undefined) return undefined
  return `did you mean '${elsewhere}', which belongs in ${placesOf(elsewhere, root).slice(0, placesMax).join(' or ')}?`
}

/** The blocks that know a keyword, by the names of their keywords; `the outermost level` for the top. */
function placesOf(keyword: string, root: KeywordSpec): readonly string[] {
  const places = new Set<string>()
  const visit = (spec: KeywordSpec) => {
    for (const child of spec.children) {
      if (child.keyword === keyword) places.add(spec === root ? 'the outermost level' : spec.keyword)
      visit(child)
    }
  }
  visit(root)
  return [...places]
}

function belongsIn(
  keyword: string,
  places: readonly string[],
  root: KeywordSpec,
  title: string,
  opened: Span | undefined,
): string {
  const isTop = root.children.some(child => child.keyword === keyword)
  if (isTop && opened !== undefined) {
    return `'${keyword}' belongs at the outermost level; is the } of ${title}, opened at line ${opened.line}, missing?`
  }
  const listed = places.slice(0, placesMax).join(' or ')
  const more = places.length > placesMax ? ' and others' : ''
  return `'${keyword}' belongs in ${listed}${more}`
}

function namesOf(block: KeywordSpec): readonly string[] {
  return block.children.map(child => child.keyword)
}

function everyKeyword(root: KeywordSpec): readonly string[] {
  const names = new Set<string>()
  const visit = (spec: KeywordSpec) => {
    for (const child of spec.children) {
      names.add(child.keyword)
      visit(child)
    }
  }
  visit(root)
  return [...names]
}
