// The simulation can fail: each rule that is taken out of the policies is missed within a few hundred seeds, and the seed that
// finds it passes with the rule in place.

import assert from 'node:assert/strict'
import test from 'node:test'
import {
  withOldAnswers,
  withoutDrain,
  withoutGrace,
  withoutLease,
  withoutOwnPauses,
  withoutStepDown,
} from './mutant.ts'
import type { Policies } from './policies.ts'
import { failuresOf } from './seeds.ts'

const seedsMax = 1_500

const mutants: readonly { readonly rule: string; readonly policies: Policies; readonly promise: RegExp }[] = [
  { rule: 'a role without a worker is resigned', policies: withoutStepDown, promise: /held|hold/ },
  { rule: 'the bridge speaks under a lease', policies: withoutLease, promise: /alone|hold/ },
  { rule: 'what has arrived is looked at before timers fire', policies: withoutDrain, promise: /steady/ },
  { rule: 'the question is asked only a moment before', policies: withOldAnswers, promise: /steady/ },
  {
    rule: 'a BACKUP that overslept its timer listens a little longer',
    policies: withoutGrace,
    promise: /steady|listens/,
  },
  { rule: 'the watchdog counts only time in which it ran', policies: withoutOwnPauses, promise: /patient/ },
]

for (const { rule, policies, promise } of mutants) {
  test(`without "${rule}" the simulation fails`, async () => {
    const [failure] = await failuresOf({ first: 1, count: seedsMax, stride: 1 }, 1, policies)
    assert.match(failure ?? `not found in ${seedsMax} seeds`, promise)
    const seed = Number(/seed (\d+)/.exec(failure ?? '')?.[1])
    assert.deepEqual(await failuresOf({ first: seed, count: 1, stride: 1 }, 1), [], 'the rule was what was missing')
  })
}

test('a failure replays from its seed', async () => {
  const [first] = await failuresOf({ first: 1, count: seedsMax, stride: 1 }, 1, withoutDrain)
  const seed = Number(/seed (\d+)/.exec(first ?? '')?.[1])
  assert.deepEqual(await failuresOf({ first: seed, count: 1, stride: 1 }, 1, withoutDrain), [first])
})
