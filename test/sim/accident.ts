// What can happen to simulated routers and the link between them, as data: drawn by a scenario, carried out by simulation.ts.

import type { SimConfig } from './daemon.ts'
import type { Prng } from './prng.ts'
import { addressesOf, type Theme } from './scenario.ts'
import { healthy, type Wire } from './segment.ts'
import type { Load } from './thread.ts'

export type Accident = { readonly at: number } & What

export type What =
  | { readonly type: 'wire'; readonly from: number; readonly to: number; readonly wire: Wire }
  /** Hosts of one side hear nobody of the other. */
  | { readonly type: 'partition'; readonly side: readonly number[] }
  | { readonly type: 'heal' }
  | { readonly type: 'carrier'; readonly host: number; readonly forUs: number }
  | { readonly type: 'worker-dies'; readonly host: number; readonly kind: 'throw' | 'hang'; readonly steps: number }
  | { readonly type: 'worker-stalls'; readonly host: number; readonly forUs: number }
  /** The next threads load so slowly, or die of it, and the present one and its spare are killed. */
  | { readonly type: 'famine'; readonly host: number; readonly loads: readonly Load[] }
  | { readonly type: 'main-stalls'; readonly host: number; readonly forUs: number }
  /** The main thread hangs until somebody kills the process. Its worker may die meanwhile. */
  | { readonly type: 'main-hangs'; readonly host: number }
  | { readonly type: 'daemon-dies'; readonly host: number }
  | { readonly type: 'service-restart'; readonly host: number }
  | { readonly type: 'power-cycle'; readonly host: number; readonly forUs: number }
  | { readonly type: 'pause'; readonly host: number; readonly forUs: number; readonly frozen: boolean }
  /** Only if it holds no address. What arrives meanwhile is lost, or comes in a moment after it wakes up. */
  | { readonly type: 'backup-sleeps'; readonly host: number; readonly forUs: number; readonly loses: boolean }
  | { readonly type: 'clock-jump'; readonly host: number; readonly byUs: number }
  | { readonly type: 'reload'; readonly host: number; readonly config: SimConfig }
  | { readonly type: 'address-stolen'; readonly host: number; readonly index: number }

export interface Circumstances {
  readonly theme: Theme
  readonly hosts: number
  readonly troubleUs: number
  readonly longestUs: number
  readonly intervalUs: number
  readonly configs: readonly SimConfig[]
}

const ms = 1_000
const workerStallMaxMs = 350
const mainStallMaxMs = 350

/** In the order of time. */
export function drawAccidents(prng: Prng, around: Circumstances): Accident[] {
  switch (around.theme) {
    case 'everything':
      return drawEverything(prng, around)
    case 'workers':
      return spaced(prng, around, 4, host => drawWorkerDeath(prng, host))
    case 'stalls':
      return spaced(prng, around, 6, host => ({
        type: 'worker-stalls',
        host,
        forUs: prng.integer(1, workerStallMaxMs) * ms,
      }))
    case 'main-stalls':
      return spaced(prng, around, 4, host => ({
        type: 'main-stalls',
        host,
        forUs: prng.integer(1, mainStallMaxMs) * ms,
      }))
    case 'sleep':
      return spaced(
        prng,
        around,
        4,
        host => ({
          type: 'backup-sleeps',
          host,
          // Until a while after its timer ends. Between two sleeps it has the time to hear an advert.
          forUs: Math.round(around.longestUs * (0.3 + 0.9 * prng.next())),
          loses: prng.chance(0.5),
        }),
        2 * around.longestUs,
      )
    case 'daemon':
      return [{ at: prng.integer(0, around.troubleUs), type: 'daemon-dies', host: prng.integer(0, around.hosts - 1) }]
  }
}

// On each host at least 800 ms and `restUs` apart, so that the one before is over, and fewer than the supervisor gives up after.
function spaced(
  prng: Prng,
  { hosts, troubleUs }: Circumstances,
  perHost: number,
  what: (host: number) => What,
  restUs = 0,
): Accident[] {
  const accidents: Accident[] = []
  for (let host = 0; host < hosts; host++) {
    let at = prng.integer(0, 500 * ms)
    for (let i = 0; i < perHost && at < troubleUs; i++) {
      accidents.push({ at, ...what(host) })
      at += prng.integer(800 * ms, 1_500 * ms) + restUs
    }
  }
  return accidents.sort((a, b) => a.at - b.at)
}

function drawEverything(prng: Prng, around: Circumstances): Accident[] {
  const count = prng.integer(2, 10)
  const accidents = Array.from({ length: count }, () => ({
    at: prng.integer(0, around.troubleUs),
    ...draw(prng, around),
  }))
  return accidents.sort((a, b) => a.at - b.at)
}

function draw(prng: Prng, around: Circumstances): What {
  const host = prng.integer(0, around.hosts - 1)
  const other = (host + prng.integer(1, around.hosts - 1)) % around.hosts
  const { longestUs, intervalUs, configs } = around
  switch (prng.integer(0, 17)) {
    case 0:
    case 1:
    case 2:
      return { type: 'wire', from: host, to: other, wire: drawWire(prng, intervalUs) }
    case 3:
      return { type: 'wire', from: host, to: other, wire: { ...healthy, up: false } }
    case 4:
    case 5:
      return { type: 'partition', side: configs.flatMap((_, i) => (prng.chance(0.5) ? i : [])) }
    case 6:
      return { type: 'heal' }
    case 7:
      return { type: 'carrier', host, forUs: prng.integer(1 * ms, longestUs) }
    case 8:
    case 9:
      return drawWorkerDeath(prng, host)
    case 10:
      return { type: 'worker-stalls', host, forUs: prng.integer(1, workerStallMaxMs) * ms }
    case 11:
      return { type: 'famine', host, loads: drawLoads(prng) }
    case 12:
      return { type: 'main-stalls', host, forUs: prng.integer(1, 800) * ms }
    case 13:
      return prng.chance(0.2) ? { type: 'main-hangs', host } : drawEnd(prng, host)
    case 14:
      return { type: 'power-cycle', host, forUs: prng.integer(100 * ms, 2 * longestUs) }
    case 15:
      return { type: 'pause', host, forUs: drawPauseUs(prng, longestUs), frozen: prng.chance(0.3) }
    case 16:
      return prng.chance(0.5)
        ? { type: 'clock-jump', host, byUs: prng.integer(1 * ms, 2 * longestUs) }
        : { type: 'address-stolen', host, index: prng.integer(0, 1) }
    default:
      return { type: 'reload', host, config: drawReload(prng, configs[host]!) }
  }
}

function drawEnd(prng: Prng, host: number): What {
  return prng.chance(0.7) ? { type: 'daemon-dies', host } : { type: 'service-restart', host }
}

/** Sometimes about as long as the watchdog is patient. */
function drawPauseUs(prng: Prng, longestUs: number): number {
  return prng.chance(0.2) ? prng.integer(3_000 * ms, 12_000 * ms) : prng.integer(1 * ms, 2 * longestUs)
}

function drawWire(prng: Prng, intervalUs: number): Wire {
  return {
    up: true,
    loss: prng.chance(0.7) ? prng.next() * 0.4 : 0,
    duplication: prng.chance(0.3) ? prng.next() * 0.3 : 0,
    delayMaxUs: prng.chance(0.5) ? prng.integer(250, intervalUs) : 250,
    reorders: prng.chance(0.3),
  }
}

function drawWorkerDeath(prng: Prng, host: number): What {
  return { type: 'worker-dies', host, kind: prng.chance(0.7) ? 'throw' : 'hang', steps: prng.integer(0, 12) }
}

function drawLoads(prng: Prng): Load[] {
  return Array.from({ length: prng.integer(1, 5) }, () => ({
    us: prng.integer(200, 4_000) * ms,
    dies: prng.chance(0.4),
  }))
}

/** Another priority, more or fewer addresses, other names, other routers, and the second instance comes or goes. */
function drawReload(prng: Prng, { instances, groups }: SimConfig): SimConfig {
  const priority = prng.integer(1, 254)
  const changed = instances.map((params, i) => ({
    ...params,
    ...(params.priority === 255 ? {} : { priority }),
    addresses: addressesOf(params.family, i).slice(0, prng.integer(1, 3)),
  }))
  const fewer = groups.length === 0 && prng.chance(0.3) ? changed.slice(0, 1) : changed
  const named = prng.chance(0.3) ? fewer.map(params => ({ ...params, name: newName(params.name) })) : fewer
  // To its peers it is what it was; to the reload one ends and another begins, as if it had moved.
  const moved = prng.chance(0.2) ? named.map(params => ({ ...params, router: newName(params.router) })) : named
  if (named === fewer) return { instances: moved, groups }
  return { instances: moved, groups: groups.map(group => ({ ...group, members: group.members.map(newName) })) }
}

function newName(name: string): string {
  return `${name} anew`
}
