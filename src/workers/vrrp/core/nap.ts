// How a BACKUP treats a pause of this host, or of its thread, that was shorter than a master-down time. When a whole
// one has passed it begins anew, see life.ts and from-backup.ts.

import type { Instant } from '../../../lib/time.ts'
import type { BackupState } from './state.ts'

/**
 * Adverts that came during a shorter pause may be lost, or still be on their way through this host. A living MASTER is
 * heard within an interval. Only once for each advert heard: a node that is always late takes over a little later, not
 * never.
 */
export function afterNap(state: BackupState, forUs: number, now: Instant): BackupState {
  const { masterIntervalUs, masterDownAt } = state
  const listenUntil = now + Math.round((3 * masterIntervalUs) / 2)
  if (state.graced || forUs <= masterIntervalUs / 4 || masterDownAt >= listenUntil) return state
  return { ...state, graced: true, masterDownAt: listenUntil }
}
