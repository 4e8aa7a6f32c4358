// Real processes. Files that scripts write are the witnesses; waits are for events, never for exact times.

import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScriptCommand } from '../../src/config/blocks/script/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { ScriptAccounts } from '../../src/supervisor/scripts/script-accounts.ts'
import { describeEnd } from '../../src/supervisor/scripts/script-process.ts'
import { type RunnerOptions, ScriptRunner } from '../../src/supervisor/scripts/script-runner.ts'
import type { AccountFiles, UserGroup } from '../../src/supervisor/scripts/user.ts'

const place = { file: 'test', line: 1 }
const words = (...argv: string[]): ScriptCommand => ({ argv, shell: false, text: argv.join(' '), place })
const shell = (text: string): ScriptCommand => ({ argv: [text], shell: true, text, place })
const isRoot = process.geteuid?.() === 0

interface Options extends Partial<RunnerOptions> {
  scriptUser?: UserGroup
  accountFiles?: () => AccountFiles
}

function bench(t: TestContext, { scriptUser, accountFiles, ...options }: Options = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-script-'))
  chmodSync(dir, 0o777)
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const accounts = new ScriptAccounts(log, scriptUser, accountFiles)
  const runner = new ScriptRunner({ log, accounts, ...options })
  t.after(async () => {
    await runner.stop(0)
    rmSync(dir, { recursive: true, force: true })
  })
  const out = join(dir, 'out')
  return { dir, events, log, accounts, runner, out, read: () => readFileSync(out, 'utf8') }
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 15_000
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come about within 15 s')
    await sleep(10)
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A zombie that its new parent has not reaped yet is dead for our purposes.
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

test('exit 0 is success, every other status and a signal is named', async t => {
  const { runner } = bench(t)
  const table: [ScriptCommand, string][] = [
    [words('true'), 'succeeded'],
    [words('false'), 'exited with status 1'],
    [shell('exit 7'), 'exited with status 7'],
    [shell('kill -9 $$'), 'killed by SIGKILL'],
  ]
  for (const [command, expected] of table) assert.equal(describeEnd(await runner.start(command).end), expected)
})

test('a program that cannot be started is an end with a reason', async t => {
  const { runner, dir } = bench(t)
  writeFileSync(join(dir, 'data'), 'text', { mode: 0o644 })
  const reasonOf = async (command: ScriptCommand) => {
    const end = await runner.start(command).end
    return end.ok ? 'ok' : end.reason
  }
  assert.equal(await reasonOf(words(join(dir, 'missing'))), 'not-found')
  assert.equal(await reasonOf(words(join(dir, 'data'))), 'not-executable')
  assert.equal(await reasonOf({ ...words('true'), user: 'no-such-user' }), 'unknown-user')
  assert.equal(await reasonOf(words('tr\0ue')), 'spawn-failed')
  assert.equal(runner.running, 0)
})

test('shell syntax works: &&, pipes, &>, [[ ]], and the arguments of a notify', async t => {
  const { runner, out, read } = bench(t)
  assert.deepEqual(await runner.start(shell(`true && echo a | tr a b >${out}`)).end, { ok: true })
  assert.equal(read(), 'b\n')
  assert.deepEqual(await runner.start(shell('ls /nonexistent &> /dev/null || exit 3')).end, {
    ok: false,
    reason: 'exit-status',
    exitStatus: 3,
  })
  if (existsSync('/bin/bash')) assert.deepEqual(await runner.start(shell(`[[ -f ${out} ]]`)).end, { ok: true })
  const extraArgs = ['INSTANCE', 'name with space', 'MASTER', '100']
  assert.deepEqual(await runner.start(shell(`true && printf '<%s>' >${out}`), { extraArgs }).end, { ok: true })
  assert.equal(read(), '<INSTANCE><name with space><MASTER><100>')
})

test('</path succeeds if the file can be opened', async t => {
  const { runner, out } = bench(t)
  assert.equal((await runner.start(words(`<${out}`)).end).ok, false)
  writeFileSync(out, '')
  assert.deepEqual(await runner.start(words(`<${out}`)).end, { ok: true })
})

test('scripts inherit the environment but for what subverts them, and lead a process group of their own', async t => {
  const environment = {
    PATH: process.env.PATH,
    KEPT: 'yes',
    IFS: 'x',
    LD_PRELOAD: '',
    LD_LIBRARY_PATH: '/x',
    NOTIFY_SOCKET: '/s',
  }
  const { runner, out, read } = bench(t, { environment })
  await runner.start(shell(`env >${out}; ps -o pgid= -p $$ >>${out}; echo $$ >>${out}`)).end
  const lines = read().trim().split('\n')
  assert.ok(lines.includes('KEPT=yes'))
  assert.deepEqual(
    lines.filter(line => /^(IFS|LD_|NOTIFY)/.test(line)),
    [],
  )
  assert.equal(lines.at(-1)?.trim(), lines.at(-2)?.trim())
})

test('a script runs as its user and group', { skip: isRoot ? false : 'needs root' }, async t => {
  const { runner, out, read, events } = bench(t, { scriptUser: { user: 'nobody' } })
  await runner.start(shell(`id -u >${out}; id -G >>${out}`)).end
  assert.equal(read(), '65534\n65534\n')
  rmSync(out)
  await runner.start({ ...shell(`id -u >${out}; id -G >>${out}`), user: 'daemon', group: 'adm' }).end
  assert.match(read(), /^1\n4\n$/)
  assert.deepEqual(events, [])
})

test('running as the daemon itself because nothing else is configured is warned of once', async t => {
  const accountFiles = () => ({ passwd: 'root:x:0:0::/:/bin/sh\n', group: '' })
  const { runner, log, accounts, events } = bench(t, { accountFiles })
  await runner.start(words('true')).end
  accounts.configure({ enableScriptSecurity: false })
  await new ScriptRunner({ log, accounts }).start(words('true')).end
  assert.deepEqual(events, ['script-user-default'])
})

test('a timeout ends the whole process group, grandchildren included, even if they ignore SIGTERM', async t => {
  const { runner, out, read } = bench(t)
  const stubborn = `sh -c 'trap "" TERM; echo $$ >>${out}; while :; do sleep 0.1; done' & echo $$ >>${out}; wait`
  const running = runner.start(shell(`echo x >${out}; ${stubborn}`), { timeoutMs: 500 })
  await until(() => existsSync(out) && read().split('\n').length >= 4)
  assert.deepEqual(await running.end, { ok: false, reason: 'timeout' })
  await running.gone
  const pids = read().trim().split('\n').slice(1).map(Number)
  assert.equal(pids.length, 2)
  await until(() => pids.every(pid => !alive(pid)))
})

test('a leader that ignores SIGTERM is killed', async t => {
  const { runner } = bench(t)
  const running = runner.start(shell('trap "" TERM; while :; do sleep 0.1; done'), { timeoutMs: 200 })
  assert.deepEqual(await running.end, { ok: false, reason: 'timeout' })
  assert.equal(runner.running, 1)
  await running.gone
  assert.equal(runner.running, 0)
})

test('asking again and again for the end of a script does not put off its SIGKILL', async t => {
  const { runner, out, read } = bench(t)
  const running = runner.start(shell(`trap "" TERM; echo up >${out}; while :; do sleep 0.1; done`))
  await until(() => existsSync(out) && read() === 'up\n')
  let gone = false
  void running.terminate(300).then(() => {
    gone = true
  })
  await until(() => {
    void running.terminate(300)
    return gone
  })
})

test('accounts that cannot be read are an end with a reason', async t => {
  const accountFiles = () => {
    throw new Error('EMFILE')
  }
  const end = await bench(t, { accountFiles }).runner.start(words('true')).end
  assert.match(describeEnd(end), /could not be started: .*EMFILE/)
})

test('what a script leaves running in the background on purpose stays', async t => {
  const { runner, out, read } = bench(t)
  await runner.start(shell(`sleep 60 & echo $! >${out}`)).gone
  const pid = Number(read())
  assert.ok(alive(pid))
  process.kill(pid, 'SIGKILL')
})

test('stop ends everything that runs', async t => {
  const { runner, out, read } = bench(t)
  const polite = runner.start(
    shell(`trap "echo bye >${out}; exit 0" TERM; echo up >${out}; while :; do sleep 0.05; done`),
  )
  const deaf = runner.start(shell('trap "" TERM; while :; do sleep 0.1; done'))
  await until(() => existsSync(out) && read() === 'up\n')
  await runner.stop(300)
  assert.equal(read(), 'bye\n')
  assert.deepEqual(await polite.end, { ok: false, reason: 'terminated' })
  assert.deepEqual(await deaf.end, { ok: false, reason: 'terminated' })
  assert.equal(runner.running, 0)
})

test('more children than the bound are refused', async t => {
  const { runner } = bench(t, { runningMax: 1 })
  runner.start(words('sleep', '60'))
  assert.equal(runner.full, true)
  const end = await runner.start(words('true')).end
  assert.equal(end.ok ? '' : end.reason, 'too-many')
})

test('under enable_script_security a script is looked at again right before each start', async t => {
  const { dir, accounts, runner, events } = bench(t)
  const script = join(dir, 'check.sh')
  const link = join(dir, 'link.sh')
  writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  symlinkSync(script, link)
  for (const path of [dir, script]) chownSync(path, 0, 0)
  chmodSync(dir, 0o755)
  accounts.configure({ enableScriptSecurity: true })
  assert.equal(describeEnd(await runner.start(words(script)).end), 'succeeded')
  assert.equal(describeEnd(await runner.start(words(link)).end), 'succeeded')
  lchownSync(link, 65_534, 65_534)
  assert.match(
    describeEnd(await runner.start(words(link)).end),
    /link\.sh \(owner nobody, mode \d+\) may be changed by its owner/,
  )
  chmodSync(script, 0o757)
  assert.match(describeEnd(await runner.start(words(script)).end), /may be changed by everybody/)
  assert.match(describeEnd(await runner.start(shell(`/bin/true && ${script}`)).end), /may be changed by everybody/)
  rmSync(script)
  assert.match(describeEnd(await runner.start(words(script)).end), /does not exist, so anybody might make it/)
  assert.equal(events.filter(event => event === 'script-not-safe').length, 4)
})
