import assert from 'node:assert/strict'
import test from 'node:test'
import type { VirtualServer } from '../../../../../src/config/blocks/server/model.ts'
import { desiredDests, standsFor } from '../../../../../src/workers/ipvs/core/desired.ts'
import { drained } from '../../../../../src/workers/ipvs/core/draining.ts'
import { begin, change } from '../../../../../src/workers/ipvs/core/lifecycle.ts'
import type { ServerState } from '../../../../../src/workers/ipvs/core/server-state.ts'
import { realServer, tcpChecker, virtualServer } from '../../checker/fixture.ts'

const settings = { noCheckerEmails: false, rsInitNotifies: false }
const MINUTE_US = 60_000_000

function server(octet: number, alpha = false) {
  return realServer(`10.0.0.${octet}`, [tcpChecker(`c${octet}`, { alpha })])
}

function virtual(octets: readonly number[], drainUs: number | undefined = MINUTE_US): VirtualServer {
  const servers = octets.map(octet => server(octet))
  return virtualServer('10.0.0.1', servers, drainUs === undefined ? {} : { drainUs })
}

function table(of: VirtualServer, state: ServerState): string {
  return [...desiredDests(of, state, of.services[0]!).values()]
    .map(dest => `.${dest.address.split('.')[3]}(${dest.weight})`)
    .join(' ')
}

/** What a dump says of the dests of this state, each with so many connections. */
function look(of: VirtualServer, state: ServerState, connections: number, now: number, inactive = 0): ServerState {
  const dests = [...desiredDests(of, state, of.services[0]!).values()]
  const counted = dests.map(dest => ({ ...dest, activeConnections: connections, inactiveConnections: inactive }))
  const isDestOf = (each: Parameters<typeof standsFor>[1], dest: Parameters<typeof standsFor>[2]) =>
    standsFor(of.services[0]!, each, dest)
  return drained(of, state, counted, isDestOf, now).state
}

test('a removed server stays with weight 0 while it has connections, then it goes', () => {
  const [before, after] = [virtual([11, 12]), virtual([12])]
  const { state } = change(before, after, begin(before, settings).state, settings, 0)
  assert.equal(table(after, state), '.12(1) .11(0)')
  const busy = look(after, state, 3, MINUTE_US - 1)
  assert.equal(busy, state)
  assert.equal(table(after, look(after, busy, 0, MINUTE_US - 1)), '.12(1)')
})

test('a removed server with inactive connections only is not drained yet', () => {
  const [before, after] = [virtual([11, 12]), virtual([12])]
  const { state } = change(before, after, begin(before, settings).state, settings, 0)
  assert.equal(look(after, state, 0, MINUTE_US - 1, 1), state)
})

test('a removed server whose connections never end goes when its time is over', () => {
  const [before, after] = [virtual([11, 12]), virtual([12])]
  const { state } = change(before, after, begin(before, settings).state, settings, 5)
  assert.equal(table(after, look(after, state, 1, 5 + MINUTE_US)), '.12(1)')
})

test('a table that could not be read ends nothing before its time', () => {
  const [before, after] = [virtual([11, 12]), virtual([12])]
  const { state } = change(before, after, begin(before, settings).state, settings, 0)
  assert.equal(drained(after, state, undefined, () => true, 1).state, state)
  assert.notEqual(drained(after, state, undefined, () => true, MINUTE_US).state, state)
})

test('a draining server drains on over further reloads, and one that is configured again serves again', () => {
  const [both, second, third] = [virtual([11, 12]), virtual([12]), virtual([12, 13])]
  const once = change(both, second, begin(both, settings).state, settings, 0).state
  const twice = change(second, third, once, settings, MINUTE_US / 2).state
  assert.equal(table(third, twice), '.12(1) .13(1) .11(0)')
  assert.equal(twice.draining['[10.0.0.11]:tcp:80']?.until, MINUTE_US)
  const back = change(third, both, twice, settings, MINUTE_US / 2).state
  assert.equal(table(both, back), '.11(1) .12(1) .13(0)')
})

test('without the word, and for a server that was not in the table, nothing drains', () => {
  const plain = virtual([12], undefined)
  const { drainUs: _, ...without } = plain
  const before = virtual([11, 12])
  const state = begin(before, settings).state
  assert.equal(table(without, change(before, without, state, settings, 0).state), '.12(1)')
  const alpha = virtualServer('10.0.0.1', [server(11, true), server(12)], { drainUs: MINUTE_US })
  const after = virtual([12])
  assert.equal(table(after, change(alpha, after, begin(alpha, settings).state, settings, 0).state), '.12(1)')
})
