// Which block an unknown or misplaced one was probably meant to be, so that one slip is reported once and not again for
// each line in it.

import { suggest } from '../report/suggest.ts'
import type { KeywordSpec } from './spec.ts'

/** The block that an unknown keyword stands for: a misspelt one of this level, or one of another level. */
export function findMeant(keyword: string, here: KeywordSpec, root: KeywordSpec): KeywordSpec | undefined {
  const near = suggest(
    keyword,
    here.children.filter(({ kind }) => kind === 'block' || kind === 'list').map(child => child.keyword),
  )
  return here.children.find(child => child.keyword === near) ?? findSpec(keyword, root)
}

/** The first block of this keyword anywhere below. */
export function findSpec(keyword: string, below: KeywordSpec): KeywordSpec | undefined {
  for (const child of below.children) {
    if (child.keyword === keyword && (child.kind === 'block' || child.kind === 'list')) return child
    const found = findSpec(keyword, child)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a line with this first word is at home in the block that was meant. */
export function isExpectedIn(meant: KeywordSpec | undefined, keyword: string): boolean {
  return meant !== undefined && (meant.row !== undefined || meant.children.some(child => child.keyword === keyword))
}
