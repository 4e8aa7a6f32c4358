// One life of a real worker thread.

import assert from 'node:assert/strict'
import test from 'node:test'
import { type FromAnyWorker, fromAnyWorkerShapes, type ToAnyWorker } from '../../src/ipc/messages/common.ts'
import { WorkerIncarnation } from '../../src/supervisor/actors/worker-incarnation.ts'
import { wordsSaid } from './fixtures/last-words.ts'

test('steps that a worker posted right before it died are not lost', async () => {
  const file = new URL('./fixtures/last-words.js', import.meta.url)
  const incarnation = new WorkerIncarnation<ToAnyWorker, FromAnyWorker>(
    { file, heapMaxMb: 64, board: null },
    fromAnyWorkerShapes,
  )
  const heard: number[] = []
  incarnation.onMessage = message => heard.push(message.t === 'pong' ? message.n : 0)
  await incarnation.ended
  assert.deepEqual(
    heard,
    Array.from({ length: wordsSaid }, (_, i) => i + 1),
  )
})
