// A MIB as a list of columns over a read model: looking up, going on in lexicographic order, and what may be set. Nothing is
// written out: a step costs two binary searches and the columns without a value that it passes. RFC 2741 §7.2.3.
// Scalars are columns of a table with the one row `0`.

import type { SearchRange } from './agentx-reader.ts'
import type { Change } from './change.ts'
import { beginsWith, compareOid, firstWhere, type Oid } from './oid.ts'
import type { ReadModel } from './read-model.ts'
import type { Value, Varbind } from './value.ts'

export interface Row<R> {
  readonly index: Oid
  readonly of: R
}

/** Why a value cannot be set. */
type Refusal = 'notWritable' | 'wrongType' | 'wrongValue' | 'noAccess'

type SetAnswer = { readonly ok: true; readonly change: Change } | { readonly ok: false; readonly why: Refusal }

/** A column of a table, or a scalar. */
export interface Column {
  readonly prefix: Oid
  /** Indexes of the rows in order. */
  indexes(model: ReadModel): readonly Oid[]
  value(model: ReadModel, row: number): Value | undefined
  set(model: ReadModel, row: number, value: Varbind['value']): SetAnswer
}

type Getter<R> = (row: R, model: ReadModel) => Value | undefined
export type Setter<R> = (row: R, value: Varbind['value'], model: ReadModel) => SetAnswer

/** The columns of one table. `base` is the OID of its entry; the rows need no order. They are made once per model. */
export function table<R>(
  base: Oid,
  rows: (model: ReadModel) => readonly Row<R>[],
  columns: Readonly<Record<number, Getter<R>>>,
  setters: Readonly<Record<number, Setter<R>>> = {},
): readonly Column[] {
  const made = new WeakMap<ReadModel, { readonly rows: readonly Row<R>[]; readonly indexes: readonly Oid[] }>()
  const rowsOf = (model: ReadModel) => {
    const known = made.get(model)
    if (known !== undefined) return known
    const sorted = [...rows(model)].sort((one, other) => compareOid(one.index, other.index))
    const fresh = { rows: sorted, indexes: sorted.map(({ index }) => index) }
    made.set(model, fresh)
    return fresh
  }
  return Object.entries(columns).map(([number, get]) => {
    const setter = setters[Number(number)]
    return {
      prefix: [...base, Number(number)],
      indexes: model => rowsOf(model).indexes,
      value: (model, row) => get(rowsOf(model).rows[row]!.of, model),
      set: (model, row, value) => {
        if (setter === undefined) return { ok: false, why: 'notWritable' }
        return setter(rowsOf(model).rows[row]!.of, value, model)
      },
    }
  })
}

/** Scalars `base.N.0`. */
export function scalars(base: Oid, getters: Readonly<Record<number, Getter<ReadModel>>>): readonly Column[] {
  return table<ReadModel>(base, model => [{ index: [0], of: model }], getters)
}

export class Mib {
  readonly #columns: readonly Column[]

  constructor(columns: readonly Column[]) {
    this.#columns = [...columns].sort((one, other) => compareOid(one.prefix, other.prefix))
  }

  get(model: ReadModel, oid: Oid): Varbind {
    const found = this.#find(model, oid)
    if (found === undefined) return { oid, value: this.#knows(oid) ? 'no-such-instance' : 'no-such-object' }
    return { oid, value: found.column.value(model, found.row) ?? 'no-such-instance' }
  }

  /** The first value behind `start` (or at it, with `include`) and before `end`. */
  next(model: ReadModel, { start, include, end }: SearchRange): Varbind {
    for (let c = this.#firstColumn(start); c < this.#columns.length; c++) {
      const column = this.#columns[c]!
      if (end.length > 0 && compareOid(column.prefix, end) >= 0) break
      const found = nextInColumn(column, model, start, include)
      if (found === undefined) continue
      if (end.length > 0 && compareOid(found.oid, end) >= 0) break
      return found
    }
    return { oid: start, value: 'end-of-mib-view' }
  }

  /** Could the value be set, and what would follow? */
  test(model: ReadModel, { oid, value }: Varbind): SetAnswer {
    const found = this.#find(model, oid)
    return found === undefined ? { ok: false, why: 'notWritable' } : found.column.set(model, found.row, value)
  }

  #find(model: ReadModel, oid: Oid): { readonly column: Column; readonly row: number } | undefined {
    const column = this.#columns[this.#firstColumn(oid)]
    if (column === undefined || !beginsWith(oid, column.prefix)) return undefined
    const index = oid.slice(column.prefix.length)
    const indexes = column.indexes(model)
    const row = firstWhere(indexes, each => compareOid(each, index) >= 0)
    const there = indexes[row] !== undefined && compareOid(indexes[row], index) === 0
    return there ? { column, row } : undefined
  }

  /** The first column that has or may have something at or behind this OID. */
  #firstColumn(oid: Oid): number {
    return firstWhere(this.#columns, ({ prefix }) => beginsWith(oid, prefix) || compareOid(prefix, oid) > 0)
  }

  #knows(oid: Oid): boolean {
    const column = this.#columns[this.#firstColumn(oid)]
    return column !== undefined && beginsWith(oid, column.prefix)
  }
}

function nextInColumn(column: Column, model: ReadModel, start: Oid, include: boolean): Varbind | undefined {
  const indexes = column.indexes(model)
  let row = 0
  if (beginsWith(start, column.prefix)) {
    const index = start.slice(column.prefix.length)
    row = firstWhere(indexes, each => compareOid(each, index) > (include ? -1 : 0))
  }
  for (; row < indexes.length; row++) {
    const value = column.value(model, row)
    if (value !== undefined) return { oid: [...column.prefix, ...indexes[row]!], value }
  }
  return undefined
}
