// The machine of a session: every state with every state that the neighbour may have, and the timers. RFC 5880 §6.8.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Effect } from '../../../../../src/workers/bfd/core/effect.ts'
import { initial, nextState, packetOf, transition } from '../../../../../src/workers/bfd/core/fsm.ts'
import type { ControlPacket, SessionState } from '../../../../../src/workers/bfd/core/packet.ts'
import {
  deadline,
  detectionTimeUs,
  type Session,
  transmitIntervalUs,
  unknownRemote,
} from '../../../../../src/workers/bfd/core/session.ts'
import { bfdInstance, chance, controlPacket, NOW, session } from './fixture.ts'

const table: Readonly<Record<SessionState, Readonly<Record<SessionState, SessionState>>>> = {
  'admin-down': { 'admin-down': 'admin-down', down: 'admin-down', init: 'admin-down', up: 'admin-down' },
  down: { 'admin-down': 'down', down: 'init', init: 'up', up: 'down' },
  init: { 'admin-down': 'down', down: 'init', init: 'up', up: 'up' },
  up: { 'admin-down': 'down', down: 'down', init: 'up', up: 'up' },
}

for (const [local, row] of Object.entries(table) as [SessionState, (typeof table)[SessionState]][]) {
  for (const [remote, expected] of Object.entries(row) as [SessionState, SessionState][]) {
    test(`${local} that hears ${remote} is ${expected}`, () => {
      assert.equal(nextState(local, remote), expected)
      const step = hear(session({ state: local }), { state: remote })
      assert.equal(step.session.state, expected)
      assert.deepEqual(told(step.effects), toldBy(local, remote, expected))
    })
  }
}

/** Coming up is told; going down too, unless the neighbour was taken down on purpose. */
function toldBy(local: SessionState, remote: SessionState, to: SessionState): boolean[] {
  if (local !== 'up' && to === 'up') return [true]
  return local === 'up' && to === 'down' && remote !== 'admin-down' ? [false] : []
}

test('an active session speaks at once, a passive one waits for its neighbour', () => {
  const active = initial(bfdInstance(), NOW, chance())
  assert.equal(deadline(active), NOW)
  const spoken = transition(active, { type: 'timer' }, NOW, chance())
  assert.deepEqual(sent(spoken.effects), [packetOf(active, false)])
  assert.equal(spoken.session.sendAt, NOW + 900_000)
  const passive = initial(bfdInstance({ passive: true }), NOW, chance())
  assert.equal(deadline(passive), undefined)
  const answered = transition(
    passive,
    { type: 'packet', packet: controlPacket({ yourDiscriminator: 0 }) },
    NOW,
    chance(),
  )
  assert.equal(sent(answered.effects)[0]?.state, 'init')
})

test('a change of state is told to the neighbour at once', () => {
  const step = hear(session({ state: 'down' }), { state: 'down' })
  assert.deepEqual(
    sent(step.effects).map(({ state }) => state),
    ['init'],
  )
})

test('a session that comes up polls, and sends at the wanted rate from then on', () => {
  const step = hear(session({ state: 'init' }), { state: 'init' })
  assert.deepEqual(
    [step.session.polling, step.session.minTxUs, transmitIntervalUs(step.session)],
    [true, 10_000, 40_000],
  )
  const [packet] = sent(step.effects)
  assert.deepEqual([packet?.poll, packet?.minTxUs, packet?.diag], [true, 10_000, 0])
  const answered = hear(step.session, { state: 'up', final: true })
  assert.equal(answered.session.polling, false)
})

test('no poll is needed when the idle rate is the wanted rate', () => {
  const params = bfdInstance({ minTxUs: 1_000_000 })
  assert.equal(hear(session({ params, state: 'init' }), { state: 'init' }).session.polling, false)
})

test('a rate below the idle rate is used only when the neighbour has answered the poll', () => {
  const params = bfdInstance({ minTxUs: 3_000_000 })
  const up = hear(session({ params, state: 'init' }), { state: 'init' }).session
  assert.equal(transmitIntervalUs(up), 1_000_000)
  assert.equal(transmitIntervalUs(hear(up, { state: 'up', final: true }).session), 3_000_000)
})

test('a poll is answered with F at once, never together with P', () => {
  const step = hear(session({ polling: true }), { state: 'up', poll: true })
  const packets = sent(step.effects)
  assert.deepEqual(
    packets.map(({ poll, final }) => [poll, final]),
    [[false, true]],
  )
  assert.equal(step.session.sendAt, NOW + 40_000)
})

test('the detection time is that of RFC 5880 §6.8.4 and starts anew with each packet', () => {
  assert.equal(detectionTimeUs(session()), 3 * 50_000)
  assert.equal(detectionTimeUs(session({ params: bfdInstance({ minRxUs: 70_000 }), minRxUs: 70_000 })), 3 * 70_000)
  const later = transition(session(), { type: 'packet', packet: controlPacket({ state: 'up' }) }, NOW + 9, chance())
  assert.equal(later.session.expiresAt, NOW + 9 + 150_000)
})

test('silence takes the session down: diagnostic 1, another discriminator, the neighbour forgotten in two steps', () => {
  const before = session({ sendAt: NOW + 500_000 })
  const step = transition(before, { type: 'timer' }, NOW + 150_000, chance())
  assert.deepEqual([step.session.state, step.session.diag], ['down', 1])
  assert.notEqual(step.session.discriminator, before.discriminator)
  assert.equal(step.session.remote.discriminator, 0)
  assert.deepEqual(told(step.effects), [false])
  const [packet] = sent(step.effects)
  assert.deepEqual([packet?.state, packet?.diag, packet?.yourDiscriminator], ['down', 1, 0])
  assert.equal(step.session.expiresAt, NOW + 300_000)
  const forgotten = transition(step.session, { type: 'timer' }, NOW + 300_000, chance()).session
  assert.deepEqual([forgotten.remote, forgotten.expiresAt], [unknownRemote, null])
})

test('a passive session falls silent when its neighbour has', () => {
  const before = session({ params: bfdInstance({ passive: true }) })
  const step = transition(before, { type: 'timer' }, NOW + 150_000, chance())
  assert.deepEqual([sent(step.effects), step.session.sendAt], [[], null])
})

test('a timer that is not due changes nothing', () => {
  const before = session()
  assert.deepEqual(transition(before, { type: 'timer' }, NOW, chance()), { session: before, effects: [] })
})

test('intervals are shortened by 10 to 25 percent', () => {
  const due = session({ expiresAt: null })
  const sendAt = (random: number) => transition(due, { type: 'timer' }, NOW + 40_000, chance(random)).session.sendAt
  assert.equal(sendAt(0), NOW + 40_000 + 36_000)
  assert.equal(sendAt(0.999999), NOW + 40_000 + 30_000)
})

test('a neighbour that wants no packets gets none (keepalived takes 0 for an interval)', () => {
  assert.equal(hear(session(), { state: 'up', minRxUs: 0 }).session.sendAt, null)
})

test('demand mode of the neighbour ends periodic packets while both are up', () => {
  assert.equal(hear(session(), { state: 'up', demand: true }).session.sendAt, null)
  assert.notEqual(hear(session({ state: 'init', sendAt: NOW }), { state: 'down', demand: true }).session.sendAt, null)
})

test('a slower neighbour is sent to more slowly, a faster one sooner than the timer said', () => {
  const slow = session({ remote: { ...session().remote, minRxUs: 900_000 }, sendAt: NOW + 800_000 })
  assert.equal(hear(slow, { state: 'up', minRxUs: 40_000 }).session.sendAt, NOW + 36_000)
  assert.equal(hear(session(), { state: 'up', minRxUs: 900_000 }).session.sendAt, NOW + 40_000)
})

test('without a usable socket the session is administratively down; with one it begins again', () => {
  const lost = transition(session(), { type: 'path', usable: false }, NOW, chance())
  assert.deepEqual([lost.session.state, deadline(lost.session), told(lost.effects)], ['admin-down', undefined, [false]])
  assert.equal(hear(lost.session, { state: 'up' }).session.state, 'admin-down')
  const found = transition(lost.session, { type: 'path', usable: true }, NOW, chance()).session
  assert.deepEqual([found.state, found.sendAt], ['down', NOW])
})

test('other timers while up are told by a poll; faster detection counts only after the answer', () => {
  const params = bfdInstance({ minTxUs: 200_000, minRxUs: 5_000 })
  const before = session({ remote: { ...session().remote, minTxUs: 1_000 } })
  const { session: after, effects } = transition(before, { type: 'configure', params }, NOW, chance())
  assert.deepEqual([after.state, after.polling, after.minTxUs, after.minRxUs], ['up', true, 10_000, 10_000])
  assert.deepEqual(
    sent(effects).map(p => [p.poll, p.minTxUs, p.minRxUs]),
    [[true, 200_000, 5_000]],
  )
  const settled = hear(after, { state: 'up', final: true }).session
  assert.deepEqual([settled.minTxUs, settled.minRxUs], [200_000, 5_000])
})

test('the same parameters again change nothing', () => {
  const before = session()
  const again = transition(before, { type: 'configure', params: before.params }, NOW, chance())
  assert.deepEqual(again, { session: before, effects: [] })
})

test('the end is told to a neighbour that knows us (RFC 5880 §6.8.16; keepalived falls silent)', () => {
  const step = transition(session(), { type: 'stop' }, NOW, chance())
  const [packet] = sent(step.effects)
  assert.deepEqual([packet?.state, packet?.diag, packet?.yourDiscriminator], ['admin-down', 7, 0x55667788])
  assert.deepEqual(told(step.effects), [])
  assert.deepEqual(transition(session({ state: 'down' }), { type: 'stop' }, NOW, chance()).effects, [])
})

function hear(before: Session, changes: Partial<ControlPacket>) {
  return transition(before, { type: 'packet', packet: controlPacket(changes) }, NOW, chance())
}

function sent(effects: readonly Effect[]): ControlPacket[] {
  return effects.flatMap(effect => (effect.type === 'send' ? [effect.packet] : []))
}

function told(effects: readonly Effect[]): boolean[] {
  return effects.flatMap(effect => (effect.type === 'tell' ? [effect.up] : []))
}
