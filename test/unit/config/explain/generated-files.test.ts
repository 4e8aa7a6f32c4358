// The generated documentation is the one in the tree: `npm run docs` makes it so.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { generatedFiles, referenceFolder } from '../../../../src/config/explain/generated-files.ts'
import { allTopics, isBlock } from '../../../../src/config/explain/topic.ts'

const files = generatedFiles()
const stale = 'is out of date: run npm run docs'

for (const { path, text } of files) {
  test(`${path} is up to date`, () => {
    assert.ok(existsSync(path) && readFileSync(path, 'utf8') === text, `${path} ${stale}`)
  })
}

test('there is no page that is generated no more', () => {
  const known = files.map(file => file.path)
  const pages = readdirSync(referenceFolder).map(name => `${referenceFolder}/${name}`)
  assert.deepEqual(
    pages.filter(page => !known.includes(page)),
    [],
  )
})

test('every keyword that has a line of its own has a heading in the reference', () => {
  const headings = new Set(files.flatMap(file => [...file.text.matchAll(/^#+ (.+)$/gm)].map(match => match[1])))
  for (const { isOption, spec } of allTopics()) {
    const isAliasBlock = isBlock(spec) && spec.aliasOf !== undefined
    if (!isOption && !isAliasBlock) assert.ok(headings.has(spec.keyword), spec.keyword)
  }
})

test('links between the pages lead to pages', () => {
  const names = files.map(file => file.path)
  for (const { path, text } of files.filter(file => file.path.endsWith('.md'))) {
    for (const [, target] of text.matchAll(/\]\(([^)]+\.md)\)/g)) {
      if (target!.startsWith('../lint/')) continue
      assert.ok(names.includes(`${referenceFolder}/${target}`), `${path}: ${target}`)
    }
  }
})
