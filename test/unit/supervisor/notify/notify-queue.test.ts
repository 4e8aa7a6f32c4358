import assert from 'node:assert/strict'
import test from 'node:test'
import { NotifyQueue } from '../../../../src/supervisor/notify/notify-queue.ts'
import type { RunningScript } from '../../../../src/supervisor/scripts/script-process.ts'
import { silentLog } from '../../../fixtures/vrrp-instance.ts'

const command = { argv: ['x'], shell: false, text: 'x', place: { file: 'test', line: 1 } }
const done: RunningScript = { end: Promise.resolve({ ok: true }), gone: Promise.resolve(), terminate: async () => {} }

test('defect 13: a notification that found the runner full is run as soon as somebody else has left', async () => {
  let listener = () => {}
  let started = 0
  const runner = {
    full: true,
    onRoom: (told: () => void) => {
      listener = told
    },
    start: () => {
      started++
      return done
    },
  }
  const queue = new NotifyQueue({ log: silentLog, runner })
  queue.push({ line: 'INSTANCE A', state: 'MASTER', isEvent: false, runs: [{ command, extraArgs: [] }] })
  assert.equal(started, 0)
  runner.full = false
  listener()
  assert.equal(started, 1)
  await queue.drain(1_000)
})
