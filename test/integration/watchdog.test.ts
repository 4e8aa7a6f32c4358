// The watchdog process with a dummy daemon that crashes, hangs, exits and obeys: real processes, signals and channels.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { flagForRealTimeSignals } from '../../src/supervisor/process/signals.ts'

const runner = fileURLToPath(new URL('./fixtures/watchdog-runner.js', import.meta.url))
const waitMsMax = 15_000

class Run {
  readonly child: ChildProcess
  readonly #journal: string
  stderr = ''

  constructor(t: TestContext, plan: string, args: readonly string[] = [], before: readonly string[] = []) {
    const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-dog-'))
    this.#journal = join(folder, 'journal')
    const flag = flagForRealTimeSignals()
    const words = [...before, process.execPath, ...(flag === undefined ? [] : [flag]), runner, ...args]
    this.child = spawn(words[0]!, words.slice(1), {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, DUMMY_PLAN: plan, DUMMY_JOURNAL: this.#journal },
    })
    this.child.stderr!.setEncoding('utf8').on('data', text => {
      this.stderr += text
    })
    t.after(() => {
      this.child.kill('SIGKILL')
      for (const pid of this.starts) killQuietly(pid)
      rmSync(folder, { recursive: true })
    })
  }

  get lines(): readonly string[] {
    return existsSync(this.#journal) ? readFileSync(this.#journal, 'utf8').trim().split('\n') : []
  }

  /** Process ids of the daemons so far. */
  get starts(): readonly number[] {
    return this.lines.filter(line => line.startsWith('start ')).map(line => Number(line.split(' ')[1]))
  }

  async until(what: string, happened: () => boolean): Promise<void> {
    const end = Date.now() + waitMsMax
    while (!happened()) {
      if (Date.now() > end) assert.fail(`${what} did not happen: ${this.lines.join('; ')}; ${this.stderr}`)
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  async started(count: number): Promise<number> {
    await this.until(`start ${count}`, () => this.starts.length >= count && isAlive(this.starts[count - 1]!))
    // The journal is written at the very beginning: give it time to attach to the channel.
    await new Promise(resolve => setTimeout(resolve, 200))
    return this.starts[count - 1]!
  }

  async ended(): Promise<{ status: number | null; signal: string | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit')
    return { status: this.child.exitCode, signal: this.child.signalCode }
  }

  kill(signal: NodeJS.Signals | number): void {
    process.kill(this.child.pid!, signal)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    assert.ok(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')
    return false
  }
}

function killQuietly(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

test('a daemon that is killed is started again, and the next one obeys a stop', async t => {
  const run = new Run(t, 'normal')
  process.kill(await run.started(1), 'SIGKILL')
  await run.started(2)
  run.kill('SIGTERM')
  assert.deepEqual(await run.ended(), { status: 0, signal: null })
  assert.equal(run.lines.at(-1), 'order stop')
  assert.match(run.stderr, /signal SIGKILL/)
})

test('every signal of keepalived reaches the daemon as an order, the real-time ones too', async t => {
  const run = new Run(t, 'normal')
  await run.started(1)
  for (const [signal, order] of [
    ['SIGHUP', 'reload'],
    ['SIGUSR1', 'dump-data'],
    ['SIGUSR2', 'dump-stats'],
    [36, 'dump-json'],
    [63, 'clear-stats'],
    ['SIGINT', 'stop'],
  ] as const) {
    sendSignal(run, signal)
    await run.until(order, () => run.lines.includes(`order ${order}`))
  }
  assert.deepEqual(await run.ended(), { status: 0, signal: null })
  assert.equal(run.starts.length, 1)
})

/** Node.js sends only signals that it has names for. */
function sendSignal(run: Run, signal: NodeJS.Signals | 36 | 63): void {
  if (typeof signal === 'string') run.kill(signal)
  else assert.equal(spawnSync('kill', [`-${signal}`, String(run.child.pid)]).status, 0)
}

test('with --ignore-sigint a SIGINT does nothing', async t => {
  const run = new Run(t, 'normal', ['--ignore-sigint'])
  await run.started(1)
  run.kill('SIGINT')
  run.kill('SIGUSR1')
  await run.until('dump-data', () => run.lines.includes('order dump-data'))
  assert.ok(!run.lines.includes('order stop'))
})

for (const status of [1, 2, 4, 6]) {
  test(`exit status ${status} is passed on at once`, async t => {
    const run = new Run(t, `exit${status}`)
    assert.deepEqual(await run.ended(), { status, signal: null })
    assert.equal(run.starts.length, 1)
  })
}

test('a daemon that crashes each time is tried four times, then systemd is given its chance by status 70', async t => {
  const run = new Run(t, 'exit134')
  assert.deepEqual(await run.ended(), { status: 70, signal: null })
  assert.equal(run.starts.length, 4)
})

test('with -R the first death is the end', async t => {
  const run = new Run(t, 'ready-exit9', ['-R'])
  assert.deepEqual(await run.ended(), { status: 9, signal: null })
  assert.equal(run.starts.length, 1)
})

test('a daemon that says nothing is killed and started again', async t => {
  const run = new Run(t, 'silent normal')
  const silent = await run.started(1)
  await run.started(2)
  assert.equal(isAlive(silent), false)
  assert.match(run.stderr, /Killing the daemon process: silent/)
})

test('a daemon that does not stop is killed', async t => {
  const run = new Run(t, 'stubborn', ['-V'])
  const stubborn = await run.started(1)
  run.kill('SIGTERM')
  assert.equal((await run.ended()).status, 70)
  assert.equal(isAlive(stubborn), false)
})

test('a daemon that leaves on somebody else’s request takes the watchdog with it', async t => {
  const run = new Run(t, 'leave')
  assert.deepEqual(await run.ended(), { status: 0, signal: null })
  assert.equal(run.starts.length, 1)
})

test('when the watchdog is killed the daemon notices and steps down', async t => {
  const run = new Run(t, 'normal')
  const daemon = await run.started(1)
  run.kill('SIGKILL')
  await run.until('the end of the daemon', () => !isAlive(daemon))
  assert.equal(run.lines.at(-1), 'lost')
})

test('the end of a terminal session (SIGINT to the group) reaches the daemon as one order only', async t => {
  const run = new Run(t, 'normal')
  const daemon = await run.started(1)
  const session = readFileSync(`/proc/${daemon}/stat`, 'utf8').split(') ')[1]!.split(' ')[3]
  assert.equal(session, String(daemon), 'it has a session of its own')
})

const namespace = `kdog${process.pid}`
const hasNamespaces = process.getuid?.() === 0 && spawnSync('ip', ['netns', 'add', namespace]).status === 0
if (!hasNamespaces && process.env.CI) throw new Error('in CI nothing may be skipped: needs root and network namespaces')
test.after(() => void spawnSync('ip', ['netns', 'del', namespace]))

test('giving up takes down the addresses that the daemon held', {
  skip: !hasNamespaces && 'needs namespaces',
}, async t => {
  const inside = ['ip', 'netns', 'exec', namespace]
  const ip = (...args: string[]) => spawnSync('ip', ['-n', namespace, ...args], { encoding: 'utf8' })
  const has = () => ip('address', 'show', 'dev', 'lo').stdout.includes('192.0.2.10')
  assert.equal(ip('address', 'add', '192.0.2.10/32', 'dev', 'lo').status, 0)
  const kept = new Run(t, 'ready-exit6', ['-V'], inside)
  assert.equal((await kept.ended()).status, 6)
  assert.equal(has(), true, '-V leaves them')
  const run = new Run(t, 'ready-exit70', [], inside)
  assert.equal((await run.ended()).status, 70)
  assert.equal(has(), false, run.stderr)
  assert.match(run.stderr, /Removed 1 addresses/)
  const again = new Run(t, 'ready-exit6', [], inside)
  assert.equal((await again.ended()).status, 6)
  assert.match(again.stderr, /Removed 1 addresses/, 'an address that is gone already is no failure')
})
