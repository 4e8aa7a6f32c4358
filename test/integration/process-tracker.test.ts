// Counting processes of this host. As root in its first namespaces by events of the kernel, else by looking into /proc.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { VrrpTrackProcess } from '../../src/config/blocks/tracking/model.ts'
import { ProcessTracker } from '../../src/supervisor/tracking/process-tracker.ts'
import { trackProcess } from '../fixtures/track-process.ts'

const PATIENCE_MS = 8_000

interface Stage {
  readonly tracker: ProcessTracker
  readonly told: readonly string[]
  readonly logged: readonly string[]
  /** Starts a process of our own name with these arguments. */
  run(...parameters: readonly string[]): ChildProcess
  definition(fields?: Partial<VrrpTrackProcess>): VrrpTrackProcess
  says(text: string): Promise<void>
  counts(count: number): Promise<void>
}

function stage(t: TestContext): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'process-tracker-'))
  const name = `kl${process.pid}x${Math.floor(process.uptime() * 1_000) % 1_000}`
  const program = join(folder, name)
  copyFileSync('/bin/sleep', program)
  const children: ChildProcess[] = []
  const [told, logged]: [string[], string[]] = [[], []]
  const note = (event: string) => logged.push(event)
  const tracker = new ProcessTracker({
    log: { error: note, warn: note, info: note, debug: note },
    onQuorum: (of, met) => told.push(`${of} ${met ? 'up' : 'down'}`),
  })
  const ended = async (holds: () => boolean) => {
    const until = Date.now() + PATIENCE_MS
    while (!holds() && Date.now() < until) await wait(10)
    return holds()
  }
  t.after(() => {
    tracker.stop()
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    tracker,
    told,
    logged,
    run: (...parameters) => {
      const child = spawn(program, parameters, { stdio: 'ignore' })
      children.push(child)
      return child
    },
    definition: (fields = {}) => trackProcess({ command: fields.fullCommand ? program : name, ...fields }),
    says: async text => assert.ok(await ended(() => told.at(-1) === text), `${told.at(-1)} is not ${text}`),
    counts: async count => {
      const now = () => tracker.statuses()[0]?.state.count
      assert.ok(await ended(() => now() === count), `${now()} is not ${count}`)
    },
  }
}

test('a process that starts, and ends, is noticed', async t => {
  const { tracker, run, definition, told, says, counts } = stage(t)
  tracker.use([definition()])
  assert.deepEqual(told, ['p down'])
  const first = run('60')
  await says('p up')
  run('60')
  await counts(2)
  first.kill()
  await counts(1)
  assert.deepEqual(told, ['p down', 'p up'])
})

test('what runs already is found at the start', async t => {
  const { tracker, run, definition, told } = stage(t)
  await new Promise(resolve => run('60').once('spawn', resolve))
  await wait(50)
  tracker.use([definition()])
  assert.deepEqual(told, ['p up'])
})

test('parameters are told apart', async t => {
  const { tracker, run, definition, says, counts } = stage(t)
  tracker.use([definition({ fullCommand: true, parameters: ['61'], parameterMatch: 'exact' })])
  run('62')
  const right = run('61')
  await says('p up')
  await counts(1)
  right.kill()
  await says('p down')
})

test('a loss that is shorter than terminate_delay is none', async t => {
  const { tracker, run, definition, told, says, counts } = stage(t)
  tracker.use([definition({ terminateDelayUs: 3_000_000 })])
  const first = run('60')
  await says('p up')
  first.kill()
  await counts(0)
  const second = run('60')
  await counts(1)
  second.kill()
  await says('p down')
  assert.deepEqual(told, ['p down', 'p up', 'p down'])
})

test('a reload keeps what is known of definitions that stay', async t => {
  const { tracker, run, definition, told, says } = stage(t)
  const kept = definition()
  tracker.use([kept])
  run('60')
  await says('p up')
  tracker.use([kept, definition({ name: 'q', quorum: 2 })])
  assert.deepEqual(told, ['p down', 'p up', 'q down'])
  tracker.use([])
  tracker.use([kept])
  assert.equal(told.at(-1), 'p up')
})

test('while thousands of processes come and go the count stays right, if late', async t => {
  const { tracker, run, definition, says, counts } = stage(t)
  tracker.use([definition()])
  const storm = spawn('sh', ['-c', 'i=0; while [ $i -lt 1500 ]; do (:); i=$((i+1)); done'], { stdio: 'ignore' })
  const child = run('60')
  await says('p up')
  child.kill()
  await says('p down')
  await counts(0)
  if (storm.exitCode === null) await new Promise(resolve => storm.once('exit', resolve))
})
