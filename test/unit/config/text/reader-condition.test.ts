// `@ID` conditions: config-syntax section 6.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readText, show } from '../memory-files.ts'

const rows: readonly { name: string; text: string; stream: readonly string[] }[] = [
  { name: 'the own id keeps the line', text: '@node1 a\n@node2 b', stream: ['a'] },
  { name: 'a caret inverts', text: '@^node1 a\n@^node2 b', stream: ['b'] },
  { name: 'a bare condition vanishes', text: '@node1\na', stream: ['a'] },
  { name: 'only one condition a line', text: '@node1 @node1 a', stream: ['@node1 a'] },
  { name: 'the exclamation form is a comment', text: '@!node2 a\nb', stream: ['b'] },
  { name: 'a longer id does not match', text: '@node1x a\n@node b', stream: [] },
  { name: 'an at sign further on is a word', text: 'a @node2 b', stream: ['a @node2 b'] },
  { name: 'it may be indented', text: '  @node1   a', stream: ['a'] },
  { name: 'it may start what stands behind a brace', text: 'a { @node2 b }\n@node1 c }', stream: ['a', '{', 'c', '}'] },
  { name: 'it guards a definition', text: '@node1 $P=1\n@node2 $P=2\na $P', stream: ['a 1'] },
  { name: 'it guards a sequence', text: '@node1 ~SEQ(N,2) a${N}\n@node2 ~SEQ(N,2) b${N}', stream: ['a1', 'a2'] },
  {
    name: 'it guards all lines of a definition',
    text: '@node2 $M=\\\n x \\\n y\n@node1 $M=\\\n v \\\n w\n$M',
    stream: ['v', 'w'],
  },
  {
    name: 'it may come out of a parameter, as the manual says',
    text: '$ME=@node1\n$YOU=@node2\n$ME a\n$YOU b',
    stream: ['a'],
  },
]

for (const row of rows) {
  test(`condition: ${row.name}`, () => {
    const result = readText(row.text)
    assert.deepEqual(show(result.tokens), row.stream)
    assert.deepEqual(result.diagnostics, [])
  })
}

test('condition: the place of the kept words is their own', () => {
  const [token] = readText('  @node1 state MASTER').tokens
  assert.deepEqual(token?.span, { file: 'main.conf', line: 1, column: 10, endColumn: 22 })
})
