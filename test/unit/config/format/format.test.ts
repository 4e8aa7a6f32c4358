// The formatter on examples: what it moves, and what it must leave alone.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.

import assert from 'node:assert/strict'
import test from 'node:test'
import { formatConfiguration } from '../../../../src/config/format/format.ts'

const indent = '    '
const format = (text: string) => formatConfiguration(text, { indent }).text

const cases: readonly (readonly [name: string, source: string, expected: string])[] = [
  ['an empty file', '', ''],
  ['blank lines only', '\n\n  \n', ''],
  [
    'indents by depth',
    'vrrp_instance A {\ninterface eth0\n\t\tvirtual_ipaddress {\n192.0.2.1\n}\n  }',
    'vrrp_instance A {\n    interface eth0\n    virtual_ipaddress {\n        192.0.2.1\n    }\n}\n',
  ],
  ['one statement a line', 'a { b 1 } c', 'a {\n    b 1\n}\nc\n'],
  ['nested blocks on one line', 'a{b{c}}', 'a {\n    b {\n        c\n    }\n}\n'],
  ['a brace on the next line joins', 'a\n{\nb\n}', 'a {\n    b\n}\n'],
  ['the comment of a brace on the next line comes along', 'a # x\n{\n}\n', 'a { # x\n}\n'],
  ['two comments stay apart', 'a # x\n{ # y\n}\n', 'a # x\n{ # y\n}\n'],
  ['a blank line keeps the brace apart', 'a\n\n{\n}\n', 'a\n\n{\n}\n'],
  ['comments are kept in place', '# 1\na { # 2\n! 3\nb   # 4\n}#5', '# 1\na { # 2\n    ! 3\n    b   # 4\n}#5\n'],
  ['the comment of a line that is cut stays at its end', 'a { b 1 }   # x', 'a {\n    b 1\n} # x\n'],
  ['blank lines', '\n\na\n\n\n\nb\n\n', 'a\n\nb\n'],
  ['blanks inside a statement', 'a {\npriority   \t 100\n}', 'a {\n    priority   \t 100\n}\n'],
  ['braces and comment signs in quotes', 'a { b "{ # }" }', 'a {\n    b "{ # }"\n}\n'],
  ['line ends of DOS', 'a {\r\nb\r\n}\r\n', 'a {\n    b\n}\n'],
  ['a parameter on a line keeps the line whole', 'a { ${X} }\nb\n', 'a { ${X} }\nb\n'],
  ['conditions keep the line whole', 'a {\n@x  b { c }\n}', 'a {\n    @x  b { c }\n}\n'],
  ['a condition behind a brace', 'a { @x b }\n@^x }\n', 'a {\n    @x b }\n@^x }\n'],
  ['sequences', 'a {\n~SEQ(N,1,3)   b 1.2.3.${N}\n}', 'a {\n    ~SEQ(N,1,3)   b 1.2.3.${N}\n}\n'],
  ['lists with braces', '~LST({V,W}, {1,2}) a { b }\nc', '~LST({V,W}, {1,2}) a { b }\nc\n'],
  ['includes', 'a {\ninclude {x,y}.conf\n}', 'a {\n    include {x,y}.conf\n}\n'],
  [
    'a multi-line value is left untouched',
    '  $BODY= \\\n  x   { \\\n\n # c\n      y \\\n }   \n  a {\n$BODY\n}',
    '$BODY= \\\n  x   { \\\n\n # c\n      y \\\n }   \na {\n    $BODY\n}\n',
  ],
  ['a value that holds half a block', '$H=a {\n$H\nb\n}', '$H=a {\n$H\n    b\n}\n'],
  [
    'half a block of several lines',
    '$H= \\\n a { \\\n b {\n$H\nc\n}\n}\n$X=\\\n d',
    '$H= \\\n a { \\\n b {\n$H\n        c\n    }\n}\n$X=\\\n d\n',
  ],
  ['alternative openings by condition', '@x a {\n@^x b {\nc\n}\nd', '@x a {\n@^x b {\n    c\n}\nd\n'],
  ['openings for two ids and no other', '@x a {\n@y b {\nc\n}', '@x a {\n@y b {\n    c\n}\n'],
  ['a quote that is never closed', 'a {\n  b "c { d\n}', 'a {\n    b "c { d\n}\n'],
  ['escapes keep the line whole', 'a { b \\# }', 'a { b \\# }\n'],
  ['an odd blank keeps the line whole', 'a {\u00a0b }', 'a {\u00a0b }\n'],
  ['a line of odd blanks', 'a\n \u00a0 \nb', 'a\n\u00a0\nb\n'],
  ['a byte order mark', '\uFEFF  a {\nb\n}', '\uFEFF  a {\n    b\n}\n'],
  ['a line with NUL', ' a\0\nb', ' a\0\nb\n'],
  ['a backslash with blanks behind it must not become a continuation', '$X=1 \\  \n b', '$X=1 \\ \nb\n'],
  ['a carriage return inside a line', 'a { b\r }\n c\r \n', 'a { b\r }\nc\r \n'],
  ['a backslash at the end of a comment', '$X=1 # c \\\n   2\n  b', '$X=1 # c \\\n   2\nb\n'],
]

for (const [name, source, expected] of cases) {
  test(`format: ${name}`, () => {
    assert.equal(format(source), expected)
    assert.equal(format(expected), expected)
  })
}

test('tabs and other widths', () => {
  assert.equal(formatConfiguration('a{b}', { indent: '\t' }).text, 'a {\n\tb\n}\n')
  assert.equal(formatConfiguration('a{b}', { indent: '' }).text, 'a {\nb\n}\n')
})

test('a brace too many: the text is left as it is from there on', () => {
  const { text, unbalanced } = formatConfiguration('a {\nb\n}\n }\n  c {   \n}', { indent })
  assert.equal(text, 'a {\n    b\n}\n }\n  c {   \n}')
  assert.deepEqual(unbalanced, { line: 4, reason: 'surplus' })
})

test('a brace that is missing: the text is left as it is from the block that is never closed', () => {
  const { text, unbalanced } = formatConfiguration('a {\nb\n}\n\n\n  c {\n d {\n }\n\n\n\n', { indent })
  assert.equal(text, 'a {\n    b\n}\n\n  c {\n d {\n }\n\n\n\n')
  assert.deepEqual(unbalanced, { line: 6, reason: 'unclosed' })
})

test('a line that indentation would make too long for the reader is not indented', () => {
  const long = `b ${'x'.repeat(1020)}`
  assert.equal(format(`a {\n${long}\n}`), `a {\n${long}\n}\n`)
  const tooLong = `  b ${'x'.repeat(1030)} {`
  assert.equal(format(`a {\n${tooLong}\nc\n}\n}`), `a {\n${tooLong}\n        c\n    }\n}\n`)
})
