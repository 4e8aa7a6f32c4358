// Quorum with hysteresis: gained at quorum + hysteresis, lost below quorum - hysteresis or when nothing is left. Pure.
// keepalived.conf(5) `quorum`, `hysteresis`, `quorum_up`, `quorum_down`.

import type { VirtualServer } from '../../../config/blocks/server/model.ts'
import type { LvsEffect } from './effect.ts'
import { aliveWeight, type ServerState } from './server-state.ts'

/** keepalived's words where a configuration was just loaded: nothing was lost. */
const startingDown = 'Starting with quorum down'

export interface ServerStep {
  readonly state: ServerState
  readonly effects: readonly LvsEffect[]
}

/**
 * Decides anew whether there is a quorum. `starting`: the configuration was just loaded; then a missing quorum is news only if a
 * sorry server takes over.
 */
export function evaluateQuorum(virtual: VirtualServer, state: ServerState, starting: boolean): ServerStep {
  const sum = aliveWeight(virtual, state)
  const gainAt = virtual.quorum + virtual.hysteresis
  const keepAt = virtual.quorum - virtual.hysteresis
  if (!state.quorumUp && sum >= gainAt) {
    return turned(
      virtual,
      state,
      'quorum-gained',
      `Gained quorum ${virtual.quorum}+${virtual.hysteresis}=${gainAt} <= ${sum}`,
    )
  }
  if (state.quorumUp && (sum === 0 || sum < keepAt)) {
    const words = starting ? startingDown : 'Lost quorum'
    return turned(
      virtual,
      state,
      starting ? 'quorum-missing' : 'quorum-lost',
      `${words} ${virtual.quorum}-${virtual.hysteresis}=${keepAt} > ${sum}`,
    )
  }
  return { state, effects: [] }
}

/** The first evaluation of a virtual server that was not there before. */
export function startQuorum(virtual: VirtualServer, state: ServerState): ServerStep {
  const step = evaluateQuorum(virtual, { ...state, quorumUp: false }, true)
  if (step.state.quorumUp || virtual.sorry === undefined) return step
  const gainAt = virtual.quorum + virtual.hysteresis
  const sum = aliveWeight(virtual, state)
  // keepalived names the bound at which a quorum is lost, which is not the one that was compared.
  const words = `${startingDown} ${virtual.quorum}+${virtual.hysteresis}=${gainAt} > ${sum}`
  return turned(virtual, step.state, 'quorum-missing', words)
}

/** The effects of telling that a virtual server is up or down. */
export function quorumNotice(virtual: VirtualServer, up: boolean, reason: string): readonly LvsEffect[] {
  const word = up ? 'UP' : 'DOWN'
  const script = (up ? virtual.quorumUp : virtual.quorumDown) ?? null
  const effects: LvsEffect[] = [{ type: 'notify', fifo: `VS ${virtual.name} ${word}`, script }]
  if (virtual.smtpAlert) {
    effects.push({ type: 'mail', subject: `Virtualserver ${virtual.name} - ${word}`, body: `=> ${reason} <=` })
  }
  return effects
}

type Turn = 'quorum-gained' | 'quorum-lost' | 'quorum-missing'

function turned(virtual: VirtualServer, state: ServerState, event: Turn, words: string): ServerStep {
  const up = event === 'quorum-gained'
  const fields = { virtualServer: virtual.name, detail: words.replace(/^\D+/, ''), sum: aliveWeight(virtual, state) }
  return {
    state: { ...state, quorumUp: up },
    effects: [
      { type: 'log', level: up ? 'info' : 'warn', event, fields },
      ...sorryLine(virtual, up),
      ...quorumNotice(virtual, up, words),
    ],
  }
}

/** The sorry server comes or goes; an inhibited one is always in the table. */
function sorryLine({ name, sorry }: VirtualServer, quorumUp: boolean): readonly LvsEffect[] {
  if (sorry === undefined) return []
  const [came, went] = sorry.inhibit
    ? (['sorry-enabled', 'sorry-disabled'] as const)
    : (['sorry-added', 'sorry-removed'] as const)
  const fields = { server: `[${sorry.address}]:${sorry.port}`, virtualServer: name }
  return [{ type: 'log', level: quorumUp ? 'info' : 'warn', event: quorumUp ? went : came, fields }]
}
