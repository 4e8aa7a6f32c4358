// Properties of elections that hold for every seed: one MASTER after the network heals, addresses only while MASTER.
// A failure names its seed; SIM_SEED=n replays that one alone, SIM_RUNS=n tries more.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../src/config/blocks/instance/model.ts'
import { masterDownUs } from '../../../src/workers/vrrp/core/timers.ts'
import { instance, instance6 } from '../../unit/workers/vrrp/core/fixture.ts'
import { Prng } from '../prng.ts'
import { Network, type Router, type RouterSpec } from './network.ts'

const runs = Number(process.env.SIM_RUNS ?? 25)
const seeds =
  process.env.SIM_SEED === undefined ? Array.from({ length: runs }, (_, i) => i + 1) : [Number(process.env.SIM_SEED)]

function specs(seed: number, count: number): RouterSpec[] {
  const prng = new Prng(seed * 7_919)
  const version = prng.chance(0.5) ? 2 : 3
  const advertIntervalUs = version === 2 ? 1_000_000 : [10_000, 100_000, 1_000_000][prng.integer(0, 2)]!
  const six = version === 3 && prng.chance(0.3)
  return Array.from({ length: count }, (_, i) => {
    const owner = i === 0 && prng.chance(0.15)
    const changes: Partial<VrrpInstance> = {
      version,
      advertIntervalUs,
      priority: owner ? 255 : prng.integer(1, 254),
      preempt: owner || prng.chance(0.7),
      preemptDelayUs: prng.chance(0.2) ? advertIntervalUs * 2 : 0,
    }
    return {
      params: six ? instance6(changes) : instance(changes),
      address: six ? `fe80::${i + 1}` : `192.0.2.${i + 1}`,
    }
  })
}

/** The longest time that any of them waits before it acts. */
function longestWaitUs(network: Network): number {
  return Math.max(...network.routers.map(({ params }) => masterDownUs(params, 1, params.advertIntervalUs)))
}

/** Preempt_delay and nopreempt let the first MASTER stay; preemption itself takes one more period. */
function settleUs(network: Network): number {
  const preemptDelayUs = Math.max(...network.routers.map(({ params }) => params.preemptDelayUs))
  return 2 * longestWaitUs(network) + preemptDelayUs + network.routers[0]!.params.advertIntervalUs
}

function assertOneMaster(network: Network, what: string): Router {
  const masters = network.masters()
  assert.equal(masters.length, 1, `${what}: masters ${masters.map(router => router.address).join(' ') || 'none'}`)
  for (const router of network.routers) assert.equal(router.holds, router === masters[0], `${what}: ${router.address}`)
  return masters[0]!
}

for (const count of [2, 3]) {
  test(`${count} routers have one MASTER after start, loss, partition and pause`, () => {
    for (const seed of seeds) {
      const network = new Network(specs(seed, count), seed)
      const waitUs = longestWaitUs(network)
      network.boot(waitUs)
      network.runUntil(network.now + settleUs(network))
      assertOneMaster(network, `seed ${seed}, after start`)

      network.lossProbability = 0.3
      network.runUntil(network.now + 20 * waitUs)
      network.lossProbability = 0
      network.runUntil(network.now + settleUs(network))
      assertOneMaster(network, `seed ${seed}, after loss`)

      const alone = network.routers[network.prng.integer(0, count - 1)]!
      network.isCut = (a, b) => a === alone || b === alone
      network.runUntil(network.now + 5 * waitUs)
      assert.equal(network.masters().length, 2, `seed ${seed}: each side of a partition has a MASTER`)
      network.isCut = () => false
      // Two masters hear each other's next advert: one interval decides.
      network.runUntil(network.now + network.routers[0]!.params.advertIntervalUs + 2 * network.delayMaxUs)
      assertOneMaster(network, `seed ${seed}, one interval after the partition`)
      network.runUntil(network.now + settleUs(network))

      const paused = assertOneMaster(network, `seed ${seed}, settled`)
      paused.asleepUntil = network.now + 10 * waitUs
      const sent = paused.state.counters.advert_sent
      network.runUntil(paused.asleepUntil + 2 * network.delayMaxUs)
      const resumed = paused.state.name !== 'master'
      assert.ok(resumed && paused.state.counters.advert_sent === sent, `seed ${seed}: a paused MASTER listens first`)
      network.runUntil(network.now + settleUs(network))
      assertOneMaster(network, `seed ${seed}, after a pause`)
    }
  })
}

test('without loss the highest preempting router is MASTER in the end and only it sends', () => {
  for (const seed of seeds) {
    const routers = specs(seed, 3).map(({ params, address }) => ({ params: { ...params, preempt: true }, address }))
    const network = new Network(routers, seed)
    network.boot(longestWaitUs(network))
    network.runUntil(network.now + 2 * settleUs(network))
    const master = assertOneMaster(network, `seed ${seed}`)
    const highest = Math.max(...routers.map(({ params }) => params.priority))
    assert.equal(master.params.priority, highest, `seed ${seed}`)
    const before = network.adverts
    network.runUntil(network.now + 10 * master.params.advertIntervalUs)
    assert.equal(network.adverts - before, 10, `seed ${seed}`)
  }
})

test('a MASTER that stops orderly is succeeded within its successor’s skew', () => {
  for (const seed of seeds) {
    const network = new Network(specs(seed, 3), seed)
    network.boot(longestWaitUs(network))
    network.runUntil(network.now + 2 * settleUs(network))
    const master = assertOneMaster(network, `seed ${seed}`)
    network.deliver(master, { type: 'stop' })
    assert.equal(master.holds, false)
    const rest = network.routers.filter(router => router !== master)
    const skews = rest.map(({ params }) =>
      masterDownUs({ ...params, downTimerAdverts: 0 }, params.priority, params.advertIntervalUs),
    )
    network.runUntil(network.now + Math.min(...skews) + 2 * network.delayMaxUs)
    assert.ok(network.masters().length >= 1, `seed ${seed}: somebody has taken over`)
    network.runUntil(network.now + settleUs(network))
    assertOneMaster(network, `seed ${seed}, later`)
  }
})

test('two owners end with one MASTER', () => {
  for (const seed of seeds) {
    const pair = specs(seed, 2).map(({ params, address }) => ({ params: { ...params, priority: 255 }, address }))
    const network = new Network(pair, seed)
    network.boot(100_000)
    network.runUntil(network.now + settleUs(network))
    assert.equal(assertOneMaster(network, `seed ${seed}`), network.routers[1])
  }
})
