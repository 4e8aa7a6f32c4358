import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { runPlan } from '../../../../src/supervisor/cli/plan-command.ts'
import { configAnswer } from '../../../../src/supervisor/control/running-config.ts'
import { ControlSocket } from '../../../../src/supervisor/control/socket.ts'
import type { ControlRequest } from '../../../../src/supervisor/control/verbs.ts'
import { loadNodeFile } from '../../../../src/supervisor/loading/node-file.ts'
import { packConfig } from '../../../../src/supervisor/loading/packed-config.ts'
import { instancePaths } from '../../../../src/supervisor/process/instance-paths.ts'

const text = (priority: number, more = '') =>
  `global_defs {\n  dynamic_interfaces\n}\nvrrp_instance VI_1 {\n  interface no-such-link\n  virtual_router_id 51\n  priority ${priority}\n  virtual_ipaddress {\n    192.0.2.1/24\n  }\n${more}\n}\n`
const secret = (password: string) => `  authentication {\n    auth_type PASS\n    auth_pass ${password}\n  }`

function makeDirectory(context: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'plan-command-'))
  context.after(() => rmSync(directory, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  return directory
}

async function run(...args: readonly string[]) {
  const said = { out: '', error: '' }
  const status = await runPlan(args, {
    out: text => {
      said.out += text
    },
    error: text => {
      said.error += text
    },
  })
  return { status, ...said }
}

test('against a second file', async context => {
  const directory = makeDirectory(context, { 'old.conf': text(150), 'new.conf': text(90) })
  const { status, out, error } = await run('-f', join(directory, 'new.conf'), '--against', join(directory, 'old.conf'))
  assert.equal(status, 0)
  assert.equal(error, '')
  assert.match(out, /^~ vrrp_instance VI_1 changed\n {4}priority: 150 → 90\n/)
})

test('against the running daemon, with its roles and without its password', async context => {
  const directory = makeDirectory(context, {
    'old.conf': text(150, secret('sesame1')),
    'new.conf': text(150, secret('sesame2')),
  })
  const asked: ControlRequest[] = []
  const running = loadNodeFile({ path: join(directory, 'old.conf'), configId: 'x' }, []).config!
  const answer = configAnswer(packConfig(running), { VI_1: 'master' }, ['elsewhere0'], {
    path: join(directory, 'new.conf'),
    configId: 'x',
  })
  const pidFile = join(directory, 'ka.pid')
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const handler = (request: ControlRequest) => {
    asked.push(request)
    return { ok: true, value: answer } as const
  }
  const socket = new ControlSocket(instancePaths(pidFile), handler, log)
  await socket.start()
  context.after(() => socket.stop())
  const { status, out } = await run('-f', join(directory, 'new.conf'), '-p', pidFile)
  assert.equal(status, 0)
  assert.deepEqual(asked, [{ cmd: 'config' }])
  assert.match(out, /auth_pass changes \(not shown\)\n/)
  assert.match(out, /role kept: stays MASTER, sends an advert at once\n/)
  assert.equal((await run('-p', pidFile)).out, out, 'without -f it is the file that the daemon runs')
  assert.match((await run('-f', join(directory, 'old.conf'), '-p', pidFile)).out, /Nothing changes\.\n$/)
})

test('a daemon in another network namespace: what counts are the interfaces that it sees', async context => {
  const here = text(150).replace('  dynamic_interfaces\n', '')
  const directory = makeDirectory(context, {
    'old.conf': text(150),
    'new.conf': here.replace('no-such-link', 'elsewhere0'),
    'wrong.conf': here.replace('no-such-link', 'lo'),
  })
  const running = loadNodeFile({ path: join(directory, 'old.conf'), configId: 'x' }, []).config!
  const pidFile = join(directory, 'ka.pid')
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const value = configAnswer(packConfig(running), {}, ['elsewhere0'], { path: '/nowhere', configId: 'x' })
  const socket = new ControlSocket(instancePaths(pidFile), () => ({ ok: true, value }), log)
  await socket.start()
  context.after(() => socket.stop())
  const { status, out, error } = await run('-f', join(directory, 'new.conf'), '-p', pidFile)
  assert.deepEqual([status, error], [0, ''])
  assert.match(out, /interface: no-such-link → elsewhere0/)
  const refused = await run('-f', join(directory, 'wrong.conf'), '-p', pidFile)
  assert.equal(refused.status, 2)
  assert.match(refused.error, /interface 'lo' does not exist/)
})

test('a file that a reload would refuse: its errors, status 2', async context => {
  const directory = makeDirectory(context, { 'new.conf': text(150).replace('  dynamic_interfaces\n', '') })
  const { status, out, error } = await run('-f', join(directory, 'new.conf'))
  assert.equal(status, 2)
  assert.equal(out, '')
  assert.match(error, /a reload would be refused and change nothing\n\nerror\[KA1301\]/)
})

test('no daemon, or one that answers otherwise: status 1', async context => {
  const directory = makeDirectory(context, { 'new.conf': text(150) })
  const { status, error } = await run('-f', join(directory, 'new.conf'), '-p', join(directory, 'none.pid'))
  assert.equal(status, 1)
  assert.match(error, /no daemon listens on/)
  assert.equal((await run('--wrong')).status, 1)
})

test('--json', async context => {
  const directory = makeDirectory(context, { 'old.conf': text(150), 'new.conf': text(90) })
  const files = ['-f', join(directory, 'new.conf'), '--against', join(directory, 'old.conf')]
  const parsed: unknown = JSON.parse((await run('--json', ...files)).out)
  assert.ok(typeof parsed === 'object' && parsed !== null && 'parts' in parsed && 'unchanged' in parsed)
})
