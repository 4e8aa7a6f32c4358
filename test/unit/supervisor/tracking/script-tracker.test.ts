import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpScript } from '../../../../src/config/blocks/tracking/model.ts'
import type { RunningScript } from '../../../../src/supervisor/scripts/script-process.ts'
import { ScriptTracker } from '../../../../src/supervisor/tracking/script-tracker.ts'
import { silentLog } from '../../../fixtures/vrrp-instance.ts'

const place = { file: 'test', line: 1 }
const script: VrrpScript = {
  name: 'chk',
  command: { argv: ['x'], shell: false, text: 'x', place },
  intervalUs: 1_000_000,
  timeoutUs: 1_000_000,
  weight: 0,
  reverse: false,
  rise: 1,
  fall: 3,
  initFail: false,
  place,
}

test('defect 22: each further interval of a script that cannot be killed is a failure', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const statuses: string[] = []
  const runs: RunningScript[] = []
  const runner = {
    userOf: () => 'root',
    start: () => {
      const stuck = runs.length > 0
      const end = Promise.resolve(stuck ? ({ ok: false, reason: 'timeout' } as const) : ({ ok: true } as const))
      const gone = stuck ? new Promise<void>(() => {}) : Promise.resolve()
      const run: RunningScript = { end, gone, terminate: async () => {} }
      runs.push(run)
      return run
    },
  }
  const tracker = new ScriptTracker({ log: silentLog, runner, onStatus: (_, status) => statuses.push(status) })
  tracker.start([script])
  const interval = async () => {
    t.mock.timers.tick(1_000)
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  await interval()
  assert.deepEqual([runs.length, statuses], [1, ['up']])
  await interval()
  assert.deepEqual([runs.length, statuses], [2, ['up']], 'the first failure of three')
  await interval()
  assert.deepEqual(statuses, ['up'], 'the second')
  await interval()
  assert.deepEqual([runs.length, statuses], [2, ['up', 'down']])
  await tracker.stop()
})
