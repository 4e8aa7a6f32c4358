import assert from 'node:assert/strict'
import test from 'node:test'
import { trackedStatus } from '../../../../src/supervisor/tracking/tracked-status.ts'

test('what is tracked is shown with what it says, and nothing if nothing is tracked', () => {
  assert.deepEqual(trackedStatus([], []), {})
  const file = { name: 'load', path: '/run/load', weight: 1, reverse: false, overwrite: false }
  const process = {
    name: 'named',
    command: 'named',
    fullCommand: false,
    parameters: [],
    parameterMatch: 'any' as const,
    weight: 0,
    reverse: false,
    quorum: 1,
    forkDelayUs: 0,
    terminateDelayUs: 0,
  }
  assert.deepEqual(trackedStatus([{ file, value: 7 }], [{ process, state: { count: 2, up: true, changeAt: null } }]), {
    tracked: [
      { kind: 'file', name: 'load', value: 7 },
      { kind: 'process', name: 'named', count: 2, up: true },
    ],
  })
})
