// What the law reads: imports in every form, exports, circles.

import assert from 'node:assert/strict'
import test from 'node:test'
import { circlesOf, exportsOf, importsOf } from './house.ts'

const file = 'src/a/b.ts'
const found = (text: string) =>
  importsOf(file, text).map(({ target, typeOnly, later }) => ({ target, typeOnly, later }))

for (const [text, target, typeOnly, later] of [
  ["import { a, type B } from './c.ts'", 'src/a/c.ts', false, false],
  ["import { type A, type B } from '../c.ts'", 'src/c.ts', true, false],
  ["import type { A } from './c.ts'", 'src/a/c.ts', true, false],
  ["import {\n  a,\n  b,\n} from './c.ts'", 'src/a/c.ts', false, false],
  ["import 'node:fs'", 'node:fs', false, false],
  ["export { a } from './c.ts'", 'src/a/c.ts', false, false],
  ["  const { a } = await import('../../c.ts')", 'c.ts', false, true],
  ["  const later = () => import('./c.ts')", 'src/a/c.ts', false, true],
] as const) {
  test(`seen: ${text}`, () => assert.deepEqual(found(text), [{ target, typeOnly, later }]))
}

test('an import in a comment is none', () => {
  assert.deepEqual(found("// await import('./c.ts')\n/** import('./d.ts') */"), [])
})

test('the names that an import takes', () => {
  const names = (text: string) => importsOf(file, text)[0]!.names
  assert.deepEqual(names("import { a, type B, c as d } from './c.ts'"), ['a', 'B', 'c'])
  assert.deepEqual(names("import * as all from './c.ts'"), ['*'])
  assert.deepEqual(names("const { a, b: c } = await import('./c.ts')"), ['a', 'b'])
})

test('the names that a file exports', () => {
  const text =
    'export async function a() {}\nexport const b = 1\nexport type { C, d as e }\nconst f = 1\nexport interface G {}'
  assert.deepEqual(exportsOf(text), ['a', 'b', 'G', 'C', 'e'])
})

test('circles of two and of three, found once, and none where there is none', () => {
  const circles = circlesOf([
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'c'],
    ['c', 'd'],
    ['d', 'e'],
    ['e', 'c'],
    ['x', 'x'],
  ])
  assert.deepEqual(circles, [
    ['a', 'b'],
    ['c', 'd', 'e'],
  ])
})
