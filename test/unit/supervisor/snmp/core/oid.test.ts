// Order and prefixes of object identifiers.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { beginsWith, compareOid, firstWhere, formatOid, oidOf } from '../../../../../src/supervisor/snmp/core/oid.ts'

const oid = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })

test('text to OID and back', () => {
  assert.deepEqual(oidOf('.1.3.6'), [1, 3, 6])
  assert.equal(formatOid([1, 3, 6, 4294967295]), '1.3.6.4294967295')
})

test('a prefix comes first, then the smaller number', () => {
  assert.ok(compareOid([1, 3], [1, 3, 0]) < 0)
  assert.ok(compareOid([1, 10], [1, 9, 9]) > 0)
  assert.equal(compareOid([1, 3], [1, 3]), 0)
})

test('the order is total and agrees with prefixes', () => {
  fc.assert(
    fc.property(oid, oid, oid, (a, b, c) => {
      assert.equal(Math.sign(compareOid(a, b)), -Math.sign(compareOid(b, a)) || 0)
      if (compareOid(a, b) <= 0 && compareOid(b, c) <= 0) assert.ok(compareOid(a, c) <= 0)
      if (beginsWith(a, b)) assert.ok(compareOid(a, b) >= 0)
    }),
  )
})

test('firstWhere finds what a search from the beginning finds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (numbers, bound) => {
      const sorted = [...numbers].sort((a, b) => a - b)
      const plain = sorted.findIndex(number => number >= bound)
      assert.equal(
        firstWhere(sorted, number => number >= bound),
        plain < 0 ? sorted.length : plain,
      )
    }),
  )
})
