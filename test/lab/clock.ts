// Wall-clock microseconds, the base that packet captures use too, so that lab events and captures can be compared.

/** Microseconds since the epoch. */
export function epochNowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000)
}

/** A pause for child processes and drivers; conditions are awaited with Lab.waitFor instead. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
