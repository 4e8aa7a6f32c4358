// The supervisor's side of the vrrp worker as a machine: it keeps what a successor needs (snapshots, topics), holds
// frames back while no worker is there, sends adverts in place of a worker that is away, and resigns a role when no
// worker has been behind it for too long. Pure: decide(options, state, event, outside, now) -> {state, effects}; the
// shell around it is actor.ts. host-policy.ts has the life of a thread, estate.ts what a daemon leaves to its
// successor.

import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { FromVrrp, InstanceChange, ToVrrp } from '../../../ipc/messages/vrrp.ts'
import { assert } from '../../../lib/errors.ts'
import type { Instant } from '../../../lib/time.ts'
import { bridgeOrder } from '../../../workers/vrrp/bridge-order.ts'
import type { ReceivedFrame } from '../../../workers/vrrp/core/event.ts'
import type { State } from '../../../workers/vrrp/core/state.ts'
import { assignSlots } from '../../actors/board-slots.ts'
import { survivalUs } from '../../watchdog/estate.ts'
import { activated } from './activation.ts'
import { look, mastersOf, stepDown } from './stand-in.ts'
import {
  type ActorEffect,
  type ActorEvent,
  type ActorOptions,
  type ActorState,
  type ActorStep,
  freshKnown,
  type Known,
  type Outside,
  withKnown,
} from './state.ts'

/** Frames that wait while no worker is there; more than a second of a busy segment. */
const mailboxMax = 1_024
/** Frames posted and not yet taken by the worker, before further ones are dropped. */
const inFlightMax = 4_096

/** One event at `now` (microseconds): the next state, and what is to be done, in order. */
export function decide(
  options: ActorOptions,
  state: ActorState,
  event: ActorEvent,
  outside: Outside,
  now: Instant,
): ActorStep {
  switch (event.type) {
    case 'start':
      return start(state, event, outside, now)
    case 'reload':
      return reload(state, event.instances, event.groups, outside, now)
    case 'frame':
      return frame(state, event.frame, outside)
    case 'link':
      return post({ ...state, links: new Map(state.links).set(event.link.name, event.link) }, outside, {
        t: 'link',
        link: event.link,
      })
    case 'reading': {
      const { object, value } = event
      const readings = { ...state.readings, [object]: value }
      return post({ ...state, readings }, outside, { t: 'reading', object, value })
    }
    case 'script': {
      const { script, status } = event
      const scripts = { ...state.scripts, [script]: status }
      return post({ ...state, scripts }, outside, { t: 'script', script, status })
    }
    case 'sockets':
      return outside.running ? post(state, outside, { t: 'sockets', ...outside.sockets() }) : stay(state)
    case 'post':
      return post(state, outside, event.message)
    case 'activated':
      return activated(options, state, event.clean, outside, now)
    case 'message':
      return message(state, event.message, outside, now)
    case 'down':
      return state.stopping ? resignAll(state, 'stopped without the worker', now, 'stopped') : look(state, outside, now)
    case 'escalated':
      return resignAll(state, 'the worker could not be kept alive', now, 'gave-up')
    case 'timer':
      return state.lookAt !== null && now >= state.lookAt ? look(state, outside, now) : stay(state)
    case 'stop':
      return stop({ ...state, stopping: true }, outside, now)
    case 'stop-overdue':
      return resignAll(state, 'stopped without the worker', now, 'stopped')
  }
}

/** When must the shell send a `timer` event? */
export function actorDeadline(state: ActorState): Instant | undefined {
  return state.lookAt ?? undefined
}

/** A daemon that inherits roles sends their adverts from the first moment, before its worker has loaded its code. */
function start(
  state: ActorState,
  { instances, groups, inherited }: Extract<ActorEvent, { type: 'start' }>,
  outside: Outside,
  now: Instant,
): ActorStep {
  const configured = configure(state, instances, groups, now)
  const effects: ActorEffect[] = []
  const known = configured.known.map(fresh => {
    const snapshot = inherited[fresh.params.router] ?? null
    const order = snapshot === null ? null : bridgeOrder(fresh.params, snapshot)
    if (snapshot?.name === 'master') effects.push(...takeUp(fresh.params, configured.slots[fresh.params.router]!, now))
    return { ...fresh, snapshot, order }
  })
  // Read after the deadlines above have been published.
  const published: Outside = { ...outside, deadlineOf: () => now }
  const looked = look({ ...configured, known }, published, now)
  return { state: looked.state, effects: [...effects, ...looked.effects] }
}

function takeUp(instance: VrrpInstance, slot: number, now: Instant): ActorEffect[] {
  return [
    { type: 'publish-deadline', slot, at: now },
    {
      type: 'apply',
      instance,
      effects: [
        { type: 'ensure-addresses', present: true },
        { type: 'log', level: 'warn', event: 'role-inherited', fields: { state: 'MASTER' } },
      ],
    },
  ]
}

/** Removed instances stay known until their last step has been applied. */
function configure(
  state: ActorState,
  instances: readonly VrrpInstance[],
  groups: readonly SyncGroup[],
  now: Instant,
): ActorState {
  const configured = new Map(instances.map(params => [params.router, params]))
  const kept = state.known.map(known => {
    const params = configured.get(known.params.router)
    if (params === undefined) return { ...known, removedAt: known.removedAt ?? now }
    return { ...known, params, previous: known.previous ?? known.params, removedAt: null }
  })
  const added = instances.filter(({ router }) => !state.positions.has(router)).map(freshKnown)
  const slots = assignSlots(state.slots, [...configured.keys()])
  return withKnown({ ...state, groups, slots }, [...kept, ...added])
}

function reload(
  before: ActorState,
  instances: readonly VrrpInstance[],
  groups: readonly SyncGroup[],
  outside: Outside,
  now: Instant,
): ActorStep {
  const { state, effects } = look(configure(before, instances, groups, now), outside, now)
  if (!outside.running) return { state, effects }
  const pending = { ...state, reloadsPending: state.reloadsPending + 1 }
  const posted = post(pending, outside, { t: 'reload', instances, groups, slots: state.slots })
  return { state: posted.state, effects: [...effects, ...posted.effects] }
}

function frame(state: ActorState, received: ReceivedFrame, outside: Outside): ActorStep {
  if (!outside.running) {
    const full = state.mailbox.length >= mailboxMax
    const mailbox = [...(full ? state.mailbox.slice(1) : state.mailbox), received]
    return stay({ ...state, mailbox, framesDropped: state.framesDropped + (full ? 1 : 0) })
  }
  const inFlight = (state.posted - outside.consumed()) | 0
  if (inFlight > inFlightMax) return stay({ ...state, framesDropped: state.framesDropped + 1 })
  return post(state, outside, { t: 'rx', frame: received })
}

function message(state: ActorState, said: FromVrrp, outside: Outside, now: Instant): ActorStep {
  switch (said.t) {
    case 'step':
      return step(state, said, outside, now)
    case 'counters':
      return { state, effects: [{ type: 'counters', n: said.n, counters: said.counters }] }
    case 'stopped':
      return {
        state: { ...state, known: state.known.map(one => ({ ...one, order: null })) },
        effects: [{ type: 'stopped' }],
      }
    case 'fence':
      return { state, effects: [{ type: 'return-fence', n: said.n }] }
    case 'ready':
    case 'reloaded':
      return acknowledged(state)
    case 'standby':
    case 'pong':
      return stay(state)
  }
}

function acknowledged(state: ActorState): ActorStep {
  const reloadsPending = Math.max(0, state.reloadsPending - 1)
  if (reloadsPending > 0) return stay({ ...state, reloadsPending })
  const known = state.known.map(one => (one.previous === null ? one : { ...one, previous: null }))
  return { state: { ...state, reloadsPending, known }, effects: [{ type: 'up-to-date' }] }
}

/** Snapshots first, then effects: should this process die in between, its successor makes true what the states say. */
function step(
  state: ActorState,
  { changes, group }: Extract<FromVrrp, { t: 'step' }>,
  outside: Outside,
  now: Instant,
): ActorStep {
  const known = [...state.known]
  const remembered: ActorEffect[] = []
  const applied: ActorEffect[] = []
  let mastersMore = false
  for (const change of changes) {
    const position = state.positions.get(change.router)
    const before = position === undefined ? undefined : known[position]
    assert(before !== undefined && position !== undefined, `a step of the unknown instance ${change.instance}`)
    const survivalUs = heardSurvivalUs(change, before)
    if (isWorthRemembering(change, before.snapshot) || survivalUs !== before.survivalUs) {
      const { router, instance, snapshot } = change
      remembered.push({ type: 'remember', router, instance, state: snapshot, survivalUs })
    }
    mastersMore ||= change.bridge !== null && before.order === null
    known[position] = { ...before, snapshot: change.snapshot, order: change.bridge, survivalUs, bridgedAt: null }
    const { effects } = change
    if (effects.length > 0) applied.push({ type: 'apply', instance: before.params, effects })
  }
  if (group !== null && group.notify !== null) {
    applied.push({ type: 'notify-group', group: group.name, state: group.notify })
  }
  const groupStates = group === null ? state.groupStates : { ...state.groupStates, [group.name]: group.state }
  const next = withoutGone({ ...state, known, groupStates }, changes)
  const looked = mastersMore ? look(next, outside, now) : stay(next)
  return { state: looked.state, effects: [...remembered, ...applied, ...looked.effects] }
}

/** By the interval that peers have heard: a longer one counts when an advert has carried it, a shorter one at once. */
function heardSurvivalUs({ bridge }: InstanceChange, before: Known): number | null {
  if (bridge === null) return null
  const { downTimerAdverts } = before.params
  const nextUs = survivalUs({ advertIntervalUs: bridge.intervalUs, downTimerAdverts })
  if (before.survivalUs === null || before.order === null) return nextUs
  return bridge.sealedAt > before.order.sealedAt ? nextUs : Math.min(before.survivalUs, nextUs)
}

function isWorthRemembering({ snapshot, effects }: InstanceChange, before: State | null): boolean {
  return effects.length > 0 || snapshot?.name !== before?.name
}

function withoutGone(state: ActorState, changes: readonly InstanceChange[]): ActorState {
  const gone = changes.filter(({ router, snapshot }) => snapshot === null && !(router in state.slots))
  if (gone.length === 0) return state
  const routers = new Set(gone.map(({ router }) => router))
  return withKnown(
    state,
    state.known.filter(({ params }) => !routers.has(params.router)),
  )
}

function stop(state: ActorState, outside: Outside, now: Instant): ActorStep {
  if (outside.running) return post(state, outside, { t: 'stop' })
  return resignAll(state, 'stopped without the worker', now, 'stopped')
}

function resignAll(state: ActorState, reason: string, now: Instant, then: 'stopped' | 'gave-up'): ActorStep {
  const { state: resigned, effects } = stepDown(state, mastersOf(state), reason, now)
  return { state: resigned, effects: [...effects, { type: then }] }
}

function post(state: ActorState, outside: Outside, posted: ToVrrp): ActorStep {
  if (!outside.running) return stay(state)
  return { state: { ...state, posted: state.posted + 1 }, effects: [{ type: 'post', message: posted }] }
}

function stay(state: ActorState): ActorStep {
  return { state, effects: [] }
}
