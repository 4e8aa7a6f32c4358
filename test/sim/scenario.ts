// From a seed to a scenario: how many routers with which configurations, and what is going to happen to them. Drawn at once and
// before the run, so that the same seed means the same accidents whatever the program answers to them.

import type { SyncGroup, VirtualAddress, VrrpInstance } from '../../src/config/blocks/instance/model.ts'
import type { Family } from '../../src/lib/ip.ts'
import { masterDownUs } from '../../src/workers/vrrp/core/timers.ts'
import { instance, vip } from '../fixtures/vrrp-instance.ts'
import { type Accident, drawAccidents } from './accident.ts'
import type { SimConfig } from './daemon.ts'
import { Prng } from './prng.ts'
import type { Load } from './thread.ts'
import type { VirtualRouter } from './witness.ts'

/** What may happen. All but `everything` promise that no role changes meanwhile. */
export type Theme = 'everything' | 'workers' | 'stalls' | 'main-stalls' | 'daemon' | 'sleep'

export interface Scenario {
  readonly seed: number
  readonly theme: Theme
  readonly family: Family
  readonly intervalUs: number
  /** By host. */
  readonly configs: readonly SimConfig[]
  readonly routers: readonly VirtualRouter[]
  /** What the first threads of a host meet. */
  readonly firstLoads?: { readonly host: number; readonly loads: readonly Load[] }
  readonly accidents: readonly Accident[]
  /** How long accidents happen. */
  readonly troubleUs: number
  /** From the moment when all is well until there is one MASTER for certain. */
  readonly settleUs: number
  /** From then on until preempt_delay has let the best one have its way. */
  readonly delayUs: number
}

const ms = 1_000
const latenciesUs = 30 * ms

/** The scenario of a seed; `count` is the number of routers if it is not to be drawn. */
export function drawScenario(seed: number, count?: number): Scenario {
  const prng = new Prng(seed)
  const theme = prng.chance(0.65)
    ? 'everything'
    : prng.pick<Theme>(['workers', 'stalls', 'main-stalls', 'daemon', 'sleep'])
  const hosts = count ?? (prng.chance(0.93) ? prng.integer(2, 4) : prng.integer(5, 8))
  const common = drawCommon(prng, theme)
  const configs = Array.from({ length: hosts }, (_, i) => drawConfig(prng, common, i))
  const routers = common.names.map((name, i) => routerOf(name, i, configs))
  const longestUs = longestWaitUs(configs)
  const troubleUs = Math.round(Math.max(1_500 * ms, longestUs * (1 + prng.next() * 1.5)))
  const preemptDelayUs = Math.max(...configs.flatMap(({ instances }) => instances.map(one => one.preemptDelayUs)))
  const intervalUs = common.intervalUs
  const accidents = drawAccidents(prng, { theme, hosts, troubleUs, longestUs, intervalUs, configs })
  return {
    seed,
    theme,
    family: common.family,
    intervalUs,
    configs,
    routers,
    accidents,
    troubleUs,
    settleUs: longestUs + latenciesUs,
    delayUs: preemptDelayUs > 0 ? preemptDelayUs + intervalUs + longestUs : 0,
  }
}

/** The longest time that any of them listens before it acts. */
export function longestWaitUs(configs: readonly SimConfig[]): number {
  const all = configs.flatMap(({ instances }) => instances)
  return Math.max(...all.map(params => masterDownUs(params, Math.min(params.priority, 1), params.advertIntervalUs)))
}

/** The address of a host's own. */
export function ownAddress(family: Family, host: number): string {
  return family === 4 ? `192.0.2.${host + 1}` : `fe80::${host + 1}`
}

interface CommonConfig {
  readonly family: Family
  readonly version: 2 | 3
  readonly intervalUs: number
  readonly names: readonly string[]
  readonly grouped: boolean
  readonly authentication: VrrpInstance['authentication']
}

function drawCommon(prng: Prng, theme: Theme): CommonConfig {
  const version = prng.chance(0.3) ? 2 : 3
  const family: Family = version === 3 && prng.chance(0.25) ? 6 : 4
  // With less than a second a dead daemon's peers take over before its heir is there, and so they should.
  const fast = version === 3 && theme !== 'daemon'
  const intervalUs = fast ? prng.pick([10, 50, 100, 100, 100, 200, 200, 500]) * ms : 1_000 * ms
  const names = prng.chance(0.25) ? ['VI_1', 'VI_2'] : ['VI_1']
  const password = { type: 'ah', password: 'secret' } as const
  const authentication = version === 2 && prng.chance(0.2) ? password : ({ type: 'none' } as const)
  return { family, version, intervalUs, names, grouped: names.length > 1 && prng.chance(0.6), authentication }
}

function drawConfig(prng: Prng, common: CommonConfig, host: number): SimConfig {
  const { family, version, intervalUs, names, grouped, authentication } = common
  const owner = host === 0 && prng.chance(0.1)
  // Sometimes equal, so that the address decides.
  const priority = owner ? 255 : prng.pick([50, 100, 150, 200, prng.integer(1, 254)])
  const preempt = owner || prng.chance(0.8)
  const preemptDelayUs = preempt && !owner && prng.chance(0.15) ? 2 * intervalUs : 0
  const instances = names.map((name, i) =>
    instance({
      name,
      family,
      version,
      vrid: 51 + i,
      priority,
      preempt,
      preemptDelayUs,
      authentication,
      advertIntervalUs: intervalUs,
      multicastGroup: family === 4 ? '224.0.0.18' : 'ff02::12',
      addresses: addressesOf(family, i).slice(0, 2),
    }),
  )
  return { instances, groups: grouped ? [groupOf(names)] : [] }
}

/** All addresses that the instance may have, the third only after a reload. */
export function addressesOf(family: Family, index: number): VirtualAddress[] {
  const network = family === 4 ? '192.0.2.' : '2001:db8::'
  return [0, 1, 2].map(i => vip(`${network}${100 + 10 * index + i}`))
}

function groupOf(names: readonly string[]): SyncGroup {
  return {
    name: 'VG_1',
    place: { file: 'test.conf', line: 9 },
    members: names,
    notify: { notifyDeleted: false },
    smtpAlert: false,
    trackingWeight: false,
    trackedScripts: [],
    trackedInterfaces: [],
    trackedObjects: [],
  }
}

function routerOf(name: string, index: number, configs: readonly SimConfig[]): VirtualRouter {
  const params = configs[0]!.instances.find(one => one.name === name)!
  return {
    instance: name,
    vrid: params.vrid,
    addresses: addressesOf(params.family, index).map(({ address }) => address),
    intervalUs: params.advertIntervalUs,
    downTimerAdverts: params.downTimerAdverts,
  }
}
