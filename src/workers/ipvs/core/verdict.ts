// Applies a checker's verdict to its real server and to the quorum of the virtual server. Pure. One failed checker is
// enough to take a server down, all must have passed to bring it back. keepalived.conf(5) `notify_up`, `notify_down`,
// `smtp_alert`, `no_checker_emails`.

import type { RealServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import type { EventName } from '../../../lib/log-events.ts'
import type { Verdict } from '../../checker/core/check-state.ts'
import type { LvsEffect } from './effect.ts'
import { evaluateQuorum, type ServerStep } from './quorum.ts'
import { effectiveWeight, isAlive, type RealState, realOf, type ServerState } from './server-state.ts'

export interface NotifySettings {
  readonly noCheckerEmails: boolean
  readonly rsInitNotifies: boolean
}

/** Applies a verdict of a checker of this real server. A verdict that says what is known already changes nothing. */
export function applyVerdict(
  virtual: VirtualServer,
  server: RealServer,
  state: ServerState,
  verdict: Verdict,
  settings: NotifySettings,
): ServerStep {
  const before = realOf(state, server)
  const judged = judge(before, verdict)
  if (judged === before && before.told !== null) return { state, effects: [] }
  const aliveChanged = isAlive(before) !== isAlive(judged)
  // The first failure of a server that starts as dead is told, although nothing changed.
  const firstFailure = !isAlive(judged) && before.told === null
  const tell = aliveChanged || firstFailure
  const told = isAlive(judged) ? 'up' : 'down'
  const after: RealState = tell ? { ...judged, told } : judged
  const effects: LvsEffect[] = [
    ...logged(virtual, server, before, after),
    ...(tell ? serverNotice(virtual, server, isAlive(after)) : []),
  ]
  if (server.smtpAlert && verdict.changed && (aliveChanged || !settings.noCheckerEmails)) {
    if (verdict.mail !== undefined) effects.push(serverMail(virtual, server, isAlive(after), verdict.mail))
  }
  const next = { ...state, real: { ...state.real, [server.id]: after } }
  const quorum = evaluateQuorum(virtual, next, false)
  return { state: quorum.state, effects: [...effects, ...quorum.effects] }
}

/** FIFO line and script of a real server. */
export function serverNotice(virtual: VirtualServer, server: RealServer, up: boolean): readonly LvsEffect[] {
  const script = (up ? server.notifyUp : server.notifyDown) ?? null
  return [{ type: 'notify', fifo: `RS ${server.id} ${virtual.name} ${up ? 'UP' : 'DOWN'}`, script }]
}

export function serverMail(virtual: VirtualServer, server: RealServer, up: boolean, body: string): LvsEffect {
  const subject = `Realserver ${server.id} of virtual server ${virtual.name} - ${up ? 'UP' : 'DOWN'}`
  return { type: 'mail', subject, body }
}

/** The same object if the verdict is no news. */
function judge(real: RealState, verdict: Verdict): RealState {
  const wasFailed = real.failed.includes(verdict.checker)
  const weight = Object.hasOwn(real.weights, verdict.checker) ? real.weights[verdict.checker]! : 0
  if (wasFailed === !verdict.up && weight === verdict.weight) return real
  const others = real.failed.filter(id => id !== verdict.checker)
  const { [verdict.checker]: _, ...weights } = real.weights
  return {
    ...real,
    failed: verdict.up ? others : [...others, verdict.checker],
    weights: verdict.weight === 0 ? weights : { ...weights, [verdict.checker]: verdict.weight },
  }
}

function logged(virtual: VirtualServer, server: RealServer, before: RealState, after: RealState): readonly LvsEffect[] {
  const fields = { server: server.id, virtualServer: virtual.name }
  if (isAlive(before) !== isAlive(after)) {
    const level = isAlive(after) ? 'info' : 'warn'
    return [{ type: 'log', level, event: changeOf(server, isAlive(after)), fields }]
  }
  const from = effectiveWeight(server, before)
  const to = effectiveWeight(server, after)
  if (from === to) return []
  return [{ type: 'log', level: 'info', event: 'weight-changed', fields: { ...fields, from, to } }]
}

/** As keepalived says it: an inhibited server stays in the table with weight 0. */
function changeOf({ inhibitOnFailure }: RealServer, up: boolean): EventName {
  if (inhibitOnFailure) return up ? 'server-enabled' : 'server-disabled'
  return up ? 'server-up' : 'server-down'
}
