// When the daemon process is started, killed, started again or given up. Pure: states, events and effects; watchdog.ts
// carries the effects out. The delays and the permanent exit statuses are keepalived's (for its children).

import { type Instant, usPerSecond } from '../../lib/time.ts'
import {
  admitRestart,
  growingBackoff,
  type RestartPolicy,
  type RestartRecord,
  restartRecord,
} from '../actors/restart-policy.ts'

export interface WatchdogLimits {
  readonly restart: RestartPolicy
  /** A daemon that has not said `ready` after so long is killed. */
  readonly readyWithinUs: number
  /** A daemon that has said nothing for so long is killed, see `silenceLimitUs`. It speaks twice a second. */
  readonly silenceMinUs: number
  readonly silenceMaxUs: number
  /** How often we look whether we run ourselves. */
  readonly lookEveryUs: number
  /** A daemon that was told to stop and is still there after so long is killed. */
  readonly stopWithinUs: number
  /** A look that comes later than this says that we were not running ourselves: that time proves nothing against the daemon. */
  readonly latenessMaxUs: number
  /** -R: any death of the daemon ends the watchdog. */
  readonly dontRespawn: boolean
}

export const watchdogLimits: WatchdogLimits = {
  restart: { intensity: 3, periodUs: 300 * usPerSecond, backoff: growingBackoff },
  readyWithinUs: 60 * usPerSecond,
  silenceMinUs: 4 * usPerSecond,
  silenceMaxUs: 10 * usPerSecond,
  lookEveryUs: usPerSecond / 2,
  stopWithinUs: 20 * usPerSecond,
  latenessMaxUs: usPerSecond / 10,
  dontRespawn: false,
}

/** Exit statuses of the daemon that a new start would only repeat: they are passed on. */
export const permanentStatuses: readonly number[] = [1, 2, 4, 6]

/** Our own status when the fault is above the daemon, so that systemd starts everything anew. sysexits.h: EX_SOFTWARE. */
export const gaveUpStatus = 70

export type Phase =
  | { readonly name: 'new' }
  | { readonly name: 'starting'; readonly readyBy: Instant }
  | { readonly name: 'running'; readonly aliveAt: Instant }
  /** Our SIGKILL is on its way to a daemon that said nothing. */
  | { readonly name: 'killed' }
  | { readonly name: 'waiting'; readonly restartAt: Instant }
  | { readonly name: 'stopping'; readonly killAt: Instant; readonly killed: boolean }
  | { readonly name: 'over'; readonly status: number }

export interface WatchdogState {
  readonly phase: Phase
  readonly record: RestartRecord
  /** When we want to see ourselves run; null: it does not matter now. */
  readonly lookAt: Instant | null
  /** How long after a death of the daemon no peer takes over, the shortest of all its addresses; null: it holds none. */
  readonly survivalUs: number | null
}

export type WatchdogEvent =
  | { readonly type: 'start' }
  | { readonly type: 'ready' }
  | { readonly type: 'alive' }
  /** What the daemon holds has changed, see `WatchdogState`. */
  | { readonly type: 'held'; readonly survivalUs: number | null }
  /** The daemon was asked to stop by somebody else, and does so. */
  | { readonly type: 'leaving' }
  /** We were asked to stop. */
  | { readonly type: 'stop' }
  | { readonly type: 'exit'; readonly status: number | null; readonly signal: string | null }
  | { readonly type: 'timer' }

export type WatchdogEffect =
  | { readonly type: 'spawn' }
  | { readonly type: 'order-stop' }
  | { readonly type: 'kill'; readonly reason: 'not-ready' | 'silent' | 'stop-overdue' }
  | { readonly type: 'restart'; readonly delayUs: number; readonly cause: string }
  /** The end. What the daemon has not taken down goes with it, see estate-keeper.ts. */
  | { readonly type: 'finish'; readonly status: number; readonly cause: string }

interface WatchdogStep {
  readonly state: WatchdogState
  readonly effects: readonly WatchdogEffect[]
}

/** The state before the first start. */
export function newWatchdog(): WatchdogState {
  return { phase: { name: 'new' }, record: restartRecord(), lookAt: null, survivalUs: null }
}

/** One event at `now` (microseconds). Events that mean nothing in the present phase change nothing. */
export function watch(before: WatchdogState, event: WatchdogEvent, now: Instant, limits: WatchdogLimits): WatchdogStep {
  const { state, effects } = react(forgiven(before, now, limits), event, now, limits)
  const lookAt = isTimed(state.phase) ? now + limits.lookEveryUs : null
  return { state: { ...state, lookAt }, effects }
}

/**
 * How long the daemon may be silent. While its main thread hangs the vrrp worker still advertises, but should that die
 * too nobody removes the addresses. So a daemon that holds addresses may be silent for as long as the peers wait (twice
 * `survivalUs`), but never for so little that a stalled disk or a busy machine looks like a hang. A daemon without
 * addresses gets the full limit.
 */
export function silenceLimitUs({ survivalUs }: WatchdogState, { silenceMinUs, silenceMaxUs }: WatchdogLimits): number {
  return survivalUs === null ? silenceMaxUs : Math.min(silenceMaxUs, Math.max(silenceMinUs, 2 * survivalUs))
}

function react(state: WatchdogState, event: WatchdogEvent, now: Instant, limits: WatchdogLimits): WatchdogStep {
  switch (event.type) {
    case 'start':
      return state.phase.name === 'new' ? spawn(state, now, limits) : stay(state)
    case 'ready':
      return state.phase.name === 'starting' ? to(state, { name: 'running', aliveAt: now }) : stay(state)
    case 'alive':
      return state.phase.name === 'running' ? to(state, { name: 'running', aliveAt: now }) : stay(state)
    case 'held':
      return stay({ ...state, survivalUs: event.survivalUs })
    case 'leaving':
      return isUp(state.phase) ? to(state, stopping(now, limits)) : stay(state)
    case 'stop':
      return onStop(state, now, limits)
    case 'exit':
      return onExit(state, event, now, limits)
    case 'timer':
      return onTimer(state, now, limits)
  }
}

/** When must the shell send a `timer` event? */
export function watchdogDeadline(state: WatchdogState, limits: WatchdogLimits): Instant | undefined {
  const dueAt = phaseDeadline(state, limits)
  if (dueAt === undefined || state.lookAt === null) return dueAt
  return Math.min(dueAt, state.lookAt)
}

function phaseDeadline(state: WatchdogState, limits: WatchdogLimits): Instant | undefined {
  switch (state.phase.name) {
    case 'starting':
      return state.phase.readyBy
    case 'running':
      return state.phase.aliveAt + silenceLimitUs(state, limits)
    case 'waiting':
      return state.phase.restartAt
    case 'stopping':
      return state.phase.killed ? undefined : state.phase.killAt
    case 'new':
    case 'killed':
    case 'over':
      return undefined
  }
}

/** May systemd be told that all is well? Not while a daemon that was killed does not die, and not before the start. */
export function isWell(state: WatchdogState, now: Instant, limits: WatchdogLimits): boolean {
  switch (state.phase.name) {
    case 'running':
      return now - state.phase.aliveAt <= silenceLimitUs(state, limits)
    case 'starting':
      return now <= state.phase.readyBy
    case 'waiting':
    case 'stopping':
      return true
    case 'new':
    case 'killed':
    case 'over':
      return false
  }
}

function onStop(state: WatchdogState, now: Instant, limits: WatchdogLimits): WatchdogStep {
  if (state.phase.name === 'waiting' || state.phase.name === 'new') return finish(state, 0, 'stop')
  // Its SIGKILL is under way already; what remains to be prevented is a restart.
  if (state.phase.name === 'killed') return to(state, { name: 'stopping', killAt: now, killed: true })
  if (!isUp(state.phase)) return stay(state)
  return { state: { ...state, phase: stopping(now, limits) }, effects: [{ type: 'order-stop' }] }
}

function onExit(
  state: WatchdogState,
  event: { readonly status: number | null; readonly signal: string | null },
  now: Instant,
  limits: WatchdogLimits,
): WatchdogStep {
  const cause = event.signal === null ? `exit status ${event.status ?? 0}` : `signal ${event.signal}`
  const status = event.status ?? gaveUpStatus
  if (state.phase.name === 'over') return stay(state)
  if (state.phase.name === 'stopping') return finish(state, status, cause)
  if (permanentStatuses.includes(status)) return finish(state, status, cause)
  if (limits.dontRespawn) return finish(state, status === 0 ? gaveUpStatus : status, cause)
  const verdict = admitRestart(state.record, now, limits.restart)
  if (verdict.action === 'escalate') return finish({ ...state, record: verdict.record }, gaveUpStatus, cause)
  const restarting: WatchdogEffect = { type: 'restart', delayUs: verdict.delayUs, cause }
  const waiting: WatchdogState = {
    ...state,
    phase: { name: 'waiting', restartAt: now + verdict.delayUs },
    record: verdict.record,
  }
  if (verdict.delayUs > 0) return { state: waiting, effects: [restarting] }
  const step = spawn(waiting, now, limits)
  return { state: step.state, effects: [restarting, ...step.effects] }
}

function onTimer(state: WatchdogState, now: Instant, limits: WatchdogLimits): WatchdogStep {
  const due = phaseDeadline(state, limits)
  if (due === undefined || now < due) return stay(state)
  if (state.phase.name === 'waiting') return spawn(state, now, limits)
  if (state.phase.name === 'stopping') return kill(state, { ...state.phase, killed: true }, 'stop-overdue')
  return kill(state, { name: 'killed' }, state.phase.name === 'starting' ? 'not-ready' : 'silent')
}

/**
 * Time in which we were not running ourselves (paused machine, stopped process group, starved of the processor) is not counted:
 * the daemon was not running either, for all we know. Every look counts for as much as it was asked for, so a hanging
 * daemon ends also on a machine that is always late.
 */
function forgiven(state: WatchdogState, now: Instant, limits: WatchdogLimits): WatchdogState {
  const lateUs = state.lookAt === null ? 0 : now - state.lookAt
  return lateUs > limits.latenessMaxUs ? { ...state, phase: later(state.phase, lateUs) } : state
}

function later(phase: Phase, byUs: number): Phase {
  switch (phase.name) {
    case 'starting':
      return { ...phase, readyBy: phase.readyBy + byUs }
    case 'running':
      return { ...phase, aliveAt: phase.aliveAt + byUs }
    case 'stopping':
      return { ...phase, killAt: phase.killAt + byUs }
    case 'new':
    case 'killed':
    case 'waiting':
    case 'over':
      return phase
  }
}

/** Does a limit of time run against the daemon? */
function isTimed(phase: Phase): boolean {
  return isUp(phase) || (phase.name === 'stopping' && !phase.killed)
}

function isUp(phase: Phase): boolean {
  return phase.name === 'starting' || phase.name === 'running'
}

function stopping(now: Instant, limits: WatchdogLimits): Phase {
  return { name: 'stopping', killAt: now + limits.stopWithinUs, killed: false }
}

function spawn(state: WatchdogState, now: Instant, limits: WatchdogLimits): WatchdogStep {
  return {
    state: { ...state, phase: { name: 'starting', readyBy: now + limits.readyWithinUs } },
    effects: [{ type: 'spawn' }],
  }
}

function kill(state: WatchdogState, phase: Phase, reason: 'not-ready' | 'silent' | 'stop-overdue'): WatchdogStep {
  return { state: { ...state, phase }, effects: [{ type: 'kill', reason }] }
}

function finish(state: WatchdogState, status: number, cause: string): WatchdogStep {
  return {
    state: { ...state, phase: { name: 'over', status } },
    effects: [{ type: 'finish', status, cause }],
  }
}

function to(state: WatchdogState, phase: Phase): WatchdogStep {
  return { state: { ...state, phase }, effects: [] }
}

function stay(state: WatchdogState): WatchdogStep {
  return { state, effects: [] }
}
