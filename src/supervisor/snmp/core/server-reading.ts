// Readings of virtual and real servers at run time: which are alive, and their traffic.

import type { RealServer, ServiceAddress, VirtualServer } from '../../../config/blocks/server/model.ts'
import {
  destKey,
  destPort,
  type IpvsServiceId,
  type IpvsStatistics,
  ipProtocols,
  serviceKey,
} from '../../../lib/ipvs.ts'
import { freshReal, isAlive, realOf } from '../../../workers/ipvs/core/server-state.ts'
import type { ReadModel, StatedServer } from './read-model.ts'

export const noStatistics: IpvsStatistics = {
  connections: 0,
  inPackets: 0,
  outPackets: 0,
  inBytes: 0,
  outBytes: 0,
  connectionRate: 0,
  inPacketRate: 0,
  outPacketRate: 0,
  inByteRate: 0,
  outByteRate: 0,
}

const nothing: StatedServer = { connections: { active: 0, inactive: 0, persistent: 0 }, statistics: noStatistics }

/** Before anything is known of it a server is as it starts: down with `alpha`, else up. */
export function isRealAlive(virtual: VirtualServer, real: RealServer, model: ReadModel): boolean {
  const state = model.servers.get(virtual.id)
  return isAlive(state === undefined ? freshReal(real) : realOf(state, real))
}

export function failedChecks(virtual: VirtualServer, real: RealServer, model: ReadModel): number {
  return model.servers.get(virtual.id)?.real[real.id]?.failed.length ?? 0
}

export function aliveCount(virtual: VirtualServer, model: ReadModel): number {
  return virtual.realServers.filter(real => isRealAlive(virtual, real, model)).length
}

/** Is there anybody who answers, real servers or the one that says sorry? */
export function isServing(virtual: VirtualServer, model: ReadModel): boolean {
  return virtual.sorry !== undefined || aliveCount(virtual, model) > 0
}

/** The sum over its services. */
export function statisticsOf(virtual: VirtualServer, model: ReadModel): IpvsStatistics {
  return virtual.services.reduce((total, service) => {
    const found = model.ipvs.get(serviceKey(idOf(service)))
    return found === undefined ? total : added(total, found.statistics)
  }, noStatistics)
}

/** The sum over the services of its virtual server. `server` may be a sorry server. */
export function destOf(
  virtual: VirtualServer,
  server: Pick<RealServer, 'family' | 'address' | 'port' | 'forwarding'>,
  model: ReadModel,
): StatedServer {
  return virtual.services.reduce((total, service) => {
    const { family, address, forwarding } = server
    const port = destPort(forwarding.method, server.port, service.kind === 'address' ? service.port : undefined)
    const key = `${serviceKey(idOf(service))} ${destKey({ family, address, port })}`
    const found = model.ipvs.get(key)
    return found === undefined ? total : addedServer(total, found)
  }, nothing)
}

export function idOf(service: ServiceAddress): IpvsServiceId {
  if (service.kind === 'fwmark') return { family: service.family, mark: service.mark }
  const { family, address, port, protocol } = service
  return { family, address, port, protocol: ipProtocols[protocol] }
}

function addedServer(one: StatedServer, other: StatedServer): StatedServer {
  const [a, b] = [one.connections, other.connections]
  return {
    connections: {
      active: a.active + b.active,
      inactive: a.inactive + b.inactive,
      persistent: a.persistent + b.persistent,
    },
    statistics: added(one.statistics, other.statistics),
  }
}

function added(one: IpvsStatistics, other: IpvsStatistics): IpvsStatistics {
  return {
    connections: one.connections + other.connections,
    inPackets: one.inPackets + other.inPackets,
    outPackets: one.outPackets + other.outPackets,
    inBytes: one.inBytes + other.inBytes,
    outBytes: one.outBytes + other.outBytes,
    connectionRate: one.connectionRate + other.connectionRate,
    inPacketRate: one.inPacketRate + other.inPacketRate,
    outPacketRate: one.outPacketRate + other.outPacketRate,
    inByteRate: one.inByteRate + other.inByteRate,
    outByteRate: one.outByteRate + other.outByteRate,
  }
}
