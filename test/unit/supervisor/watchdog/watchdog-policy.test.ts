// When the daemon process is started, killed, started again and given up; every event in every phase.

import assert from 'node:assert/strict'
import test from 'node:test'
import { usPerSecond } from '../../../../src/lib/time.ts'
import { restartRecord } from '../../../../src/supervisor/actors/restart-policy.ts'
import {
  isWell,
  newWatchdog,
  type Phase,
  permanentStatuses,
  silenceLimitUs,
  type WatchdogEffect,
  type WatchdogEvent,
  type WatchdogState,
  watch,
  watchdogDeadline,
  watchdogLimits,
} from '../../../../src/supervisor/watchdog/watchdog-policy.ts'

const limits = watchdogLimits
const s = (seconds: number) => seconds * usPerSecond
const exit = (status: number): WatchdogEvent => ({ type: 'exit', status, signal: null })
const killed = (signal: string): WatchdogEvent => ({ type: 'exit', status: null, signal })

interface Told {
  state: WatchdogState
  effects: WatchdogEffect[]
}

/** Feeds events at seconds; collects all effects. */
function tell(from: WatchdogState, events: readonly (readonly [number, WatchdogEvent])[], own = limits): Told {
  const told: Told = { state: from, effects: [] }
  for (const [at, event] of events) {
    const step = watch(told.state, event, s(at), own)
    told.state = step.state
    told.effects.push(...step.effects)
  }
  return told
}

const inPhase = (phase: Phase): WatchdogState => ({
  phase,
  record: restartRecord(),
  lookAt: null,
  survivalUs: null,
})
const running = inPhase({ name: 'running', aliveAt: 0 })
const types = (effects: readonly WatchdogEffect[]) => effects.map(effect => effect.type)

test('a start spawns, ready makes it running, and a stop waits for the exit', () => {
  const told = tell(newWatchdog(), [
    [0, { type: 'start' }],
    [1, { type: 'ready' }],
    [2, { type: 'stop' }],
    [3, exit(0)],
  ])
  assert.deepEqual(types(told.effects), ['spawn', 'order-stop', 'finish'])
  assert.deepEqual(told.effects.at(-1), { type: 'finish', status: 0, cause: 'exit status 0' })
})

for (const status of permanentStatuses) {
  test(`exit status ${status} would only come again, so it is passed on`, () => {
    const { effects } = tell(running, [[1, exit(status)]])
    assert.deepEqual(effects, [{ type: 'finish', status, cause: `exit status ${status}` }])
  })
}

for (const event of [exit(70), exit(0), exit(134), killed('SIGKILL'), killed('SIGSEGV')]) {
  test(`a daemon that ends by ${JSON.stringify(event)} without being asked is started again at once`, () => {
    const { effects } = tell(running, [[1, event]])
    assert.deepEqual(types(effects), ['restart', 'spawn'])
  })
}

test('the fourth death in five minutes is above the daemon: the watchdog ends with 70 and takes the addresses down', () => {
  const { effects } = tell(running, [
    [1, killed('SIGKILL')],
    [2, killed('SIGKILL')],
    [3, { type: 'timer' }],
    [4, killed('SIGKILL')],
    [6, { type: 'timer' }],
    [7, killed('SIGKILL')],
  ])
  assert.deepEqual(
    effects.filter(effect => effect.type === 'restart').map(effect => effect.delayUs / usPerSecond),
    [0, 1, 2],
  )
  assert.deepEqual(effects.at(-1), { type: 'finish', status: 70, cause: 'signal SIGKILL' })
})

test('with -R any death ends the watchdog, and never with status 0', () => {
  const own = { ...limits, dontRespawn: true }
  for (const [event, status] of [
    [exit(0), 70],
    [exit(9), 9],
    [killed('SIGABRT'), 70],
  ] as const) {
    assert.deepEqual(
      tell(running, [[1, event]], own).effects.map(effect => 'status' in effect && effect.status),
      [status],
    )
  }
})

test('a silent daemon is killed once, and started again when it is dead', () => {
  const due = watchdogDeadline(running, limits)!
  assert.equal(due, limits.silenceMaxUs)
  const told = tell(running, [
    [10, { type: 'timer' }],
    [11, { type: 'timer' }],
    [12, killed('SIGKILL')],
  ])
  assert.deepEqual(types(told.effects), ['kill', 'restart', 'spawn'])
})

test('each word of the daemon puts its end off', () => {
  const looks = Array.from({ length: 36 }, (_, i) => [(i + 1) / 2, { type: 'timer' }] as const)
  const told = tell(running, [
    ...looks.slice(0, 17),
    [9, { type: 'alive' }],
    ...looks.slice(18, 35),
    [18, { type: 'alive' }],
  ])
  assert.deepEqual(told.effects, [])
  assert.equal(watchdogDeadline(told.state, limits), s(18.5), 'it looks whether it runs itself')
  assert.deepEqual(told.state.phase, { name: 'running', aliveAt: s(18) })
})

test('after a pause of the whole machine the daemon is not killed for its silence', () => {
  for (const length of [3, 9.9, 10.2, 10.9, 11, 100, 100_000]) {
    const told = tell(running, [
      [1, { type: 'alive' }],
      [1.4, { type: 'timer' }],
      [1.4 + length, { type: 'timer' }],
      // It may need a moment to speak again.
      [1.9 + length, { type: 'timer' }],
      [2.4 + length, { type: 'timer' }],
    ])
    assert.deepEqual(told.effects, [], `${length} s`)
    assert.ok(watchdogDeadline(told.state, limits)! > s(2.4 + length))
  }
})

test('time in which the watchdog itself did not run is not counted, and only that', () => {
  const { state, effects } = tell(running, [
    [0.4, { type: 'timer' }],
    // Late by 100 s, of which half a second was asked for.
    [100.9, { type: 'timer' }],
  ])
  assert.deepEqual({ phase: state.phase, effects }, { phase: { name: 'running', aliveAt: s(100) }, effects: [] })
})

test('a daemon that hangs is killed also where the watchdog is always late', () => {
  let state = running
  for (let look = 1; look <= 40; look++) {
    const step = watch(state, { type: 'timer' }, s(look * 2), limits)
    if (types(step.effects).includes('kill')) return
    state = step.state
  }
  assert.fail('not killed')
})

test('a daemon that was stopped for less than the limit is not killed', () => {
  const told = tell(inPhase({ name: 'running', aliveAt: 0 }), [
    [0, { type: 'held', survivalUs: s(0.02) }],
    ...[0.5, 1, 1.5, 2, 2.5, 3, 3.5, 3.9].map(at => [at, { type: 'timer' }] as const),
    [3.95, { type: 'alive' }],
    [4.4, { type: 'timer' }],
  ])
  assert.deepEqual(told.effects, [])
})

test('the silence of a daemon that holds addresses is borne for as long as peers wait, within bounds', () => {
  const limitOf = (survivalUs: number | null) => silenceLimitUs({ ...running, survivalUs }, limits)
  assert.deepEqual([null, s(0.02), s(2), s(3), s(20)].map(limitOf), [s(10), s(4), s(4), s(6), s(10)])
  const held = tell(running, [[0, { type: 'held', survivalUs: s(2) }]])
  const looks = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4].map(at => [at, { type: 'timer' }] as const)
  assert.deepEqual(tell(held.state, looks).effects, [{ type: 'kill', reason: 'silent' }])
})

test('a daemon that is never ready is killed', () => {
  const told = tell(newWatchdog(), [
    [0, { type: 'start' }],
    ...Array.from({ length: 120 }, (_, i) => [(i + 1) / 2, { type: 'timer' }] as const),
  ])
  assert.deepEqual(told.effects.at(-1), { type: 'kill', reason: 'not-ready' })
})

test('a daemon that does not stop is killed, and what it held is taken down', () => {
  const told = tell(running, [
    [1, { type: 'stop' }],
    ...Array.from({ length: 40 }, (_, i) => [1 + (i + 1) / 2, { type: 'timer' }] as const),
    [22, killed('SIGKILL')],
  ])
  assert.deepEqual(types(told.effects), ['order-stop', 'kill', 'finish'])
  assert.deepEqual(told.effects.at(-1), { type: 'finish', status: 70, cause: 'signal SIGKILL' })
})

test('a stop that comes while a silent daemon is being killed prevents the restart', () => {
  const told = tell(running, [
    [10, { type: 'timer' }],
    [10.1, { type: 'stop' }],
    [10.2, killed('SIGKILL')],
  ])
  assert.deepEqual(types(told.effects), ['kill', 'finish'])
})

test('a stop that comes between two daemons ends everything', () => {
  const waiting = inPhase({ name: 'waiting', restartAt: s(5) })
  assert.deepEqual(tell(waiting, [[1, { type: 'stop' }]]).effects, [{ type: 'finish', status: 0, cause: 'stop' }])
})

test('a daemon that somebody else has asked to stop is not started again', () => {
  const told = tell(running, [
    [1, { type: 'leaving' }],
    [2, exit(0)],
  ])
  assert.deepEqual(types(told.effects), ['finish'])
})

const phases: readonly Phase[] = [
  { name: 'new' },
  { name: 'starting', readyBy: s(60) },
  { name: 'running', aliveAt: s(1) },
  { name: 'killed' },
  { name: 'waiting', restartAt: s(8) },
  { name: 'stopping', killAt: s(20), killed: false },
  { name: 'stopping', killAt: s(20), killed: true },
  { name: 'over', status: 0 },
]
const events: readonly WatchdogEvent[] = [
  { type: 'start' },
  { type: 'ready' },
  { type: 'alive' },
  { type: 'leaving' },
  { type: 'stop' },
  exit(0),
  exit(1),
  exit(70),
  killed('SIGKILL'),
  { type: 'timer' },
]

test('every event in every phase: no daemon is spawned beside a living one, and nothing happens after the end', () => {
  for (const phase of phases) {
    for (const event of events) {
      for (const at of [2, 8, 20, 61, 1000]) {
        const { effects, state } = watch(inPhase(phase), event, s(at), limits)
        const alive = phase.name !== 'new' && phase.name !== 'waiting' && phase.name !== 'over' && event.type !== 'exit'
        if (alive) assert.ok(!types(effects).includes('spawn'), `${phase.name} ${event.type}`)
        if (phase.name === 'over') assert.deepEqual({ effects, state }, { effects: [], state: inPhase(phase) })
        assert.ok(types(effects).filter(type => type === 'spawn' || type === 'finish').length <= 1)
        assert.equal(types(effects).includes('finish'), state.phase.name === 'over' && phase.name !== 'over')
      }
    }
  }
})

test('systemd is told that all is well only while it is', () => {
  const well = (phase: Phase, at: number) => isWell(inPhase(phase), s(at), limits)
  assert.equal(well({ name: 'new' }, 0), false)
  assert.equal(well({ name: 'starting', readyBy: s(60) }, 60), true)
  assert.equal(well({ name: 'starting', readyBy: s(60) }, 61), false)
  assert.equal(well({ name: 'running', aliveAt: s(1) }, 11), true)
  assert.equal(well({ name: 'running', aliveAt: s(1) }, 11.1), false)
  assert.equal(well({ name: 'killed' }, 0), false)
  assert.equal(well({ name: 'waiting', restartAt: s(8) }, 1), true)
})
