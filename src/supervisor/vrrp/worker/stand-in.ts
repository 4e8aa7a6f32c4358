// Stands in for a vrrp worker that is away: the main thread repeats the adverts of its MASTERs under a lease, and
// resigns for those whose lease is over. Pure. advert-bridge.ts decides when an advert is due.

import type { BridgeOrder } from '../../../ipc/messages/vrrp.ts'
import type { Instant } from '../../../lib/time.ts'
// The one piece of the core that both sides need: how a packet is sealed.
import { countersAfterGap, type SealedAdvert, seal } from '../../../workers/vrrp/core/seal.ts'
import { type BridgeEntry, planBridge } from './advert-bridge.ts'
import { type ActorEffect, type ActorState, type ActorStep, isConfigured, type Known, type Outside } from './state.ts'

/**
 * One look of the advert bridge: adverts that are due are sent, instances whose lease is over resign; `lookAt` is the
 * time of the next look.
 */
export function look(state: ActorState, outside: Outside, now: Instant): ActorStep {
  const entries = state.known.flatMap(known => bridgeEntry(state, known, outside, !outside.running) ?? [])
  const latenessUs = state.lookAt === null ? 0 : now - state.lookAt
  const plan = planBridge(entries, outside.running, outside.lifeAt, now, latenessUs)
  const effects: ActorEffect[] = []
  const known = [...state.known]
  for (const instance of plan.send) {
    const position = state.positions.get(instance)!
    const bridged = { ...known[position]!, bridgedAt: now }
    known[position] = bridged
    effects.push(...advertInStead(state, bridged, now))
  }
  const removed = known.filter(isLeavingMaster)
  const times = [
    ...removed.map(resignAt).filter(at => at > now),
    ...(plan.nextLookUs === undefined ? [] : [plan.nextLookUs]),
  ]
  const looked: ActorState = { ...state, known, lookAt: times.length === 0 ? null : Math.min(...times) }
  const expired = stepDown(looked, new Set(plan.expired), 'its lease is over', now)
  const overdue = new Set(removed.filter(one => resignAt(one) <= now).map(({ params }) => params.router))
  const gone = stepDown(expired.state, overdue, 'removed from the configuration', now)
  return { state: gone.state, effects: [...effects, ...expired.effects, ...gone.effects] }
}

/** Before a successor goes on: roles for which no advert was sent for too long are resigned and not handed to it. */
export function resignStale(state: ActorState, outside: Outside, now: Instant): ActorStep {
  const entries = state.known.flatMap(known => bridgeEntry(state, known, outside, true) ?? [])
  const { expired } = planBridge(entries, false, outside.lifeAt, now)
  return stepDown(state, new Set(expired), 'nobody spoke for it for too long', now)
}

/**
 * What the bridge knows of an instance; undefined unless it is a MASTER of the present configuration. `isDead`: all that its
 * worker had to say has been heard, so a MASTER that is not on the board has just become one.
 */
export function bridgeEntry(
  state: ActorState,
  known: Known,
  outside: Outside,
  isDead: boolean,
): BridgeEntry | undefined {
  const { params, order, bridgedAt } = known
  const slot = state.slots[params.router]
  // An instance without a place on the board was removed by a reload. It ends with the next message of the worker.
  if (order === null || slot === undefined) return undefined
  return {
    instance: params.router,
    intervalUs: order.intervalUs,
    masterDownUs: order.masterDownUs,
    publishedUs: outside.deadlineOf(slot) ?? (isDead ? order.sealedAt + order.intervalUs : undefined),
    sentAtUs: bridgedAt ?? undefined,
  }
}

/** The routers that are MASTER, for which this process must resign if no worker does. */
export function mastersOf(state: ActorState): Set<string> {
  return new Set(state.known.filter(isMaster).map(({ params }) => params.router))
}

/** Resigns these MASTERs in place of a worker: priority 0, addresses removed, BACKUP notified. */
export function stepDown(state: ActorState, routers: ReadonlySet<string>, reason: string, now: Instant): ActorStep {
  if (routers.size === 0) return { state, effects: [] }
  const effects: ActorEffect[] = []
  const known = state.known.map(one => {
    if (!routers.has(one.params.router)) return one
    effects.push(...resignation(state, one, reason, now))
    return { ...one, snapshot: null, order: null, survivalUs: null, bridgedAt: null }
  })
  return { state: { ...state, known }, effects }
}

function isLeavingMaster({ order, removedAt }: Known): boolean {
  return order !== null && removedAt !== null
}

/** A healthy worker has posted the last step of a removed instance long before its next advert would have been due. */
function resignAt({ order, removedAt }: Known): Instant {
  return (removedAt ?? 0) + (order?.intervalUs ?? 0)
}

function isMaster({ snapshot, order }: Known): boolean {
  return order !== null || snapshot?.name === 'master'
}

function advertInStead(state: ActorState, { params, order }: Known, now: Instant): ActorEffect[] {
  return [
    { type: 'publish-bridged', slot: state.slots[params.router]!, at: now },
    ...transmission(order!, order!.template.advert.priority, now),
  ]
}

function resignation(state: ActorState, known: Known, reason: string, now: Instant): ActorEffect[] {
  const { params, order } = known
  const slot = state.slots[params.router]
  const effects: ActorEffect[] = []
  // A full interval ahead, so that its sequence number lies beyond that of an advert just sent.
  if (order !== null) effects.push(...transmission(order, 0, now + order.intervalUs))
  if (slot !== undefined && isConfigured(state, known)) effects.push({ type: 'publish-deadline', slot, at: null })
  // A successor of this process must not inherit a role that was given up.
  effects.push({ type: 'remember', router: params.router, instance: params.name, state: null, survivalUs: null })
  effects.push({
    type: 'apply',
    instance: params,
    effects: [
      { type: 'log', level: 'error', event: 'stepped-down', fields: { reason } },
      { type: 'ensure-addresses', present: false },
      { type: 'notify', state: 'BACKUP', priority: params.priority, cause: { kind: 'step-down' } },
    ],
  })
  return effects
}

function transmission(order: BridgeOrder, priority: number, now: Instant): ActorEffect[] {
  return sealInStead(order, priority, now).map(advert => ({ type: 'transmit', order, advert }))
}

/**
 * An advert of this order with this priority, one packet for each destination, under a sequence number that the worker
 * cannot have used.
 */
function sealInStead(
  { template, counters, sealedAt, intervalUs }: BridgeOrder,
  priority: number,
  now: Instant,
): SealedAdvert[] {
  const advert = { ...template.advert, priority }
  return seal({ ...template, advert }, countersAfterGap(counters, now - sealedAt, intervalUs))
}
