// The unit of config/systemd under a real systemd: readiness, status, reload, both watchdogs, giving up, and the hardening. Runs as a
// service beside it, see scripts/uml.sh.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { before } from 'node:test'

const UNIT = 'keepalived-ts.service'
const ADDRESS = '10.99.0.100'
const main = join(import.meta.dirname, '../../../src/main.js')
const WITHIN_MS = 120_000
/** Each question is a process in a kernel with one processor. */
const ASK_EVERY_MS = 300
/** Short, so that a stopped watchdog is seen soon. */
const WATCHDOG_SECONDS = 10

/** The program as it lies in this checkout, and no file in /etc. Everything else is the unit's own. */
const dropIn = `[Service]
ExecStart=
ExecStart=${process.execPath} ${main} --dont-fork $KEEPALIVED_OPTIONS
ExecReload=
ExecReload=${process.execPath} ${main} reload $KEEPALIVED_OPTIONS
Environment="KEEPALIVED_OPTIONS=-f /run/keepalived.conf -p /run/keepalived.pid"
WatchdogSec=${WATCHDOG_SECONDS}
`

before(() => {
  run('ip', 'link', 'add', 'ka0', 'type', 'veth', 'peer', 'name', 'ka1')
  for (const [name, own] of [
    ['ka0', '10.99.0.1/24'],
    ['ka1', '10.99.0.2/24'],
  ] as const) {
    run('ip', 'address', 'add', own, 'dev', name)
    run('ip', 'link', 'set', name, 'up')
  }
  mkdirSync(`/run/units/${UNIT}.d`)
  writeFileSync(`/run/units/${UNIT}.d/here.conf`, dropIn)
  writeFileSync('/run/keepalived.conf', config(100))
  run('systemctl', 'daemon-reload')
})

function config(priority: number): string {
  return `global_defs {
  vrrp_no_swap
}
vrrp_instance VI_1 {
  interface ka0
  version 3
  virtual_router_id 51
  priority ${priority}
  advert_int 0.2
  virtual_ipaddress {
    ${ADDRESS}/24
  }
}
`
}

test('it is active when it says so, and its status names the states', async () => {
  run('systemctl', 'start', UNIT)
  assert.deepEqual([shown('ActiveState'), shown('SubState')], ['active', 'running'])
  await until(
    () => shown('StatusText').includes('VI_1 MASTER'),
    () => `status ${shown('StatusText')}`,
  )
  await until(holdsAddress, () => 'no address')
})

test('the hardening is in force and VRRP works with it', async () => {
  const daemon = daemonPid()
  const status = readFileSync(`/proc/${daemon}/status`, 'utf8')
  assert.match(status, /^Seccomp:\s+2$/m)
  const bounding = BigInt(`0x${/^CapBnd:\s+(\w+)$/m.exec(status)?.[1]}`)
  const [sysTime, netAdmin, netRaw] = [25n, 12n, 13n].map(bit => (bounding >> bit) & 1n)
  assert.deepEqual([sysTime, netAdmin, netRaw], [0n, 1n, 1n])
  assert.equal(readFileSync(`/proc/${daemon}/oom_score_adj`, 'utf8').trim(), '-900')
  assert.equal(shown('MemorySwapMax'), '0')
  assert.match(await capture(), /vrid 51, prio 100/)
})

test('a reload is shown while it lasts, and the new configuration holds', async () => {
  writeFileSync('/run/keepalived.conf', config(120))
  // The command of the unit answers only when the reload is done, so it must not be waited for.
  run('systemctl', 'reload', '--no-block', UNIT)
  const seen = new Set<string>()
  const end = Date.now() + WITHIN_MS
  while (!(seen.has('reloading') && seen.has('active'))) {
    assert.ok(Date.now() < end, `only ${[...seen]}`)
    seen.add(shown('ActiveState'))
  }
  assert.match(await capture(), /vrid 51, prio 120/)
})

test('a daemon that does nothing any more is replaced by the watchdog, and systemd sees no failure', async () => {
  const [watchdog, daemon] = [shown('MainPID'), daemonPid()]
  process.kill(daemon, 'SIGSTOP')
  await until(
    () => daemonPid() !== daemon && holdsAddress(),
    () => 'no other daemon',
  )
  assert.deepEqual([shown('ActiveState'), shown('NRestarts'), shown('MainPID')], ['active', '0', watchdog])
})

test('a watchdog that does nothing any more is replaced by systemd, and its daemon resigns', async () => {
  const [watchdog, daemon] = [shown('MainPID'), daemonPid()]
  process.kill(Number(watchdog), 'SIGSTOP')
  await until(
    () => shown('NRestarts') === '1',
    () => shown('ActiveState'),
  )
  await until(
    () => shown('StatusText').includes('MASTER') && holdsAddress(),
    () => shown('StatusText'),
  )
  assert.notEqual(shown('MainPID'), watchdog)
  assert.notEqual(daemonPid(), daemon)
})

test('systemd starts anew what the watchdog has given up', async () => {
  const watchdog = shown('MainPID')
  for (let death = 0; death < 4; death++) {
    await until(
      () => daemonPid() > 0,
      () => 'no daemon',
    )
    process.kill(daemonPid(), 'SIGKILL')
    await until(
      () => shown('MainPID') !== watchdog || !shown('StatusText').includes('MASTER'),
      () => 'not noticed',
    )
  }
  await until(
    () => shown('NRestarts') === '2',
    () => `${shown('ActiveState')} ${shown('NRestarts')}`,
  )
  await until(
    () => shown('StatusText').includes('MASTER') && holdsAddress(),
    () => shown('StatusText'),
  )
})

test('a stop ends it in good order', () => {
  run('systemctl', 'stop', UNIT)
  assert.deepEqual([shown('ActiveState'), shown('Result'), shown('ExecMainStatus')], ['inactive', 'success', '0'])
  assert.equal(holdsAddress(), false)
})

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', timeout: WITHIN_MS })
}

function shown(property: string): string {
  return run('systemctl', 'show', '--value', '--property', property, UNIT).trim()
}

function daemonPid(): number {
  return daemonOf(Number(shown('MainPID')))
}

/** The child of the watchdog process; 0 if there is none. */
function daemonOf(watchdog: number): number {
  try {
    const pids = readFileSync(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8').trim().split(' ')
    return Number(pids.find(isDaemon) ?? 0)
  } catch {
    return 0
  }
}

/** It names itself so while it starts, and after. */
function isDaemon(pid: string): boolean {
  return /main\.js|keepalived-ts_d/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
}

function holdsAddress(): boolean {
  return run('ip', 'address', 'show', 'dev', 'ka0').includes(ADDRESS)
}

/** What tcpdump says of the next advert on the other end of the wire. */
function capture(): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('tcpdump', ['-i', 'ka1', '-n', '-v', '-l', '-c', '1', 'ip proto 112'], { timeout: WITHIN_MS })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (some: string) => {
      text += some
    })
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}

async function until(condition: () => boolean, otherwise: () => string): Promise<void> {
  const end = Date.now() + WITHIN_MS
  while (!condition()) {
    assert.ok(Date.now() < end, otherwise())
    await new Promise(resolve => setTimeout(resolve, ASK_EVERY_MS))
  }
}
