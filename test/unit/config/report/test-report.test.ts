import assert from 'node:assert/strict'
import test from 'node:test'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import { renderTestReport } from '../../../../src/config/report/test-report.ts'

const finding = (code: string, line: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code,
  severity: 'warning',
  faultClass: 'general',
  message: `${code} happened`,
  span: { file: 'k.conf', line, column: 1, endColumn: 2 },
  ...more,
})
const error = { severity: 'error', faultClass: 'fatal' } as const
const note = { severity: 'note', faultClass: 'advice' } as const
const report = (diagnostics: readonly Diagnostic[], notes = false) =>
  renderTestReport(diagnostics, new Map(), { notes })

test('errors come first, then what decides the status, then the rest', () => {
  const text = report([
    finding('KA4', 1, { faultClass: 'advice' }),
    finding('KA2', 2),
    finding('KA1', 3, error),
    finding('KA3', 4),
  ])
  assert.deepEqual(text.match(/(?<=\[)KA\d(?=\])/g), ['KA1', 'KA2', 'KA3', 'KA4'])
})

test('the last line counts, and names the finding that decides the exit status', () => {
  const last = (diagnostics: readonly Diagnostic[]) => report(diagnostics).trimEnd().split('\n').at(-1)
  assert.equal(
    last([finding('KA2', 2), finding('KA6', 9, { faultClass: 'security' })]),
    '2 warnings; exit status 6, because of KA6 in line 9',
  )
  assert.equal(last([finding('KA4', 1, { faultClass: 'advice' })]), '1 warning; exit status 0')
  assert.equal(report([]), '')
})

test('notes are counted, and shown only when asked for', () => {
  const all = [finding('KA9', 1, note), finding('KA2', 2)]
  assert.doesNotMatch(report(all), /note\[KA9\]/)
  assert.match(report(all), /1 warning, 1 note \(the note is shown with -D\)/)
  assert.match(report(all, true), /note\[KA9\]/)
})

test('three and more findings of one kind are one entry that lists the places; errors are never folded', () => {
  const many = [1, 2, 3, 4].map(line => finding('KA2', line, { message: `address ${line}`, help: 'mend it' }))
  const text = report(many)
  assert.equal(text.match(/KA2\]/g)?.length, 1)
  assert.match(text, /= 3 more of this kind:\n {4}k\.conf:2: address 2\n/)
  assert.equal(report(many.map(one => ({ ...one, ...error }))).match(/KA2\]/g)?.length, 4)
  assert.equal(report(many.slice(2)).match(/KA2\]/g)?.length, 2)
  assert.match(report(Array.from({ length: 20 }, (_, i) => finding('KA2', i + 1))), /and 11 more/)
})
