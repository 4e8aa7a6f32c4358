// The conversation with a master agent of our own on a Unix socket, and how it may go wrong.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { AgentxSession, type SessionPorts } from '../../src/supervisor/snmp/agentx-session.ts'
import { found } from '../../src/supervisor/snmp/core/answer.ts'

const GET = 5
const RESPONSE = 18
const HEADER_BYTES = 20

async function stage(t: TestContext, answer: SessionPorts['answer']) {
  const folder = mkdtempSync(join(tmpdir(), 'agentx-'))
  const path = join(folder, 'master')
  const server = createServer({ allowHalfOpen: true }).listen(path)
  await once(server, 'listening')
  const logged: string[] = []
  const note = (event: string) => logged.push(event)
  const log = { error: note, warn: note, info: note, debug: note }
  const options = { address: { path }, addressText: path, description: 'test', subtrees: [] }
  const session = new AgentxSession({ log, answer }, options)
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  t.after(() => {
    session.stop()
    for (const socket of sockets) socket.destroy()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const accepted = once(server, 'connection') as Promise<[Socket]>
  session.start()
  const [socket] = await accepted
  return { session, socket, logged }
}

function pdu(type: number, packet: number, payload: readonly number[]): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length)
  bytes.set([1, type, 0x10, 0])
  bytes.writeUInt32BE(7, 4)
  bytes.writeUInt32BE(packet, 8)
  bytes.writeUInt32BE(packet, 12)
  bytes.writeUInt32BE(payload.length, 16)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/** The next PDU of the subagent; the tests wait for each before they cause another. */
async function heard(socket: Socket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes
}

async function accept(socket: Socket): Promise<void> {
  const open = await heard(socket)
  socket.write(pdu(RESPONSE, open.readUInt32BE(12), [0, 0, 0, 1, 0, 0, 0, 0]))
}

const getOfNothing = [0, 0, 0, 0, 0, 0, 0, 0]

test('a table that cannot be made is answered with genErr, and the next request is answered too', async t => {
  let asked = 0
  const { socket, logged } = await stage(t, async () => {
    if (++asked === 1) throw new RangeError('no such number')
    return found([])
  })
  await accept(socket)
  socket.write(pdu(GET, 100, getOfNothing))
  const refused = await heard(socket)
  assert.deepEqual([refused[1], refused.readUInt32BE(12), refused.readUInt16BE(HEADER_BYTES + 4)], [RESPONSE, 100, 5])
  socket.write(pdu(GET, 101, getOfNothing))
  const answered = await heard(socket)
  assert.deepEqual([answered.readUInt32BE(12), answered.readUInt16BE(HEADER_BYTES + 4)], [101, 0])
  assert.deepEqual(logged, ['snmp-connected', 'snmp-answer-failed'])
})

test('a session that is stopped before the master has accepted it does not open any more', async t => {
  const { session, socket, logged } = await stage(t, async () => found([]))
  const open = await heard(socket)
  session.stop()
  socket.on('error', () => {})
  socket.write(pdu(RESPONSE, open.readUInt32BE(12), [0, 0, 0, 1, 0, 0, 0, 0]))
  await wait(200)
  assert.deepEqual(logged, [])
})

test('a master that keeps its end open does not keep the connection of a session that was stopped', async t => {
  const { session, socket, logged } = await stage(t, async () => found([]))
  await accept(socket)
  socket.write(pdu(GET, 100, getOfNothing))
  await heard(socket)
  session.stop()
  socket.resume()
  await once(socket, 'end')
  // Half-open: only a connection that is gone makes writing fail.
  const timer = setInterval(() => socket.write('x'), 100)
  t.after(() => clearInterval(timer))
  await assert.rejects(once(socket, 'close'), { code: 'EPIPE' })
  assert.deepEqual(logged, ['snmp-connected'])
})
