// What is sent for a unicast MASTER whose worker is away: the same advert to every peer.

import assert from 'node:assert/strict'
import test from 'node:test'
import { look, stepDown } from '../../../../../src/supervisor/vrrp/worker/stand-in.ts'
import { newActor } from '../../../../../src/supervisor/vrrp/worker/state.ts'
import { bridgeOrder } from '../../../../../src/workers/vrrp/bridge-order.ts'
import { elected, instance, unicast } from '../../../workers/vrrp/core/fixture.ts'

const params = instance({ unicast: unicast(['192.0.2.12', '192.0.2.13'], { ttl: 5 }) })
const { state: snapshot, now } = elected(params)
const known = {
  params,
  previous: null,
  snapshot,
  order: bridgeOrder(params, snapshot),
  survivalUs: null,
  bridgedAt: null,
  removedAt: null,
}
const actor = { ...newActor, known: [known], positions: new Map([[params.name, 0]]), slots: { [params.name]: 0 } }
const dead = {
  running: false,
  lifeAt: now,
  consumed: () => 0,
  deadlineOf: () => now + params.advertIntervalUs,
  sockets: () => ({ sockets: [], broken: {} }),
}

/** Destination, TTL, identification and priority of each packet. */
function sentOf({ effects }: ReturnType<typeof look>): unknown[] {
  return effects.flatMap(effect => {
    if (effect.type !== 'transmit') return []
    const { destination, packet } = effect.advert
    return [[destination, packet[8], packet[5], packet[22]]]
  })
}

test('the bridge repeats the advert to every unicast peer', () => {
  const sent = sentOf(look(actor, dead, now + params.advertIntervalUs))
  assert.deepEqual(sent, [
    ['192.0.2.12', 5, 1, 100],
    ['192.0.2.13', 5, 1, 100],
  ])
})

test('a role that nobody stands behind is resigned to every unicast peer', () => {
  const sent = sentOf(stepDown(actor, new Set([params.name]), 'test', now))
  assert.deepEqual(sent, [
    ['192.0.2.12', 5, 1, 0],
    ['192.0.2.13', 5, 1, 0],
  ])
})
