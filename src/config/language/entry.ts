// What the interpreter makes of a file: a tree of entries, each a keyword with its values, in file order. Untyped as to
// meaning, but every value is already of its kind and in its range; building the model out of it is the builders' work.

import type { Span, Word } from '../text/token.ts'
import type { KeywordSpec } from './spec.ts'

/** Times are integer microseconds, addresses text as written, scripts the raw line. */
export type Value = string | number | boolean

export interface Entry {
  readonly spec: KeywordSpec
  readonly span: Span
  readonly words: readonly Word[]
  /** The statement as written, quotes kept. */
  readonly raw: string
  /** One per argument of the description, in its order; undefined for an optional one that was left out. */
  readonly values: readonly (Value | undefined)[]
  /** Option words of the same line. */
  readonly options: readonly Entry[]
  /** Statements or rows of the block. */
  readonly children: readonly Entry[]
}

/** What most entries have of options and children: one list for all of them keeps a large file small. */
export const none: readonly Entry[] = []

/** Blocks with more children than these get an index. */
const scannedMax = 24

/** Children of large blocks by keyword: a virtual server may have thousands, and each of them asks for its defaults. */
const indexes = new WeakMap<Entry, ReadonlyMap<string, readonly Entry[]>>()

/** Entries of one keyword (or its aliases) inside a block, in file order. */
export function entriesOf(parent: Entry | undefined, keyword: string): readonly Entry[] {
  if (parent === undefined || parent.children.length === 0) return none
  if (parent.children.length <= scannedMax) return parent.children.filter(child => canonical(child) === keyword)
  const index = indexes.get(parent) ?? indexChildren(parent)
  return index.get(keyword) ?? none
}

function indexChildren(parent: Entry): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>()
  for (const child of parent.children) {
    const list = index.get(canonical(child))
    if (list === undefined) index.set(canonical(child), [child])
    else list.push(child)
  }
  indexes.set(parent, index)
  return index
}

/** The entry that counts when a keyword was given more than once: the last one, which is what keepalived does. */
export function lastOf(parent: Entry | undefined, keyword: string): Entry | undefined {
  if (parent === undefined || parent.children.length > scannedMax) return entriesOf(parent, keyword).at(-1)
  return parent.children.findLast(child => canonical(child) === keyword)
}

/** All rows of all lists of this keyword inside a block. */
export function rowsOf(parent: Entry | undefined, keyword: string): readonly Entry[] {
  return entriesOf(parent, keyword).flatMap(entry => entry.children)
}

export function isSet(parent: Entry | undefined, keyword: string): boolean {
  return lastOf(parent, keyword) !== undefined
}

export function numberOf(parent: Entry | undefined, keyword: string): number | undefined {
  const value = lastOf(parent, keyword)?.values[0]
  return typeof value === 'number' ? value : undefined
}

export function textOf(parent: Entry | undefined, keyword: string): string | undefined {
  const value = lastOf(parent, keyword)?.values[0]
  return typeof value === 'string' ? value : undefined
}

/** A boolean with an optional word: undefined if the keyword is absent. */
export function toggleOf(parent: Entry | undefined, keyword: string): boolean | undefined {
  const entry = lastOf(parent, keyword)
  return entry === undefined ? undefined : entry.values[0] !== false
}

/** An option word of a row or line. */
export function optionOf(entry: Entry, keyword: string): Entry | undefined {
  return entry.options.findLast(option => canonical(option) === keyword)
}

/** The first value of an option word, as text. */
export function optionText(entry: Entry, keyword: string): string | undefined {
  const value = optionOf(entry, keyword)?.values[0]
  return value === undefined ? undefined : String(value)
}

/** The first value of an option word, as a number. */
export function optionNumber(entry: Entry, keyword: string): number | undefined {
  const value = optionOf(entry, keyword)?.values[0]
  return typeof value === 'number' ? value : undefined
}

/** All values that were given, as text. */
export function textsOf(entry: Entry): readonly string[] {
  return entry.values.filter(value => value !== undefined).map(String)
}

function canonical(entry: Entry): string {
  return entry.spec.aliasOf ?? entry.spec.keyword
}
