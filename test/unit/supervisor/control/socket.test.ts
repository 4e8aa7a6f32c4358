// The control socket: proper requests, rubbish, requests without end, too many clients, and sockets that are in the way.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { Log } from '../../../../src/lib/log.ts'
import { askDaemon } from '../../../../src/supervisor/control/client.ts'
import { readRequest, requestBytesMax } from '../../../../src/supervisor/control/message.ts'
import { type ControlHandler, ControlSocket } from '../../../../src/supervisor/control/socket.ts'
import type { ControlRequest } from '../../../../src/supervisor/control/verbs.ts'
import { instancePaths } from '../../../../src/supervisor/process/instance-paths.ts'

const silent: Log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }

function pathsOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-ctl-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return instancePaths('/run/keepalived.pid', join(folder, 'run'))
}

async function serve(t: TestContext, handler: ControlHandler) {
  const paths = pathsOf(t)
  const socket = new ControlSocket(paths, handler, silent)
  await socket.start()
  t.after(() => socket.stop())
  return paths
}

/** Sends bytes as they are; resolves with all that comes back. */
async function sendRaw(path: string, bytes: string | Buffer): Promise<string> {
  const client = connect(path)
  client.on('error', () => undefined)
  client.end(bytes)
  let text = ''
  client.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  await once(client, 'close')
  return text
}

test('a request reaches the handler and its answer comes back', async t => {
  const seen: ControlRequest[] = []
  const paths = await serve(t, request => {
    seen.push(request)
    return { ok: true, value: { state: 'MASTER', text: 'x'.repeat(200_000) } }
  })
  const fault = { cmd: 'fault', worker: 'vrrp', kind: 'hang' } as const
  assert.deepEqual(await askDaemon(paths.socket, fault), {
    ok: true,
    value: { state: 'MASTER', text: 'x'.repeat(200_000) },
  })
  await askDaemon(paths.socket, { cmd: 'signal', name: 'JSON' })
  assert.deepEqual(seen, [fault, { cmd: 'signal', name: 'JSON' }])
})

test('a refusal and a handler that fails are answers, too', async t => {
  const paths = await serve(t, request => {
    if (request.cmd === 'status') throw new Error('not now')
    return Promise.resolve({ ok: false, error: 'refused' })
  })
  assert.deepEqual(await askDaemon(paths.socket, { cmd: 'status' }), { ok: false, error: 'not now' })
  const fault = { cmd: 'fault', worker: 'ipvs', kind: 'oom' } as const
  assert.deepEqual(await askDaemon(paths.socket, fault), { ok: false, error: 'refused' })
})

test('only root can reach it', async t => {
  const paths = await serve(t, () => ({ ok: true, value: null }))
  assert.equal(statSync(paths.directory).mode & 0o777, 0o700)
  assert.equal(statSync(paths.socket).mode & 0o777, 0o600)
})

for (const [what, bytes] of [
  ['rubbish', 'rubbish\n'],
  ['nothing', ''],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0, 10])],
  ['an array', '[1]\n'],
  ['a command that does not exist', '{"cmd":"shutdown"}\n'],
  ['a stop, which is for signals', '{"cmd":"signal","name":"STOP"}\n'],
  ['a worker that does not exist', '{"cmd":"fault","worker":"nobody","kind":"hang"}\n'],
  ['a fault that does not exist', '{"cmd":"fault","worker":"vrrp","kind":"__proto__"}\n'],
] as const) {
  test(`${what} never reaches the handler`, async t => {
    const paths = await serve(t, () => assert.fail('reached'))
    const answer = JSON.parse(await sendRaw(paths.socket, bytes))
    assert.equal(answer.ok, false)
    assert.equal(typeof answer.error, 'string')
    assert.equal(JSON.parse(await sendRaw(paths.socket, 'again\n')).ok, false, 'still listening')
  })
}

test('a request without end is cut off at its bound', async t => {
  const paths = await serve(t, () => assert.fail('reached'))
  const answer = await sendRaw(paths.socket, 'x'.repeat(3 * requestBytesMax))
  assert.match(answer, /at most 65536 bytes/)
})

test('only so many clients at a time, and room again when they leave', async t => {
  const paths = await serve(t, () => ({ ok: true, value: 1 }))
  const idle = Array.from({ length: 8 }, () => connect(paths.socket))
  await Promise.all(idle.map(client => once(client, 'connect')))
  await assert.rejects(askDaemon(paths.socket, { cmd: 'status' }), { code: 'KA_CONTROL' })
  for (const client of idle) client.destroy()
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.deepEqual(await askDaemon(paths.socket, { cmd: 'status' }), { ok: true, value: 1 })
})

test('a second daemon is told that the socket is in use, and the first goes on', async t => {
  const paths = await serve(t, () => ({ ok: true, value: 'first' }))
  await assert.rejects(new ControlSocket(paths, () => ({ ok: true, value: 'second' }), silent).start(), {
    code: 'KA_CONTROL',
    message: /in use/,
  })
  assert.deepEqual(await askDaemon(paths.socket, { cmd: 'status' }), { ok: true, value: 'first' })
})

test('a socket that a dead daemon has left is replaced', async t => {
  const paths = await serve(t, () => ({ ok: true, value: 1 }))
  const left = join(paths.directory, 'left.sock')
  // A listener whose file is moved away leaves it behind when it closes, as a killed process does.
  const server = createServer().listen(left)
  await once(server, 'listening')
  const stale = instancePaths('/run/stale.pid', paths.directory)
  renameSync(left, stale.socket)
  server.close()
  const socket = new ControlSocket(stale, () => ({ ok: true, value: 'new' }), silent)
  await socket.start()
  t.after(() => socket.stop())
  assert.deepEqual(await askDaemon(stale.socket, { cmd: 'status' }), { ok: true, value: 'new' })
})

test('a file that is no socket is left alone', async t => {
  const paths = await serve(t, () => ({ ok: true, value: 1 }))
  const other = instancePaths('/run/other.pid', paths.directory)
  writeFileSync(other.socket, 'precious')
  await assert.rejects(new ControlSocket(other, () => assert.fail(), silent).start(), { message: /not a socket/ })
})

test('without a daemon the client says so', async t => {
  await assert.rejects(askDaemon(pathsOf(t).socket, { cmd: 'status' }), { message: /no daemon listens/ })
})

test('a daemon that gives a wrong answer is not believed', async t => {
  const paths = await serve(t, () => ({ ok: true, value: 1 }))
  const path = join(paths.directory, 'wrong.sock')
  const server = createServer(client => client.end('{"ok":"yes"}\n')).listen(path)
  t.after(() => server.close())
  await once(server, 'listening')
  await assert.rejects(askDaemon(path, { cmd: 'status' }), { code: 'KA_CONTROL', message: /not understood/ })
})

test('every request that the client can make is understood', () => {
  const requests: readonly ControlRequest[] = [
    { cmd: 'status' },
    { cmd: 'signal', name: 'RELOAD' },
    { cmd: 'fault', worker: 'checker', kind: 'throw' },
  ]
  for (const request of requests) assert.deepEqual(readRequest(JSON.stringify(request)), { ok: true, value: request })
})

test('a client that sends an octet now and then has its time in all, and holds no place beyond it', async t => {
  const paths = pathsOf(t)
  const socket = new ControlSocket(paths, () => ({ ok: true, value: 1 }), silent, 200)
  await socket.start()
  t.after(() => socket.stop())
  const slow = Array.from({ length: 8 }, () => connect(paths.socket).on('error', () => undefined))
  const drips = setInterval(() => {
    for (const client of slow) if (!client.destroyed) client.write(' ')
  }, 20)
  t.after(() => clearInterval(drips))
  await Promise.all(slow.map(client => new Promise(resolve => client.once('close', resolve))))
  assert.deepEqual(await askDaemon(paths.socket, { cmd: 'status' }), { ok: true, value: 1 })
})
