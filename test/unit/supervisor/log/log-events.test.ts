// Sentences of events: keepalived's wording where operators look for it, and no event of the two processes without a sentence.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { hasSentence, sentenceOf } from '../../../../src/supervisor/log/log-events.ts'

const cases: readonly (readonly [string, object, string])[] = [
  ['became-master', { instance: 'VI_1', priority: 100 }, '(VI_1) Entering MASTER STATE'],
  ['became-backup', { instance: 'VI_1', priority: 100 }, '(VI_1) Entering BACKUP STATE'],
  ['became-fault', { instance: 'VI_1', faults: 'eth0' }, '(VI_1) Entering FAULT STATE (faults eth0)'],
  ['priority-changed', { instance: 'VI_1', from: 100, to: 80 }, '(VI_1) Changing effective priority from 100 to 80'],
  ['script-up', { script: 'chk', result: 'x' }, 'VRRP_Script(chk) succeeded (result x)'],
  ['some-new-event', { a: 1, b: 'two' }, 'Some new event (a 1, b two)'],
  ['some-new-event', { instance: 'VI_1', list: ['x'] }, '(VI_1) Some new event (list ["x"])'],
  ['start-failed', {}, 'Cannot start: ?'],
  ['start-failed', { reason: new Error('no way') }, 'Cannot start: no way'],
]

for (const [event, fields, sentence] of cases) {
  test(`${event} reads: ${sentence}`, () => assert.equal(sentenceOf(event, { ...fields }), sentence))
}

test('every event that the two processes write by name has a sentence', () => {
  const folder = join(import.meta.dirname, '../../../../src/supervisor')
  const named = /log\.(?:error|warn|info)\(\s*'([a-z-]+)'/g
  const files = [
    'control/socket',
    'daemon',
    'log/log',
    'supervisor',
    'watchdog/systemd-notify',
    'watchdog/watchdog',
    'watchdog/watchdog-process',
  ]
  const events = files.flatMap(name =>
    [...readFileSync(join(folder, `${name}.js`), 'utf8').matchAll(named)].map(match => match[1]!),
  )
  assert.ok(events.length > 20)
  assert.deepEqual([...new Set(events.filter(event => !hasSentence(event)))], [])
})
