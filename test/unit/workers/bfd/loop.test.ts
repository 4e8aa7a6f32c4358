// The shell of the bfd worker: what is posted, what goes out by which descriptor, and what a successor and a reload go on with.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { BfdInstance } from '../../../../src/config/blocks/bfd/model.ts'
import type { FromBfd } from '../../../../src/ipc/messages/bfd.ts'
import { decodePacket, encodePacket } from '../../../../src/workers/bfd/core/packet.ts'
import type { Session } from '../../../../src/workers/bfd/core/session.ts'
import { BfdLoop } from '../../../../src/workers/bfd/loop.ts'
import { bfdInstance, controlPacket, NOW, session } from './core/fixture.ts'

interface Bench {
  readonly shell: BfdLoop
  readonly posted: FromBfd[]
  readonly sent: { readonly fd: number; readonly state: string }[]
  readonly board: Map<number, number>
  errno: number
}

function bench(): Bench {
  let drawn = 0
  const board = new Map<number, number>()
  const made: Omit<Bench, 'shell'> = { posted: [], sent: [], board, errno: 0 }
  const shell = new BfdLoop({
    post: message => made.posted.push(message),
    transmit: (fd, _, bytes) => {
      const packet = decodePacket(bytes)
      assert.ok(packet.ok)
      made.sent.push({ fd, state: packet.value.state })
      return made.errno
    },
    publish: (slot, at) => (at === undefined ? board.delete(slot) : board.set(slot, at)),
    published: slot => board.get(slot),
    random: () => ++drawn / 1000,
  })
  return Object.assign(made, { shell })
}

function setting(sessions: readonly BfdInstance[], senders: Readonly<Record<string, number>> = { b: 9 }) {
  const slots = Object.fromEntries(sessions.map(({ name }, slot) => [name, slot]))
  return { sessions, slots, sockets: { receivers: [], senders } }
}

function start(made: Bench, resume: Readonly<Record<string, Session>> = {}, params = bfdInstance()): void {
  made.shell.start({ t: 'start', setting: setting([params]), resume, wakeFd: 1 }, NOW)
}

function lastState(made: Bench): string | undefined {
  return made.posted.findLast(message => message.t === 'step')?.snapshot.state
}

function hear(made: Bench, bytes: Uint8Array, hops = 255): void {
  made.shell.datagram({ source: '10.0.0.2', destination: '10.0.0.1', hops, multihop: false, bytes }, NOW)
}

test('a session begins Down, speaks by its own descriptor, and answers', () => {
  const made = bench()
  start(made)
  made.shell.runDue(NOW)
  assert.deepEqual(made.sent, [{ fd: 9, state: 'down' }])
  hear(made, encodePacket(controlPacket({ yourDiscriminator: 0 })))
  assert.deepEqual([lastState(made), made.sent.at(-1)?.state], ['init', 'init'])
  assert.equal(made.board.get(0), NOW + 3 * 50_000)
})

test('a steady session posts nothing for each packet', () => {
  const made = bench()
  start(made, { b: session() })
  const packet = encodePacket(controlPacket({ state: 'up' }))
  hear(made, packet)
  const before = made.posted.length
  for (let heard = 0; heard < 10; heard++) hear(made, packet)
  assert.equal(made.posted.length, before)
})

test('a successor goes on with the session and the detection time that was published', () => {
  const made = bench()
  made.board.set(0, NOW + 70_000)
  start(made, { b: session({ expiresAt: NOW - 1_000_000 }) })
  made.shell.runDue(NOW)
  assert.equal(lastState(made), 'up')
  assert.deepEqual(made.sent, [{ fd: 9, state: 'up' }])
  made.shell.runDue(NOW + 70_000)
  assert.equal(lastState(made), 'down')
})

test('a reload keeps a session between the same addresses and ends one between others', () => {
  const made = bench()
  start(made, { b: session() })
  made.shell.reload({ t: 'reload', setting: setting([bfdInstance({ minTxUs: 20_000 })]) }, NOW)
  assert.equal(lastState(made), 'up')
  made.shell.reload({ t: 'reload', setting: setting([bfdInstance({ neighbor: '10.0.0.9' })]) }, NOW)
  const step = made.posted.findLast(message => message.t === 'step')
  assert.deepEqual([step?.snapshot.state, step?.effects], ['down', [{ type: 'tell', up: false }]])
})

test('without a descriptor the session is administratively down until there is one', () => {
  const made = bench()
  made.shell.start({ t: 'start', setting: setting([bfdInstance()], {}), resume: {}, wakeFd: 1 }, NOW)
  assert.equal(lastState(made), 'admin-down')
  made.shell.useSockets({ receivers: [], senders: { b: 4 } }, NOW)
  made.shell.runDue(NOW)
  assert.deepEqual(made.sent, [{ fd: 4, state: 'down' }])
})

test('what is refused is told once for each reason, and failing to send once for each errno', () => {
  const made = bench()
  start(made, { b: session() })
  for (let heard = 0; heard < 3; heard++) hear(made, encodePacket(controlPacket({ state: 'up' })), 64)
  assert.equal(made.posted.filter(message => message.t === 'rejected').length, 1)
  made.errno = 101
  made.shell.runDue(NOW)
  made.shell.runDue(NOW + 40_000)
  made.errno = 0
  made.shell.runDue(NOW + 80_000)
  const results = made.posted.flatMap(message => (message.t === 'send-result' ? [message.errno] : []))
  assert.deepEqual(results, [101, 0])
})

test('the end is told to the neighbour, then to the supervisor', () => {
  const made = bench()
  start(made, { b: session() })
  made.shell.stop(NOW)
  assert.deepEqual([made.sent.at(-1)?.state, made.posted.at(-1)?.t], ['admin-down', 'stopped'])
})
