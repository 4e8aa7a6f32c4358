// KEEPALIVED-MIB, checker part: virtual servers (.3.3). Counters are the sums over the services that a virtual server stands for.

import type { VirtualServer } from '../../../config/blocks/server/model.ts'
import { IPVS_ONE_PACKET, IPVS_SCHED_1, IPVS_SCHED_2, IPVS_SCHED_3 } from '../../../lib/ipvs.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { check } from './keepalived-oid.ts'
import { type Column, table } from './mib.ts'
import { scriptText } from './script-text.ts'
import { algorithmNumber, checksumNumbers, methodNumbers, protocolNumbers, tunnelNumbers } from './server-number.ts'
import { aliveCount, isServing, statisticsOf } from './server-reading.ts'
import { statisticsColumns } from './statistics-columns.ts'
import { gauge, inetAddress, inetAddressType, integer, text, type Value, yesNo } from './value.ts'

export const serverMib: readonly Column[] = table<VirtualServer>(
  [...check, 3, 1],
  model => (model.lvs?.virtualServers ?? []).map((of, i) => ({ index: [i + 1], of })),
  {
    2: server => integer(kindOf(server)),
    3: server => (server.group === undefined ? undefined : text(server.group)),
    4: server => onlyService(server, service => (service.kind === 'fwmark' ? gauge(service.mark) : undefined)),
    5: ({ services: [first] }) => (first === undefined ? undefined : inetAddressType(first.family)),
    6: server =>
      onlyService(server, service => (service.kind === 'address' ? inetAddress(service.address) : undefined)),
    7: server => onlyService(server, service => (service.kind === 'address' ? gauge(service.port) : undefined)),
    8: server => integer(protocolNumbers[server.protocol]),
    9: server => integer(algorithmNumber(server.scheduler)),
    10: server => integer(methodNumbers[server.shown.forwarding.method]),
    11: (server, model) => yesNo(isServing(server, model)),
    12: server => (server.shown.virtualHost === undefined ? undefined : text(server.shown.virtualHost)),
    13: server => yesNo(server.persistence !== undefined),
    14: server => (server.persistence === undefined ? undefined : gauge(server.persistence.timeoutSeconds)),
    15: ({ persistence }) =>
      typeof persistence?.granularity === 'string' ? inetAddress(persistence.granularity) : undefined,
    16: ({ shown }) => gauge(shown.delayLoopUs / usPerSecond),
    17: server => yesNo(server.haSuspend),
    18: ({ shown }) => yesNo(shown.alpha),
    19: server => yesNo(server.omega),
    20: server => gauge(server.realServers.length),
    21: (server, model) => gauge(aliveCount(server, model)),
    22: server => gauge(server.quorum),
    23: (server, model) => yesNo(model.servers.get(server.id)?.quorumUp ?? false),
    24: server => scriptText(server.quorumUp),
    25: server => scriptText(server.quorumDown),
    26: server => gauge(server.hysteresis),
    ...statisticsColumns<VirtualServer>(27, 38, (server, model) => statisticsOf(server, model)),
    37: ({ flags }) => yesNo((flags & IPVS_ONE_PACKET) !== 0),
    51: ({ persistence }) =>
      typeof persistence?.granularity === 'number' ? gauge(persistence.granularity) : undefined,
    // The flag that the kernel sets by itself; `hashed` has no effect.
    52: () => yesNo(false),
    // keepalived: the same three bits under the names of either scheduler.
    53: ({ flags }) => yesNo((flags & IPVS_SCHED_1) !== 0),
    54: ({ flags }) => yesNo((flags & IPVS_SCHED_2) !== 0),
    55: ({ flags }) => yesNo((flags & IPVS_SCHED_3) !== 0),
    56: ({ shown }) => integer(shown.inhibitOnFailure ? 2 : 1),
    57: ({ shown }) => gauge(shown.retry),
    58: ({ shown }) => gauge(shown.delayBeforeRetryUs / usPerSecond),
    59: ({ shown }) => gauge(shown.warmupUs / usPerSecond),
    60: ({ shown }) => integer(shown.weight),
    61: server => yesNo(server.smtpAlert),
    62: ({ flags }) => yesNo((flags & IPVS_SCHED_1) !== 0),
    63: ({ flags }) => yesNo((flags & IPVS_SCHED_2) !== 0),
    64: ({ shown }) => gauge(shown.delayLoopUs),
    65: ({ shown }) => gauge(shown.delayBeforeRetryUs),
    66: ({ shown }) => gauge(shown.warmupUs),
    67: ({ shown }) => gauge(shown.connectTimeoutUs),
    68: ({ shown: { forwarding } }) =>
      forwarding.method === 'TUN' ? integer(tunnelNumbers[forwarding.tunnel]) : undefined,
    69: ({ shown: { forwarding } }) =>
      forwarding.method === 'TUN' && forwarding.tunnel === 'gue' ? gauge(forwarding.tunnelPort) : undefined,
    70: ({ shown: { forwarding } }) =>
      forwarding.method === 'TUN' && forwarding.tunnel !== 'ipip'
        ? integer(checksumNumbers[forwarding.checksum])
        : undefined,
    71: ({ shown }) => (shown.name === undefined ? undefined : text(shown.name)),
  },
)

/** fwmark(1), ip(2), group(3). */
export function kindOf(server: VirtualServer): number {
  if (server.group !== undefined) return 3
  return server.services[0]?.kind === 'fwmark' ? 1 : 2
}

function onlyService(
  server: VirtualServer,
  show: (service: VirtualServer['services'][number]) => Value | undefined,
): Value | undefined {
  const [service] = server.services
  return server.group !== undefined || service === undefined ? undefined : show(service)
}
