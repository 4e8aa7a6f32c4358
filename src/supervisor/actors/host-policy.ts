// When a worker thread is created, pinged, killed, replaced or given up, and when its warm spare takes over. Pure: states,
// events and effects; worker-host.ts owns the threads and carries the effects out. How often is restart-policy.ts.

import { type Instant, usPerMs, usPerSecond } from '../../lib/time.ts'
import { admitRestart, type RestartPolicy, type RestartRecord, restartRecord } from './restart-policy.ts'

export interface HostLimits {
  readonly warmSpare: boolean
  readonly pingEveryUs: number
  /** A thread that has not answered for so long is killed. */
  readonly pongWithinUs: number
  readonly restart: RestartPolicy
}

interface HostedThread {
  readonly id: number
  /** Its code is loaded; it waits for its start message, or was given it if it is the active one. */
  readonly standby: boolean
  /** It has digested its start message. */
  readonly ready: boolean
}

export interface HostState {
  readonly active: HostedThread | null
  readonly spare: HostedThread | null
  readonly record: RestartRecord
  readonly deathsBeforeReady: number
  readonly restarts: number
  /** The time of the oldest ping that the active thread has not answered. */
  readonly silentSince: Instant
  /**
   * When the last active thread was seen to have ended, and whether its successor had its code loaded; null: no one is
   * missing.
   */
  readonly missing: { readonly since: Instant; readonly isWarm: boolean } | null
  /** When an active thread last said anything. A successor that only loads has said nothing yet. */
  readonly lifeAt: Instant
  readonly tickAt: Instant
  readonly respawnAt: Instant | null
  readonly pings: number
  readonly nextId: number
  readonly stopped: boolean
}

export type HostEvent =
  | { readonly type: 'start' }
  /** A thread has loaded its code. */
  | { readonly type: 'standby'; readonly id: number }
  /** Any other message of a thread; `ready` is one that counts. */
  | { readonly type: 'heard'; readonly id: number; readonly ready: boolean }
  | { readonly type: 'ended'; readonly id: number; readonly reason: string }
  /** Each pingEveryUs. */
  | { readonly type: 'tick' }
  /** hostDeadline() has come. */
  | { readonly type: 'timer' }
  | { readonly type: 'stop' }

export type HostEffect =
  | { readonly type: 'create'; readonly id: number }
  | { readonly type: 'kill'; readonly id: number; readonly reason: string }
  | { readonly type: 'ping'; readonly id: number; readonly n: number }
  /** The active thread waits for its start message. `clean`: predecessors died before `ready`, so resume nothing. */
  | { readonly type: 'activated'; readonly clean: boolean }
  | { readonly type: 'down'; readonly reason: string }
  | { readonly type: 'spare-died'; readonly reason: string }
  | { readonly type: 'restart'; readonly reason: string; readonly delayUs: number }
  /** A successor has taken over, so long after the end of its predecessor was seen. */
  | { readonly type: 'back'; readonly afterUs: number; readonly isWarm: boolean }
  | { readonly type: 'escalated'; readonly reason: string }

interface HostStep {
  readonly state: HostState
  readonly effects: readonly HostEffect[]
}

/** Deaths before `ready` after which a successor is started without what might be killing it. */
const deathsBeforeCleanStart = 2
/** A thread that still loads its code gets the time that a cold start takes on a busy machine. */
const loadPatienceUs = 10 * usPerSecond
/** A tick that comes later than this says that we were not running ourselves, so the thread's silence proves nothing. */
const latenessMaxUs = 100 * usPerMs

/** No thread yet. */
export function newHost(now: Instant): HostState {
  return {
    active: null,
    spare: null,
    record: restartRecord(),
    deathsBeforeReady: 0,
    restarts: 0,
    silentSince: now,
    missing: null,
    lifeAt: now,
    tickAt: now,
    respawnAt: null,
    pings: 0,
    nextId: 1,
    stopped: false,
  }
}

/** One event at `now` (microseconds). What threads say that are neither active nor the spare changes nothing. */
export function host(state: HostState, event: HostEvent, now: Instant, limits: HostLimits): HostStep {
  switch (event.type) {
    case 'start':
      return create({ ...state, lifeAt: now, tickAt: now }, now)
    case 'standby':
      return onStandby(state, event.id, now)
    case 'heard':
      return state.active?.id === event.id ? onHeard(state, state.active, event.ready, now, limits) : stay(state)
    case 'ended':
      return state.stopped ? stay(state) : onEnded(state, event.id, event.reason, now, limits)
    case 'tick':
      return onTick({ ...state, tickAt: now }, now - state.tickAt, now, limits)
    case 'timer':
      return state.respawnAt !== null && now >= state.respawnAt
        ? succeed({ ...state, respawnAt: null }, now)
        : stay(state)
    case 'stop':
      return stop(state)
  }
}

/** Is a thread there that was given its start message? */
export function isRunning(state: HostState): boolean {
  return state.active?.standby === true
}

/** When must the shell send a `timer` event? Ticks are another matter. */
export function hostDeadline(state: HostState): Instant | undefined {
  return state.respawnAt ?? undefined
}

function onStandby(state: HostState, id: number, now: Instant): HostStep {
  if (state.spare?.id === id) return stay({ ...state, spare: { ...state.spare, standby: true } })
  if (state.active?.id !== id) return stay(state)
  return handOver({ ...state, active: { ...state.active, standby: true } }, now)
}

function handOver(state: HostState, now: Instant): HostStep {
  const clean = state.deathsBeforeReady >= deathsBeforeCleanStart
  return { state: { ...state, silentSince: now }, effects: [{ type: 'activated', clean }] }
}

function onHeard(state: HostState, active: HostedThread, ready: boolean, now: Instant, limits: HostLimits): HostStep {
  const heard = { ...state, silentSince: now, lifeAt: now }
  if (!ready) return stay(heard)
  const known = { ...heard, active: { ...active, ready: true }, deathsBeforeReady: 0, missing: null }
  const effects = backIn(state, now)
  if (!limits.warmSpare || state.spare !== null || state.stopped) return { state: known, effects }
  const spare: HostedThread = { id: state.nextId, standby: false, ready: false }
  return {
    state: { ...known, spare, nextId: state.nextId + 1 },
    effects: [...effects, { type: 'create', id: spare.id }],
  }
}

function backIn({ missing }: HostState, now: Instant): HostEffect[] {
  return missing === null ? [] : [{ type: 'back', afterUs: now - missing.since, isWarm: missing.isWarm }]
}

function onEnded(state: HostState, id: number, reason: string, now: Instant, limits: HostLimits): HostStep {
  if (state.spare?.id === id) return { state: { ...state, spare: null }, effects: [{ type: 'spare-died', reason }] }
  if (state.active?.id !== id) return stay(state)
  const deathsBeforeReady = state.active.ready ? state.deathsBeforeReady : state.deathsBeforeReady + 1
  const { action, record, delayUs } = { delayUs: 0, ...admitRestart(state.record, now, limits.restart) }
  const missing = { since: state.missing?.since ?? now, isWarm: state.spare?.standby === true }
  const alone: HostState = { ...state, active: null, deathsBeforeReady, record, missing }
  const down: HostEffect = { type: 'down', reason }
  if (action === 'escalate') return { state: alone, effects: [down, { type: 'escalated', reason }] }
  const restarted = { ...alone, restarts: state.restarts + 1 }
  const effects: HostEffect[] = [down, { type: 'restart', reason, delayUs }]
  if (delayUs > 0) return { state: { ...restarted, respawnAt: now + delayUs }, effects }
  const next = succeed(restarted, now)
  return { state: next.state, effects: [...effects, ...next.effects] }
}

function succeed(state: HostState, now: Instant): HostStep {
  if (state.spare === null) return create(state, now)
  const promoted = { ...state, active: state.spare, spare: null, silentSince: now }
  return state.spare.standby ? handOver(promoted, now) : stay(promoted)
}

function create(state: HostState, now: Instant): HostStep {
  const active: HostedThread = { id: state.nextId, standby: false, ready: false }
  return {
    state: { ...state, active, nextId: state.nextId + 1, silentSince: now },
    effects: [{ type: 'create', id: active.id }],
  }
}

function onTick(state: HostState, sinceLastUs: number, now: Instant, limits: HostLimits): HostStep {
  const { active } = state
  if (active === null || state.stopped) return stay(state)
  const late = sinceLastUs > limits.pingEveryUs + latenessMaxUs
  const silentSince = late ? now : state.silentSince
  const silentUs = now - silentSince
  if (silentUs > (active.standby ? limits.pongWithinUs : loadPatienceUs)) {
    const reason = `no answer for ${Math.round(silentUs / usPerMs)} ms`
    return { state, effects: [{ type: 'kill', id: active.id, reason }] }
  }
  if (!active.standby) return stay({ ...state, silentSince })
  const n = state.pings + 1
  return { state: { ...state, silentSince, pings: n }, effects: [{ type: 'ping', id: active.id, n }] }
}

function stop(state: HostState): HostStep {
  const threads = [state.active, state.spare].filter(thread => thread !== null)
  const effects = threads.map(({ id }): HostEffect => ({ type: 'kill', id, reason: 'stopped' }))
  return { state: { ...state, stopped: true, respawnAt: null }, effects }
}

function stay(state: HostState): HostStep {
  return { state, effects: [] }
}
