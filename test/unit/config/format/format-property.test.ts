// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
// What the formatter promises, on random text and on every configuration at hand: the same model and the same problems apart
// from places, no comment lost, and nothing left to do the second time.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { formatConfiguration } from '../../../../src/config/format/format.ts'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import { stripLine } from '../../../../src/config/text/comment.ts'
import { writtenText } from '../../../../src/config/text/text.ts'
import { loadText } from '../load-text.ts'
import { readText } from '../memory-files.ts'

const indent = '    '
const format = (text: string) => formatConfiguration(text, { indent }).text

/** Line numbers in sentences are places too; so are other lines that a problem points at. */
function withoutPlaces({ code, severity, message, help }: Diagnostic): string {
  const bare = (text = '') => text.replaceAll(/\bline \d+/g, 'line N')
  return `${severity} ${code} ${bare(message)} ${bare(help)}`
}

/** A comment that begins inside a word stands behind a blank once the text is formatted. */
function withoutLayout(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.filter(({ code }) => code !== 'KA1015').map(withoutPlaces)
}

function tokensOf(text: string, strictKeepalived: boolean) {
  const { tokens, diagnostics } = readText(text, { strictKeepalived })
  const shown = tokens.map(token =>
    token.type === 'statement' ? [token.raw, ...token.words.map(word => [word.text, word.quoted])] : token.type,
  )
  return { shown, problems: withoutLayout(diagnostics) }
}

/** The model without its places. */
function modelOf(text: string) {
  const { config, diagnostics, testExitCode } = loadText(text)
  const json = JSON.stringify(config, (key, value: unknown) => (key === 'place' || key === 'at' ? undefined : value))
  return { json, testExitCode, problems: withoutLayout(diagnostics) }
}

function commentsOf(text: string): readonly string[] {
  return text.split('\n').flatMap(line => {
    const content = line.replace(/\r+$/, '')
    const at = stripLine(writtenText(content, '', 1, 1)).commentAt
    return at === undefined || content.includes('\0') ? [] : [content.slice(at).replace(/[ \t]+$/, '')]
  })
}

function assertKept(text: string): void {
  const formatted = format(text)
  for (const strict of [false, true]) assert.deepEqual(tokensOf(formatted, strict), tokensOf(text, strict))
  assert.equal(format(formatted), formatted)
  assert.deepEqual(commentsOf(formatted), commentsOf(text))
}

const fragment = fc.constantFrom(
  ...[
    '$A=',
    '$B=',
    '${A}',
    '${B}',
    '$A',
    '$M=\\\n',
    '$H= a { \\\n',
    '~SEQ(A,2) ',
    '~LST(A,x,y) ',
    '~SEQ(',
    '~LST({A,B},{1,2})',
  ],
  ...[
    '@node1 ',
    '@^node1 ',
    '@',
    '@other ',
    'include a.conf',
    'include {a,b}',
    'global_defs',
    'include_check',
    ' -match',
  ],
  ...[
    '{',
    '}',
    '{',
    '}',
    ' { ',
    ' } ',
    '"',
    '\\',
    '#',
    '!',
    '\\#',
    '\\"',
    ' ',
    '\t',
    '\n',
    '\n',
    '\n',
    '\r\n',
    '\0',
    '\r',
  ],
  ...[
    'word',
    'k 1',
    '中',
    '\u00a0',
    '\uFEFF',
    '\\\n',
    ' \\\n',
    ' \\ \n',
    ',',
    "'a  b'",
    '# c\n',
    '# c \\\n',
    'k "q w" {\n',
  ],
  'x'.repeat(1019),
)
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fragment, { maxLength: 60 }).map(parts => parts.join('')) },
  fc.string({ unit: 'binary', maxLength: 200 }),
)

test('property: formatted text is read as the same statements and braces, with the same problems', () => {
  fc.assert(fc.property(text, assertKept), { numRuns: 3_000 })
})

const line = fc.constantFrom(
  ...[
    'vrrp_instance A {',
    'vrrp_instance A',
    '{',
    '}',
    '}',
    'interface eth0 # main',
    'virtual_router_id 51',
    'priority 90',
  ],
  ...[
    'virtual_ipaddress { 192.0.2.1/24 }',
    '$P=priority 7',
    '$P',
    '@node1 state MASTER',
    '@other state MASTER',
    '# note',
  ],
  ...[
    '',
    '',
    '   ',
    'authentication { auth_type PASS } # why',
    'auth_pass "a # b"',
    'notify "/usr/bin/true  x"',
    'bogus {',
  ],
  ...[
    'vrrp_script s { script "/usr/bin/true" }',
    'track_script {',
    's weight 5',
    'priority 5x',
    '$B= \\\n  priority \\\n  8',
  ],
)

test('property: loading formatted text gives the same model and the same problems', () => {
  const file = fc.array(fc.tuple(fc.constantFrom('', '  ', '\t'), line), { maxLength: 25 })
  fc.assert(
    fc.property(
      file.map(lines => lines.map(parts => parts.join('')).join('\n')),
      source => {
        const [formatted, written] = [modelOf(format(source)), modelOf(source)]
        // Which } is missing is judged by the indentation, which formatting changes: the status and the model may not change.
        const unbalanced = [formatted, written].some(({ problems }) => problems.some(text => text.includes('KA1205')))
        const seen = (model: typeof written) => (unbalanced ? { ...model, problems: [] } : model)
        assert.deepEqual(seen(formatted), seen(written))
        assertKept(source)
      },
    ),
    { numRuns: 500 },
  )
})

/** Debian ships keepalived's own samples; where they are not installed the ones of this project must do. */
const folders = ['/usr/share/doc/keepalived/samples', 'config', 'test/fixtures']

for (const folder of folders.filter(existsSync)) {
  for (const name of readdirSync(folder, { encoding: 'utf8', recursive: true }).filter(isConfiguration).sort()) {
    test(`${folder}/${name} means the same when it is formatted`, () => {
      const source = readFileSync(join(folder, name), 'utf8')
      assert.deepEqual(modelOf(format(source)), modelOf(source))
      assertKept(source)
    })
  }
}

function isConfiguration(name: string): boolean {
  return /\.conf(\.|$)/.test(name)
}
