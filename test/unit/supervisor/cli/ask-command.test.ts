// The subcommands of verbs: their synopsis, what reaches the daemon, and what a person sees.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { askCommands } from '../../../../src/supervisor/cli/ask-command.ts'
import { ControlSocket } from '../../../../src/supervisor/control/socket.ts'
import type { ControlRequest } from '../../../../src/supervisor/control/verbs.ts'
import { instancePaths } from '../../../../src/supervisor/process/instance-paths.ts'

const commands = askCommands()

async function run(name: string, ...args: readonly string[]) {
  const told = { out: '', error: '' }
  const status = await commands[name]!.run(args, {
    out: text => {
      told.out += text
    },
    error: text => {
      told.error += text
    },
  })
  return { status, ...told }
}

async function daemon(t: TestContext, value: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-ask-'))
  const pidFile = join(folder, 'ka.pid')
  const asked: ControlRequest[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const handler = (request: ControlRequest) => {
    asked.push(request)
    return { ok: true, value } as const
  }
  const socket = new ControlSocket(instancePaths(pidFile), handler, log)
  await socket.start()
  t.after(async () => {
    await socket.stop()
    rmSync(folder, { recursive: true })
  })
  return { pidFile, asked }
}

test('each verb with a line for the help is a subcommand, and its arguments are its synopsis', () => {
  assert.deepEqual(
    Object.values(commands).map(({ synopsis }) => synopsis),
    ['status [-p PIDFILE]', 'reload [-p PIDFILE]', 'signal NAME [-p PIDFILE]', 'fault WORKER KIND [-p PIDFILE]'],
  )
})

test('the words of the command line reach the daemon as a request, and its answer is printed', async t => {
  const { pidFile, asked } = await daemon(t, { state: 'MASTER' })
  assert.deepEqual(await run('status', '-p', pidFile), { status: 0, out: '{\n  "state": "MASTER"\n}\n', error: '' })
  await run('fault', 'vrrp', '-p', pidFile, 'hang')
  assert.deepEqual(asked, [{ cmd: 'status' }, { cmd: 'fault', worker: 'vrrp', kind: 'hang' }])
})

test('an order is answered by nothing', async t => {
  const { pidFile, asked } = await daemon(t, null)
  assert.deepEqual(await run('signal', 'JSON', '-p', pidFile), { status: 0, out: '', error: '' })
  assert.deepEqual(asked, [{ cmd: 'signal', name: 'JSON' }])
})

for (const [args, said] of [
  [['signal', 'STOP'], /the name must be one of RELOAD, DATA/],
  [['fault', 'vrrp'], /the kind must be one of throw/],
  [['status', 'VI_1'], /usage: keepalived-ts status \[-p PIDFILE\]/],
  [['status', '--json'], /--json/],
  [['status', '-p', '/nonexistent/ka.pid'], /no daemon listens/],
] as const) {
  test(`${args.join(' ')} is refused`, async () => {
    const { status, out, error } = await run(...(args as readonly [string, ...string[]]))
    assert.deepEqual([status, out], [1, ''])
    assert.match(error, said)
  })
}

test('reload takes the options of the daemon that it means, as a unit file has them', async t => {
  const { pidFile, asked } = await daemon(t, 'Reloaded')
  const line = ['reload', '-D', '-f', '/etc/k.conf', '-p', pidFile, '--vrrp']
  assert.deepEqual(await run(...(line as [string, ...string[]])), { status: 0, out: 'Reloaded\n', error: '' })
  assert.deepEqual(asked, [{ cmd: 'reload' }])
  assert.equal((await run('reload', '--bogus', '-p', pidFile)).status, 1)
})
