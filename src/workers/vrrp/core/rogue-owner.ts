// Two routers that both say priority 255: a configuration error that must still end with one MASTER. The one with the
// lower address should give way after hearing us; if it does not, we do, by advertising 254 until we are MASTER again.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { MasterState, RogueOwner } from './state.ts'

/** Adverts of ours that the other owner is given to hear before its silence is expected. */
const advertsGiven = 2
const yieldedPriority = 254

/** The other owner has been heard for the first time; its interval in microseconds. */
export function challenge(intervalUs: number): RogueOwner {
  return { advertsLeft: advertsGiven, intervalUs, quietUntil: null }
}

/** After each advert in time: counts down, then waits 1.2 intervals of the slower one. */
export function rogueSeesAdvert(params: VrrpInstance, rogue: RogueOwner | null, now: Instant): RogueOwner | null {
  if (rogue === null) return null
  if (rogue.quietUntil !== null) return now < rogue.quietUntil ? rogue : null
  const advertsLeft = rogue.advertsLeft - 1
  if (advertsLeft > 0) return { ...rogue, advertsLeft }
  const slowerUs = Math.max(params.advertIntervalUs, rogue.intervalUs)
  return { ...rogue, advertsLeft, quietUntil: now + Math.trunc((slowerUs * 6) / 5) }
}

/** An owner no longer, for the time being. */
export function giveWay(state: MasterState): MasterState {
  return { ...state, yielded: true, effectivePriority: yieldedPriority, rogue: null }
}
