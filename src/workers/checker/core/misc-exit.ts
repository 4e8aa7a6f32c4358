// Turns the exit of a MISC_CHECK program into a result for the server. Pure. keepalived.conf(5) `misc_dynamic`:
// statuses 2..255 are success and set the weight of the server to status - 2; what a checker contributes is the
// difference to the configured weight.

import type { MiscChecker } from '../../../config/blocks/checker/model.ts'
import type { CheckResult } from './check-state.ts'

/** How a MISC_CHECK program ended. `failed-to-start`: the program did not run, so its end says nothing about the server. */
export type MiscEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-started'; readonly reason: string }

/** Exit of the program to the result of the check. keepalived: a program that cannot be executed counts as success. */
export function miscResult(checker: MiscChecker, end: MiscEnd): CheckResult {
  switch (end.kind) {
    case 'exited':
      return exited(checker, end.status)
    case 'signalled':
      return { kind: 'failed', reason: `due to signal ${end.signal}` }
    case 'timed-out':
      return { kind: 'failed', reason: 'timed out', overdue: true }
    case 'not-started':
      return { kind: 'skipped', reason: end.reason }
  }
}

function exited(checker: MiscChecker, status: number): CheckResult {
  if (status === 0) return { kind: 'passed', weight: 0 }
  if (checker.dynamic && status >= 2) return { kind: 'passed', weight: status - 2 - checker.configuredWeight }
  return { kind: 'failed', reason: `exited with status ${status}` }
}
