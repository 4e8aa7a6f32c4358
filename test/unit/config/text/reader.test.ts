// The reader on bytes, comments, quotes, words and braces: config-syntax sections 1 to 3, one row per rule or quirk.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import { tokensMax } from '../../../../src/config/text/reading.ts'
import { codes, readText, show } from '../memory-files.ts'

interface Row {
  readonly name: string
  readonly text: string
  readonly stream: readonly string[]
  readonly codes?: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'an empty file has no tokens', text: '', stream: [] },
  { name: 'DOS line ends work', text: 'a 1\r\nb 2\r\n', stream: ['a 1', 'b 2'] },
  { name: 'the last line needs no line end', text: 'a 1\nb 2', stream: ['a 1', 'b 2'] },
  {
    name: 'a comment starts in the middle of a word',
    text: 'a#b c',
    stream: ['a'],
    codes: [readerCodes.commentInWord],
  },
  { name: 'an exclamation mark starts a comment', text: 'a b !c\n! d', stream: ['a b'] },
  { name: 'a comment sign inside double quotes is text', text: 'k "a # b ! c" d', stream: ['k <a # b ! c> d'] },
  { name: 'a backslash makes a comment sign literal', text: 'k a\\#b \\!c # d', stream: ['k a#b !c'] },
  { name: 'a line may begin with an escaped comment sign', text: '\\# x\n\\!y', stream: ['# x', '!y'] },
  { name: 'other backslashes stay', text: 'k a\\b \\"', stream: ['k a\\b \\'], codes: [readerCodes.unterminatedQuote] },
  {
    name: 'an escaped quote does not open a comment shelter',
    text: 'k "a\\" # b"',
    stream: ['k <a\\> # b'],
    codes: ['KA1012'],
  },
  { name: 'adjacent pieces of a word are not joined', text: 'k a"b c"d', stream: ['k a <b c> d'] },
  { name: 'single quotes mean nothing', text: "k 'a b'", stream: ["k 'a b'"] },
  { name: 'an empty quoted word is a word', text: 'k ""', stream: ['k <>'] },
  { name: 'a quoted keyword is a keyword', text: '"a b" c', stream: ['<a b> c'] },
  { name: 'tabs separate words', text: '\tk\ta \t b\t', stream: ['k a b'] },
  { name: 'text behind an odd quote is lost', text: 'k a "b" "c d', stream: ['k a <b>'], codes: ['KA1012'] },
  { name: 'a brace behind an odd quote is lost too', text: 'k "a {\nb', stream: ['k', 'b'], codes: ['KA1012'] },
  { name: 'a brace on the keyword line', text: 'a b {\nc\n}', stream: ['a b', '{', 'c', '}'] },
  { name: 'a brace on a line of its own', text: 'a b\n\n{\nc }', stream: ['a b', '{', 'c', '}'] },
  { name: 'a block on one line', text: 'a b { c 1 } d { e }', stream: ['a b', '{', 'c 1', '}', 'd', '{', 'e', '}'] },
  { name: 'a brace inside a word ends it', text: 'a{b}c', stream: ['a', '{', 'b', '}', 'c'] },
  { name: 'surplus words belong to the statement', text: 'a { b 1 c 2 }', stream: ['a', '{', 'b 1 c 2', '}'] },
  { name: 'stray braces are left to the grammar', text: '} } {', stream: ['}', '}', '{'] },
  { name: 'braces inside double quotes are text', text: 'k "a { b }"', stream: ['k <a { b }>'] },
  { name: 'a trailing backslash is no continuation', text: 'k s\\\nl t', stream: ['k s\\', 'l t'] },
  { name: 'a backslash at the end of a comment is nothing', text: '# c\\\nk # d \\\nl', stream: ['k', 'l'] },
  { name: 'a NUL byte costs its line', text: 'a\nb\0c\nd', stream: ['a', 'd'], codes: [readerCodes.nulByte] },
  {
    name: 'no-break spaces are blanks',
    text: '\u00a0 \u00a0k\u00a0v\u3000w\n\u00a0}',
    stream: ['k v w', '}'],
    codes: [readerCodes.oddBlank],
  },
  { name: 'no-break spaces in quotes and comments are text', text: 'k "a\u00a0b" #\u00a0c', stream: ['k <a\u00a0b>'] },
  { name: 'a byte order mark is skipped', text: '\uFEFFa b', stream: ['a b'], codes: [readerCodes.byteOrderMark] },
]

for (const row of rows) {
  test(`reader: ${row.name}`, () => {
    const result = readText(row.text)
    assert.deepEqual(show(result.tokens), row.stream)
    assert.deepEqual(codes(result), row.codes ?? [])
  })
}

test('reader: a line of 1023 bytes is read whole', () => {
  const line = `k ${'x'.repeat(1021)}`
  const result = readText(`${line}\nend`)
  assert.deepEqual(show(result.tokens), [line, 'end'])
  assert.deepEqual(codes(result), [])
})

test('reader: a longer line loses its first 1023 bytes, the rest is a line', () => {
  const result = readText(`${'x'.repeat(1023)} priority 5\nend`)
  assert.deepEqual(show(result.tokens), ['priority 5', 'end'])
  assert.deepEqual(codes(result), [readerCodes.lineTooLong])
  assert.deepEqual(result.tokens[0]?.span, { file: 'main.conf', line: 1, column: 1025, endColumn: 1035 })
})

test('reader: line length counts bytes, not characters', () => {
  const fits = `k ${'é'.repeat(510)}`
  assert.deepEqual(codes(readText(fits)), [])
  assert.deepEqual(codes(readText(`${fits}é`)), [readerCodes.lineTooLong])
})

test('reader: several buffers of one line are dropped, only the last rest is read', () => {
  const result = readText(`${'x'.repeat(1023 * 3)}k v`)
  assert.deepEqual(show(result.tokens), ['k v'])
  assert.deepEqual(codes(result), [readerCodes.lineTooLong])
})

test('reader: every word knows its place', () => {
  const result = readText('\n  key "a b" c { x }')
  const [statement, open, inner] = result.tokens
  assert.equal(statement?.type, 'statement')
  assert.deepEqual(statement.span, { file: 'main.conf', line: 2, column: 3, endColumn: 14 })
  assert.deepEqual(
    statement.words.map(word => [word.span.column, word.span.endColumn]),
    [
      [3, 6],
      [7, 12],
      [13, 14],
    ],
  )
  assert.equal(statement.raw, 'key "a b" c')
  assert.deepEqual([open?.span.column, inner?.span.column], [15, 17])
})

test('reader: escapes before a word do not shift its place', () => {
  const [token] = readText('a\\#b c').tokens
  assert.equal(token?.type, 'statement')
  assert.deepEqual(
    token.words.map(word => [word.text, word.span.column, word.span.endColumn]),
    [
      ['a#b', 1, 5],
      ['c', 6, 7],
    ],
  )
})

test('reader: the raw statement keeps quotes for script keywords', () => {
  const [token] = readText(`s { script "/bin/x 'a b'" nobody } # c`).tokens.slice(2)
  assert.equal(token?.type, 'statement')
  assert.equal(token.raw, `script "/bin/x 'a b'" nobody`)
})

test('reader: an open quote is reported once, at the quote that opens', () => {
  const result = readText('k "a" "b {\n')
  assert.deepEqual(codes(result), [readerCodes.unterminatedQuote])
  assert.equal(result.diagnostics[0]?.faultClass, 'general')
  assert.equal(result.diagnostics[0]?.span?.column, 7)
})

test('reader: odd blanks are reported once a file, at the first of them', () => {
  const result = readText('a\n\tk\u00a0v\n\u00a0l')
  assert.deepEqual(codes(result), [readerCodes.oddBlank])
  assert.deepEqual(result.diagnostics[0]?.span, { file: 'main.conf', line: 2, column: 3, endColumn: 4 })
  assert.match(result.diagnostics[0]?.message ?? '', /U\+00A0/)
})

test('reader: under --strict-keepalived odd blanks and a byte order mark are letters', () => {
  const result = readText('\uFEFFa\n\u00a0 b\u00a0c', { strictKeepalived: true })
  assert.deepEqual(show(result.tokens), ['\uFEFFa', '\u00a0 b\u00a0c'])
  assert.deepEqual(codes(result), [])
})

test('reader: the lines of the file are kept for display, without line ends', () => {
  assert.deepEqual(readText('a\r\n# b\r\n').sources.get('main.conf'), ['a', '# b'])
})

test('reader: garbage yields a bounded number of diagnostics and says how many are missing', () => {
  const result = readText('k "\n'.repeat(3_000))
  assert.equal(result.diagnostics.length, 1_001)
  assert.match(result.diagnostics.at(-1)?.message ?? '', /^2000 further problems/)
})

test('reader: too many tokens end the load with a fatal diagnostic', () => {
  const line = `${'{}'.repeat(500)}\n`
  const result = readText(line.repeat(tokensMax / 1_000 + 10))
  assert.equal(result.tokens.length, tokensMax)
  assert.deepEqual(
    result.diagnostics.map(diagnostic => diagnostic.faultClass),
    ['fatal'],
  )
})

test('reader: 100000 lines take no more than a few hundred milliseconds', () => {
  const block =
    'vrrp_instance A { # c\n  interface eth0\n  notify "/bin/x y"\n  virtual_ipaddress {\n    ${NET}.1/24\n  }\n}\n'
  const text = `$NET=192.0.2\n${block.repeat(100_000 / 7)}`
  const startedAt = performance.now()
  const result = readText(text)
  const elapsedMs = performance.now() - startedAt
  assert.equal(result.diagnostics.length, 0)
  assert.ok(result.tokens.length > 100_000)
  // Generous: a busy machine must not fail this; quadratic behaviour would take minutes.
  assert.ok(elapsedMs < 5_000, `took ${elapsedMs} ms`)
})
