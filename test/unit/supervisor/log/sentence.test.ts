// Sentences of events: keepalived's wording where operators look for it. That each event has one, the compiler sees to.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { LogWriter } from '../../../../src/lib/log.ts'
import { type EventName, logEvents } from '../../../../src/lib/log-events.ts'
import { sentenceOf } from '../../../../src/supervisor/log/sentence.ts'

const cases: readonly (readonly [EventName, object, string])[] = [
  [
    'became-master',
    { instance: 'VI_1', cause: '::1 resigned', priority: 9 },
    '(VI_1) Entering MASTER STATE: ::1 resigned',
  ],
  ['became-backup', { instance: 'VI_1', cause: 'it begins', priority: 9 }, '(VI_1) Entering BACKUP STATE: it begins'],
  ['became-fault', { instance: 'VI_1', faults: 'x is down' }, '(VI_1) Entering FAULT STATE: x is down'],
  ['priority-changed', { instance: 'VI_1', from: 100, to: 80 }, '(VI_1) Changing effective priority from 100 to 80'],
  ['script-up', { script: 'chk', result: 'x' }, 'VRRP_Script(chk) succeeded'],
  ['stopping', { a: 1, b: 'two', list: ['x'] }, 'Stopping (a 1, b two, list ["x"])'],
  // What peers say cannot drive a terminal or look like an entry of ours.
  [
    'start-failed',
    { reason: '550 \u001b[2J\r\n12:00:00 ok \u202egpj' },
    'Cannot start: 550 \\x1b[2J\\r\\n12:00:00 ok \\u202egpj',
  ],
  ['config-problem', { text: 'two\nlines' }, 'two\nlines'],
  ['start-failed', {}, 'Cannot start: ?'],
  ['start-failed', { reason: new Error('no way') }, 'Cannot start: no way'],
]

for (const [event, fields, sentence] of cases) {
  test(`${event} reads: ${sentence}`, () => assert.equal(sentenceOf(event, { ...fields }), sentence))
}

test('every sentence shows its fields and nothing else in braces', () => {
  for (const event of Object.keys(logEvents) as EventName[]) {
    const names = [...logEvents[event].matchAll(/\{-?(\w+)\}/g)].map(match => match[1]!)
    const sentence = sentenceOf(event, Object.fromEntries(names.map(name => [name, 1])))
    assert.doesNotMatch(sentence, /[{}?]/, event)
  }
})

test('an event without a sentence, or without a field that its sentence shows, does not compile', () => {
  const written: string[] = []
  const log: LogWriter = event => void written.push(event)
  // @ts-expect-error: no such event
  log('some-new-event', {})
  // @ts-expect-error: the sentence shows {reason}
  log('start-failed', {})
  log('start-failed', { reason: 'x', more: 1 })
  assert.equal(written.length, 3)
})
