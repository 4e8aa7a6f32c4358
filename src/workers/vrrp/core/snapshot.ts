// Which changes of a state are worth a message. A steady MASTER or BACKUP changes clocks and counters many times a
// second; a successor gets the clocks from the published deadlines and loses nothing that matters with the counters.

import type { State } from './state.ts'

const transient: ReadonlySet<string> = new Set([
  'advertAt',
  'lastSentAt',
  'masterDownAt',
  'ipId',
  'ahSequence',
  'counters',
  'logged',
])

/** True if a successor that starts from `before` would not behave as one that starts from `after`. */
export function differs(before: State, after: State): boolean {
  if (before === after) return false
  if (before.name !== after.name) return true
  const old: Readonly<Record<string, unknown>> = { ...before }
  return Object.entries(after).some(([key, value]) => !transient.has(key) && !isSame(old[key], value))
}

// Steps share what they did not touch, so that the text is seldom needed.
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
