import assert from 'node:assert/strict'
import test from 'node:test'
import {
  begun,
  died,
  dueEvictions,
  emptyKeeper,
  estateOf,
  evictionAt,
  heard,
  type Keeper,
  leftBehind,
  withEvictions,
} from '../../../../src/supervisor/watchdog/estate-keeper.ts'
import type { State } from '../../../../src/workers/vrrp/core/state.ts'

const SECOND = 1_000_000
const slow = { address: '192.0.2.100', prefix: 32, interface: 'eth0', survivalUs: 2 * SECOND }
const fast = { ...slow, address: '192.0.2.101', survivalUs: SECOND / 5 }

function holding(at: number): Keeper {
  return heard(begun(emptyKeeper), { t: 'holding', added: [slow, fast], removed: [] }, at)
}

test('addresses that no heir can save go at once, the others when their time is over', () => {
  const keeper = withEvictions(died(holding(SECOND), 1.5 * SECOND), 1.5 * SECOND)
  const first = dueEvictions(keeper, 1.5 * SECOND)
  assert.deepEqual(first.addresses, [fast])
  assert.equal(evictionAt(first.keeper), 3.5 * SECOND)
  assert.deepEqual(dueEvictions(first.keeper, 3.5 * SECOND).addresses, [slow])
})

test('how long peers wait goes with the role, and with it', () => {
  const state = { name: 'master' } as State
  const told = heard(holding(SECOND), { t: 'role', instance: 'VI_1', state, survivalUs: 2 * SECOND }, SECOND)
  assert.deepEqual(estateOf(died(told, SECOND))?.survivalsUs, { VI_1: 2 * SECOND })
  const gone = heard(told, { t: 'role', instance: 'VI_1', state: null, survivalUs: null }, SECOND)
  assert.deepEqual([gone.states, gone.survivalsUs], [{}, {}])
})

test('an heir that says what it holds looks after it', () => {
  const keeper = withEvictions(died(holding(SECOND), 1.5 * SECOND), 1.5 * SECOND)
  assert.equal(evictionAt(heard(begun(keeper), { t: 'holding', added: [slow], removed: [] }, 2 * SECOND)), undefined)
})

test('an heir that dies while it loads does not prolong the time of addresses that nobody advertises', () => {
  const first = withEvictions(died(holding(SECOND), 1.5 * SECOND), 1.5 * SECOND)
  const heir = heard(begun(first), { t: 'alive' }, 2 * SECOND)
  const second = withEvictions(died(heir, 2.2 * SECOND), 2.2 * SECOND)
  assert.equal(estateOf(second)?.diedAtUs, 1.5 * SECOND)
  assert.equal(dueEvictions(second, 2.2 * SECOND).keeper.evictions[0]?.at, 3.5 * SECOND)
})

test('a daemon that was silent before its death is as old as its last word', () => {
  assert.equal(estateOf(died(holding(SECOND), 1.9 * SECOND))?.diedAtUs, 1.9 * SECOND)
  assert.equal(estateOf(died(holding(SECOND), 6 * SECOND))?.diedAtUs, SECOND)
})

test('a stop while the heir loads does not leave the addresses of its predecessor behind', () => {
  const heir = begun(died(holding(SECOND), 1.5 * SECOND))
  assert.deepEqual(leftBehind(died(heir, 1.6 * SECOND)), [slow, fast])
})

test('a daemon that stopped in good order leaves nothing to do', () => {
  const stopped = heard(holding(SECOND), { t: 'holding', added: [], removed: [slow, fast] }, 2 * SECOND)
  assert.deepEqual(leftBehind(died(stopped, 2 * SECOND)), [])
})

test('the addresses of a daemon that could not are left behind', () => {
  assert.deepEqual(leftBehind(died(holding(SECOND), 2 * SECOND)), [slow, fast])
})

test('defect 21: a stop that was cut short leaves behind what had not been removed, whatever its status says', () => {
  const cut = heard(holding(SECOND), { t: 'holding', added: [], removed: [fast] }, 2 * SECOND)
  assert.deepEqual(leftBehind(died(cut, 2 * SECOND)), [slow])
})

test('what an heir has not yet removed of its predecessor is remembered, and a later time replaces an earlier one', () => {
  const heir = begun(died(holding(SECOND), 1.5 * SECOND))
  const later = { ...slow, survivalUs: 3 * SECOND }
  assert.deepEqual(heard(heir, { t: 'holding', added: [later], removed: [] }, 2 * SECOND).held, [fast, later])
})
