// The beginning, the change of configuration and the end of virtual servers: which states are fresh, which are carried over,
// and what is told about those that go. Pure. keepalived.conf(5) `alpha`, `omega`, `rs_init_notifies`.

import type { Checker } from '../../../config/blocks/checker/model.ts'
import type { RealServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import type { Instant } from '../../../lib/time.ts'
import { isInTable } from './desired.ts'
import { drainingAfter } from './draining.ts'
import type { LvsEffect } from './effect.ts'
import { evaluateQuorum, quorumNotice, type ServerStep, startQuorum } from './quorum.ts'
import { freshReal, freshServer, isAlive, type RealState, realOf, type ServerState } from './server-state.ts'
import { type NotifySettings, serverMail, serverNotice } from './verdict.ts'

/** A virtual server that was not there before. */
export function begin(virtual: VirtualServer, settings: NotifySettings): ServerStep {
  const fresh = freshServer(virtual)
  const real: Record<string, RealState> = {}
  const effects: LvsEffect[] = []
  for (const server of virtual.realServers) {
    const state = realOf(fresh, server)
    const notify = settings.rsInitNotifies && isAlive(state)
    real[server.id] = notify ? { ...state, told: 'up' } : state
    if (notify) effects.push(...serverNotice(virtual, server, true))
  }
  const quorum = startQuorum(virtual, { ...fresh, real })
  return { state: quorum.state, effects: [...effects, ...quorum.effects] }
}

/** The same virtual server under a new configuration. */
export function change(
  before: VirtualServer,
  after: VirtualServer,
  state: ServerState,
  settings: NotifySettings,
  now: Instant,
): ServerStep {
  const kept = new Map(before.realServers.map(server => [server.id, server]))
  const effects: LvsEffect[] = []
  const real: Record<string, RealState> = {}
  for (const server of after.realServers) {
    const was = kept.get(server.id)
    const next = was === undefined ? freshReal(server) : carriedOver(server, realOf(state, was), was)
    const notify = was === undefined && settings.rsInitNotifies && isAlive(next)
    const revived = was !== undefined && !isAlive(realOf(state, was)) && isAlive(next)
    real[server.id] = notify || revived ? { ...next, told: 'up' } : next
    if (notify || revived) effects.push(...serverNotice(after, server, true))
    kept.delete(server.id)
  }
  for (const gone of kept.values()) effects.push(...removal(before, gone, realOf(state, gone), '=> Removing <='))
  const removed = [...kept.values()].filter(server => isInTable(before, server, state))
  const draining = drainingAfter(after, { ...state, real }, removed, now)
  const quorum = evaluateQuorum(after, draining.state, true)
  return { state: quorum.state, effects: [...effects, ...draining.effects, ...quorum.effects] }
}

/** A virtual server that a reload removes; keepalived tells about it whether or not `omega` is set. */
export function remove(virtual: VirtualServer, state: ServerState): readonly LvsEffect[] {
  return farewell(virtual, state, '=> Removing <=')
}

/** The daemon stops: told only with `omega`. */
export function end(virtual: VirtualServer, state: ServerState): readonly LvsEffect[] {
  return virtual.omega ? farewell(virtual, state, '=> Shutting down <=') : []
}

function farewell(virtual: VirtualServer, state: ServerState, body: string): readonly LvsEffect[] {
  const effects = virtual.realServers.flatMap(server => removal(virtual, server, realOf(state, server), body))
  return state.quorumUp ? [...effects, ...quorumNotice(virtual, false, body.slice(3, -3))] : effects
}

function removal(virtual: VirtualServer, server: RealServer, real: RealState, body: string): readonly LvsEffect[] {
  if (!isAlive(real)) return []
  const notice = serverNotice(virtual, server, false)
  return server.smtpAlert ? [...notice, serverMail(virtual, server, false, body)] : notice
}

/** Checkers that are still there keep their state; new ones start as failed only on a server that is down already. */
function carriedOver(server: RealServer, real: RealState, before: RealServer): RealState {
  const known = new Set(before.checkers.map(checker => checker.id))
  const startsFailed = (checker: Checker) => checker.alpha && !known.has(checker.id) && !isAlive(real)
  const failed = server.checkers
    .filter(checker => real.failed.includes(checker.id) || startsFailed(checker))
    .map(checker => checker.id)
  const ids = new Set(server.checkers.map(checker => checker.id))
  const weights = Object.fromEntries(Object.entries(real.weights).filter(([id]) => ids.has(id)))
  return { ...real, failed, weights }
}
