// The even half of the random simulations; the other half is a test of its own, so that two cores share them.
// SIM_SEEDS says how many there are in all, SIM_FIRST_SEED where they begin.

import assert from 'node:assert/strict'
import test from 'node:test'
import { failuresOf, firstSeed, seedsWanted } from './seeds.ts'

const count = Math.ceil((seedsWanted - 1) / 2)

test(`${count} random scenarios break no promise`, async () => {
  const failures = await failuresOf({ first: firstSeed + 1, count, stride: 2 }, 5)
  assert.deepEqual(failures, [])
})
