// The result of the interpreter: a tree of entries, each a keyword with its values, in file order. Every value is of
// the kind and in the range that its row says, and `read` gives it the type that the row has. The builders in blocks/
// make the model out of it.

import type { Span } from '../report/span.ts'
import type { Word } from '../text/token.ts'
import type { KeywordSpec, ListRow, Row } from './spec.ts'
import type { Values } from './value.ts'

/**
 * One keyword of a file as plain data, which can travel between threads and processes: all that its row says of it, and
 * its place.
 */
export interface Statement<V extends Values = Values> {
  /** As it was written; `<row>` for a line of a list. */
  readonly keyword: string
  /** The keyword that counts: another one only if this is an alias. */
  readonly name: string
  /** Where its first word stands. */
  readonly at: Span
  /** One per argument of the description, in its order; undefined for an optional one that was left out. */
  readonly values: V
  /** Option words of the same line. */
  readonly options: readonly Statement[]
  /** Statements or lines of the block. */
  readonly children: readonly Statement[]
}

/** A statement with its description and its source, as builders and checks get it. */
export interface Entry<V extends Values = Values> extends Statement<V> {
  readonly spec: KeywordSpec
  /** Of the whole line. */
  readonly span: Span
  readonly words: readonly Word[]
  /** The statement as written, quotes kept. */
  readonly raw: string
  readonly options: readonly Entry[]
  readonly children: readonly Entry[]
}

/** Exists for the compiler only. */
declare const known: unique symbol

/**
 * A statement of which the code knows the row. The mark keeps the compiler from concluding that any other entry has no
 * type at all.
 */
type Known<V extends Values> = { readonly values: V; readonly [known]: true }

/** What most entries have of options and children: one list for all of them keeps a large file small. */
export const none: readonly Entry[] = []

/** Blocks with more children than these get an index. */
const scannedMax = 24

/** Children of large blocks by keyword: a virtual server may have thousands, and each of them asks for its defaults. */
const indexes = new WeakMap<Statement, ReadonlyMap<string, readonly Statement[]>>()

/** The value that counts, or the default of the row: of the type that the row says. */
export function read<R>(block: Statement | undefined, row: Row<Values, R>): R {
  return valueIn(lastOf(block, row), row)
}

/** The value of the first block that has one, from the inner ones to the outer ones. */
export function inherited<R>(levels: readonly (Statement | undefined)[], row: Row<Values, R>): R | undefined {
  for (const level of levels) {
    const value = read(level, row)
    if (value !== undefined) return value
  }
  return undefined
}

/** The value of an option word of this line, or the default of its row. */
export function readOption<R>(line: Statement | undefined, row: Row<Values, R>): R {
  return valueIn(line === undefined ? undefined : optionOf(line, row), row)
}

/** Statements of one keyword (or its aliases) inside a block, in file order. */
export function entriesOf<V extends Values>(block: Entry | undefined, row: Row<V>): readonly Entry<V>[]
export function entriesOf<V extends Values>(block: Statement | undefined, row: Row<V>): readonly Statement<V>[]
export function entriesOf(block: Statement | undefined, row: KeywordSpec): readonly Statement[] {
  if (block === undefined || block.children.length === 0) return none
  const name = nameOf(row)
  if (block.children.length <= scannedMax) return block.children.filter(child => child.name === name)
  return (indexes.get(block) ?? indexChildren(block)).get(name) ?? none
}

/** The statement that counts when a keyword was given more than once: the last one, which is what keepalived does. */
export function lastOf<V extends Values>(block: Entry | undefined, row: Row<V>): Entry<V> | undefined
export function lastOf<V extends Values>(block: Statement | undefined, row: Row<V>): Statement<V> | undefined
export function lastOf(block: Statement | undefined, row: Row): Statement | undefined {
  if (block === undefined || block.children.length > scannedMax) return entriesOf(block, row).at(-1)
  const name = nameOf(row)
  const { children } = block
  // Asked some twenty times for each server of a large file: a closure would cost more than the search.
  for (let at = children.length - 1; at >= 0; at--) if (children[at]!.name === name) return children[at]
  return undefined
}

/** All lines of all lists of this keyword inside a block. */
export function rowsOf<V extends Values>(block: Entry | undefined, list: ListRow<V>): readonly Entry<V>[]
export function rowsOf<V extends Values>(block: Statement | undefined, list: ListRow<V>): readonly Statement<V>[]
export function rowsOf(block: Statement | undefined, list: ListRow): readonly Statement[] {
  return entriesOf(block, list).flatMap(entry => entry.children)
}

/** Whether a block has the keyword, whatever its value is. */
export function isSet(block: Statement | undefined, row: KeywordSpec): boolean {
  return lastOf(block, row as Row) !== undefined
}

/** An option word of a line. */
export function optionOf<V extends Values>(line: Entry, row: Row<V>): Entry<V> | undefined
export function optionOf<V extends Values>(line: Statement, row: Row<V>): Statement<V> | undefined
export function optionOf(line: Statement, row: KeywordSpec): Statement | undefined {
  const name = nameOf(row)
  return line.options.findLast(option => option.name === name)
}

/** Whether the line has the option word, whatever its value is. */
export function hasOption(line: Statement, row: KeywordSpec): boolean {
  return optionOf(line, row as Row) !== undefined
}

/** Whether a statement is one of this keyword, or of an alias of it. */
export function is<S extends Statement, V extends Values>(statement: S, row: Row<V>): statement is S & Known<V> {
  return statement.name === nameOf(row)
}

/** Whether a statement is one of these keywords. */
export function isOneOf<S extends Statement, V extends Values>(
  statement: S,
  rows: readonly Row<V>[],
): statement is S & Known<V> {
  return rows.some(row => is(statement, row))
}

/** The statements without their source: what is kept of a file, and travels. */
export function asPlain(entries: readonly Entry[]): readonly Statement[] {
  if (entries.length === 0) return nothing
  return entries.map(({ keyword, name, at, values, options, children }) => {
    // A list that was filled one by one has room for more, which a copy has not.
    return { keyword, name, at, values: values.slice(), options: asPlain(options), children: asPlain(children) }
  })
}

const nothing: readonly Statement[] = []

/** All values that were given, as text. */
export function textsOf(statement: Statement): readonly string[] {
  return statement.values.filter(value => value !== undefined).map(String)
}

/** The values of a statement were read by its row, so they have the type that the row says. */
function valueIn<R>(statement: Statement | undefined, row: Row<Values, R>): R {
  return found(statement, row) as R
}

function found(statement: Statement | undefined, row: KeywordSpec): unknown {
  const { args } = row
  if (args.length === 0) return statement !== undefined
  if (statement === undefined) return row.byDefault
  // Of a toggle only the word may be missing.
  if (row.kind === 'flag') return statement.values[0] !== false
  const isOne = args.length === 1 && args[0]!.repeated !== true
  return isOne ? (statement.values[0] ?? row.byDefault) : statement.values
}

function indexChildren(block: Statement): ReadonlyMap<string, readonly Statement[]> {
  const index = new Map<string, Statement[]>()
  for (const child of block.children) {
    const list = index.get(child.name)
    if (list === undefined) index.set(child.name, [child])
    else list.push(child)
  }
  indexes.set(block, index)
  return index
}

/** The keyword that a row stands for. */
export function nameOf(row: KeywordSpec): string {
  return row.aliasOf ?? row.keyword
}
