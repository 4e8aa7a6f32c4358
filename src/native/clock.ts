// The clocks of the kernel that Node.js does not show. clock_gettime(2).

import { clockGettime } from './libc.ts'

const CLOCK_MONOTONIC = 1
const CLOCK_BOOTTIME = 7

const time = new BigInt64Array(2)
const bytes = new Uint8Array(time.buffer)

/** How long this host has been suspended since it was switched on, in microseconds: CLOCK_MONOTONIC does not count that time. */
export function suspendedUs(): number {
  const monotonic = nanoseconds(CLOCK_MONOTONIC)
  return Number((nanoseconds(CLOCK_BOOTTIME) - monotonic) / 1_000n)
}

function nanoseconds(clock: number): bigint {
  // Both clocks are there since Linux 2.6.39; a failure leaves 0, which is the same in both.
  if (clockGettime(clock, bytes) !== 0) return 0n
  return time[0]! * 1_000_000_000n + time[1]!
}
