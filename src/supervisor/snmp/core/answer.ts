// Requests of the master agent and their answers. A set goes through test, commit and perhaps undo. RFC 2741 §7.2.3 and §7.2.4.
// Pure but for the changes, which the caller carries out.

import { ERROR, type Request } from './agentx-pdu.ts'
import type { SearchRange } from './agentx-reader.ts'
import { type Change, undone } from './change.ts'
import type { Mib } from './mib.ts'
import type { Oid } from './oid.ts'
import type { ReadModel } from './read-model.ts'
import type { Varbind } from './value.ts'

export interface Answer {
  readonly error: number
  /** Counts from 1; 0 without an error. */
  readonly index: number
  readonly varbinds: readonly Varbind[]
}

/** Bounds what one request costs; the master asks again for the rest. */
const varbindsMax = 256

export function answerGet(mib: Mib, model: ReadModel, request: Extract<Request, { ranges: unknown }>): Answer {
  const { ranges } = request
  if (ranges.length > varbindsMax) return failed(ERROR.generic, varbindsMax)
  switch (request.type) {
    case 'get':
      return found(ranges.map(({ start }) => mib.get(model, start)))
    case 'get-next':
      return found(ranges.map(range => mib.next(model, range)))
    case 'get-bulk':
      return found(bulk(mib, model, ranges, request.nonRepeaters, request.repetitionsMax))
  }
}

/** Tested sets of transactions that are under way. */
interface SetStep {
  readonly answer: Answer
  readonly changes: readonly Change[]
}

export function testSet(mib: Mib, model: ReadModel, varbinds: readonly Varbind[]): SetStep {
  const changes: Change[] = []
  if (varbinds.length > varbindsMax) return { answer: failed(ERROR.generic, varbindsMax), changes }
  for (const [i, varbind] of varbinds.entries()) {
    const tested = mib.test(model, varbind)
    if (!tested.ok) return { answer: { error: ERROR[tested.why], index: i + 1, varbinds: [] }, changes: [] }
    changes.push(tested.change)
  }
  return { answer: found([]), changes }
}

/** What takes the changes back, last one first. */
export function undoing(changes: readonly Change[]): readonly Change[] {
  return changes.map(undone).reverse()
}

export function found(varbinds: readonly Varbind[]): Answer {
  return { error: ERROR.none, index: 0, varbinds }
}

export function failed(error: number, index = 0): Answer {
  return { error, index, varbinds: [] }
}

/** RFC 3416 §4.2.3: row by row over the repeaters. */
function bulk(
  mib: Mib,
  model: ReadModel,
  ranges: readonly SearchRange[],
  nonRepeaters: number,
  repetitionsMax: number,
): readonly Varbind[] {
  const varbinds = ranges.slice(0, nonRepeaters).map(range => mib.next(model, range))
  let repeaters = ranges.slice(nonRepeaters)
  for (let i = 0; i < repetitionsMax && repeaters.length > 0; i++) {
    if (varbinds.length + repeaters.length > varbindsMax) break
    const row = repeaters.map(range => mib.next(model, range))
    varbinds.push(...row)
    if (row.every(({ value }) => value === 'end-of-mib-view')) break
    repeaters = repeaters.map((range, j) => ({ ...range, start: nextStart(row[j]!, range.start), include: false }))
  }
  return varbinds
}

function nextStart({ oid, value }: Varbind, before: Oid): Oid {
  return value === 'end-of-mib-view' ? before : oid
}
