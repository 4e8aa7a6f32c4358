// Small scenarios from end to end: a worker that dies or hangs at every single step of what it does (taking a message, posting one,
// sending a packet, publishing a deadline), first in peace, then while roles change and while it starts; and a daemon that is killed
// at every moment of a change of roles.

import assert from 'node:assert/strict'
import test from 'node:test'
import { instance } from '../fixtures/vrrp-instance.ts'
import type { Accident } from './accident.ts'
import { addressesOf, longestWaitUs, type Scenario, type Theme } from './scenario.ts'
import { simulate } from './simulation.ts'
import type { Load } from './thread.ts'

const ms = 1_000
const intervalUs = 100 * ms
const kinds = ['throw', 'hang'] as const
const hosts = [0, 1]

function scenario(theme: Theme, accidents: readonly Accident[], troubleUs: number): Scenario {
  const addresses = addressesOf(4, 0).slice(0, 2)
  const routerOf = (priority: number) =>
    instance({ version: 3, vrid: 51, priority, advertIntervalUs: intervalUs, addresses })
  const configs = [200, 100].map(priority => ({ instances: [routerOf(priority)], groups: [] }))
  return {
    seed: 1,
    theme,
    family: 4,
    intervalUs,
    configs,
    routers: [
      {
        instance: 'VI_1',
        vrid: 51,
        addresses: addressesOf(4, 0).map(({ address }) => address),
        intervalUs,
        downTimerAdverts: 3,
      },
    ],
    accidents: [...accidents].sort((a, b) => a.at - b.at),
    troubleUs,
    settleUs: longestWaitUs(configs) + 30 * ms,
    delayUs: 0,
  }
}

/** The MASTER loses its link and gets it back, is given other addresses, and stops in good order. */
function rolesChange(priority: number): Accident[] {
  const addresses = addressesOf(4, 0)
  const changed = instance({ version: 3, vrid: 51, priority, advertIntervalUs: intervalUs, addresses })
  return [
    { at: 20 * ms, type: 'carrier', host: 0, forUs: 500 * ms },
    { at: 1_300 * ms, type: 'reload', host: 0, config: { instances: [changed], groups: [] } },
    { at: 1_500 * ms, type: 'service-restart', host: 0 },
  ]
}

async function failureOf(played: Scenario, what: string): Promise<string[]> {
  const { failure } = await simulate(played)
  return failure === undefined ? [] : [`${what}: ${failure}`]
}

test('a worker that dies at any step in peace changes no role', async () => {
  const failures: string[] = []
  for (const kind of kinds) {
    for (const host of hosts) {
      for (let steps = 0; steps < 40; steps++) {
        const accidents: Accident[] = [{ at: 0, type: 'worker-dies', host, kind, steps }]
        failures.push(
          ...(await failureOf(scenario('workers', accidents, 1_500 * ms), `${kind} of ${host} at step ${steps}`)),
        )
      }
    }
  }
  assert.deepEqual(failures, [])
})

test('a worker may die at any step while roles change', async () => {
  const failures: string[] = []
  for (const kind of kinds) {
    for (const host of hosts) {
      for (let steps = 0; steps < 130; steps++) {
        const accidents: Accident[] = [{ at: 0, type: 'worker-dies', host, kind, steps }, ...rolesChange(150)]
        failures.push(
          ...(await failureOf(scenario('everything', accidents, 1_700 * ms), `${kind} of ${host} at step ${steps}`)),
        )
      }
    }
  }
  assert.deepEqual(failures, [])
})

test('a worker, its successor and the one after that may die at any step of their start', async () => {
  const failures: string[] = []
  for (const kind of kinds) {
    for (let first = 0; first < 8; first++) {
      for (let second = 0; second < 8; second++) {
        const loads = [first, second, second].map(
          (steps): Load => ({ us: 80 * ms, dies: false, doom: { kind, steps } }),
        )
        const played = { ...scenario('everything', [], 500 * ms), firstLoads: { host: 0, loads } }
        failures.push(...(await failureOf(played, `${kind} at step ${first}, then ${second} twice`)))
      }
    }
  }
  assert.deepEqual(failures, [])
})

test('a worker may die at any moment while its main thread hangs', async () => {
  const failures: string[] = []
  for (const host of hosts) {
    for (let steps = 0; steps < 40; steps++) {
      const accidents: Accident[] = [
        { at: 0, type: 'main-hangs', host },
        { at: 0, type: 'worker-dies', host, kind: 'throw', steps },
      ]
      failures.push(...(await failureOf(scenario('everything', accidents, 6_000 * ms), `${host} at step ${steps}`)))
    }
  }
  assert.deepEqual(failures, [])
})

test('a daemon may be killed at any moment while roles change', async () => {
  const failures: string[] = []
  for (const host of hosts) {
    for (let at = 0; at < 1_700 * ms; at += 10 * ms) {
      const accidents: Accident[] = [{ at, type: 'daemon-dies', host }, ...rolesChange(50)]
      failures.push(
        ...(await failureOf(scenario('everything', accidents, 1_700 * ms), `${host} killed at ${at / ms} ms`)),
      )
    }
  }
  assert.deepEqual(failures, [])
})
