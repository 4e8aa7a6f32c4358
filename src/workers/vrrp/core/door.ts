// The door to MASTER: may this instance lead now; if not, why, and until when. One pure function of its own state, of
// what it sees (its sockets and its sending are part of that), and of the verdicts of others. Timers, owners, priority
// 0 and sync groups all come through here, and nothing else calls becomeMaster(). A verdict is given anew with each
// event and remembered nowhere: one that is lent for a time (an arbiter's lease) would be one more field of Verdicts,
// one more reason below, and its end one more deadline of fsm.ts.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import type { Fault } from '../../../lib/vrrp-fault.ts'
import { becomeMaster } from './become.ts'
import { faultsOf } from './faults.ts'
import type { State } from './state.ts'
import type { Step } from './step.ts'
import { firstChanceUs, masterDownUs, ownerPriority } from './timers.ts'

/** What others have to say at this moment. */
export interface Verdicts {
  /** The other members of the sync group; null: there is no group. */
  readonly group: GroupView | null
}

export interface GroupView {
  /** Members with a fault of their own. */
  readonly faulty: readonly string[]
  /** Members that neither are MASTER nor would be if the group let them. */
  readonly holdouts: readonly string[]
}

/** No sync group, and nobody else to ask. */
export const nobodyElse: Verdicts = { group: null }

type Door =
  | { readonly open: true }
  /** Until the faults are gone. */
  | { readonly open: false; readonly why: 'faults'; readonly faults: readonly Fault[] }
  /** Others have the time until then to be heard. */
  | { readonly open: false; readonly why: 'election'; readonly until: Instant }
  /** These members have to want it, too. `until`: when it is asked again at the latest. */
  | { readonly open: false; readonly why: 'group'; readonly holdouts: readonly string[]; readonly until: Instant }

/** Whether the door to MASTER is open to an instance that is not MASTER. */
export function doorFor(params: VrrpInstance, state: State, verdicts: Verdicts, now: Instant): Door {
  const faults = faultsOf(params, state.world, verdicts.group?.faulty)
  // A BACKUP is past the point where a script without a result hinders it.
  const hindering = state.name === 'backup' ? faults.filter(({ kind }) => kind !== 'waiting') : faults
  if (hindering.length > 0) return { open: false, why: 'faults', faults: hindering }
  const until = electionEnd(params, state, now)
  if (until > now) return { open: false, why: 'election', until }
  const holdouts = verdicts.group?.holdouts ?? []
  return holdouts.length === 0
    ? { open: true }
    : { open: false, why: 'group', holdouts, until: now + nextChanceUs(params, state) }
}

/** MASTER if the door is open, with the cause for the log; else what `otherwise` makes of the reason. The only way to MASTER. */
export function lead(
  params: VrrpInstance,
  state: State,
  { verdicts, now, cause }: { readonly verdicts: Verdicts; readonly now: Instant; readonly cause: Cause },
  otherwise: (door: Extract<Door, { open: false }>) => Step,
): Step {
  const door = doorFor(params, state, verdicts, now)
  return door.open ? becomeMaster(params, state, now, cause) : otherwise(door)
}

/** True if this instance would be MASTER if its sync group let it. */
export function wantsToLead(params: VrrpInstance, state: State): boolean {
  switch (state.name) {
    case 'master':
      return true
    case 'backup':
      return state.wantsMaster
    case 'fault':
      return false
    case 'init':
      return state.startAt !== null && isOwner(params, state) && faultsOf(params, state.world).length === 0
  }
}

// RFC 9568 section 6.4.1: an owner goes to MASTER at once. keepalived lets it wait a full period after a fault.
function electionEnd(params: VrrpInstance, state: State, now: Instant): Instant {
  if (state.name === 'backup') return state.wantsMaster ? now : state.masterDownAt
  return isOwner(params, state) ? now : now + masterDownUs(params, state.effectivePriority, params.advertIntervalUs)
}

function nextChanceUs(params: VrrpInstance, state: State): number {
  if (state.name !== 'backup') return firstChanceUs(params, params.advertIntervalUs)
  return masterDownUs(params, state.effectivePriority, state.masterIntervalUs)
}

function isOwner(params: VrrpInstance, state: State): boolean {
  return params.priority === ownerPriority && !state.yielded
}
