// Real servers that a reload has taken out of a virtual server with `drain_on_reload`: they stay in the table with
// weight 0 until their connections have ended, or for as long as the keyword allows. Pure. The keyword is an extension;
// keepalived deletes them at once, which leaves their clients hanging.

import type { RealServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import type { IpvsDest, IpvsDestId } from '../../../lib/ipvs.ts'
import type { EventName } from '../../../lib/log-events.ts'
import type { Instant } from '../../../lib/time.ts'
import type { LvsEffect } from './effect.ts'
import type { ServerStep } from './quorum.ts'
import type { ServerState } from './server-state.ts'

/** A dest as a dump counts it. */
type CountedDest = IpvsDest & { readonly activeConnections?: number; readonly inactiveConnections?: number }

/** The draining servers after a reload: `gone` were in the table until now; a server that is configured again is left out. */
export function drainingAfter(
  after: VirtualServer,
  state: ServerState,
  gone: readonly RealServer[],
  now: Instant,
): ServerStep {
  const configured = new Set(after.realServers.map(server => server.id))
  const { drainUs } = after
  if (drainUs === undefined) return { state: { ...state, draining: {} }, effects: [] }
  const going = gone.filter(server => !configured.has(server.id))
  const kept = Object.entries(state.draining).filter(([id]) => !configured.has(id))
  const added = going.map(server => [server.id, { server, until: now + drainUs }] as const)
  const effects = going.map(server => told(after, server, 'server-draining', { seconds: drainUs / 1_000_000 }))
  return { state: { ...state, draining: Object.fromEntries([...kept, ...added]) }, effects }
}

/**
 * Takes out those whose time is over, and those on which no dest that was found has a connection left. `found` is
 * undefined if not all services of the virtual server could be seen.
 */
export function drained(
  virtual: VirtualServer,
  state: ServerState,
  found: readonly CountedDest[] | undefined,
  isDestOf: (server: RealServer, dest: IpvsDestId) => boolean,
  now: Instant,
): ServerStep {
  const effects: LvsEffect[] = []
  const left = Object.entries(state.draining).filter(([, { server, until }]) => {
    const dests = (found ?? []).filter(dest => isDestOf(server, dest))
    const connections = dests.reduce((sum, dest) => sum + connectionsOf(dest), 0)
    // A dest that still has weight has not been set to drain yet.
    const busy = found === undefined || dests.some(dest => dest.weight > 0) || connections > 0
    if (busy && now < until) return true
    effects.push(told(virtual, server, 'server-drained', { connections }))
    return false
  })
  if (effects.length === 0) return { state, effects }
  return { state: { ...state, draining: Object.fromEntries(left) }, effects }
}

export function isDraining(state: ServerState): boolean {
  return Object.keys(state.draining).length > 0
}

function connectionsOf(dest: CountedDest): number {
  return (dest.activeConnections ?? 0) + (dest.inactiveConnections ?? 0)
}

function told(virtual: VirtualServer, server: RealServer, event: EventName, more: Record<string, number>): LvsEffect {
  const fields = { server: server.id, virtualServer: virtual.name, ...more }
  return { type: 'log', level: 'info', event, fields }
}
