// Weights of trackers: that of a row, which may inherit from the definition, and the range that counts. keepalived.conf(5),
// track_script and its like.

import type { Entry } from '../../language/entry.ts'
import { optionOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { trackFile } from './keywords.ts'

/** keepalived accepts 254 and takes 253. */
const weightMax = 253

interface Weight {
  readonly weight: number
  readonly reverse: boolean
}

/** The weight of the row, else that of the definition. `noreverse` undoes an inherited reverse. */
export function weightOf(row: Entry, inherited: Weight, context: BuildContext): Weight {
  const option = optionOf(row, trackFile.weight)
  const written = option?.values[0]
  if (option === undefined || typeof written !== 'number') {
    return { weight: inherited.weight, reverse: inherited.reverse }
  }
  const direction = option.values[1]
  const reverse = direction === 'reverse' || (direction !== 'noreverse' && inherited.reverse)
  return { weight: limitWeight(written, option, context), reverse }
}

/** Brings a weight into the range that counts, with advice. */
export function limitWeight(weight: number, at: Entry, context: BuildContext): number {
  if (Math.abs(weight) <= weightMax) return weight
  const limited = Math.sign(weight) * weightMax
  // Beyond that the word itself was found out of range.
  if (Math.abs(weight) <= weightMax + 1) {
    complain(context, 'clamped-weight', at, `weight ${weight} is taken as ${limited}`, {
      help: `the largest weight is ${weightMax}`,
    })
  }
  return limited
}
