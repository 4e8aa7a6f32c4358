// The machine of one BFD session: (session, event, now) -> {session, effects}. RFC 5880 §6.8; asynchronous mode without
// echo and without authentication. Clock and chance are arguments. receive.ts finds the session of a packet, packet.ts
// has its format.

import type { BfdInstance } from '../../../config/blocks/bfd/model.ts'
import type { Instant } from '../../../lib/time.ts'
import type { Effect, Step } from './effect.ts'
import {
  type ControlPacket,
  DIAG_ADMIN_DOWN,
  DIAG_NEIGHBOR_DOWN,
  DIAG_NONE,
  DIAG_TIME_EXPIRED,
  type SessionState,
} from './packet.ts'
import { desiredMinTxUs, detectionTimeUs, type Session, transmitIntervalUs, unknownRemote } from './session.ts'

export type Event =
  /** A packet that has passed the checks of reception. */
  | { readonly type: 'packet'; readonly packet: ControlPacket }
  | { readonly type: 'timer' }
  /** The socket that packets leave by can be used, or can not (the address or the route is missing). */
  | { readonly type: 'path'; readonly usable: boolean }
  /** A reload: other parameters for the same session. */
  | { readonly type: 'configure'; readonly params: BfdInstance }
  /** The daemon ends. */
  | { readonly type: 'stop' }

/** What a step may need beside the event. */
export interface Chance {
  /** A discriminator that nobody has, not 0. */
  discriminator(): number
  /** In [0, 1). */
  random(): number
}

/**
 * RFC 5880 §6.8.7: the interval is shortened by 10 to 25 %, which is what a multiplier of 1 demands; keepalived does so
 * for all.
 */
const jitterMin = 0.1
const jitterMax = 0.25

/** A session at the start of its life: Down, and speaking at once unless it is passive. */
export function initial(params: BfdInstance, now: Instant, chance: Chance): Session {
  const session: Session = {
    params,
    state: 'down',
    diag: DIAG_NONE,
    discriminator: chance.discriminator(),
    remote: unknownRemote,
    polling: false,
    minTxUs: params.idleTxUs,
    minRxUs: params.minRxUs,
    sendAt: null,
    expiresAt: null,
    since: now,
    timesUp: 0,
  }
  return transmitIntervalUs(session) === null ? session : { ...session, sendAt: now }
}

/** Applies one event. A timer that is not due changes nothing. */
export function transition(session: Session, event: Event, now: Instant, chance: Chance): Step {
  switch (event.type) {
    case 'packet':
      return onPacket(session, event.packet, now, chance)
    case 'timer':
      return onTimer(session, now, chance)
    case 'path':
      return onPath(session, event.usable, now, chance)
    case 'configure':
      return onConfigure(session, event.params, now, chance)
    case 'stop':
      return onStop(session, now)
  }
}

/** The packet that says what the session is (RFC 5880 §6.8.7). `final` answers a poll; a packet is never both. */
export function packetOf(session: Session, final: boolean): ControlPacket {
  const { params, state, diag, discriminator, remote, polling } = session
  return {
    diag,
    state,
    poll: polling && !final,
    final,
    controlPlaneIndependent: false,
    demand: false,
    multiplier: params.multiplier,
    myDiscriminator: discriminator,
    yourDiscriminator: remote.discriminator,
    minTxUs: desiredMinTxUs(session),
    minRxUs: params.minRxUs,
    minEchoRxUs: 0,
  }
}

/** RFC 5880 §6.8.6, the part that changes the session. */
function onPacket(before: Session, packet: ControlPacket, now: Instant, chance: Chance): Step {
  if (before.state === 'admin-down') return { session: before, effects: [] }
  const intervalBefore = transmitIntervalUs(before)
  const heard = hear(before, packet)
  const moved = follow(heard, packet, now, chance)
  const timed = { ...moved.session, expiresAt: expiryOf(moved.session, now) }
  const effects = [...moved.effects]
  // RFC 5880 §6.8.7: an F as soon as possible, whatever the timer says; one that answers a poll tells of a change too.
  if (packet.poll) effects.push({ type: 'send', packet: packetOf(timed, true) })
  const stateChanged = timed.state !== before.state
  if (stateChanged && !packet.poll) return sendNow(timed, effects, now, chance)
  return { session: reschedule(timed, intervalBefore, now, chance), effects }
}

/** Takes over what the neighbour says of itself, and ends a poll sequence that it answers. */
function hear(session: Session, packet: ControlPacket): Session {
  const remote = {
    state: packet.state,
    discriminator: packet.myDiscriminator,
    diag: packet.diag,
    minTxUs: packet.minTxUs,
    minRxUs: packet.minRxUs,
    multiplier: packet.multiplier,
    demand: packet.demand,
  }
  const heard = { ...session, remote }
  if (!packet.final || !session.polling) return heard
  return { ...heard, polling: false, minTxUs: desiredMinTxUs(heard), minRxUs: heard.params.minRxUs }
}

/** The state that follows from the neighbour's: the table of RFC 5880 §6.8.6. */
function follow(session: Session, packet: ControlPacket, now: Instant, chance: Chance): Step {
  const next = nextState(session.state, packet.state)
  if (next === session.state) return { session, effects: [] }
  if (next === 'down') return leave(session, DIAG_NEIGHBOR_DOWN, now, chance)
  if (next === 'up') return rise(session, now)
  return { session: { ...session, state: next, since: now }, effects: [changed(session, next)] }
}

/** RFC 5880 §6.8.6: what becomes of a state when the neighbour says that it has this one. */
export function nextState(local: SessionState, remote: SessionState): SessionState {
  switch (local) {
    case 'admin-down':
      return 'admin-down'
    case 'down':
      return remote === 'down' ? 'init' : remote === 'init' ? 'up' : 'down'
    case 'init':
      return remote === 'admin-down' ? 'down' : remote === 'down' ? 'init' : 'up'
    case 'up':
      return remote === 'admin-down' || remote === 'down' ? 'down' : 'up'
  }
}

/** To Up: the wanted rate is told from now on, by a poll sequence if it differs from that before (RFC 5880 §6.8.3). */
function rise(session: Session, now: Instant): Step {
  const { minTxUs, idleTxUs } = session.params
  const up: Session = {
    ...session,
    state: 'up',
    diag: DIAG_NONE,
    polling: minTxUs !== idleTxUs,
    // A shorter interval may be used at once, a longer one when the neighbour knows.
    minTxUs: Math.min(minTxUs, idleTxUs),
    since: now,
    timesUp: session.timesUp + 1,
  }
  return { session: up, effects: [changed(session, 'up'), { type: 'tell', up: true }] }
}

/**
 * From Init or Up to Down. keepalived: another discriminator, and nobody is told when the neighbour was taken down on
 * purpose.
 */
function leave(session: Session, diag: number, now: Instant, chance: Chance): Step {
  const wasUp = session.state === 'up'
  const expired = diag === DIAG_TIME_EXPIRED
  const down: Session = {
    ...session,
    state: 'down',
    diag,
    discriminator: wasUp ? chance.discriminator() : session.discriminator,
    // RFC 5880 §6.8.1: a neighbour that has been silent for a detection time is not known any more.
    remote: expired ? { ...session.remote, discriminator: 0, state: 'down' } : session.remote,
    polling: false,
    minTxUs: session.params.idleTxUs,
    minRxUs: session.params.minRxUs,
    since: now,
  }
  const effects: Effect[] = [changed(session, 'down', diag)]
  if (wasUp && session.remote.state !== 'admin-down') effects.push({ type: 'tell', up: false })
  return { session: down, effects }
}

function onTimer(session: Session, now: Instant, chance: Chance): Step {
  if (session.expiresAt !== null && session.expiresAt <= now) return expire(session, now, chance)
  if (session.sendAt === null || session.sendAt > now) return { session, effects: [] }
  return sendNow(session, [], now, chance)
}

/** The detection time is over: the session goes Down. Over once more: what the neighbour said is forgotten. */
function expire(session: Session, now: Instant, chance: Chance): Step {
  if (session.state === 'down') {
    const forgotten = { ...session, remote: unknownRemote, expiresAt: null }
    return { session: reschedule(forgotten, transmitIntervalUs(session), now, chance), effects: [] }
  }
  const detectionUs = detectionTimeUs(session)
  const left = leave(session, DIAG_TIME_EXPIRED, now, chance)
  const down = { ...left.session, expiresAt: now + detectionUs }
  return sendNow(down, [...left.effects, { type: 'expired', detectionUs }], now, chance)
}

function onPath(session: Session, usable: boolean, now: Instant, chance: Chance): Step {
  if (usable === (session.state !== 'admin-down')) return { session, effects: [] }
  if (usable) {
    const fresh = { ...initial(session.params, now, chance), timesUp: session.timesUp }
    return { session: fresh, effects: [changed(session, 'down')] }
  }
  const effects: Effect[] = [changed(session, 'admin-down', DIAG_ADMIN_DOWN)]
  if (session.state === 'up') effects.push({ type: 'tell', up: false })
  return { session: quiet(session, now), effects }
}

/** Administratively down: neither sends nor expects anything. */
function quiet(session: Session, now: Instant): Session {
  const none = { remote: unknownRemote, polling: false, sendAt: null, expiresAt: null }
  return { ...session, ...none, state: 'admin-down', diag: DIAG_ADMIN_DOWN, since: now }
}

/** RFC 5880 §6.8.3: while Up, longer sending and faster expecting count only when a poll sequence has told of them. */
function onConfigure(session: Session, params: BfdInstance, now: Instant, chance: Chance): Step {
  const told = { ...session, params }
  if (session.state === 'admin-down') return { session: told, effects: [] }
  const intervalBefore = transmitIntervalUs(session)
  const isUp = session.state === 'up'
  const sameTimers =
    desiredMinTxUs(session) === desiredMinTxUs(told) &&
    session.params.minRxUs === params.minRxUs &&
    session.params.multiplier === params.multiplier
  const after: Session = {
    ...told,
    polling: session.polling || (isUp && !sameTimers),
    minTxUs: isUp ? Math.min(session.minTxUs, params.minTxUs) : params.idleTxUs,
    minRxUs: isUp ? Math.max(session.minRxUs, params.minRxUs) : params.minRxUs,
  }
  if (!sameTimers && transmitIntervalUs(after) !== null) return sendNow(after, [], now, chance)
  return { session: reschedule(after, intervalBefore, now, chance), effects: [] }
}

/** RFC 5880 §6.8.16. keepalived falls silent instead, so that its neighbour takes an end for a failure. */
function onStop(session: Session, now: Instant): Step {
  const ended = { ...quiet(session, now), remote: session.remote }
  const speaks = session.state === 'init' || session.state === 'up'
  return { session: ended, effects: speaks ? [{ type: 'send', packet: packetOf(ended, false) }] : [] }
}

function sendNow(session: Session, effects: readonly Effect[], now: Instant, chance: Chance): Step {
  const intervalUs = transmitIntervalUs(session)
  if (intervalUs === null) return { session: { ...session, sendAt: null }, effects }
  const sendAt = now + jittered(intervalUs, chance.random())
  return { session: { ...session, sendAt }, effects: [...effects, { type: 'send', packet: packetOf(session, false) }] }
}

/** The next packet is sent earlier only when the interval has become shorter, or when periodic packets begin. */
function reschedule(session: Session, intervalBeforeUs: number | null, now: Instant, chance: Chance): Session {
  const intervalUs = transmitIntervalUs(session)
  if (intervalUs === null) return session.sendAt === null ? session : { ...session, sendAt: null }
  if (session.sendAt === null) return { ...session, sendAt: now }
  if (intervalBeforeUs !== null && intervalUs >= intervalBeforeUs) return session
  return { ...session, sendAt: Math.min(session.sendAt, now + jittered(intervalUs, chance.random())) }
}

/** Any valid packet starts the detection time anew (RFC 5880 §6.8.4). keepalived does so only when Up. */
function expiryOf(session: Session, now: Instant): Instant | null {
  return session.remote.discriminator === 0 ? null : now + detectionTimeUs(session)
}

/** Microseconds of one interval with its jitter. */
function jittered(intervalUs: number, random: number): number {
  return Math.floor(intervalUs * (1 - (jitterMin + random * (jitterMax - jitterMin))))
}

function changed(session: Session, to: SessionState, diag: number = DIAG_NONE): Effect {
  return { type: 'changed', from: session.state, to, diag, remoteDiag: session.remote.diag }
}
