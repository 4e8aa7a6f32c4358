// Exit statuses of a test and of a run.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import type { Diagnostic, FaultClass } from '../../../../src/config/report/diagnostic.ts'
import { exitCodeForRun, exitCodeForTest } from '../../../../src/config/report/exit-status.ts'

function of(...classes: FaultClass[]): Diagnostic[] {
  return classes.map(faultClass => ({ code: 'KA9999', severity: 'warning', faultClass, message: 'x' }))
}

const rows: readonly (readonly [classes: readonly FaultClass[], forTest: number, forRun: number])[] = [
  [[], 0, 0],
  [['advice'], 0, 0],
  [['general'], 5, 0],
  [['not-found'], 4, 0],
  [['security'], 6, 0],
  [['fatal'], 5, 2],
  [['missing-argument'], 2, 2],
  [['no-config'], 6, 6],
  [['not-found', 'general'], 5, 0],
  [['general', 'security'], 6, 0],
  [['security', 'fatal'], 6, 2],
  [['missing-argument', 'security', 'general'], 2, 2],
  [['no-config', 'missing-argument'], 6, 6],
  [['fatal', 'no-config'], 6, 6],
]

for (const [classes, forTest, forRun] of rows) {
  test(`verdict: ${classes.join(' and ') || 'nothing'} is ${forTest} under test and ${forRun} in a run`, () => {
    assert.equal(exitCodeForTest(of(...classes)), forTest)
    assert.equal(exitCodeForRun(of(...classes)), forRun)
  })
}

test('verdict: a main file that cannot be read', () => {
  const missing: Diagnostic[] = [
    { code: readerCodes.mainFileUnusable, severity: 'error', faultClass: 'no-config', message: 'x' },
  ]
  assert.equal(exitCodeForRun(missing), 6)
  assert.equal(exitCodeForTest(missing), 4)
  assert.equal(exitCodeForTest(missing, { strictKeepalived: true }), 0)
  assert.equal(exitCodeForTest(missing, { strictKeepalived: true, allIncludeChecks: true }), 4)
})

test('verdict: with reload_check_config every report stops a run, advice does not', () => {
  assert.equal(exitCodeForRun(of('general'), { reloadCheckConfig: true }), 2)
  assert.equal(exitCodeForRun(of('advice'), { reloadCheckConfig: true }), 0)
})
