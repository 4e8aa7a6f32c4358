// Who is MASTER, seen from outside: by adverts on the wire and by the address on the interface.

import assert from 'node:assert/strict'
import { epochNowUs } from './clock.ts'
import type { AdvertEvent } from './event.ts'
import type { Lab } from './lab.ts'

export interface RoleOptions {
  readonly vrid?: number
  readonly family?: 4 | 6
  /** With prefix. */
  readonly vip?: string
  /** Only what came after this instant counts, microseconds since the epoch. */
  readonly since?: number
  readonly boundMs?: number
}

export const DEFAULT_VRID = 51
export const DEFAULT_VIP = '10.77.0.100/24'

/** Waits until the router advertises and holds the address; resolves with its first advert since `since`. */
export async function becomesMaster(lab: Lab, name: string, options: RoleOptions = {}): Promise<AdvertEvent> {
  const { vrid = DEFAULT_VRID, vip = DEFAULT_VIP, since = 0, boundMs = 10_000 } = options
  return lab.waitFor(
    `${name} becomes MASTER of vrid ${vrid}`,
    () => {
      const { running, exit } = lab.router(name)
      if (!running) throw new Error(`${name} does not run: ${JSON.stringify(exit)}\n${lab.timeline.tail()}`)
      return lab.holds(name, vip) && lab.adverts({ from: name, vrid, since }).find(advert => advert.priority > 0)
    },
    boundMs,
  )
}

/** Waits until the router neither holds the address nor has the last word on the wire. */
export async function becomesBackup(lab: Lab, name: string, options: RoleOptions = {}): Promise<void> {
  const { vrid = DEFAULT_VRID, vip = DEFAULT_VIP, boundMs = 10_000 } = options
  await lab.waitFor(
    `${name} gives up vrid ${vrid}`,
    () => !lab.holds(name, vip) && lab.adverts({ vrid }).at(-1)?.from !== name,
    boundMs,
  )
}

/** The router keeps the role: it alone advertises, and the other does not hold the address, for the given time. */
export async function staysMaster(
  lab: Lab,
  name: string,
  durationMs: number,
  options: RoleOptions = {},
): Promise<void> {
  const { vrid = DEFAULT_VRID, vip = DEFAULT_VIP } = options
  // By the instant of sending: what came before may be told of later than now.
  const since = epochNowUs()
  await lab.timeline.holdsFor(
    `${name} stays MASTER of vrid ${vrid}`,
    () =>
      lab.holds(name, vip) && lab.adverts({ vrid, since }).every(advert => advert.from === name && advert.priority > 0),
    durationMs,
  )
}

/** Last advert that the router sent (priority 0 included); fails if there is none. */
export function lastAdvert(lab: Lab, name: string, vrid = DEFAULT_VRID): AdvertEvent {
  const advert = lab.adverts({ from: name, vrid }).at(-1)
  assert.ok(advert, `${name} sent no advert`)
  return advert
}

/** Longest time between two neighbouring adverts of the router since `since`, microseconds. */
export function longestGapUs(lab: Lab, name: string, since: number, vrid = DEFAULT_VRID): number {
  const times = lab.adverts({ from: name, vrid, since }).map(advert => advert.at)
  return Math.max(...times.slice(1).map((at, i) => at - times[i]!))
}
