import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScriptCommand } from '../../src/config/blocks/script/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { type NotifyLimits, NotifyQueue } from '../../src/supervisor/notify/notify-queue.ts'
import type { NotifyJob } from '../../src/supervisor/notify/waiting-jobs.ts'
import { ScriptAccounts } from '../../src/supervisor/scripts/script-accounts.ts'
import { ScriptRunner } from '../../src/supervisor/scripts/script-runner.ts'

function bench(t: TestContext, limits: NotifyLimits = {}, runningMax = 64) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-notify-'))
  const out = join(dir, 'out')
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const runner = new ScriptRunner({ log, accounts: new ScriptAccounts(log), runningMax })
  const queue = new NotifyQueue({ log, runner }, limits)
  t.after(async () => {
    await runner.stop(0)
    rmSync(dir, { recursive: true, force: true })
  })
  const read = () => (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n') : [])
  return { out, events, runner, queue, read }
}

const command = (text: string): ScriptCommand => ({ argv: [text], shell: true, text, place: { file: 'test', line: 1 } })
const job = (line: string, state: string, ...texts: string[]): NotifyJob => ({
  line,
  state,
  isEvent: false,
  runs: texts.map(text => ({ command: command(text), extraArgs: [] })),
})

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 15_000
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come about within 15 s')
    await sleep(10)
  }
}

test('scripts of one name keep their order and never overlap', async t => {
  const { out, queue, read } = bench(t)
  const states = Array.from({ length: 8 }, (_, i) => String(i))
  // The first are the slowest, so that starting all at once would turn the order round.
  for (const [i, state] of states.entries()) {
    queue.push(job('INSTANCE A', state, `echo begin ${state} >>${out}; sleep 0.0${8 - i}; echo end ${state} >>${out}`))
  }
  await until(() => read().length === 16)
  assert.deepEqual(
    read(),
    states.flatMap(state => [`begin ${state}`, `end ${state}`]),
  )
})

test('the state script is over before the generic script starts', async t => {
  const { out, queue, read } = bench(t)
  queue.push(job('INSTANCE A', 'MASTER', `sleep 0.1; echo state >>${out}`, `echo generic >>${out}`))
  await until(() => read().length === 2)
  assert.deepEqual(read(), ['state', 'generic'])
})

test('names do not wait for each other', async t => {
  const { out, queue, read } = bench(t)
  queue.push(job('INSTANCE A', 'MASTER', 'sleep 60'))
  queue.push(job('INSTANCE B', 'MASTER', `echo b >>${out}`))
  await until(() => read().length === 1)
})

test('a hanging script is ended once a later one waits and it has had its time', async t => {
  const { out, queue, read, events } = bench(t, { overdueMs: 300 })
  queue.push(job('INSTANCE A', 'BACKUP', `echo hang >>${out}; sleep 60; echo never >>${out}`))
  queue.push(job('INSTANCE A', 'MASTER', `echo master >>${out}`))
  await until(() => read().length === 2)
  assert.deepEqual(read(), ['hang', 'master'])
  assert.ok(events.includes('notify-script-failed'))
})

test('a script that has run long is ended as soon as another one comes', async t => {
  const { out, queue, read } = bench(t, { overdueMs: 50 })
  queue.push(job('INSTANCE A', 'BACKUP', `echo hang >>${out}; sleep 60`))
  await until(() => read().length === 1)
  await sleep(200)
  queue.push(job('INSTANCE A', 'MASTER', `echo master >>${out}`))
  await until(() => read().length === 2)
})

test('a flood drops the oldest that have not begun, counted and logged', async t => {
  const { out, queue, read, events } = bench(t, { waitingMax: 3 })
  for (let i = 0; i < 10; i++) queue.push(job('INSTANCE A', `${i}`, `sleep 0.05; echo ${i} >>${out}`))
  assert.equal(queue.dropped, 6)
  assert.equal(events.filter(event => event === 'notify-dropped').length, 6)
  await until(() => read().length === 4)
  assert.deepEqual(read(), ['0', '7', '8', '9'])
})

test('with no room for more children the next script waits instead of being lost', async t => {
  const { out, queue, read } = bench(t, {}, 1)
  for (const name of ['A', 'B', 'C']) queue.push(job(`INSTANCE ${name}`, 'MASTER', `sleep 0.05; echo ${name} >>${out}`))
  await until(() => read().length === 3)
  assert.deepEqual(read().sort(), ['A', 'B', 'C'])
})

test('drain waits for STOP scripts', async t => {
  const { out, queue, read, runner } = bench(t)
  for (const name of ['A', 'B']) queue.push(job(`INSTANCE ${name}`, 'STOP', `sleep 0.1; echo ${name} >>${out}`))
  await queue.drain(10_000)
  assert.deepEqual(read().sort(), ['A', 'B'])
  assert.equal(runner.running, 0)
})

test('drain clears the way for the STOP script when an earlier one hangs', async t => {
  const { out, queue, read } = bench(t)
  queue.push(job('INSTANCE A', 'MASTER', `echo hang >>${out}; sleep 60`, `echo never >>${out}`))
  queue.push(job('INSTANCE A', 'BACKUP', `echo superseded >>${out}`))
  queue.push(job('INSTANCE A', 'STOP', `echo stop >>${out}`))
  await until(() => read().length === 1)
  await queue.drain(10_000)
  assert.deepEqual(read(), ['hang', 'stop'])
})

test('drain kills what does not end in time', async t => {
  const { out, queue, read, runner, events } = bench(t)
  queue.push(job('INSTANCE A', 'STOP', `trap "" TERM; echo on >>${out}; while :; do sleep 0.1; done`))
  await until(() => read().length === 1)
  await queue.drain(200)
  await until(() => runner.running === 0)
  assert.ok(events.includes('notify-killed'))
  queue.push(job('INSTANCE A', 'LATE', `echo late >>${out}`))
  assert.equal(runner.running, 0)
})
