// From a configured checker to what makes its checks. MISC_CHECK runs in the supervisor and FILE_CHECK has no checks to make,
// so both get a maker that is never asked.

import type { Checker, SslMaterial } from '../../../config/lvs-model.ts'
import type { CheckResult } from '../core/check-state.ts'
import { checkTcp } from './tcp.ts'

export interface CheckMaker {
  /** Makes one check; `url` is the index of the URL for HTTP. Rejects only on a bug. Ends within the checker's own timeouts. */
  check(url: number): Promise<CheckResult>
  /** Releases what is kept between checks. */
  close(): void
}

const nothing = (): void => {}

export function checkMaker(checker: Checker, _ssl: SslMaterial | null): CheckMaker {
  switch (checker.type) {
    case 'TCP_CHECK':
      return { check: () => checkTcp(checker.target), close: nothing }
    case 'MISC_CHECK':
    case 'FILE_CHECK':
    default:
      return { check: async () => ({ kind: 'skipped', reason: 'makes no checks of its own' }), close: nothing }
  }
}
