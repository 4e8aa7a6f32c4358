// A typed default as the documentation has it: in the unit that a file would be written in.

import type { ArgSpec } from './args.ts'
import type { Value } from './value.ts'

/** `255`, `0.25`, `off`, `MASTER`. */
export function defaultText(arg: ArgSpec | undefined, value: Value): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string') return value
  if (arg?.type === 'seconds') return String(value / 1_000_000)
  return String(arg?.type === 'milliseconds' ? value / 1_000 : value)
}
