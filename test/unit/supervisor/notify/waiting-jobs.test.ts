import assert from 'node:assert/strict'
import test from 'node:test'
import { type NotifyJob, newestOf, withJob } from '../../../../src/supervisor/notify/waiting-jobs.ts'

const job = (state: string): NotifyJob => ({ line: 'INSTANCE A', state, isEvent: state.startsWith('RX'), runs: [] })
const names = (waiting: readonly NotifyJob[]) => waiting.map(({ state }) => state)

/** What waits when these come one after the other, and what went. */
function after(states: readonly string[], max: number) {
  let waiting: readonly NotifyJob[] = []
  const dropped: string[] = []
  for (const state of states) {
    const step = withJob(waiting, job(state), max)
    waiting = step.waiting
    if (step.dropped !== undefined) dropped.push(step.dropped.state)
  }
  return { waiting: names(waiting), dropped }
}

test('defect 12: a storm of one event is one, and costs no state its place', () => {
  const storm = Array.from({ length: 20 }, () => 'RX')
  assert.deepEqual(after(['MASTER', ...storm], 16), { waiting: ['MASTER', 'RX'], dropped: [] })
})

test('defect 12: in a full list the oldest event goes, and only of states alone the oldest state', () => {
  assert.deepEqual(after(['MASTER', 'RX1', 'RX2', 'BACKUP'], 3), {
    waiting: ['MASTER', 'RX2', 'BACKUP'],
    dropped: ['RX1'],
  })
  assert.deepEqual(after(['MASTER', 'BACKUP', 'RX1'], 2), { waiting: ['MASTER', 'BACKUP'], dropped: ['RX1'] })
  assert.deepEqual(after(['MASTER', 'BACKUP', 'FAULT'], 2), { waiting: ['BACKUP', 'FAULT'], dropped: ['MASTER'] })
})

test('at the shutdown the newest state is told, not an event after it', () => {
  assert.equal(newestOf(['BACKUP', 'STOP', 'RX'].map(job))?.state, 'STOP')
  assert.equal(newestOf(['RX'].map(job))?.state, 'RX')
  assert.equal(newestOf([]), undefined)
})
