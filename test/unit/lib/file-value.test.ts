import assert from 'node:assert/strict'
import test from 'node:test'
import { parseFileValue } from '../../../src/lib/file-value.ts'

test('a track file is read as strtol(3) does, and what does not fit into 32 bits is no value', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['', 0],
    ['\n', 0],
    ['up', 0],
    ['7', 7],
    ['  -7 and more', -7],
    ['+7', 7],
    ['0x1f', 31],
    ['010', 8],
    ['08', 0],
    ['0x', 0],
    ['2147483647', 2147483647],
    ['-2147483648', -2147483648],
    ['2147483648', undefined],
    ['-2147483649', undefined],
  ]
  for (const [text, value] of cases) assert.equal(parseFileValue(text), value, JSON.stringify(text))
})
