import assert from 'node:assert/strict'
import test from 'node:test'
import { usPerSecond } from '../../../../src/lib/time.ts'
import {
  type HostEffect,
  type HostEvent,
  type HostLimits,
  type HostState,
  host,
  hostDeadline,
  isRunning,
  newHost,
} from '../../../../src/supervisor/actors/host-policy.ts'
import { checkerRestart } from '../../../../src/supervisor/actors/restart-policy.ts'

const MS = 1_000
const limits: HostLimits = {
  warmSpare: true,
  pingEveryUs: 100 * MS,
  pongWithinUs: 400 * MS,
  restart: { intensity: 2, periodUs: 30 * usPerSecond, backoff: { type: 'none' } },
}

/** The state after these events, each with its time, and the effects of the last. */
function after(
  events: readonly (readonly [number, HostEvent])[],
  withLimits = limits,
): { state: HostState; effects: readonly HostEffect[] } {
  let step: { state: HostState; effects: readonly HostEffect[] } = { state: newHost(0), effects: [] }
  for (const [now, event] of events) step = host(step.state, event, now, withLimits)
  return step
}

const started: (readonly [number, HostEvent])[] = [
  [0, { type: 'start' }],
  [50 * MS, { type: 'standby', id: 1 }],
  [51 * MS, { type: 'heard', id: 1, ready: true }],
]
const ended = (id: number): HostEvent => ({ type: 'ended', id, reason: 'test' })

test('a thread is given its start message when its code is loaded, and a spare is made when it is ready', () => {
  assert.deepEqual(after(started.slice(0, 2)).effects, [{ type: 'activated', clean: false }])
  assert.deepEqual(after(started).effects, [{ type: 'create', id: 2 }])
})

test('a loaded spare takes over at once', () => {
  const { state, effects } = after([...started, [60 * MS, { type: 'standby', id: 2 }], [70 * MS, ended(1)]])
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['down', 'restart', 'activated'],
  )
  assert.ok(isRunning(state))
})

test('how long nobody was there is told when the successor has resumed', () => {
  const warm = [...started, [60 * MS, { type: 'standby', id: 2 }], [70 * MS, ended(1)]] as const
  const { effects } = after([...warm, [73 * MS, { type: 'heard', id: 2, ready: true }]])
  assert.deepEqual(effects[0], { type: 'back', afterUs: 3 * MS, isWarm: true })
  const cold = [...started, [70 * MS, ended(1)], [150 * MS, { type: 'standby', id: 2 }]] as const
  assert.deepEqual(after([...cold, [151 * MS, { type: 'heard', id: 2, ready: true }]]).effects[0], {
    type: 'back',
    afterUs: 81 * MS,
    isWarm: false,
  })
})

test('a spare that still loads is waited for, and no third thread is made', () => {
  const { state, effects } = after([...started, [70 * MS, ended(1)]])
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['down', 'restart'],
  )
  assert.equal(state.active?.id, 2)
  assert.ok(!isRunning(state))
})

test('a thread that does not answer is killed, one that answers is pinged again', () => {
  const ticks = (times: readonly number[]): (readonly [number, HostEvent])[] =>
    times.map(now => [now * MS, { type: 'tick' }])
  assert.deepEqual(after([...started, ...ticks([100, 200])]).effects, [{ type: 'ping', id: 1, n: 2 }])
  const silent = after([...started, ...ticks([100, 200, 300, 400, 500])])
  assert.deepEqual(silent.effects, [{ type: 'kill', id: 1, reason: 'no answer for 449 ms' }])
})

test('a pause of the main thread does not cost the worker its life', () => {
  const { effects } = after([...started, [100 * MS, { type: 'tick' }], [2_000 * MS, { type: 'tick' }]])
  assert.deepEqual(effects, [{ type: 'ping', id: 1, n: 2 }])
})

test('a successor that only loads is no sign of life', () => {
  const { state } = after([...started, [900 * MS, ended(1)], [1_800 * MS, ended(2)]])
  assert.equal(state.active?.id, 3)
  assert.equal(state.lifeAt, 51 * MS)
})

test('two deaths before ready: the next one starts clean', () => {
  const events: (readonly [number, HostEvent])[] = [
    [0, { type: 'start' }],
    [1, ended(1)],
    [2, ended(2)],
    [3, { type: 'standby', id: 3 }],
  ]
  assert.deepEqual(after(events).effects, [{ type: 'activated', clean: true }])
})

test('too many deaths escalate, and nothing is started any more', () => {
  const { state, effects } = after([...started, [60 * MS, ended(1)], [61 * MS, ended(2)], [62 * MS, ended(3)]])
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['down', 'escalated'],
  )
  assert.equal(state.active, null)
})

test('a growing delay is waited for', () => {
  const checker = { ...limits, warmSpare: false, restart: checkerRestart }
  const { state } = after([...started, [60 * MS, ended(1)], [61 * MS, ended(2)]], checker)
  assert.equal(hostDeadline(state), 61 * MS + usPerSecond)
  const early = host(state, { type: 'timer' }, 62 * MS, checker)
  assert.deepEqual(early.effects, [])
  const due = host(state, { type: 'timer' }, 61 * MS + usPerSecond, checker)
  assert.deepEqual(due.effects, [{ type: 'create', id: 3 }])
})

test('after stop no death is answered', () => {
  const { effects } = after([...started, [60 * MS, { type: 'stop' }], [61 * MS, ended(1)]])
  assert.deepEqual(effects, [])
})
