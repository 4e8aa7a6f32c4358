// What a successor of a dead daemon goes on with, and what it has to take off.

import assert from 'node:assert/strict'
import test from 'node:test'
import { type Estate, shortestSurvivalUs, succeed, survivalUs } from '../../../../src/supervisor/watchdog/estate.ts'
import { elected, instance, started } from '../../workers/vrrp/core/fixture.ts'

const MS = 1_000
const params = instance()
const { state: master } = elected(params)
const held = params.addresses.map(({ address, prefix }) => ({
  address,
  prefix,
  interface: params.interface,
  survivalUs: survivalUs(params),
}))
const estate: Estate = {
  diedAtUs: 0,
  states: { [params.name]: master },
  survivalsUs: { [params.name]: survivalUs(params) },
  held,
}

test('a MASTER goes on while its peers cannot have taken over, later it starts clean and its addresses go', () => {
  const early = succeed(estate, [params], 1_900 * MS)
  assert.deepEqual([early.inherited, early.abandoned, early.orphans], [{ [params.name]: master }, [], []])
  const late = succeed(estate, [params], 2_000 * MS)
  assert.deepEqual([late.inherited, late.abandoned, late.orphans], [{}, [params], []])
})

test('peers go by the interval that they have heard, whatever the configuration says today', () => {
  const fast: Estate = { ...estate, survivalsUs: { [params.name]: 20 * MS } }
  assert.deepEqual(succeed(fast, [params], 500 * MS).inherited, {})
  const today = instance({ version: 3, advertIntervalUs: 10 * MS })
  assert.deepEqual(succeed(estate, [today], 500 * MS).inherited, { [params.name]: master })
})

test('without a word about what peers have heard the configuration has to do', () => {
  const silent: Estate = { ...estate, survivalsUs: {} }
  assert.deepEqual(succeed(silent, [params], 1_900 * MS).inherited, { [params.name]: master })
})

test('a BACKUP goes on without telling anybody again, but not for ever', () => {
  const backup = started(params)
  const quiet: Estate = { ...estate, states: { [params.name]: backup }, survivalsUs: {}, held: [] }
  assert.deepEqual(succeed(quiet, [params], 20_000 * MS).inherited, { [params.name]: backup })
  assert.deepEqual(succeed(quiet, [params], 31_000 * MS).inherited, {})
})

test('addresses that no instance has any more are orphans', () => {
  assert.deepEqual(succeed(estate, [], 100 * MS).orphans, held)
  assert.deepEqual(succeed(undefined, [params], 100 * MS), { inherited: {}, abandoned: [], orphans: [] })
})

test('the shortest survival of all addresses', () => {
  assert.equal(shortestSurvivalUs([]), null)
  assert.equal(shortestSurvivalUs([...held, { ...held[0]!, survivalUs: 5 }]), 5)
})
