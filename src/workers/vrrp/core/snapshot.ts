// Which changes of a state are worth a message. A steady MASTER or BACKUP changes clocks and counters many times a
// second; a successor gets the clocks from the published deadlines and loses nothing that matters with the counters.

import type { State } from './state.ts'

const transient: ReadonlySet<string> = new Set([
  'advertAt',
  'lastSentAt',
  'masterDownAt',
  'graced',
  'ipId',
  'ahSequence',
  'counters',
  'logged',
])

/** True if a successor that starts from `before` would not behave as one that starts from `after`. */
export function differs(before: State, after: State): boolean {
  if (before === after) return false
  if (before.name !== after.name) return true
  const old: Readonly<Record<string, unknown>> = before as never
  const next: Readonly<Record<string, unknown>> = after as never
  for (const key in next) if (!transient.has(key) && !isSame(old[key], next[key])) return true
  return false
}

// Plain data only. Steps share what they did not touch, so that it seldom goes deep; it is done for every advert.
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [x, y] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  const keys = Object.keys(x)
  return keys.length === Object.keys(y).length && keys.every(key => isSame(x[key], y[key]))
}
