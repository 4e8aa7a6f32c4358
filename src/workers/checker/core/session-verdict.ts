// What the state of a BFD session says about a server. Pure: no retries, no schedule. keepalived.conf(5) `BFD_CHECK`.

import type { BfdChecker } from '../../../config/blocks/checker/model.ts'
import type { CheckState, CheckStep, Verdict } from './check-state.ts'

/** The session is up or down. Known news changes nothing, but the first one that a server is down is told of. */
export function applySession(checker: BfdChecker, state: CheckState, up: boolean): CheckStep {
  const after: CheckState = { ...state, up, hasRun: true, failures: 0 }
  const isNews = up !== state.up || (!up && !state.hasRun)
  if (!isNews) return { state: after, effects: [] }
  const { id, type, session, server } = checker
  const verdict: Verdict = { checker: id, type, up, changed: true, weight: 0, reason: session }
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
