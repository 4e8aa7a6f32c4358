// The state of one virtual server: which of its checkers have failed, what they add to weights, and whether there is a
// quorum. Plain data that survives the worker. Not what follows from a verdict (verdict.ts), not the table
// (desired.ts).

import type { RealServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import type { Instant } from '../../../lib/time.ts'

export interface RealState {
  /** Ids of the checkers that have failed. None: the server is alive. */
  readonly failed: readonly string[]
  /** What checkers add to the weight, by checker id; no entry: 0. */
  readonly weights: Readonly<Record<string, number>>
  /** What the operator was told last; null: nothing yet. */
  readonly told: 'up' | 'down' | null
}

/** See draining.ts. */
interface DrainingServer {
  readonly server: RealServer
  /** When it is removed even if connections are left. */
  readonly until: Instant
}

export interface ServerState {
  readonly quorumUp: boolean
  readonly real: Readonly<Record<string, RealState>>
  /** Servers that a reload has removed and that still have connections, by their id. */
  readonly draining: Readonly<Record<string, DrainingServer>>
}

const weightMax = 2 ** 31 - 1

export function freshReal(server: RealServer): RealState {
  return {
    failed: server.checkers.filter(checker => checker.alpha).map(checker => checker.id),
    weights: {},
    told: null,
  }
}

export function freshServer(virtual: VirtualServer): ServerState {
  const real = Object.fromEntries(virtual.realServers.map(each => [each.id, freshReal(each)]))
  return { quorumUp: false, real, draining: {} }
}

/** The state of a real server; one that is not known yet has its fresh state. */
export function realOf(state: ServerState, server: RealServer): RealState {
  return Object.hasOwn(state.real, server.id) ? state.real[server.id]! : freshReal(server)
}

export function isAlive(real: RealState): boolean {
  return real.failed.length === 0
}

/** The weight as IPVS gets it: the configured one and what checkers add, within what the kernel takes. */
export function effectiveWeight(server: RealServer, real: RealState): number {
  let weight = server.weight
  for (const added of Object.values(real.weights)) weight += added
  return Math.max(0, Math.min(weightMax, weight))
}

/** The sum of weights that counts for the quorum. */
export function aliveWeight(virtual: VirtualServer, state: ServerState): number {
  let sum = 0
  for (const server of virtual.realServers) {
    const real = realOf(state, server)
    if (isAlive(real)) sum += effectiveWeight(server, real)
  }
  return sum
}
