import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { clusterRules } from '../../../../src/config/cluster/check.ts'
import { findingsMax } from '../../../../src/config/lint/lint.ts'
import { lintRules } from '../../../../src/config/lint/registry.ts'
import { problemCodes } from '../../../../src/config/report/codes.ts'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import { loadText } from '../load-text.ts'
import { adviceOn, factsOf, found, instance, script } from './host.ts'

const docs = join(dirname(fileURLToPath(import.meta.url)), '../../../../../docs/lint')
const rules = [...lintRules, ...clusterRules]

test('codes are used once, and not by the loader', () => {
  const codes = rules.map(rule => rule.code)
  assert.equal(new Set(codes).size, codes.length)
  const others = new Set([...problemCodes().map(({ code }) => code), ...Object.values<string>(readerCodes)])
  assert.deepEqual(
    codes.filter(code => others.has(code)),
    [],
  )
})

test('every rule has a page with its title and severity, and a line in the list', () => {
  const list = readFileSync(join(docs, 'README.md'), 'utf8')
  for (const { code, title, severity } of rules) {
    const page = readFileSync(join(docs, `${code}.md`), 'utf8')
    assert.ok(page.startsWith(`# ${code}: ${title}\n\nSeverity: ${severity}.\n`), code)
    assert.ok(list.includes(`| [${code}](${code}.md) | ${severity} | ${title} |`), code)
  }
})

test('every page is about a code that exists', () => {
  const known = new Set([...rules.map(rule => rule.code), ...problemCodes().map(({ code }) => code)])
  const pages = readdirSync(docs).filter(name => name.startsWith('KA'))
  assert.deepEqual(
    pages.filter(name => !known.has(name.replace('.md', ''))),
    [],
  )
})

const faulty =
  script('  interval 1\n  timeout 2') + instance('A', '  priority 254\n  track_script {\n    chk weight 10\n  }')

test('advice changes no exit status and stands at its line among the other problems', () => {
  const advice = adviceOn(faulty)
  assert.deepEqual(
    advice.map(({ code, faultClass }) => [code, faultClass]),
    [
      ['KA2020', 'advice'],
      ['KA2001', 'advice'],
    ],
  )
  const [advised, plain] = [loadText(faulty, { lint: factsOf({}) }), loadText(faulty)]
  assert.deepEqual(
    [advised.testExitCode, advised.startExitCode, advised.config],
    [plain.testExitCode, plain.startExitCode, plain.config],
  )
  assert.equal(plain.diagnostics.filter(({ code }) => code.startsWith('KA2')).length, 0)
})

test('one mistake that is made a hundred times is told of a bounded number of times', () => {
  const many = Array.from({ length: 100 }, (_, i) => instance(`I${i}`, '', i + 1)).join('')
  assert.equal(found('KA2010', many).length, findingsMax)
})
