// How long the supervisor waits for the vrrp worker, in one place because the simulation has to wait as long. Pure.

import { usPerMs } from '../../../lib/time.ts'

/** How often the worker is asked whether it lives. */
export const pingEveryMs = 100
/**
 * Together with a cold start the longest stays below the shortest lease of one second; the shortest is no stall of a
 * busy machine.
 */
const pongWithinMsMax = 400
const pongWithinMsMin = 150
/** If a worker that was told to stop has not answered after this time, the main thread resigns its roles. */
export const stopWithinMs = 2_000

/**
 * How long the worker may be silent, in milliseconds. A hung worker hears no other MASTER, and adverts are repeated in
 * its stead, so after a partition there are two masters for as long: half a master-down time of the fastest instance,
 * within bounds.
 */
export function pongWithinMs(instances: readonly { readonly advertIntervalUs: number }[]): number {
  const fastestUs = Math.min(...instances.map(({ advertIntervalUs }) => advertIntervalUs))
  return Math.min(pongWithinMsMax, Math.max(pongWithinMsMin, (1.5 * fastestUs) / usPerMs))
}
