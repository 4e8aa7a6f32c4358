// A view of virtual servers, real servers and their checkers at one moment, put together from the two workers' last
// words, for the dump (dumps/check-data.ts) and `keepalived-ts status`. Pure.

import type { Checker } from '../../config/blocks/checker/model.ts'
import type { LvsConfig, RealServer, VirtualServer } from '../../config/blocks/server/model.ts'
import type { CheckState } from '../../workers/checker/core/check-state.ts'
import {
  aliveWeight,
  effectiveWeight,
  freshServer,
  isAlive,
  realOf,
  type ServerState,
} from '../../workers/ipvs/core/server-state.ts'

/** The last thing that a checker had to say, and when (milliseconds since 1970). */
export interface Remark {
  readonly text: string
  readonly at: number
}

export interface CheckerView {
  readonly params: Checker
  /** False while its virtual address is not here (ha_suspend). */
  readonly enabled: boolean
  /** undefined: it has said nothing yet. */
  readonly state: CheckState | undefined
  readonly remark: Remark | undefined
}

export interface RealServerView {
  readonly params: RealServer
  readonly alive: boolean
  readonly failedCheckers: number
  /** With what dynamic checkers add. */
  readonly weight: number
  /** Should it be in the kernel's table? */
  readonly inTable: boolean
  readonly checkers: readonly CheckerView[]
}

export interface VirtualServerView {
  readonly params: VirtualServer
  readonly quorumUp: boolean
  readonly sorryActive: boolean
  /** Sum of the weights of the servers that are alive. */
  readonly aliveWeight: number
  readonly realServers: readonly RealServerView[]
}

export interface CheckerMemory {
  readonly states: ReadonlyMap<string, CheckState>
  readonly remarks: ReadonlyMap<string, Remark>
  readonly suspended: ReadonlySet<string>
}

export function viewServers(
  config: LvsConfig,
  states: ReadonlyMap<string, ServerState>,
  memory: CheckerMemory,
): readonly VirtualServerView[] {
  return config.virtualServers.map(params => {
    const state = states.get(params.id) ?? freshServer(params)
    const sorryActive = params.sorry !== undefined && !state.quorumUp
    return {
      params,
      quorumUp: state.quorumUp,
      sorryActive,
      aliveWeight: aliveWeight(params, state),
      realServers: params.realServers.map(real => viewReal(real, state, sorryActive, memory)),
    }
  })
}

function viewReal(params: RealServer, state: ServerState, sorryActive: boolean, memory: CheckerMemory): RealServerView {
  const real = realOf(state, params)
  const alive = isAlive(real)
  return {
    params,
    alive,
    failedCheckers: real.failed.length,
    weight: effectiveWeight(params, real),
    inTable: (alive && !sorryActive) || params.inhibitOnFailure,
    checkers: params.checkers.map(checker => ({
      params: checker,
      enabled: !memory.suspended.has(checker.id),
      state: memory.states.get(checker.id),
      remark: memory.remarks.get(checker.id),
    })),
  }
}

/** The part of `keepalived-ts status` that is about load balancing. */
export function serverStatus(views: readonly VirtualServerView[]): readonly object[] {
  return views.map(({ params, quorumUp, sorryActive, aliveWeight: sum, realServers }) => ({
    name: params.name,
    quorum: { up: quorumUp, needed: params.quorum, hysteresis: params.hysteresis, weight: sum },
    ...(params.sorry === undefined ? {} : { sorryServer: { address: params.sorry.address, active: sorryActive } }),
    realServers: realServers.map(real => ({
      name: real.params.id,
      alive: real.alive,
      weight: real.weight,
      configuredWeight: real.params.weight,
      inTable: real.inTable,
      checkers: real.checkers.map(checkerStatus),
    })),
  }))
}

function checkerStatus({ params, enabled, state, remark }: CheckerView): object {
  const verdict = state === undefined || !state.hasRun ? 'none' : state.up ? 'up' : 'down'
  return {
    type: params.type,
    ...('target' in params ? { target: `[${params.target.address}]:${params.target.port}` } : {}),
    // What the server is counted as until there is a verdict.
    up: state?.up ?? !params.alpha,
    verdict,
    ...(enabled ? {} : { suspended: true }),
    ...(remark === undefined ? {} : { reason: remark.text, at: new Date(remark.at).toISOString() }),
  }
}
