// Searching MIBs: order, holes, ends of ranges, and what is said of things that are not there.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { answerGet, testSet, undoing } from '../../../../../src/supervisor/snmp/core/answer.ts'
import { Mib, scalars, table } from '../../../../../src/supervisor/snmp/core/mib.ts'
import { compareOid, type Oid } from '../../../../../src/supervisor/snmp/core/oid.ts'
import { integer, type Varbind } from '../../../../../src/supervisor/snmp/core/value.ts'
import { readModel } from '../fixture.ts'

const model = readModel()
const range = (start: Oid, end: Oid = [], include = false) => ({ start, include, end })

const mib = new Mib([
  ...table<number>(
    [1, 2, 1],
    () => [30, 10, 20].map(of => ({ index: [of], of })),
    { 2: row => integer(row), 1: row => (row === 20 ? undefined : integer(-row)), 9: () => undefined },
    {
      2: (row, value) =>
        value === 'null'
          ? { ok: false, why: 'wrongType' }
          : { ok: true, change: { type: 'priority', instance: 'x', value: 5, before: row } },
    },
  ),
  ...scalars([1, 1], { 7: () => integer(7) }),
])

function walk(searched: Mib, from: Oid = [], end: Oid = []): Varbind[] {
  const seen: Varbind[] = []
  for (let at = from; ; at = seen.at(-1)!.oid) {
    const next = searched.next(model, range(at, end))
    if (next.value === 'end-of-mib-view') return seen
    seen.push(next)
    assert.ok(seen.length < 1_000, 'the walk does not end')
  }
}

test('a walk is in order, column by column, and leaves out what has no value', () => {
  assert.deepEqual(
    walk(mib).map(({ oid }) => oid.join('.')),
    ['1.1.7.0', '1.2.1.1.10', '1.2.1.1.30', '1.2.1.2.10', '1.2.1.2.20', '1.2.1.2.30'],
  )
})

test('get: what is there, what might be, and what cannot be', () => {
  assert.deepEqual(mib.get(model, [1, 2, 1, 2, 20]).value, integer(20))
  assert.equal(mib.get(model, [1, 2, 1, 1, 20]).value, 'no-such-instance')
  assert.equal(mib.get(model, [1, 2, 1, 2, 21]).value, 'no-such-instance')
  assert.equal(mib.get(model, [1, 2, 1, 2]).value, 'no-such-instance')
  assert.equal(mib.get(model, [1, 2, 1, 3, 20]).value, 'no-such-object')
  assert.equal(mib.get(model, [1, 1, 7, 0, 0]).value, 'no-such-instance')
})

test('next: include takes the start itself, the end is not part of the range', () => {
  assert.deepEqual(mib.next(model, range([1, 2, 1, 2, 20], [], true)).oid, [1, 2, 1, 2, 20])
  assert.deepEqual(mib.next(model, range([1, 2, 1, 2, 20])).oid, [1, 2, 1, 2, 30])
  assert.equal(mib.next(model, range([1, 2, 1, 2, 20], [1, 2, 1, 2, 30])).value, 'end-of-mib-view')
  assert.equal(mib.next(model, range([1, 1], [1, 1, 7])).value, 'end-of-mib-view')
  assert.deepEqual(mib.next(model, range([9])), { oid: [9], value: 'end-of-mib-view' })
})

test('whatever tables there are, a walk gives each value once and in order', () => {
  const index = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 })
  const shape = fc.array(
    fc.record({
      base: fc.integer({ min: 1, max: 6 }),
      columns: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
      rows: fc.uniqueArray(index, { selector: each => each.join('.') }),
    }),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(shape, index, (tables, start) => {
      const distinct = tables.filter((each, i) => tables.findIndex(({ base }) => base === each.base) === i)
      const made = new Mib(
        distinct.flatMap(({ base, columns, rows }) =>
          table<Oid>(
            [base],
            () => rows.map(of => ({ index: of, of })),
            Object.fromEntries(columns.map(column => [column, () => integer(column)])),
          ),
        ),
      )
      const expected = distinct
        .flatMap(({ base, columns, rows }) => columns.flatMap(column => rows.map(row => [base, column, ...row])))
        .sort(compareOid)
      assert.deepEqual(
        walk(made).map(({ oid }) => oid),
        expected,
      )
      assert.deepEqual(
        walk(made, start).map(({ oid }) => oid),
        expected.filter(oid => compareOid(oid, start) > 0),
      )
      for (const oid of expected) assert.notEqual(typeof made.get(model, oid).value, 'string')
    }),
  )
})

test('a bulk request gives row after row and stops at the end', () => {
  const bulk = (repetitionsMax: number) =>
    answerGet(mib, model, {
      type: 'get-bulk',
      nonRepeaters: 1,
      repetitionsMax,
      ranges: [range([1, 1]), range([1, 2, 1, 1], [1, 2, 1, 2]), range([1, 2, 1, 2])],
    }).varbinds.map(({ oid, value }) => (typeof value === 'string' ? value : oid.join('.')))
  assert.deepEqual(bulk(2), ['1.1.7.0', '1.2.1.1.10', '1.2.1.2.10', '1.2.1.1.30', '1.2.1.2.20'])
  assert.equal(bulk(65_535).length, 1 + 2 * 4)
})

test('no bulk request gets more than 256 values', () => {
  const many = new Mib(
    table<number>([1], () => Array.from({ length: 3_000 }, (_, of) => ({ index: [of], of })), {
      1: row => integer(row),
    }),
  )
  const request = { type: 'get-bulk', nonRepeaters: 0, repetitionsMax: 65_535, ranges: [range([1])] } as const
  assert.equal(answerGet(many, model, request).varbinds.length, 256)
})

test('a set that cannot be is refused before anything changes, and one that can be undone says how', () => {
  const good = { oid: [1, 2, 1, 2, 10], value: integer(5) } as const
  assert.deepEqual(testSet(mib, model, [good, { oid: [1, 2, 1, 1, 10], value: integer(5) }]), {
    answer: { error: 17, index: 2, varbinds: [] },
    changes: [],
  })
  assert.equal(testSet(mib, model, [{ ...good, value: 'null' }]).answer.error, 7)
  const { changes } = testSet(mib, model, [good])
  assert.deepEqual(undoing(changes), [{ type: 'priority', instance: 'x', value: 10, before: 5 }])
})

test('a set of thousands of variables is refused before anything is looked up', () => {
  const many = Array.from({ length: 5_000 }, () => ({ oid: [1, 2], value: integer(1) }))
  const nothing = new Mib([])
  assert.deepEqual(testSet(nothing, readModel(), many), {
    answer: { error: 5, index: 256, varbinds: [] },
    changes: [],
  })
})
