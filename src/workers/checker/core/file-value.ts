// Turns the number in a track file into the result of a FILE_CHECK. Pure. keepalived.conf(5) `track_file`,
// `FILE_CHECK`.

import type { FileChecker } from '../../../config/blocks/checker/model.ts'
import type { CheckResult } from './check-state.ts'

const int32Min = -(2 ** 31)
const int32Max = 2 ** 31 - 1

/** Weight 0: anything but 0 is a fault, or with `reverse` 0 is. Else the value moves the weight, and -2^31 is a fault. */
export function fileResult(checker: FileChecker, value: number): CheckResult {
  if (checker.weight === 0) {
    const fault = (value !== 0) !== checker.reverse
    return fault ? { kind: 'failed', reason: `the file says ${value}` } : { kind: 'passed' }
  }
  const weight = Math.max(int32Min, Math.min(int32Max, value * checker.weight * (checker.reverse ? -1 : 1)))
  if (weight === int32Min) return { kind: 'failed', reason: `the file says ${value}` }
  return { kind: 'passed', weight: weight + 0 }
}
