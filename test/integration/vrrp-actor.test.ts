// Real threads, real channels, a kernel of paper: the vrrp worker dies in every way and the actor's owner notices nothing.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../src/config/blocks/instance/model.ts'
import { faultKinds } from '../../src/ipc/messages/common.ts'
import { monotonicNowUs, usPerSecond } from '../../src/lib/time.ts'
import { vrrpRestart } from '../../src/supervisor/actors/restart-policy.ts'
import { VrrpActor } from '../../src/supervisor/vrrp/worker/actor.ts'
import type { Effect } from '../../src/workers/vrrp/core/effect.ts'
import { link, onLink } from '../fixtures/link.ts'
import { loopbackSockets } from '../fixtures/loopback-socket.ts'
import { instance, silentLog } from '../fixtures/vrrp-instance.ts'

const sockets = loopbackSockets('eth0')
const eth0 = link({ addresses: [onLink('192.0.2.11')] })

/** An actor and what it asked for. */
function playground(restart = vrrpRestart) {
  const effects: { instance: string; effect: Effect }[] = []
  const bridged: { priority: number; atUs: number }[] = []
  let gaveUp = false
  const actor = new VrrpActor(
    {
      log: silentLog,
      apply: (params: VrrpInstance, some) => {
        for (const effect of some) effects.push({ instance: params.name, effect })
      },
      // The priority is the third byte of the PDU behind a plain IPv4 header.
      transmit: (_order, { packet }) => bridged.push({ priority: packet[22]!, atUs: monotonicNowUs() }),
      notifyGroup: () => {},
      remembered: () => {},
      sockets: () => sockets,
      upToDate: () => {},
      gaveUp: () => {
        gaveUp = true
      },
    },
    { restart, delayUntil: null, warmSpare: true, inherited: {} },
  )
  actor.link(eth0)
  const stateOf = () => actor.views()[0]?.state
  return { actor, effects, bridged, stateOf, gaveUp: () => gaveUp }
}

async function until(condition: () => boolean, what: string, boundMs = 20_000): Promise<void> {
  const end = Date.now() + boundMs
  while (!condition()) {
    assert.ok(Date.now() < end, `not within ${boundMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const params = instance({ version: 3, priority: 200, advertIntervalUs: 100_000 })
const notified = (effects: readonly { effect: Effect }[]) =>
  effects.flatMap(({ effect }) => (effect.type === 'notify' ? effect.state : []))

for (const kind of faultKinds) {
  test(`a worker that dies by ${kind} is replaced and the role stays`, async () => {
    const { actor, effects, bridged, stateOf } = playground()
    actor.start([params], [])
    await until(() => stateOf()?.name === 'master', 'MASTER')
    effects.length = 0
    actor.fault(kind)
    await until(() => actor.restarts === 1, 'a successor')
    // The successor writes counters down once a second: then it is at work.
    const sent = stateOf()!.counters.advert_sent
    await until(() => stateOf()!.counters.advert_sent > sent + 3, 'adverts of the successor')
    assert.equal(stateOf()?.name, 'master')
    assert.deepEqual(notified(effects), [], 'nobody is told of anything')
    assert.deepEqual(
      effects.filter(({ effect }) => effect.type === 'ensure-addresses' && !effect.present),
      [],
      'no address is taken away',
    )
    if (kind === 'hang' || kind === 'oom') assert.ok(bridged.length > 0, 'the bridge spoke meanwhile')
    assert.ok(bridged.every(({ priority }) => priority === 200))
    await actor.stop()
    assert.ok(notified(effects).includes('STOP'))
  })
}

test('a BACKUP whose worker hung through adverts does not take over when its successor starts', async () => {
  const { actor, stateOf } = playground()
  actor.start([instance({ version: 3, priority: 50, advertIntervalUs: 1_000_000 })], [])
  await until(() => stateOf()?.name === 'backup', 'BACKUP')
  actor.fault('hang')
  await until(() => actor.restarts === 1, 'a successor')
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.equal(stateOf()?.name, 'backup')
  await actor.stop()
})

test('too many deaths: the role is resigned with priority 0, addresses go, and the owner is told', async () => {
  const limit = { intensity: 1, periodUs: 60 * usPerSecond, backoff: { type: 'none' } as const }
  const { actor, effects, bridged, stateOf, gaveUp } = playground(limit)
  actor.start([params], [])
  await until(() => stateOf()?.name === 'master', 'MASTER')
  actor.fault('throw')
  await until(() => actor.restarts === 1, 'a successor')
  await until(() => {
    actor.fault('throw')
    return gaveUp()
  }, 'giving up')
  assert.equal(bridged.at(-1)?.priority, 0)
  const last = effects.slice(-3).map(({ effect }) => effect.type)
  assert.deepEqual(last, ['log', 'ensure-addresses', 'notify'])
  await actor.stop()
})

test('a reload while no worker is there reaches its successor, and what it removed is resigned', async () => {
  const { actor, stateOf } = playground()
  actor.start([params], [])
  await until(() => stateOf()?.name === 'master', 'MASTER')
  actor.fault('exit')
  actor.reload([instance({ name: 'VI_2', vrid: 52, advertIntervalUs: 100_000, version: 3 })], [])
  await until(() => actor.views().some(view => view.params.name === 'VI_2' && view.state?.name === 'master'), 'VI_2')
  await until(() => actor.views().every(view => view.params.name === 'VI_2'), 'VI_1 is gone')
  await actor.stop()
})
