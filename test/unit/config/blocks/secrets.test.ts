// Passwords and keys are shown to nobody: not in the source lines of diagnostics, whatever slip the line has, and not in what the
// control socket gives. The list of keywords comes from the rows, so a new secret is tested without a word here.
import assert from 'node:assert/strict'
import test from 'node:test'
import { secretKeywords } from '../../../../src/config/blocks/secrets.ts'
import { exampleLine } from '../../../../src/config/explain/example.ts'
import { maskSecrets } from '../../../../src/config/plan/mask.ts'
import { renderDiagnosticsJson } from '../../../../src/config/report/diagnostic-text.ts'
import { renderTestReport } from '../../../../src/config/report/test-report.ts'
import { configOf, instanceText, loadText } from '../load-text.ts'

const word = 'zyxwvutsr'

/** A configuration in which each secret keyword has `word` as its value. */
const places: Readonly<Record<string, (line: string) => string>> = {
  smtp_server: line => `global_defs {\n  smtp_server 192.0.2.9 user me ${line}\n}`,
  authentication: line => instanceText(`  authentication {\n    auth_type PASS\n    ${line}\n  }`),
  auth_hmac: line => instanceText(`  auth_hmac {\n    ${line}\n  }`),
  SSL: line =>
    `SSL {\n  ${line}\n}\nvirtual_server 192.0.2.1 80 {\n  protocol TCP\n  real_server 192.0.2.2 80 {\n    TCP_CHECK {\n    }\n  }\n}`,
}

for (const [block, spec] of secretKeywords()) {
  const place = places[block.keyword]
  const before = spec.args.findIndex(arg => arg.secret === true)
  const shown = exampleLine(spec)
    .split(' ')
    .slice(0, 1 + before)
    .join(' ')
  const line = `${shown} ${word}`

  test(`${spec.keyword} of ${block.keyword} is masked in what is written and in the model`, () => {
    assert.ok(place !== undefined, `write into this test what ${block.keyword} stands in`)
    const config = configOf(place(line))
    assert.match(JSON.stringify(config.settings), new RegExp(word))
    const masked = JSON.stringify(maskSecrets(config, () => 'digest'))
    assert.doesNotMatch(masked, new RegExp(word.slice(0, 8)))
    assert.match(masked, /hidden:digest/)
  })

  test(`no report shows ${spec.keyword} of ${block.keyword}`, () => {
    const slips = [
      line,
      `${line} ${word}`,
      `${spec.keyword}x ${before > 0 ? '1 ' : ''}${word}`,
      `${spec.keyword} ${word}`,
      `${spec.keyword} "${word} ${word}"`,
    ]
    const [first, last] = [place!('').split('\n'), 'unknown_word {']
    for (const text of [
      ...slips.map(place!),
      ...slips.map(slip => `${slip}\n${last}`),
      ...slips.map(slip => [...first, slip].join('\n')),
    ]) {
      for (const strictKeepalived of [false, true]) {
        const { diagnostics, sources } = loadText(text, { strictKeepalived })
        const all = diagnostics.concat(
          [...sources].flatMap(([file, lines]) =>
            lines.map((each, i) => ({
              code: 'KA0000',
              severity: 'note' as const,
              faultClass: 'advice' as const,
              message: 'every line',
              span: { file, line: i + 1, column: 1, endColumn: each.length + 1 },
            })),
          ),
        )
        const report = renderTestReport(all, sources, { allIncludeChecks: false, strictKeepalived, notes: true })
        assert.doesNotMatch(report + renderDiagnosticsJson(all, sources), new RegExp(word), text)
      }
    }
  })
}

test('a password that comes out of a definition is hidden in the definition', () => {
  const { sources } = loadText(`$PASS=${word}\n${instanceText('  authentication {\n    auth_pass $PASS\n  }')}`)
  assert.doesNotMatch(JSON.stringify([...sources]), new RegExp(word))
})

test('other lines stay as they are', () => {
  const text = instanceText('  priority 100\n  # auth_pass in a comment')
  assert.deepEqual(loadText(text).sources.get('main.conf')?.join('\n').trim(), text.trim())
})
