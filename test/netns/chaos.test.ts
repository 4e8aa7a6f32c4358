// The short form of the chaos soak (test/soak): random wounds to two nodes for half a minute. SOAK_SEED replays a seed; the
// long form is `npm run soak`.

import assert from 'node:assert/strict'
import test from 'node:test'
import { skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'
import { soak } from '../soak/soak.ts'

const DURATION_MS = 30_000
/** Draws every kind of wound, and deaths on both nodes, within the time. */
const SEED = Number(process.env.SOAK_SEED ?? 12)
const LIMIT_MS = 120_000

const notOurs = subject === 'keepalived' ? 'the wounds are made for keepalived-ts' : false

test('chaos: never two masters for long, one in the end, nothing leaks', {
  skip: skip || notOurs,
  timeout: LIMIT_MS,
}, async t => {
  const failures = await soak({ seed: SEED, durationMs: DURATION_MS, say: line => t.diagnostic(line) })
  assert.deepEqual(failures, [])
})
