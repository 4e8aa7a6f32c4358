// Turns the state of a BFD session into the verdict of a BFD_CHECK. Pure: no retries, no schedule. keepalived.conf(5)
// `BFD_CHECK`.

import type { BfdChecker } from '../../../config/blocks/checker/model.ts'
import { type CheckState, type CheckStep, verdictOf } from './check-state.ts'

/**
 * The session is up or down. A state that is known already changes nothing, except that the first `down` is told even
 * to a checker that starts as down.
 */
export function applySession(checker: BfdChecker, state: CheckState, up: boolean): CheckStep {
  const after: CheckState = { ...state, up, hasRun: true, failures: 0 }
  const isNews = up !== state.up || (!up && !state.hasRun)
  if (!isNews) return { state: after, effects: [] }
  const { session, server } = checker
  const verdict = verdictOf(checker, { up, changed: true, weight: 0, reason: session })
  return {
    state: after,
    effects: [
      {
        type: 'log',
        level: up ? 'info' : 'warn',
        event: up ? 'bfd-check-up' : 'bfd-check-down',
        fields: { server, session },
      },
      { type: 'verdict', verdict },
    ],
  }
}
