// `explain` and `config coverage` as commands: what goes to which stream, and the status.

import assert from 'node:assert/strict'
import test from 'node:test'
import { coverage } from '../../../../src/config/blocks/coverage.ts'
import { commandLines, commands } from '../../../../src/supervisor/cli/commands.ts'
import { runConfig } from '../../../../src/supervisor/cli/coverage-command.ts'
import { runExplain } from '../../../../src/supervisor/cli/explain-command.ts'

async function run(command: typeof runExplain, ...args: readonly string[]) {
  let out = ''
  let error = ''
  const status = await command(args, {
    out: text => {
      out += text
    },
    error: text => {
      error += text
    },
  })
  return { status, out, error }
}

test('explain without a word lists the blocks', async () => {
  const { status, out } = await run(runExplain)
  assert.equal(status, 0)
  for (const block of [
    'global_defs',
    'vrrp_instance',
    'authentication',
    'virtual_server',
    'TCP_CHECK',
    'bfd_instance',
  ]) {
    assert.match(out, new RegExp(`^ +${block}\\b`, 'm'))
  }
})

test('explain takes a keyword, a path with slashes or blanks', async () => {
  const one = await run(runExplain, 'vrrp_instance/priority')
  assert.equal(one.status, 0)
  assert.match(one.out, /a number from 1 to 255/)
  assert.deepEqual(await run(runExplain, 'vrrp_instance', 'priority'), one)
  assert.equal(one.out.includes('\u001b'), false)
})

test('explain of an unknown keyword suggests the nearest one and ends with 1', async () => {
  const { status, out, error } = await run(runExplain, 'vrrp_instance/prority')
  assert.deepEqual([status, out], [1, ''])
  assert.match(error, /there is no keyword 'vrrp_instance\/prority'; did you mean 'vrrp_instance\/priority'\?/)
  assert.match((await run(runExplain, 'xyzzyxyzzy')).error, /explain lists the blocks/)
})

test('explain of a diagnostic code', async () => {
  assert.match((await run(runExplain, 'ka1201')).out, /^KA1201: Unknown keyword\n/)
  const unknown = await run(runExplain, 'KA1299')
  assert.equal(unknown.status, 1)
  assert.match(unknown.error, /there is no diagnostic KA1299/)
})

test('explain of the code of a lint rule shows its page or at least its title', async () => {
  const { status, out } = await run(runExplain, 'KA2001')
  assert.equal(status, 0)
  assert.match(out, /KA2001/)
})

test('explain has no options', async () => {
  const { status, error } = await run(runExplain, '--colour')
  assert.equal(status, 1)
  assert.match(error, /Usage: keepalived-ts explain/)
})

test('config coverage has a row for every keyword and ends with the sum', async () => {
  const { status, out } = await run(runConfig, 'coverage')
  assert.equal(status, 0)
  const lines = out.trimEnd().split('\n')
  const rows = coverage()
  assert.equal(lines.length, rows.length + 1)
  assert.match(lines.find(line => /^vrrp_instance +priority /.test(line)) ?? '', / in-effect$/)
  const sum = /^(\d+) keywords, (\d+) parsed, (\d+) in effect$/.exec(lines.at(-1)!)
  assert.ok(sum)
  assert.equal(Number(sum[1]), rows.length)
  assert.equal(Number(sum[2]), rows.length)
  assert.equal(Number(sum[3]), lines.filter(line => line.endsWith(' in-effect')).length)
})

test('config knows only coverage', async () => {
  assert.equal((await run(runConfig)).status, 1)
  assert.match((await run(runConfig, 'cover')).error, /Usage: keepalived-ts config coverage/)
})

test('the commands are in the help', () => {
  const names = commandLines().map(([synopsis]) => synopsis.split(' ')[0])
  for (const name of ['fmt', 'explain', 'config']) {
    assert.ok(Object.hasOwn(commands, name))
    assert.ok(names.includes(name))
  }
})
