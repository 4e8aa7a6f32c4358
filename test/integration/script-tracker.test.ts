import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VrrpScript } from '../../src/config/blocks/tracking/model.ts'
import type { Config } from '../../src/config/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { ScriptAccounts } from '../../src/supervisor/scripts/script-accounts.ts'
import { ScriptRunner } from '../../src/supervisor/scripts/script-runner.ts'
import { ScriptTracker, trackedScripts } from '../../src/supervisor/tracking/script-tracker.ts'

const place = { file: 'test', line: 1 }

function script(text: string, changes: Partial<VrrpScript> = {}): VrrpScript {
  const command = { argv: [text], shell: true, text, place }
  const times = { intervalUs: 20_000, timeoutUs: 10_000_000 }
  return {
    name: 'chk',
    command,
    ...times,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    initFail: false,
    place,
    ...changes,
  }
}

function bench(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-track-'))
  const events: string[] = []
  const statuses: string[] = []
  const note = (event: string, fields: object = {}) => void events.push(`${event} ${Object.values(fields).join(' ')}`)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const accounts = new ScriptAccounts(log, { user: userInfo().username })
  const runner = new ScriptRunner({ log, accounts })
  const tracker = new ScriptTracker({ log, runner, onStatus: (name, status) => statuses.push(`${name} ${status}`) })
  t.after(async () => {
    await tracker.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return { dir, flag: join(dir, 'flag'), out: join(dir, 'out'), events, statuses, accounts, runner, tracker }
}

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [])

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 15_000
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come about within 15 s')
    await sleep(10)
  }
}

test('a script goes up and down with its result, and the log says why', async t => {
  const { flag, tracker, statuses, events } = bench(t)
  tracker.start([script(`test -e ${flag} || exit 3`)])
  await until(() => statuses.length === 1)
  writeFileSync(flag, '')
  await until(() => statuses.length === 2)
  rmSync(flag)
  await until(() => statuses.length === 3)
  assert.deepEqual(statuses, ['chk down', 'chk up', 'chk down'])
  assert.deepEqual(tracker.statuses(), { chk: 'down' })
  assert.deepEqual(events.slice(0, 2), ['script-down chk exited with status 3', 'script-up chk succeeded'])
})

test('fall needs that many failures in a row', async t => {
  const { out, tracker, statuses } = bench(t)
  tracker.start([script(`echo x >>${out}; test $(wc -l <${out}) -eq 1`, { fall: 3 })])
  await until(() => statuses.length === 2)
  assert.deepEqual(statuses, ['chk up', 'chk down'])
  assert.ok(linesOf(out).length >= 4)
})

test('a run is skipped while the previous one is under way', async t => {
  const { out, tracker } = bench(t)
  tracker.start([script(`echo x >>${out}; sleep 60`)])
  await until(() => (tracker.skippedRuns('chk') ?? 0) >= 5)
  assert.equal(linesOf(out).length, 1)
})

test('a timeout is a failure', async t => {
  const { tracker, statuses, events } = bench(t)
  tracker.start([script('sleep 60', { timeoutUs: 100_000 })])
  await until(() => statuses.length === 1)
  assert.deepEqual(statuses, ['chk down'])
  assert.equal(events[0], 'script-down chk timed out')
})

test('a changed way of failing is logged once, without a change of status', async t => {
  const { out, tracker, events } = bench(t)
  tracker.start([script(`echo x >>${out}; test $(wc -l <${out}) -gt 2 && exit 5; exit 4`)])
  await until(() => linesOf(out).length >= 8)
  assert.deepEqual(events, ['script-down chk exited with status 4', 'script-result chk exited with status 5'])
})

test('a reload keeps the state of a script whose command and user are the same, and takes its new numbers', async t => {
  const { flag, out, tracker, statuses, runner } = bench(t)
  writeFileSync(flag, '')
  const text = `echo x >>${out}; test -e ${flag}`
  tracker.start([script(text)])
  await until(() => statuses.length === 1)
  tracker.reload([script(text, { intervalUs: 3_600_000_000, fall: 2 }), script('true', { name: 'new' })])
  await until(() => statuses.includes('new up') && runner.running === 0)
  assert.equal(tracker.statuses().chk, 'up')
  const runs = linesOf(out).length
  await sleep(100)
  assert.ok(linesOf(out).length <= runs + 1, 'the new interval counts from the start of the last run')
  assert.deepEqual(statuses, ['chk up', 'new up'])
})

test('a reload starts a script with another command or user over', async t => {
  const { tracker, statuses, accounts, runner } = bench(t)
  const slow = { intervalUs: 3_600_000_000 }
  tracker.start([script('true', slow)])
  await until(() => statuses.length === 1)
  tracker.reload([script('sleep 60', slow)])
  assert.deepEqual(statuses, ['chk up', 'chk unknown'])
  await until(() => runner.running === 1)
  tracker.reload([])
  await until(() => runner.running === 0)
  assert.deepEqual(tracker.statuses(), {})
  assert.deepEqual(statuses, ['chk up', 'chk unknown'])

  tracker.reload([script('true', slow)])
  await until(() => statuses.length === 3)
  accounts.configure({ scriptUser: { user: 'nobody' }, enableScriptSecurity: false })
  tracker.reload([script('true', slow)])
  assert.equal(statuses[3], 'chk unknown')
})

test('init_fail starts as down', async t => {
  const { tracker, statuses } = bench(t)
  tracker.start([script('true', { initFail: true, rise: 2 })])
  assert.deepEqual(statuses, ['chk down'])
  await until(() => statuses.length === 2)
  assert.equal(statuses[1], 'chk up')
})

test('stop ends running scripts and tells nothing more', async t => {
  const { out, tracker, statuses, runner } = bench(t)
  tracker.start([script(`echo x >>${out}; sleep 60`)])
  await until(() => linesOf(out).length === 1)
  await tracker.stop()
  assert.equal(runner.running, 0)
  appendFileSync(out, '')
  await sleep(60)
  assert.equal(linesOf(out).length, 1)
  assert.deepEqual(statuses, [])
})

test('only scripts that an instance or a group tracks are run', () => {
  const scripts = ['a', 'b', 'c'].map(name => script('true', { name }))
  const track = (name: string) => ({ trackedScripts: [{ script: name, weight: 0, reverse: false }] })
  const config = { scripts, instances: [track('a')], syncGroups: [track('c')] } as unknown as Config
  assert.deepEqual(
    trackedScripts(config).map(tracked => tracked.name),
    ['a', 'c'],
  )
})
