// What the number in a track file says about a server. Pure. keepalived.conf(5) `track_file`, `FILE_CHECK`.

import type { FileChecker } from '../../../config/lvs-model.ts'
import type { CheckResult } from './check-state.ts'

/** Bytes of the file that are looked at. */
export const VALUE_BYTES_MAX = 127

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

/** The integer that the text begins with, in C notation; 0 if there is none, undefined if it is out of range. */
export function parseFileValue(text: string): number | undefined {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text)
  if (match === null) return 0
  const digits = match[2]!
  const octal = /^0[0-7]+$/.test(digits)
  const magnitude = octal ? Number.parseInt(digits, 8) : Number(digits)
  const value = match[1] === '-' ? -magnitude : magnitude
  return value < INT32_MIN || value > 2 ** 31 ? undefined : value
}

/** Weight 0: anything but 0 is a fault, or with `reverse` 0 is. Else the value moves the weight, and -2^31 is a fault. */
export function fileResult(checker: FileChecker, value: number): CheckResult {
  if (checker.weight === 0) {
    const fault = (value !== 0) !== checker.reverse
    return fault ? { kind: 'failed', reason: `the file says ${value}` } : { kind: 'passed' }
  }
  const weight = Math.max(INT32_MIN, Math.min(INT32_MAX, value * checker.weight * (checker.reverse ? -1 : 1)))
  if (weight === INT32_MIN) return { kind: 'failed', reason: `the file says ${value}` }
  return { kind: 'passed', weight: weight + 0 }
}
