// Readings of tracked objects: a BFD session, a file and the processes of one name each have one number, and instances
// that track them go by it. Scripts and links, whose state may also be unknown, are not here. keepalived.conf(5)
// track_bfd, track_file, track_process.

import { contribution } from './priority.ts'

export type TrackedKind = 'bfd' | 'file' | 'process'

/** Object -> its last reading: the number in a file; 1 for a BFD session that is up or a quorum of processes, else 0. */
export type Readings = Readonly<Record<string, number>>

export interface ReadingEffect {
  readonly fault: boolean
  /** What is added to the priority; 0 with a fault. */
  readonly priority: number
}

/** keepalived: a file adds or subtracts at most this much; a value that would subtract more is a fault. */
const faultAt = -254
const additionMax = 253

/** Under which name the reading of an object travels. */
export function readingKey(kind: TrackedKind, name: string): string {
  return `${kind} ${name}`
}

/** An object of which nothing was heard yet: the session is down, the file says 0, the processes are missing. */
export function readingOf(readings: Readings, kind: TrackedKind, name: string): number {
  return readings[readingKey(kind, name)] ?? 0
}

/** The fault that a reading is, or what it does to the priority. */
export function effectOfReading(kind: TrackedKind, weight: number, reverse: boolean, reading: number): ReadingEffect {
  if (kind === 'file') return effectOfFile(weight, reverse, reading)
  const up = reading !== 0
  return weight === 0
    ? { fault: up === reverse, priority: 0 }
    : { fault: false, priority: contribution(weight, reverse, up) }
}

/** Weight 0: anything but 0 is a fault, or with `reverse` 0 is. */
function effectOfFile(weight: number, reverse: boolean, value: number): ReadingEffect {
  if (weight === 0) return { fault: (value !== 0) !== reverse, priority: 0 }
  const priority = Math.min(additionMax, value * weight * (reverse ? -1 : 1))
  // Adding 0 makes 0 of -0.
  return priority <= faultAt ? { fault: true, priority: 0 } : { fault: false, priority: priority + 0 }
}
