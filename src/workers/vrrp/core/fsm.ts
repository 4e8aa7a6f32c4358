// The VRRP state machine of one instance. A loop drives it like this:
//   state = initial(params, now); then for each event, the first being `start` (or `resume` with a state it was given):
//   { state, effects } = transition(params, state, event, now); apply the effects in order;
//   wait for the next event, but at most until deadline(state), which is a `timer` event. Early or stale ones are harmless.
//   The packets of a `transmit` effect are sealAdvert(params, state, effect.priority) of the *new* state, see seal.ts.
//
//   INIT ----> BACKUP       start, after the start-up delay if there is one
//   BACKUP --> MASTER       no advert for a master-down time or, after priority 0, for the skew; only through the door
//   MASTER --> BACKUP       an advert of a router that comes before this one, `step-down`, or silent for too long
//   any -----> FAULT        the first fault (faults.ts)
//   FAULT ---> BACKUP       the last fault has gone
//   INIT, FAULT -> MASTER   the owner of the addresses (priority 255), at once, through the door
//
// BACKUP waits for a master-down time, which each accepted advert of the MASTER begins anew (from-backup.ts). MASTER sends
// an advert each interval (from-master.ts). Four rules hold everywhere:
// 1. There is one way to MASTER, lead() in door.ts. It asks for faults, the sync group, and the time that others have to
//    speak up first. No other file calls becomeMaster().
// 2. A packet that is rejected changes a counter and a log flag, never a timer. A flood of junk cannot silence a MASTER.
// 3. A MASTER that was silent for longer than its peers wait listens first (listenIfStalled) before it sends anything:
//    another router may be MASTER by now. transition() looks at this before it handles the event.
// 4. A step transmits at most once, and the advert is the first of its effects: it makes the old MASTER remove its addresses.
//
// State, parameters and time are arguments, so that a run can be repeated and a successor can go on from a snapshot.
// Faults are worked out anew with each event (faults.ts): no count can get out of balance. Which state has which fields
// is in state.ts. RFC 3768 section 6.4 and RFC 9568 section 6.4, with keepalived's additions (vrrp-behaviour section 3).

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Cause } from '../../../lib/vrrp-cause.ts'
import { becomeBackup } from './become.ts'
import { lead, nobodyElse, type Verdicts } from './door.ts'
import type { Event, ReceivedFrame } from './event.ts'
import { backupFrame, backupTimer } from './from-backup.ts'
import { masterAddressLost, masterFrame, masterTimer } from './from-master.ts'
import { nextGarpAt } from './garp.ts'
import { initTimer, listenIfStalled, paused, reload, remove, resume, start, stepDown, stop } from './life.ts'
import { observeLink, observeReading, observeScript } from './observe.ts'
import { reconsider } from './reconsider.ts'
import { retrySending, transmitted } from './sending.ts'
import { freshCommon, type State } from './state.ts'
import { type Step, stay } from './step.ts'
import { masterDownUs } from './timers.ts'

type GroupEvent = Extract<Event, { readonly type: 'group' }>

/** The state of an instance before its `start` event. */
export function initial(params: VrrpInstance, now: Instant): State {
  return { ...freshCommon(params.priority, params.advertIntervalUs, now), name: 'init', startAt: null }
}

/**
 * One event: the next state and its effects. Nothing that comes from the network makes it throw. `verdicts`: what
 * others have to say about it at this moment, see door.ts.
 */
export function transition(
  params: VrrpInstance,
  state: State,
  event: Event,
  now: Instant,
  verdicts: Verdicts = nobodyElse,
): Step {
  const first = mayBeStalled(event)
    ? listenIfStalled(event.type === 'reload' ? event.previous : params, state, now)
    : stay(state)
  const step = dispatch(params, first.state, event, now, verdicts)
  return { state: step.state, effects: [...first.effects, ...step.effects] }
}

/** When must the shell call transition() with a `timer` event? undefined: not before another event. */
export function deadline(state: State): Instant | undefined {
  if (state.name === 'fault') return state.sending.retryAt ?? undefined
  if (state.name !== 'master') return roleDeadline(state)
  return Math.min(state.advertAt, nextGarpAt(state.garp) ?? state.advertAt)
}

/** The deadline that a successor needs: next advert of a MASTER, master-down of a BACKUP, end of the start-up delay. */
export function roleDeadline(state: State): Instant | undefined {
  switch (state.name) {
    case 'init':
      return state.startAt ?? undefined
    case 'backup':
      return state.masterDownAt
    case 'master':
      return state.advertAt
    case 'fault':
      return undefined
  }
}

function dispatch(params: VrrpInstance, state: State, event: Event, now: Instant, verdicts: Verdicts): Step {
  switch (event.type) {
    case 'start':
      return start(params, state, event, now, verdicts)
    case 'timer':
      return onTimer(params, state, now, verdicts)
    case 'frame':
      return onFrame(params, state, event.frame, now)
    case 'link':
      return reconsider(params, state, observeLink(params, state.world, event.link, event.reserved), now, verdicts)
    case 'script':
      return reconsider(params, state, observeScript(params, state.world, event.script, event.status), now, verdicts)
    case 'reading':
      return reconsider(params, state, observeReading(params, state.world, event.object, event.value), now, verdicts)
    case 'hearing':
      return reconsider(params, state, { ...state.world, deaf: event.deaf }, now, verdicts)
    case 'transmitted':
      return transmitted(params, state, event, now, verdicts)
    case 'address-lost':
      return state.name === 'master' ? masterAddressLost(params, state, event.address) : stay(state)
    case 'reload':
      return reload(params, state, event, now, verdicts)
    case 'stop':
      return stop(params, state)
    case 'remove':
      return remove(params, state)
    case 'resume':
      return resume(params, state, event.deadlineUs, now)
    case 'paused':
      return paused(params, state, event.forUs, now)
    case 'step-down':
      return stepDown(params, state, now)
    case 'group':
      return onGroup(params, state, event, now, verdicts)
  }
}

function onTimer(params: VrrpInstance, state: State, now: Instant, verdicts: Verdicts): Step {
  switch (state.name) {
    case 'init':
      return initTimer(params, state, now, verdicts)
    case 'backup':
      return backupTimer(params, state, now, verdicts)
    case 'master':
      return masterTimer(params, state, now)
    case 'fault':
      return retrySending(params, state, now, verdicts)
  }
}

function onFrame(params: VrrpInstance, state: State, frame: ReceivedFrame, now: Instant): Step {
  switch (state.name) {
    case 'init':
    case 'fault':
      return stay(state)
    case 'backup':
      return backupFrame(params, state, frame, now)
    case 'master':
      return masterFrame(params, state, frame, now)
  }
}

function onGroup(params: VrrpInstance, state: State, event: GroupEvent, now: Instant, verdicts: Verdicts): Step {
  const cause: Cause = { kind: 'group', member: event.member }
  switch (event.to) {
    case 'master':
      if (state.name !== 'backup') return stay(state)
      return lead(params, state, { verdicts, now, cause }, () => stay(state))
    case 'backup': {
      if (state.name === 'backup') return stay({ ...state, wantsMaster: false })
      if (state.name !== 'master') return stay(state)
      const masterDownAt = now + masterDownUs(params, state.effectivePriority, params.advertIntervalUs)
      return becomeBackup(params, state, masterDownAt, now, cause)
    }
    case 'look':
      return reconsider(params, state, state.world, now, verdicts)
  }
}

// Whether a MASTER may have been silent for too long before this event. Not at a stop or removal, which end the
// instance anyway; not at `resume`, because a stand-in sent its adverts meanwhile (life.ts checks that by itself); not
// at `start` and `paused`, which have rules of their own.
function mayBeStalled(event: Event): boolean {
  return !['start', 'stop', 'remove', 'resume', 'paused'].includes(event.type)
}
