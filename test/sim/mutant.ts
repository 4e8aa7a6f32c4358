// Broken policies: the program's own with one rule taken out each. A simulation that does not find them finds nothing.

import { decide } from '../../src/supervisor/vrrp/worker/policy.ts'
import type { ActorEffect, Outside } from '../../src/supervisor/vrrp/worker/state.ts'
import { watch } from '../../src/supervisor/watchdog/watchdog-policy.ts'
import { drain, takeTurn } from '../../src/workers/vrrp/turn.ts'
import { type Policies, realPolicies } from './policies.ts'

/** Roles that nobody stands behind are forgotten, but neither resigned nor taken off the interface. */
export const withoutStepDown: Policies = {
  ...realPolicies,
  decide: (...args) => {
    const step = decide(...args)
    if (!step.effects.some(isStepDown)) return step
    return { state: step.state, effects: step.effects.filter(effect => !isStepDown(effect) && !isResignation(effect)) }
  },
}

/** The bridge speaks for a dead worker for ever: its last sign of life is always now. */
export const withoutLease: Policies = {
  ...realPolicies,
  decide: (options, state, event, outside, now) => {
    const immortal: Outside = {
      running: outside.running,
      lifeAt: now,
      consumed: () => outside.consumed(),
      deadlineOf: slot => outside.deadlineOf(slot),
      sockets: () => outside.sockets(),
    }
    return decide(options, state, event, immortal, now)
  },
}

/** Timers fire before what has arrived is looked at, be it in the inbox or in the socket of the main thread. */
export const withoutDrain: Policies = {
  ...realPolicies,
  takeTurn: (shell, ports) => {
    const now = ports.now()
    // The fence comes back at once, past everything that waits.
    shell.runDue(now)
    for (let n = 1; n <= fencesMax; n++) shell.handle({ t: 'fence', n }, now)
    shell.runDue(now)
    return takeTurn(shell, ports)
  },
}

/** The main thread is asked what has arrived long before the timer ends, and its answer counts. */
export const withOldAnswers: Policies = { ...realPolicies, fenceLeadUs: 200_000 }

/** Who wakes up after its timer has ended takes over at once, as if nobody could have spoken meanwhile. */
export const withoutGrace: Policies = {
  ...realPolicies,
  takeTurn: (shell, ports) => {
    const outcome = drain(shell, ports)
    if (outcome === 'stopped' || outcome instanceof Promise) return outcome
    // A timer is given the time at which it should have fired.
    const now = ports.now()
    shell.runDue(Math.min(now, shell.nextDeadline(now) ?? now))
    return outcome
  },
}

/** The watchdog counts time in which it did not run itself against the daemon. */
export const withoutOwnPauses: Policies = {
  ...realPolicies,
  watch: (state, event, now, limits) => watch({ ...state, lookAt: null }, event, now, limits),
}

/** More questions than a worker asks in the few seconds that a simulation has to find this out. */
const fencesMax = 64

function isStepDown(effect: ActorEffect): boolean {
  if (effect.type !== 'apply') return false
  return effect.effects.some(one => one.type === 'log' && one.event === 'stepped-down')
}

function isResignation(effect: ActorEffect): boolean {
  return effect.type === 'transmit' && effect.advert.packet[22] === 0
}
