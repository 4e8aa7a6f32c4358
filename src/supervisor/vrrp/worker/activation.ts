// A worker thread is there and waits for its start message: which roles and snapshots it is given, and which are held
// back because they are out of date or killed its predecessors. Pure; a part of policy.ts.

import type { Resume, ToVrrp } from '../../../ipc/messages/vrrp.ts'
import type { Instant } from '../../../lib/time.ts'
import { nextDueUs } from './advert-bridge.ts'
import { bridgeEntry, mastersOf, resignStale, stepDown } from './stand-in.ts'
import {
  type ActorEffect,
  type ActorOptions,
  type ActorState,
  type ActorStep,
  isConfigured,
  type Known,
  type Outside,
  withKnown,
} from './state.ts'

/**
 * A worker waits for its start message: roles that cannot be handed on are resigned, then it is told all, then come the
 * frames.
 */
export function activated(
  options: ActorOptions,
  before: ActorState,
  clean: boolean,
  outside: Outside,
  now: Instant,
): ActorStep {
  const forgotten = clean ? forgetRoles(before, now) : resignStale(before, outside, now)
  const { state, effects } = dropRemoved(forgotten.state, now)
  const current = state.known.filter(known => isConfigured(state, known))
  const started: ToVrrp = {
    t: 'start',
    instances: current.map(({ params }) => params),
    groups: state.groups,
    groupStates: state.groupStates,
    resume: resumeOf(state, current, outside),
    links: [...state.links.values()],
    scripts: state.scripts,
    readings: state.readings,
    slots: state.slots,
    ...outside.sockets(),
    delayUntil: options.delayUntil,
  }
  const waiting = state.mailbox.map(
    (received): ActorEffect => ({ type: 'post', message: { t: 'rx', frame: received } }),
  )
  return {
    // `ready` acknowledges the configuration in the start message.
    state: { ...state, mailbox: [], posted: waiting.length, reloadsPending: 1 },
    effects: [
      ...forgotten.effects,
      ...effects,
      { type: 'reset-consumed' },
      { type: 'post', message: started },
      ...waiting,
    ],
  }
}

/** Predecessors died before they were ready, so what they were given may be the cause: start without it. */
function forgetRoles(state: ActorState, now: Instant): ActorStep {
  const { state: resigned, effects } = stepDown(state, mastersOf(state), 'the worker died twice at its start', now)
  const known = resigned.known.map(one => ({ ...one, snapshot: null, previous: null }))
  return { state: { ...resigned, known, groupStates: {}, mailbox: [] }, effects }
}

/** Instances that a reload removed while no worker was there to say goodbye for them. */
function dropRemoved(state: ActorState, now: Instant): ActorStep {
  const removed = state.known.filter(known => !isConfigured(state, known)).map(({ params }) => params)
  if (removed.length === 0) return stay(state)
  const masters = mastersOf(state)
  const resigned = stepDown(
    state,
    new Set(removed.map(({ router }) => router).filter(router => masters.has(router))),
    'removed from the configuration',
    now,
  )
  const known = resigned.state.known.filter(one => isConfigured(state, one))
  const forgotten = removed.map(
    ({ router, name }): ActorEffect => ({ type: 'remember', router, instance: name, state: null, survivalUs: null }),
  )
  return { state: withKnown(resigned.state, known), effects: [...resigned.effects, ...forgotten] }
}

function resumeOf(state: ActorState, current: readonly Known[], outside: Outside): Record<string, Resume> {
  const resume: Record<string, Resume> = {}
  for (const known of current) {
    const { params, snapshot, previous } = known
    if (snapshot === null) continue
    const entry = bridgeEntry(state, known, outside, true)
    // A BACKUP gets no deadline: adverts that the dead worker had not yet looked at are lost, so it waits a full period.
    resume[params.router] = {
      state: snapshot,
      ...(entry === undefined ? {} : { deadlineUs: nextDueUs(entry) }),
      ...(previous === null ? {} : { previous }),
    }
  }
  return resume
}

function stay(state: ActorState): ActorStep {
  return { state, effects: [] }
}
