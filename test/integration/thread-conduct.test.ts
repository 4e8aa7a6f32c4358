// What the kernel says of real worker threads that are to have a name, a nice value, CPUs and real-time priority.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GlobalDefs, ThreadConduct } from '../../src/config/blocks/global/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { missingCapabilities } from '../../src/native/capability.ts'
import { RealtimeLimit } from '../../src/supervisor/actors/realtime.ts'
import { CheckerActor } from '../../src/supervisor/lvs/checker-actor.ts'
import { notStarted } from '../../src/supervisor/scripts/script-process.ts'
import { lvsConfig, realServer, tcpChecker, virtualServer } from '../unit/workers/checker/fixture.ts'

const missing = missingCapabilities(['SYS_NICE'])
const skip = missing.length > 0 ? `needs ${missing.join(', ')}` : false
const SCHED_OTHER = '0'
const SCHED_RR = '2'

function stage(conduct: ThreadConduct) {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const checker = new CheckerActor(
    { log, startScript: () => notStarted({ ok: true }), verdict: () => {}, gaveUp: () => {} },
    { addresses: [] },
  )
  checker.setConduct(conduct)
  // One check an hour: there is a thread only where there is something to check.
  const rare = tcpChecker('rare', { delayLoopUs: 3_600_000_000, warmupUs: 3_600_000_000 })
  checker.start(lvsConfig([virtualServer('10.0.0.1', [realServer('10.0.0.11', [rare])])]))
  return { checker, events, log }
}

async function threadOf(checker: CheckerActor, other?: number): Promise<number> {
  const end = Date.now() + 10_000
  while (checker.worker.thread === undefined || checker.worker.thread === other) {
    assert.ok(Date.now() < end, 'there is no thread')
    await sleep(10)
  }
  return checker.worker.thread
}

/** Name, nice value, CPUs, real-time priority and policy. */
function lookAt(thread: number): readonly (string | undefined)[] {
  const status = readFileSync(`/proc/self/task/${thread}/status`, 'latin1')
  const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
  return [
    /Name:\t(.*)/.exec(status)?.[1],
    fields[16],
    /Cpus_allowed_list:\t(.*)/.exec(status)?.[1],
    fields[37],
    fields[38],
  ]
}

test('a worker thread is as the configuration wants it, its successor too, and a reload takes it back', {
  skip,
}, async () => {
  const wanted = { name: 'keepalived_lvs', nice: -4, rtPriority: 3, cpus: [0], noSwap: false }
  const { checker } = stage(wanted)
  try {
    const first = await threadOf(checker)
    assert.deepEqual(lookAt(first), ['keepalived_lvs', '-4', '0', '3', SCHED_RR])
    checker.worker.fault('exit')
    const second = await threadOf(checker, first)
    assert.deepEqual(lookAt(second), ['keepalived_lvs', '-4', '0', '3', SCHED_RR])
    checker.setConduct({ cpus: [], noSwap: false })
    const [name, nice, , priority, policy] = lookAt(second)
    assert.deepEqual([name, nice, priority, policy], ['node', '0', '0', SCHED_OTHER])
  } finally {
    await checker.stop()
  }
})

test('a thread that uses up its real-time limit goes on without real-time priority', { skip }, async () => {
  const { checker, events, log } = stage({ rtPriority: 3, rtTimeUs: 50_000, cpus: [], noSwap: false })
  const limit = new RealtimeLimit(() => [{ worker: 'checker', thread: checker.worker.thread }], log)
  try {
    const thread = await threadOf(checker)
    const plain = { cpus: [], noSwap: false }
    limit.configure({
      threads: { vrrp: plain, bfd: plain, checker: { ...plain, rtTimeUs: 50_000 } },
    } as unknown as GlobalDefs)
    checker.worker.fault('hang')
    const end = Date.now() + 4_000
    while (!events.includes('thread-demoted')) {
      assert.ok(Date.now() < end, 'nobody noticed')
      await sleep(10)
    }
    assert.deepEqual(lookAt(thread).slice(3), ['0', SCHED_OTHER])
  } finally {
    limit.stop()
    await checker.stop()
  }
})
