// The counter that turns single results of a track script into up and down. Pure. keepalived.conf(5) `rise`, `fall`,
// `init_fail`: max = rise + fall - 1; at or above `rise` the script is up. Not the schedule: that is script-tracker.ts.

import type { ScriptStatus } from '../../workers/vrrp/core/event.ts'

export interface RiseFall {
  /** Successes in a row that bring a failed script up, at least 1. */
  readonly rise: number
  /** Failures in a row that bring a good script down, at least 1. */
  readonly fall: number
  /** 0 .. rise + fall - 1. */
  readonly counter: number
  readonly status: ScriptStatus
}

/** Before any result: unknown and one success away from up, or with `init_fail` down and `rise` successes away from it. */
export function initialRiseFall(rise: number, fall: number, initFail: boolean): RiseFall {
  return initFail ? { rise, fall, counter: 0, status: 'down' } : { rise, fall, counter: rise - 1, status: 'unknown' }
}

/** One more result. The status changes when the counter crosses `rise`, and on the very first result whatever it is. */
export function applyResult(state: RiseFall, success: boolean): RiseFall {
  return success ? afterSuccess(state) : afterFailure(state)
}

/** The same status under other limits: what a reload that changes `rise` or `fall` of a script makes of it. */
export function withLimits(state: RiseFall, rise: number, fall: number): RiseFall {
  if (rise === state.rise && fall === state.fall) return state
  switch (state.status) {
    case 'unknown':
      return initialRiseFall(rise, fall, false)
    case 'up':
      return { rise, fall, counter: rise + fall - 1, status: 'up' }
    case 'down':
      return { rise, fall, counter: 0, status: 'down' }
  }
}

function afterSuccess(state: RiseFall): RiseFall {
  if (state.counter < state.rise - 1) return { ...state, counter: state.counter + 1 }
  return { ...state, counter: state.rise + state.fall - 1, status: 'up' }
}

function afterFailure(state: RiseFall): RiseFall {
  if (state.counter > state.rise) return { ...state, counter: state.counter - 1 }
  return { ...state, counter: 0, status: 'down' }
}
