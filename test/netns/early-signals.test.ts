// Signals while the program starts: SIGUSR1 opens Node's debugger until somebody listens to it, and through that every local user would
// be root. Sent to the watchdog and to the daemon at many moments after their start; nobody may listen on TCP, and nobody may die.

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
const netns = `kasig${process.pid}`
const folder = mkdtempSync(join(tmpdir(), 'ka-signals-'))
const started: ChildProcess[] = []

test.before(() => {
  execFileSync('ip', ['netns', 'add', netns])
  execFileSync('ip', ['-n', netns, 'link', 'add', 'kasig0', 'type', 'veth', 'peer', 'name', 'kasig1'])
  for (const [link, address] of [
    ['kasig0', '10.66.0.1/24'],
    ['kasig1', '10.66.0.2/24'],
  ] as const) {
    execFileSync('ip', ['-n', netns, 'address', 'add', address, 'dev', link])
    execFileSync('ip', ['-n', netns, 'link', 'set', link, 'up'])
  }
})

test.after(async () => {
  for (const child of started) child.kill('SIGTERM')
  await Promise.all(started.map(child => Promise.race([ended(child), sleep(8_000)])))
  for (const child of started) child.kill('SIGKILL')
  execFileSync('ip', ['netns', 'delete', netns])
  rmSync(folder, { recursive: true, force: true })
})

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => child.once('exit', () => resolve()))
}

/** Looks at which a process must be the same, 10 ms apart. */
const looksMin = 3

let vrid = 0
function start(): { readonly child: ChildProcess; readonly pidFile: string; readonly daemonPidFile: string } {
  const id = ++vrid
  const config = join(folder, `${id}.conf`)
  writeFileSync(
    config,
    `vrrp_instance V${id} {\n  interface kasig0\n  virtual_router_id ${id}\n  priority 100\n  virtual_ipaddress {\n    10.66.1.${id}/24\n  }\n}\n`,
  )
  const pidFile = join(folder, `${id}.pid`)
  const own = ['-r', '-c', '-b'].flatMap(option => [option, join(folder, `${id}${option}.pid`)])
  const args = ['netns', 'exec', netns, process.execPath, main, '-n', '-G', '-f', config, '-p', pidFile, ...own]
  // `ip netns exec` becomes the program: the process id stays.
  const child = spawn('ip', args, { stdio: 'ignore' })
  started.push(child)
  return { child, pidFile, daemonPidFile: own[1]! }
}

/** TCP sockets of a process that listen: inodes of its descriptors that its namespace lists in state 0A. */
function listening(pid: number): readonly string[] {
  const inodes = new Set<string>()
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      inodes.add(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '')
    } catch {}
  }
  return ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map(fields => fields[1]!),
  )
}

/** Until Node has installed its own handler, some milliseconds after the exec, SIGUSR1 ends the process as it ends any other. */
function catchesUser1(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0'
  return ((BigInt(`0x${caught}`) >> BigInt(constants.signals.SIGUSR1 - 1)) & 1n) === 1n
}

/** Written when the daemon is ready. */
function pidIn(file: string): number | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  return text === '' ? undefined : Number(text)
}

/** Daemon processes of a watchdog; other children of it are programs such as flock(1). */
function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  const pids = existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
  return pids.filter(
    child => existsSync(`/proc/${child}/exe`) && readlinkSync(`/proc/${child}/exe`) === process.execPath,
  )
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let i = 0; i < 1_500; i++) {
    const seen = look()
    if (seen !== undefined) return seen
    await sleep(10)
  }
  assert.fail(`waited in vain: ${what}`)
}

/** The daemon process that is there and stays: a fork that is about to become another program looks like one for a moment. */
function daemonOf(watchdog: number, before = 0): Promise<number> {
  let [seen, looks] = [0, 0]
  return until('a daemon', () => {
    const now = childrenOf(watchdog).find(pid => pid !== before) ?? 0
    looks = now !== 0 && now === seen ? looks + 1 : 0
    seen = now
    return looks >= looksMin ? seen : undefined
  })
}

async function assertClosedAndAlive(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    assert.ok(existsSync(`/proc/${pid}`), `process ${pid} died`)
    await until(`no listener of ${pid}`, () => (listening(pid).length === 0 ? true : undefined))
  }
  // A debugger that opens late is seen as well.
  await sleep(300)
  for (const pid of pids) assert.deepEqual(listening(pid), [])
}

test('SIGUSR1 to the watchdog at any moment after its exec opens no debugger and ends nothing', async () => {
  for (const delaysMs of [
    [0, 5, 10, 20, 30],
    [40, 60, 80, 100, 150],
    [200, 250, 300, 400],
  ]) {
    const runs = delaysMs.map(async delayMs => {
      const { child, daemonPidFile } = start()
      await until('Node', () => (catchesUser1(child.pid!) ? true : undefined))
      await sleep(delayMs)
      process.kill(child.pid!, 'SIGUSR1')
      return { child, daemonPidFile }
    })
    const begun = await Promise.all(runs)
    const daemons = await Promise.all(begun.map(({ daemonPidFile }) => until('a daemon', () => pidIn(daemonPidFile))))
    const children = begun.map(({ child }) => child)
    await assertClosedAndAlive([...children.map(({ pid }) => pid!), ...daemons])
    await stop(children)
  }
})

test('SIGUSR1 to the daemon at any moment after its fork, also to one that replaces a dead one', async () => {
  const { child } = start()
  const watchdog = child.pid!
  let daemon = 0
  for (let life = 0; life < 3; life++) {
    if (daemon > 0) process.kill(daemon, 'SIGKILL')
    daemon = await daemonOf(watchdog, daemon)
    await until('Node', () => (catchesUser1(daemon) ? true : undefined))
    for (let i = 0; i < 40; i++) {
      process.kill(daemon, 'SIGUSR1')
      await sleep(i < 20 ? 5 : 25)
    }
    await assertClosedAndAlive([watchdog, daemon])
  }
  await stop([child])
})

test('once the pid file is written every signal of keepalived is caught by the watchdog', async () => {
  const { child, pidFile } = start()
  await until('the pid file', () =>
    existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() !== '' ? true : undefined,
  )
  for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGPIPE', 36, 63] as const) {
    execFileSync('kill', ['-s', String(signal).replace('SIG', ''), String(child.pid)])
  }
  const daemon = await daemonOf(child.pid!)
  await sleep(1_000)
  await assertClosedAndAlive([child.pid!, daemon])
  await stop([child])
})

async function stop(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) child.kill('SIGTERM')
  for (const child of children) await ended(child)
}
