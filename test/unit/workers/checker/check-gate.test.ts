import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { CheckGate } from '../../../../src/workers/checker/check-gate.ts'

test('checks wait in the order in which they came, and no more than the bound run at a time', async () => {
  const gate = new CheckGate(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  for (const n of [1, 2, 3, 4, 5]) {
    gate.enter(() => {
      begun.push(n)
      return new Promise(resolve => ends.push(resolve))
    })
  }
  const seen = [[...begun]]
  for (let ended = 0; ended < 3; ended++) {
    ends.shift()!()
    await turn()
    seen.push([...begun])
  }
  assert.deepEqual(seen, [
    [1, 2],
    [1, 2, 3],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
  ])
})
