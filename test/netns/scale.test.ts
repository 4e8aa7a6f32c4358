// The short form of `npm run bench:checks`: two thousand TCP checks on a short loop are all made, on time, and leave no descriptor.

import assert from 'node:assert/strict'
import test from 'node:test'
import { CheckLoad } from '../bench/check-load.ts'
import { measureChecks } from '../bench/check-measure.ts'
import { whyNot } from '../lab/environment.ts'

const plan = { checks: 2_000, loopSeconds: 2 }
const minutes = 0.3
/** Far beyond what a busy machine does, far below what a checker does that cannot keep up. */
const lateMsMax = 1_000
/** A leak would be thousands. */
const moreDescriptorsMax = 200

test('2,000 TCP checks: all are made again and again, on time, without a descriptor left behind', {
  skip: whyNot(),
  timeout: 120_000,
}, async () => {
  const load = new CheckLoad(plan)
  try {
    await load.prepare()
    // Rejects unless each server was checked twice.
    const rows = await measureChecks(load, 'keepalived-ts', minutes, () => {})
    const [first, last] = [rows[0]!, rows.at(-1)!]
    for (const { checksPerSecond, lateness } of rows) {
      assert.ok(checksPerSecond > (plan.checks / plan.loopSeconds) * 0.7, `${checksPerSecond} checks a second`)
      assert.ok(lateness.p99Ms < lateMsMax, `one of a hundred ${lateness.p99Ms} ms late`)
    }
    const { descriptors } = last
    assert.ok(
      descriptors < first.descriptors + moreDescriptorsMax,
      `descriptors: ${first.descriptors} -> ${descriptors}`,
    )
  } finally {
    load.remove()
  }
})
