// Which place on a board belongs to which VRRP instance or BFD session. An instance keeps its place over reloads,
// because a worker that has not yet heard of the reload goes on writing there.

import { boardSlotsMax } from '../../ipc/board.ts'
import { KaError } from '../../lib/errors.ts'

/** Gives each named instance a place of its own, keeping those it has. Throws KA_CONFIG when the board is full. */
export function assignSlots(
  before: Readonly<Record<string, number>>,
  names: readonly string[],
): Readonly<Record<string, number>> {
  const slots: Record<string, number> = {}
  const taken = new Set(Object.values(before))
  let next = 0
  for (const name of names) {
    const kept = before[name]
    if (kept !== undefined) {
      slots[name] = kept
      continue
    }
    while (taken.has(next)) next++
    if (next >= boardSlotsMax)
      throw new KaError('KA_CONFIG', `more than ${boardSlotsMax} VRRP instances or BFD sessions`)
    taken.add(next)
    slots[name] = next
  }
  return slots
}
