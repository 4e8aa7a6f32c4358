// Diagnostics as people see them.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import {
  renderDiagnostic,
  renderDiagnostics,
  renderDiagnosticsJson,
} from '../../../../src/config/report/diagnostic-text.ts'
import { readText } from '../memory-files.ts'

const base: Diagnostic = { code: 'KA1', severity: 'warning', faultClass: 'general', message: 'unknown keyword' }

function at(line: number, column: number, endColumn: number) {
  return { file: 'k.conf', line, column, endColumn }
}

test('render: place, line, underline and help', () => {
  const sources = new Map([['k.conf', ['vrrp_script x {', '  weigth -20']]])
  const text = renderDiagnostic({ ...base, span: at(2, 3, 9), help: "did you mean 'weight'?" }, sources)
  assert.equal(
    text,
    [
      'warning[KA1]: unknown keyword',
      '  --> k.conf:2:3',
      '   |',
      ' 2 |   weigth -20',
      '   |   ^^^^^^',
      "   = help: did you mean 'weight'?",
    ].join('\n'),
  )
})

test('render: without a place there is only the message and the help', () => {
  assert.equal(renderDiagnostic({ ...base, help: 'h' }, new Map()), 'warning[KA1]: unknown keyword\n   = help: h')
})

test('render: tabs become blanks and the underline stays below the word', () => {
  const sources = new Map([['k.conf', ['\tab\tcd']]])
  const lines = renderDiagnostic({ ...base, span: at(1, 5, 7) }, sources).split('\n')
  assert.equal(lines[3], ' 1 |         ab      cd')
  assert.equal(lines[4], '   |                 ^^')
})

test('render: wide characters take two columns', () => {
  const sources = new Map([['k.conf', ['中文 ab # 😀 c']]])
  const lines = renderDiagnostic({ ...base, span: at(1, 4, 6) }, sources).split('\n')
  assert.equal(lines[4], '   |      ^^')
  const behindEmoji = renderDiagnostic({ ...base, span: at(1, 12, 13) }, sources).split('\n')
  assert.equal(behindEmoji[4], '   |              ^')
})

test('render: control characters cannot reach the terminal', () => {
  const sources = new Map([['k.conf', ['a \x1b[31m b']]])
  const text = renderDiagnostic({ ...base, message: 'bad \x1b[0m', span: at(1, 1, 2) }, sources)
  assert.ok(!text.includes('\x1b'))
})

test('render: a long line is cut around the place', () => {
  const sources = new Map([['k.conf', [`${'x '.repeat(300)}HERE${' y'.repeat(300)}`]]])
  const lines = renderDiagnostic({ ...base, span: at(1, 601, 605) }, sources).split('\n')
  const column = lines[4]!.indexOf('^')
  assert.equal(lines[3]!.slice(column, column + 4), 'HERE')
  assert.equal(lines[4]!.slice(column), '^^^^')
  assert.ok(lines[3]!.length < 120)
})

test('render: a span behind the end of its line still gets a mark', () => {
  const sources = new Map([['k.conf', ['ab']]])
  const lines = renderDiagnostic({ ...base, span: at(1, 3, 3) }, sources).split('\n')
  assert.equal(lines[4], '   |   ^')
  const missing = renderDiagnostic({ ...base, span: at(9, 1, 2) }, sources).split('\n')
  assert.deepEqual(missing, ['warning[KA1]: unknown keyword', '  --> k.conf:9:1'])
})

test('render: related places are notes with a line of their own', () => {
  const sources = new Map([['k.conf', ['a {', 'b {']]])
  const related = [{ span: at(1, 3, 4), message: 'opened here' }]
  const text = renderDiagnostic({ ...base, span: at(2, 3, 4), related }, sources)
  assert.match(text, /= note: opened here\n {2}--> k.conf:1:3\n {3}\|\n 1 \| a \{\n {3}\| {3}-/)
})

test('render: what came out of a parameter shows the definition', () => {
  const result = readText('$A="b\nk ${A}\n')
  const text = renderDiagnostic(result.diagnostics[1]!, result.sources)
  assert.match(text, /--> main.conf:2:3[\s\S]*\^\^\^\^[\s\S]*::: expanded from main.conf:1:4\n {3}\|\n 1 \| \$A="b/)
})

test('render: several end in a count', () => {
  const text = renderDiagnostics([base, { ...base, severity: 'error' }, base], new Map())
  assert.ok(text.endsWith('\n\n1 error, 2 warnings\n'))
  assert.equal(renderDiagnostics([], new Map()), '')
})

test('render: JSON carries every field and the line', () => {
  const sources = new Map([['k.conf', ['ab']]])
  const rows: unknown = JSON.parse(renderDiagnosticsJson([{ ...base, span: at(1, 1, 3) }, base], sources))
  assert.deepEqual(rows, [{ ...base, span: at(1, 1, 3), source: 'ab' }, base])
})
