import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { runCheck } from '../../../../src/supervisor/cli/check-command.ts'

const node = (priority: number, vrid = 51) =>
  `vrrp_instance VI_1 {\n  interface no-such-link\n  virtual_router_id ${vrid}\n  priority ${priority}\n  virtual_ipaddress {\n    192.0.2.1/24\n  }\n}\n`

/** Writes the files, runs the command on `args`, and gives what it said with the directory cut out. */
async function run(context: TestContext, files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'check-command-'))
  context.after(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  const words = args.map(arg => (arg.startsWith('-') ? arg : join(directory, arg)))
  const said = { out: '', error: '' }
  const status = await runCheck(words, {
    out: text => {
      said.out += String(text).replaceAll(`${directory}/`, '')
    },
    error: text => {
      said.error += text.replaceAll(`${directory}/`, '')
    },
  })
  return { status, ...said }
}

test('nodes that fit together: the tables and status 0, whatever interfaces this host has', async context => {
  const { status, out, error } = await run(context, { 'a.conf': node(150), 'b.conf': node(100) }, 'a.conf', 'b.conf')
  assert.equal(status, 0)
  assert.equal(error, '')
  assert.match(out, /^Virtual router 51 \(VI_1\): 192\.0\.2\.1\n/)
  assert.match(out, /MASTER by priority: a, then b/)
})

test('nodes that do not fit: problems with their place, status 1', async context => {
  const { status, out } = await run(context, { 'a.conf': node(150), 'b.conf': node(100, 52) }, 'a.conf', 'b.conf')
  assert.equal(status, 1)
  assert.match(out, /^error\[KA3001\]: 192\.0\.2\.1 belongs to virtual routers 51 .*\n {2}--> a\.conf:3:3\n/)
})

test('a file that cannot be used: its errors on stderr, status 2', async context => {
  const { status, out, error } = await run(context, { 'a.conf': node(150) }, 'a.conf', 'gone.conf')
  assert.equal(status, 2)
  assert.equal(out, '')
  assert.match(error, /^keepalived-ts: the configuration of gone cannot be used:\n\nerror\[KA1001\]/)
})

test('one file for several nodes: FILE@ID', async context => {
  const shared = `$PRIO=100\n@one $PRIO=150\n${node(0).replace('priority 0', 'priority $PRIO')}`
  const { status, out } = await run(context, { 'shared.conf': shared }, 'shared.conf@one', 'shared.conf@two')
  assert.equal(status, 0)
  assert.match(out, /MASTER by priority: one, then two/)
})

test('--json gives one object', async context => {
  const { out } = await run(context, { 'a.conf': node(150), 'b.conf': node(150) }, '--json', 'a.conf', 'b.conf')
  const parsed: unknown = JSON.parse(out)
  assert.ok(typeof parsed === 'object' && parsed !== null && 'routers' in parsed && 'diagnostics' in parsed)
  assert.match(JSON.stringify(parsed.diagnostics), /KA3011/)
})

test('no file and unknown options are refused with status 2', async context => {
  assert.equal((await run(context, {})).status, 2)
  assert.match((await run(context, {}, '--wrong')).error, /--wrong/)
})
