// What the interpreter makes of a file: a tree of entries, each a keyword with its values, in file order. Every value is of the
// kind and in the range that its row says, and `read` gives it the type that the row has. Building the model out of it is the
// builders' work.

import type { Span, Word } from '../text/token.ts'
import type { KeywordSpec, ListRow, Row } from './spec.ts'

/** Times are integer microseconds, addresses text as written, scripts the raw line. */
export type Value = string | number | boolean

export type Values = readonly (Value | undefined)[]

export interface Entry<V extends Values = Values> {
  readonly spec: KeywordSpec
  readonly span: Span
  readonly words: readonly Word[]
  /** The statement as written, quotes kept. */
  readonly raw: string
  /** One per argument of the description, in its order; undefined for an optional one that was left out. */
  readonly values: V
  /** Option words of the same line. */
  readonly options: readonly Entry[]
  /** Statements or rows of the block. */
  readonly children: readonly Entry[]
}

/** Exists for the compiler only. */
declare const known: unique symbol

/** An entry of which the code knows the row. The mark keeps the compiler from concluding that any other entry has no type at all. */
type EntryOf<V extends Values> = Entry<V> & { readonly [known]: true }

/** What most entries have of options and children: one list for all of them keeps a large file small. */
export const none: readonly Entry[] = []

/** Blocks with more children than these get an index. */
const scannedMax = 24

/** Children of large blocks by keyword: a virtual server may have thousands, and each of them asks for its defaults. */
const indexes = new WeakMap<Entry, ReadonlyMap<string, readonly Entry[]>>()

/** The value that counts, or the default of the row: of the type that the row says. */
export function read<R>(block: Entry | undefined, row: Row<Values, R>): R {
  return valueIn(lastOf(block, row), row)
}

/** The value of an option word of this line, or the default of its row. */
export function readOption<R>(line: Entry | undefined, row: Row<Values, R>): R {
  return valueIn(line === undefined ? undefined : optionOf(line, row), row)
}

/** Statements of one keyword (or its aliases) inside a block, in file order. */
export function entriesOf<V extends Values>(block: Entry | undefined, row: Row<V>): readonly Entry<V>[] {
  if (block === undefined || block.children.length === 0) return none as readonly Entry<V>[]
  const keyword = nameOf(row)
  const found =
    block.children.length <= scannedMax
      ? block.children.filter(child => nameOf(child.spec) === keyword)
      : ((indexes.get(block) ?? indexChildren(block)).get(keyword) ?? none)
  return found as readonly Entry<V>[]
}

/** The statement that counts when a keyword was given more than once: the last one, which is what keepalived does. */
export function lastOf<V extends Values>(block: Entry | undefined, row: Row<V>): Entry<V> | undefined {
  if (block === undefined || block.children.length > scannedMax) return entriesOf(block, row).at(-1)
  return block.children.findLast(child => is(child, row)) as Entry<V> | undefined
}

/** All lines of all lists of this keyword inside a block. */
export function rowsOf<V extends Values>(block: Entry | undefined, list: ListRow<V>): readonly Entry<V>[] {
  return entriesOf(block, list).flatMap(entry => linesOf(entry, list))
}

/** The lines of one list. */
function linesOf<V extends Values>(entry: Entry, _: ListRow<V>): readonly Entry<V>[] {
  return entry.children as readonly Entry<V>[]
}

/** Whether a block has the keyword, whatever its value is. */
export function isSet(block: Entry | undefined, row: KeywordSpec): boolean {
  return lastOf(block, row as Row) !== undefined
}

/** An option word of a line. */
export function optionOf<V extends Values>(line: Entry, row: Row<V>): Entry<V> | undefined {
  return line.options.findLast(option => is(option, row)) as Entry<V> | undefined
}

/** Whether the line has the option word, whatever its value is. */
export function hasOption(line: Entry, row: KeywordSpec): boolean {
  return optionOf(line, row as Row) !== undefined
}

/** Whether a statement is one of this keyword, or of an alias of it. */
export function is<V extends Values>(entry: Entry, row: Row<V>): entry is EntryOf<V> {
  return nameOf(entry.spec) === nameOf(row)
}

/** Whether a statement is one of these keywords. */
export function isOneOf<V extends Values>(entry: Entry, rows: readonly Row<V>[]): entry is EntryOf<V> {
  return rows.some(row => is(entry, row))
}

/** All values that were given, as text. */
export function textsOf(entry: Entry): readonly string[] {
  return entry.values.filter(value => value !== undefined).map(String)
}

/** The values of a statement were read by its row, so they have the type that the row says. */
function valueIn<R>(entry: Entry | undefined, row: Row<Values, R>): R {
  return found(entry, row) as R
}

function found(entry: Entry | undefined, row: KeywordSpec): unknown {
  const [arg, ...others] = row.args
  if (arg === undefined) return entry !== undefined
  if (entry === undefined) return row.byDefault
  // Of a toggle only the word may be missing.
  if (row.kind === 'flag') return entry.values[0] !== false
  return others.length === 0 && arg.repeated !== true ? (entry.values[0] ?? row.byDefault) : entry.values
}

function indexChildren(block: Entry): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>()
  for (const child of block.children) {
    const name = nameOf(child.spec)
    const list = index.get(name)
    if (list === undefined) index.set(name, [child])
    else list.push(child)
  }
  indexes.set(block, index)
  return index
}

function nameOf(spec: KeywordSpec): string {
  return spec.aliasOf ?? spec.keyword
}
