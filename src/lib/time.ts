// Time as the whole program counts it: integer microseconds of CLOCK_MONOTONIC. That clock has one base for every
// thread and process of the host, so an Instant survives a worker restart. It is not a date: log lines use Date.

/** A point in time, integer microseconds since an arbitrary start that all threads and processes of the host share. */
export type Instant = number

export const usPerMs = 1_000
export const usPerSecond = 1_000_000

/** The monotonic clock now, in microseconds. Shells call this once per event and pass the value down; cores never do. */
export function monotonicNowUs(): Instant {
  return Number(process.hrtime.bigint() / 1_000n)
}
