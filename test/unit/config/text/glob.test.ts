// glob(3) patterns of include lines.
import assert from 'node:assert/strict'
import test from 'node:test'
import { expandBraces, glob, matchesName } from '../../../../src/config/text/glob.ts'
import { memoryFiles } from '../memory-files.ts'

const names: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
  ['*.conf', 'a.conf', true],
  ['*.conf', 'a.conf.bak', false],
  ['*.conf', '.conf', false],
  ['.*', '.conf', true],
  ['?.c', 'a.c', true],
  ['?.c', '.c', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[]]x', ']x', true],
  ['[a', '[a', true],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['a**', 'a', true],
  ['', '', true],
  ['a', 'ab', false],
]

for (const [pattern, name, matches] of names) {
  test(`glob: ${pattern} ${matches ? 'matches' : 'does not match'} ${name}`, () => {
    assert.equal(matchesName(pattern, name), matches)
  })
}

test('glob: many stars do not take exponential time', () => {
  assert.equal(matchesName(`${'*a'.repeat(50)}b`, 'a'.repeat(200)), false)
})

test('glob: braces expand in order and nest', () => {
  assert.deepEqual(expandBraces('x{b,a{1,2}}y'), ['xby', 'xa1y', 'xa2y'])
  assert.deepEqual(expandBraces('{,x}a{c,d}'), ['ac', 'ad', 'xac', 'xad'])
  assert.deepEqual(expandBraces('a{}b'), ['a{}b'])
  assert.deepEqual(expandBraces('a{b'), ['a{b'])
  assert.ok(expandBraces('{a,b}'.repeat(30)).length <= 10_000)
})

test('glob: directories may be patterns too', () => {
  const files = memoryFiles({ 'd1/a.conf': '', 'd2/b.conf': '', 'd2/c.txt': '', d3: '' })
  assert.deepEqual(glob('d*/*.conf', '.', files), ['d1/a.conf', 'd2/b.conf'])
  assert.deepEqual(glob('/etc/*/d1/*', '.', files), ['/etc/keepalived/d1/a.conf'])
  assert.deepEqual(glob('d1', '.', files), ['d1'])
  assert.deepEqual(glob('*/none', '.', files), [])
})
