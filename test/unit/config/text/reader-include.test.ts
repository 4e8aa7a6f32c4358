// Includes, their checks and loops: config-syntax section 4.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import { readConfiguration } from '../../../../src/config/text/reader.ts'
import { codes, memoryFiles, readFiles, show } from '../memory-files.ts'

const files = {
  'a.conf': 'a',
  'b.conf': 'b',
  'sub/one.conf': 'one\ninclude two.conf',
  'sub/two.conf': 'two ${_PWD}',
  'conf.d/20.conf': 'c20',
  'conf.d/10.conf': 'c10',
  'conf.d/.hidden.conf': 'hidden',
  'run.conf': { text: 'x', executable: true },
  'secret.conf': { text: 'x', readable: false },
  'fifo.conf': { text: 'x', kind: 'other' },
} as const

const accepted: readonly { name: string; text: string; stream: readonly string[] }[] = [
  { name: 'a file in place', text: 'x\ninclude a.conf\ny', stream: ['x', 'a', 'y'] },
  { name: 'inside a block', text: 'x {\n include a.conf\n}', stream: ['x', '{', 'a', '}'] },
  { name: 'behind a brace', text: 'x { include a.conf\n}', stream: ['x', '{', 'a', '}'] },
  { name: 'tab and comment', text: 'include\ta.conf # c', stream: ['a'] },
  { name: 'relative to the including file', text: 'include sub/one.conf', stream: ['one', 'two /etc/keepalived/sub'] },
  { name: 'absolute', text: 'include /etc/keepalived/a.conf', stream: ['a'] },
  { name: 'sorted, without hidden files', text: 'include conf.d/*.conf', stream: ['c10', 'c20'] },
  { name: 'alternatives in their order', text: 'include {b,a}.conf', stream: ['b', 'a'] },
  { name: 'the same file twice', text: 'include a.conf\ninclude a.conf', stream: ['a', 'a'] },
  { name: 'a wildcard without match is no problem', text: 'include none*.conf\nx', stream: ['x'] },
  { name: 'under a condition', text: '@node1 include a.conf\n@node2 include b.conf', stream: ['a'] },
  { name: 'a name out of a parameter', text: '$F=a\ninclude ${F}.conf', stream: ['a'] },
  { name: 'once per round of a sequence', text: '~LST(F,a,b) include ${F}.conf', stream: ['a', 'b'] },
  { name: 'include_check is another keyword', text: 'include_check x', stream: ['include_check x'] },
]

for (const row of accepted) {
  test(`include: ${row.name}`, () => {
    const result = readFiles({ ...files, 'main.conf': row.text })
    assert.deepEqual(show(result.tokens), row.stream)
    assert.deepEqual(codes(result), [])
  })
}

const failing: readonly { text: string; unchecked: boolean; checked: boolean }[] = [
  { text: 'include none.conf', unchecked: true, checked: true },
  { text: 'include "a.conf"', unchecked: true, checked: true },
  { text: 'include a.conf b.conf', unchecked: true, checked: true },
  { text: 'include {a,none}.conf', unchecked: true, checked: true },
  { text: 'include none*.conf', unchecked: false, checked: true },
  { text: 'include run.conf', unchecked: true, checked: true },
  { text: 'include secret.conf', unchecked: true, checked: true },
  { text: 'include fifo.conf', unchecked: true, checked: true },
  { text: 'include sub', unchecked: true, checked: true },
]

for (const row of failing) {
  test(`include: ${row.text} is one message without checks, and no start with them`, () => {
    const contents = { ...files, 'main.conf': `${row.text}\nend` }
    const lax = readFiles(contents)
    assert.deepEqual(codes(lax), row.unchecked ? [readerCodes.includeSkipped] : [])
    assert.ok(lax.diagnostics.every(diagnostic => diagnostic.faultClass === 'general'))
    assert.equal(show(lax.tokens).at(-1), 'end')
    const strict = readFiles(contents, { allIncludeChecks: true })
    assert.deepEqual(codes(strict), [readerCodes.includeCheckFailed])
    assert.equal(strict.diagnostics[0]?.faultClass, 'no-config')
  })
}

const letters: readonly (readonly [line: string, fails: boolean])[] = [
  ['includer none.conf', false],
  ['includer run.conf', true],
  ['includem none.conf', true],
  ['includem none*.conf', false],
  ['includem run.conf', true],
  ['includew none*.conf', true],
  ['includew none.conf', false],
  ['includeb {a,none}.conf', true],
  ['includeb none.conf', false],
  ['includea none.conf', true],
  ['includea none*.conf', true],
  ['includea {a,none}.conf', true],
]

for (const [line, fails] of letters) {
  test(`include: ${line} ${fails ? 'keeps the daemon from starting' : 'does not'}`, () => {
    const result = readFiles({ ...files, 'main.conf': line })
    assert.equal(
      result.diagnostics.some(diagnostic => diagnostic.faultClass === 'no-config'),
      fails,
    )
  })
}

test('include: include_check counts for later includes until the end of the including file', () => {
  const check = 'global_defs {\n include_check match\n}\n'
  const before = readFiles({ 'main.conf': `include none.conf\n${check}` })
  assert.deepEqual(codes(before), [readerCodes.includeSkipped])
  const after = readFiles({ 'main.conf': `${check}include none.conf` })
  assert.deepEqual(codes(after), [readerCodes.includeCheckFailed])
  const undone = readFiles({ 'main.conf': 'include set.conf\ninclude none.conf', 'set.conf': check })
  assert.deepEqual(codes(undone), [readerCodes.includeSkipped])
  const elsewhere = readFiles({ 'main.conf': 'vrrp_instance A {\n include_check match\n}\ninclude none.conf' })
  assert.deepEqual(codes(elsewhere), [readerCodes.includeSkipped])
})

test('include: only the first word of include_check may lack a sign, and readable is not a word', () => {
  const check = (words: string) =>
    readFiles({ 'main.conf': `global_defs {\n include_check ${words}\n}\ninclude none*.conf` })
  assert.deepEqual(codes(check('match wildcard_match')), [readerCodes.includeCheckWord])
  assert.deepEqual(codes(check('match +wildcard_match')), [readerCodes.includeCheckFailed])
  assert.deepEqual(codes(check('readable')), [readerCodes.includeCheckWord])
  assert.deepEqual(codes(check('')), [readerCodes.includeCheckFailed])
  const minus = readFiles(
    { 'main.conf': 'global_defs {\n include_check -wildcard_match\n}\ninclude none*.conf' },
    { allIncludeChecks: true },
  )
  assert.deepEqual(codes(minus), [])
})

test('include: a file that includes itself is skipped and named', () => {
  const result = readFiles({ 'main.conf': 'x\ninclude main.conf\ny' })
  assert.deepEqual(show(result.tokens), ['x', 'y'])
  assert.deepEqual(codes(result), [readerCodes.includeLoop])
  assert.match(result.diagnostics[0]?.message ?? '', /'main.conf' includes itself/)
})

test('include: a loop of several files, however the path is spelt', () => {
  const result = readFiles({ 'main.conf': 'include sub/x.conf', 'sub/x.conf': 'x\ninclude ../sub/../main.conf' })
  assert.deepEqual(show(result.tokens), ['x'])
  assert.deepEqual(codes(result), [readerCodes.includeLoop])
  assert.equal(result.diagnostics[0]?.span?.file, 'sub/x.conf')
})

test('include: a chain that is too deep ends with a message', () => {
  const chain = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, `k${i}\ninclude f${i + 1}`]))
  const result = readFiles({ ...chain, 'main.conf': 'include f0' })
  assert.deepEqual(codes(result), [readerCodes.includeLoop])
  assert.equal(result.tokens.length, 31)
})

test('include: without a pattern it is reported', () => {
  assert.deepEqual(codes(readFiles({ 'main.conf': 'include\nincludem  ' })), ['KA1005', 'KA1005'])
})

test('include: spans carry the name of the file, and its lines are kept', () => {
  const result = readFiles({ ...files, 'main.conf': 'include sub/one.conf' })
  assert.equal(result.tokens[1]?.span.file, 'sub/two.conf')
  assert.deepEqual([...result.sources.keys()], ['main.conf', 'sub/one.conf', 'sub/two.conf'])
})

for (const [name, contents] of [
  ['a missing main file', {}],
  ['a directory', { 'main.conf/x': 'a' }],
  ['an executable main file', { 'main.conf': { text: 'a', executable: true } }],
  ['an unreadable main file', { 'main.conf': { text: 'a', readable: false } }],
] as const) {
  test(`include: ${name} leaves no configuration`, () => {
    const result = readFiles(contents)
    assert.deepEqual(codes(result), [readerCodes.mainFileUnusable])
    assert.equal(result.diagnostics[0]?.faultClass, 'no-config')
    assert.deepEqual(result.tokens, [])
  })
}

test('include: the main file may be a pattern', () => {
  const options = { configId: '', environment: {}, allIncludeChecks: false, random: () => 0 }
  const result = readConfiguration('conf.d/*.conf', { ...options, files: memoryFiles(files) })
  assert.deepEqual(show(result.tokens), ['c10', 'c20'])
  const none = readConfiguration('none.d/*.conf', { ...options, files: memoryFiles(files) })
  assert.deepEqual(codes(none), [readerCodes.mainFileUnusable])
})
