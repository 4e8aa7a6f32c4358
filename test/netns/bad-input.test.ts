// What an operator can get wrong at the start: each mistake ends with keepalived's exit status and a message that names the
// place, the cause and the cure. The real program in a namespace with one interface.

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { attempt, type Finished } from '../lab/command.ts'
import { Lab } from '../lab/lab.ts'
import { subjectMain } from '../lab/paths.ts'
import { skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const notOurs = subject === 'keepalived' ? 'keepalived speaks otherwise' : false
let lab: Lab
let folder: string

before(async () => {
  if (skip || notOurs) return
  lab = await Lab.create({})
  folder = mkdtempSync(join(tmpdir(), 'klbad-'))
})

after(async () => {
  await lab?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

interface Mistake {
  readonly name: string
  readonly config: string
  readonly exit: number
  /** Each must be in what is printed. */
  readonly says: readonly RegExp[]
}

const iface = () => lab.router('a').interface

const instance = (fields: string, name = 'VI_1') => `vrrp_instance ${name} {\n${fields}\n}\n`
const vip = 'virtual_ipaddress {\n 10.77.0.100/24\n}'

const mistakes = (): Mistake[] => [
  {
    name: 'virtual_router_id 0',
    config: instance(`interface ${iface()}\nvirtual_router_id 0\n${vip}`),
    exit: 2,
    says: [/keepalived\.conf:3:19/, /virtual_router_id/, /from 1 to 255/],
  },
  {
    name: 'virtual_router_id 256',
    config: instance(`interface ${iface()}\nvirtual_router_id 256\n${vip}`),
    exit: 2,
    says: [/keepalived\.conf:3:19/, /from 1 to 255/],
  },
  {
    name: 'an unknown interface',
    config: instance(`interface nosuch0\nvirtual_router_id 5\n${vip}`),
    exit: 2,
    says: [/keepalived\.conf:2:11/, /'nosuch0' does not exist/, new RegExp(`this host has .*${iface()}`)],
  },
  {
    name: 'two instances with one virtual_router_id',
    config:
      instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`) +
      instance(`interface ${iface()}\nvirtual_router_id 5\n${vip.replace('.100', '.101')}`, 'VI_2'),
    exit: 2,
    says: [/VI_1 and VI_2 both use virtual_router_id 5/, /VI_1 is here/],
  },
  {
    name: 'an include that must exist and does not',
    config: `includem /nonexistent/more.conf\n${instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`)}`,
    exit: 6,
    says: [/keepalived\.conf:1:10/, /more\.conf/],
  },
  {
    name: 'an include that must be readable and is a directory',
    config: `includer ${folder}\n${instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`)}`,
    exit: 6,
    says: [/keepalived\.conf:1:10/, /directory/],
  },
]

test('mistakes that keep the daemon from starting', { skip: skip || notOurs, timeout: 60_000 }, async t => {
  for (const mistake of mistakes()) {
    await t.test(mistake.name, async () => {
      const { code, stdout, stderr } = await run(mistake.config)
      assert.equal(code, mistake.exit, stdout + stderr)
      for (const pattern of mistake.says) assert.match(stdout + stderr, pattern)
    })
  }
})

test('a missing file ends with 6 before anything is started', { skip: skip || notOurs }, async () => {
  const { code, stderr } = await start(['-f', join(folder, 'nothing.conf')])
  assert.equal(code, 6)
  assert.match(stderr, /nothing\.conf: there is no such file/)
})

test('a VIP without mask, an unclosed block: reported, and the daemon runs', { skip: skip || notOurs }, async () => {
  const config = `vrrp_instance VI_1 {\ninterface ${iface()}\nvirtual_router_id 5\nvirtual_ipaddress {\n 10.77.0.100\n}\n`
  const { code, stdout, stderr } = await run(config, ['timeout', '--preserve-status', '2'])
  assert.equal(code, 0, 'stopped in good order')
  assert.match(stdout + stderr, /10\.77\.0\.100 has no prefix length; \/32 is taken/)
  assert.match(stdout + stderr, /brace opened at line 1 is never closed/)
})

for (const [name, wrapper] of [
  ['without CAP_NET_RAW', ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw']],
  ['as another user', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']],
] as const) {
  test(`${name}: the missing capabilities are named, exit 4`, { skip: skip || notOurs }, async () => {
    const { code, stdout, stderr } = await run(instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`), wrapper)
    assert.equal(code, 4, stdout + stderr)
    assert.match(stdout + stderr, /lacks .*CAP_NET_RAW/)
  })
}

test('a second start on the same pid file says so and ends with 0', { skip: skip || notOurs }, async () => {
  const config = instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`)
  const first = run(config, ['timeout', '--preserve-status', '4'])
  await new Promise(resolve => setTimeout(resolve, 1_500))
  const { code, stdout, stderr } = await run(config)
  assert.equal(code, 0)
  assert.match(stdout + stderr, /running already/)
  await first
})

test('a control socket that another daemon has is an error that names it', { skip: skip || notOurs }, async () => {
  const config = instance(`interface ${iface()}\nvirtual_router_id 5\n${vip}`)
  // The pid file is gone as after a careless clean-up, but the daemon still listens.
  const first = run(config, ['timeout', '--preserve-status', '5'])
  await new Promise(resolve => setTimeout(resolve, 1_500))
  rmSync(join(folder, 'parent.pid'), { force: true })
  const { code, stdout, stderr } = await run(config)
  assert.notEqual(code, null)
  assert.match(stdout + stderr, /running already|\.sock/)
  await first
})

function run(config: string, wrapper: readonly string[] = []): Promise<Finished> {
  chmodSync(folder, 0o755)
  const file = join(folder, 'keepalived.conf')
  writeFileSync(file, config)
  return start(['-f', file], wrapper)
}

function start(words: readonly string[], wrapper: readonly string[] = []): Promise<Finished> {
  const pids = ['-p', join(folder, 'parent.pid'), '-r', join(folder, 'vrrp.pid'), '-c', join(folder, 'checkers.pid')]
  const program = [process.execPath, subjectMain, '-n', '-l', ...words, ...pids]
  return attempt('timeout', ['20', 'ip', 'netns', 'exec', lab.router('a').namespace, ...wrapper, ...program])
}
