// The IPVS table as it should be: from configuration and states to services and dests. Pure. A server serves if it is alive and
// no sorry server stands in; one that does not serve is absent, or has weight 0 with `inhibit_on_failure`.
// keepalived.conf(5) `sorry_server`, `sorry_server_inhibit`, `inhibit_on_failure`, `lvs_method`, `persistence_timeout`.

import type { Forwarding, RealServer, ServiceAddress, VirtualServer } from '../../../config/blocks/server/model.ts'
import type { Family } from '../../../lib/ip.ts'
import { parseIp } from '../../../lib/ip.ts'
import {
  destKey,
  destPort,
  IPVS_PERSISTENT,
  type IpvsDest,
  type IpvsDestId,
  type IpvsService,
  type IpvsServiceId,
  ipProtocols,
} from '../../../lib/ipvs.ts'
import { effectiveWeight, isAlive, realOf, type ServerState } from './server-state.ts'

const tunnels = { ipip: 0, gue: 1, gre: 2 } as const
const checksums = { nocsum: 0, csum: 1, remcsum: 2 } as const
const methods = { NAT: 0, TUN: 2, DR: 3 } as const
const sorryWeight = 1

export function serviceIdOf(address: ServiceAddress): IpvsServiceId {
  if (address.kind === 'fwmark') return { family: address.family, mark: address.mark }
  const { family, port } = address
  return { family, protocol: ipProtocols[address.protocol], address: address.address, port }
}

export function desiredService(virtual: VirtualServer, address: ServiceAddress): IpvsService {
  const { persistence } = virtual
  return {
    id: serviceIdOf(address),
    scheduler: virtual.scheduler,
    flags: virtual.flags | (persistence === undefined ? 0 : IPVS_PERSISTENT),
    timeoutSeconds: persistence?.timeoutSeconds ?? 0,
    netmask: netmaskOf(address.family, persistence?.granularity),
    engine: persistence?.engine ?? '',
  }
}

/** The dests of one service of the virtual server, by key. */
export function desiredDests(
  virtual: VirtualServer,
  state: ServerState,
  address: ServiceAddress,
): ReadonlyMap<string, IpvsDest> {
  const dests = new Map<string, IpvsDest>()
  const { sorry } = virtual
  const sorryActive = sorry !== undefined && !state.quorumUp
  for (const server of virtual.realServers) {
    const weight = weightInTable(server, state, sorryActive)
    if (weight === undefined) continue
    const { upperThreshold, lowerThreshold } = server
    const dest = { ...destOf(address, server, server.forwarding), weight, upperThreshold, lowerThreshold }
    dests.set(destKey(dest), dest)
  }
  for (const { server } of Object.values(state.draining)) {
    const dest = { ...destOf(address, server, server.forwarding), weight: 0 }
    if (!dests.has(destKey(dest))) dests.set(destKey(dest), dest)
  }
  if (sorry !== undefined && (sorryActive || sorry.inhibit)) {
    const dest = { ...destOf(address, sorry, sorry.forwarding), weight: sorryActive ? sorryWeight : 0 }
    // A sorry server may also be a real server. Then it is in the table once, with weight if one of its two roles gives
    // it weight.
    const twin = dests.get(destKey(dest))
    if (twin === undefined) dests.set(destKey(dest), dest)
    else if (sorryActive) dests.set(destKey(dest), { ...twin, weight: Math.max(twin.weight, sorryWeight) })
  }
  return dests
}

/** Is the server in the table, with whatever weight? */
export function isInTable(virtual: VirtualServer, server: RealServer, state: ServerState): boolean {
  return weightInTable(server, state, virtual.sorry !== undefined && !state.quorumUp) !== undefined
}

/** Is this dest of the service the one that stands for the server? */
export function standsFor(address: ServiceAddress, server: RealServer, dest: IpvsDestId): boolean {
  return destKey(destOf(address, server, server.forwarding)) === destKey(dest)
}

/** undefined: not in the table. */
function weightInTable(server: RealServer, state: ServerState, sorryActive: boolean): number | undefined {
  const real = realOf(state, server)
  if (isAlive(real) && !sorryActive) return effectiveWeight(server, real)
  return server.inhibitOnFailure ? 0 : undefined
}

function destOf(
  service: ServiceAddress,
  server: { readonly family: Family; readonly address: string; readonly port: number },
  forwarding: Forwarding,
): IpvsDest {
  const servicePort = service.kind === 'address' ? service.port : undefined
  const tunnel = forwarding.method === 'TUN' ? forwarding : undefined
  return {
    family: server.family,
    address: server.address,
    port: destPort(forwarding.method, server.port, servicePort),
    method: methods[forwarding.method],
    weight: 0,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnelType: tunnel === undefined ? 0 : tunnels[tunnel.tunnel],
    tunnelPort: tunnel?.tunnelPort ?? 0,
    tunnelFlags: tunnel === undefined ? 0 : checksums[tunnel.checksum],
  }
}

function netmaskOf(family: Family, granularity: string | number | undefined): number {
  if (family === 6) return typeof granularity === 'number' ? granularity : 128
  const bytes = typeof granularity === 'string' ? parseIp(granularity) : undefined
  if (bytes === undefined) return 0xffff_ffff
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
}
