// What systemd hears: a datagram socket (systemd's own receiver here is a small C library call by FFI, because Node.js has none)
// takes the messages of the real watchdog over its whole life. And the unit file is one that systemd accepts.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import koffi from 'koffi'
import type { Log } from '../../src/lib/log.ts'
import { SystemdNotifier, takeSystemdOptions } from '../../src/supervisor/watchdog/systemd-notify.ts'

const runner = fileURLToPath(new URL('./fixtures/watchdog-runner.js', import.meta.url))
const why = spawnSync('systemd-notify', ['--version']).status === 0 ? false : 'needs systemd-notify'
if (why !== false && process.env.CI) throw new Error(`in CI nothing may be skipped: ${why}`)

const AF_UNIX = 1
const SOCK_DGRAM = 2
const MSG_DONTWAIT = 0x40

/** A datagram socket at a path; `messages()` takes what has come so far. */
function receiver(path: string) {
  const libc = koffi.load('libc.so.6')
  const socket = libc.func('int socket(int domain, int type, int protocol)')
  const bind = libc.func('int bind(int fd, const uint8_t *address, uint32_t length)')
  const recv = libc.func('long recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)')
  const close = libc.func('int close(int fd)')
  const fd: number = socket(AF_UNIX, SOCK_DGRAM, 0)
  const name = Buffer.alloc(110)
  name.writeUInt16LE(AF_UNIX, 0)
  name.write(path, 2)
  assert.equal(bind(fd, name, 2 + path.length + 1), 0)
  return {
    /** Without the barrier of systemd-notify, whose descriptor is closed by not being taken. */
    messages(): readonly string[] {
      const found: string[] = []
      const buffer = Buffer.alloc(4096)
      for (;;) {
        const length: number = Number(recv(fd, buffer, buffer.length, MSG_DONTWAIT))
        if (length < 0) return found
        const text = buffer.toString('utf8', 0, length).trim()
        if (text !== 'BARRIER=1') found.push(text)
      }
    },
    close: () => close(fd),
  }
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'keepalived-ts-sd-'))
}

async function until(happened: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!happened() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 20))
}

test('systemd hears READY, reloads, signs of life, a restart, and the end', { skip: why }, async t => {
  const place = folder()
  const socket = receiver(join(place, 'notify'))
  const journal = join(place, 'journal')
  const child = spawn(process.execPath, [runner], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NOTIFY_SOCKET: join(place, 'notify'),
      WATCHDOG_USEC: '400000',
      DUMMY_PLAN: 'normal',
      DUMMY_JOURNAL: journal,
    },
  })
  t.after(() => {
    child.kill('SIGKILL')
    socket.close()
    rmSync(place, { recursive: true })
  })
  const heard: string[] = []
  const hears = async (pattern: RegExp) => {
    const from = heard.length
    await until(() => {
      heard.push(...socket.messages())
      return heard.slice(from).some(message => pattern.test(message))
    })
    assert.ok(
      heard.slice(from).some(message => pattern.test(message)),
      `${pattern} in ${JSON.stringify(heard)}`,
    )
  }
  await hears(/^READY=1\nMAINPID=\d+\nSTATUS=VI_1 MASTER$/)
  assert.match(heard.at(-1) ?? '', /READY=1|WATCHDOG|STATUS/)
  await hears(/^WATCHDOG=1$/)
  child.kill('SIGHUP')
  await hears(/^RELOADING=1\nMONOTONIC_USEC=\d+$/)
  await hears(/^READY=1/)
  const monotonic = Number(/MONOTONIC_USEC=(\d+)/.exec(heard.join('\n'))![1])
  assert.ok(Math.abs(monotonic - Number(process.hrtime.bigint() / 1000n)) < 10_000_000)
  const [line] = readFileSync(journal, 'utf8').split('\n')
  assert.match(line!, /NOTIFY_SOCKET=$/, 'neither the daemon nor its scripts can speak to systemd')
  process.kill(Number(line!.split(' ')[1]), 'SIGKILL')
  await hears(/^STATUS=Restarting the daemon process/)
  await hears(/^READY=1/)
  child.kill('SIGTERM')
  await hears(/^STOPPING=1$/)
  await once(child, 'exit')
})

test('a permanent failure names an errno', { skip: why }, async t => {
  const place = folder()
  const socket = receiver(join(place, 'notify'))
  const child = spawn(process.execPath, [runner], {
    stdio: ['ignore', 'inherit', 'ignore'],
    env: { ...process.env, NOTIFY_SOCKET: join(place, 'notify'), DUMMY_PLAN: 'exit4', DUMMY_JOURNAL: join(place, 'j') },
  })
  t.after(() => {
    child.kill('SIGKILL')
    socket.close()
    rmSync(place, { recursive: true })
  })
  // As systemd does, at once: systemd-notify waits for its barrier, and after 5 s tells its own error.
  const heard: string[] = []
  await until(() => {
    heard.push(...socket.messages())
    return child.exitCode !== null
  })
  assert.equal(child.exitCode, 4)
  assert.deepEqual(heard, ['ERRNO=1\nSTATUS=Gave up (exit status 4)'])
})

test('a socket that nobody reads from is reported once, and holds nothing up', { skip: why }, async () => {
  const warnings: string[] = []
  const none = () => undefined
  const log: Log = { error: none, info: none, debug: none, warn: event => void warnings.push(event) }
  const notifier = new SystemdNotifier('/nowhere/notify', log)
  for (let i = 0; i < 100; i++) notifier.status(`line ${i}`)
  notifier.stopping()
  await notifier.settled()
  assert.deepEqual(warnings, ['systemd-notify-failed'])
})

test('a status over several lines cannot smuggle in an assignment', { skip: why }, async t => {
  const place = folder()
  const socket = receiver(join(place, 'notify'))
  t.after(() => {
    socket.close()
    rmSync(place, { recursive: true })
  })
  const none = () => undefined
  const notifier = new SystemdNotifier(join(place, 'notify'), { error: none, info: none, debug: none, warn: none })
  notifier.status('fine\nMAINPID=1')
  await notifier.settled()
  assert.deepEqual(socket.messages(), ['STATUS=fine MAINPID=1'])
})

test('what systemd has put into the environment is taken out of it', () => {
  const environment = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7', PATH: '/bin' }
  assert.deepEqual(takeSystemdOptions(environment, 7), { socket: '/run/n', beatEveryMs: 15_000 })
  assert.deepEqual(environment, { PATH: '/bin' })
  assert.deepEqual(takeSystemdOptions({ WATCHDOG_USEC: '1000', WATCHDOG_PID: '8' }, 7), {
    socket: undefined,
    beatEveryMs: undefined,
  })
  assert.equal(takeSystemdOptions({ WATCHDOG_USEC: 'soon' }, 7).beatEveryMs, undefined)
})

const noAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'needs systemd-analyze'

test('systemd finds nothing wrong with the unit', { skip: noAnalyze }, t => {
  const place = folder()
  t.after(() => rmSync(place, { recursive: true }))
  const unit = readFileSync('config/systemd/keepalived-ts.service', 'utf8')
  assert.match(unit, /^NotifyAccess=all$/m)
  const path = join(place, 'keepalived-ts.service')
  // The program is not installed where the test runs.
  writeFileSync(path, unit.replaceAll('/usr/bin/keepalived-ts', process.execPath))
  const { stderr, status } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(status, 0)
})
