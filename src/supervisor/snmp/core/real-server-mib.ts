// KEEPALIVED-MIB, checker part: real servers (.3.4), and ahead of those of each virtual server the one that says sorry.

import type { RealServer, SorryServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { check } from './keepalived-oid.ts'
import { type Column, type Row, type Setter, table } from './mib.ts'
import type { ReadModel } from './read-model.ts'
import { scriptText } from './script-text.ts'
import { checksumNumbers, methodNumbers, tunnelNumbers } from './server-number.ts'
import { destOf, failedChecks, isRealAlive } from './server-reading.ts'
import { statisticsColumns } from './statistics-columns.ts'
import { gauge, inetAddress, inetAddressType, integer, text, type Value, yesNo } from './value.ts'

interface OneServer {
  readonly virtual: VirtualServer
  readonly server: RealServer | SorryServer
  /** Undefined for the sorry server. */
  readonly real: RealServer | undefined
}

const weightMax = 65_535

const setWeight: Setter<OneServer> = ({ virtual, real }, value) => {
  if (real === undefined) return { ok: false, why: 'noAccess' }
  if (typeof value === 'string' || value.type !== 'integer') return { ok: false, why: 'wrongType' }
  if (value.value < 0 || value.value > weightMax) return { ok: false, why: 'wrongValue' }
  const of = { virtualServer: virtual.id, realServer: real.id }
  return { ok: true, change: { type: 'weight', ...of, value: value.value, before: real.weight } }
}

/** A column that only real servers have. */
function ofReal(show: (real: RealServer, row: OneServer, model: ReadModel) => Value | undefined) {
  return (row: OneServer, model: ReadModel) => (row.real === undefined ? undefined : show(row.real, row, model))
}

export const realServerMib: readonly Column[] = table<OneServer>(
  [...check, 4, 1],
  serverRows,
  {
    // regular(1), sorry(2).
    2: ({ real }) => integer(real === undefined ? 2 : 1),
    3: ({ server }) => inetAddressType(server.family),
    4: ({ server }) => inetAddress(server.address),
    5: ({ server }) => gauge(server.port),
    6: ofReal((real, { virtual }, model) => yesNo(isRealAlive(virtual, real, model))),
    7: ofReal(real => integer(real.weight)),
    8: ofReal(real => (real.upperThreshold === 0 ? undefined : gauge(real.upperThreshold))),
    9: ofReal(real => (real.lowerThreshold === 0 ? undefined : gauge(real.lowerThreshold))),
    10: ofReal(real => integer(real.inhibitOnFailure ? 2 : 1)),
    11: ofReal(real => scriptText(real.notifyUp)),
    12: ofReal(real => scriptText(real.notifyDown)),
    13: ofReal((real, { virtual }, model) => gauge(failedChecks(virtual, real, model))),
    ...statisticsColumns<OneServer>(
      14,
      27,
      ({ virtual, server }, model) => destOf(virtual, server, model).statistics,
      18,
    ),
    15: ({ virtual, server }, model) => gauge(destOf(virtual, server, model).connections.active),
    16: ({ virtual, server }, model) => gauge(destOf(virtual, server, model).connections.inactive),
    17: ({ virtual, server }, model) => gauge(destOf(virtual, server, model).connections.persistent),
    40: ({ server }) => integer(methodNumbers[server.forwarding.method]),
    41: ofReal(({ shown }) => (shown.virtualHost === undefined ? undefined : text(shown.virtualHost))),
    42: ofReal(({ shown }) => yesNo(shown.alpha)),
    43: ofReal(({ shown }) => gauge(shown.retry)),
    44: ofReal(({ shown }) => gauge(shown.delayBeforeRetryUs / usPerSecond)),
    45: ofReal(({ shown }) => gauge(shown.warmupUs / usPerSecond)),
    46: ofReal(({ shown }) => gauge(shown.delayLoopUs / usPerSecond)),
    47: ofReal(real => yesNo(real.smtpAlert)),
    48: ofReal(({ shown }) => gauge(shown.delayBeforeRetryUs)),
    49: ofReal(({ shown }) => gauge(shown.warmupUs)),
    50: ofReal(({ shown }) => gauge(shown.delayLoopUs)),
    51: ofReal(({ shown }) => gauge(shown.connectTimeoutUs)),
    52: ({ server: { forwarding } }) =>
      forwarding.method === 'TUN' ? integer(tunnelNumbers[forwarding.tunnel]) : undefined,
    53: ({ server: { forwarding } }) =>
      forwarding.method === 'TUN' && forwarding.tunnel === 'gue' ? gauge(forwarding.tunnelPort) : undefined,
    54: ({ server: { forwarding } }) =>
      forwarding.method === 'TUN' && forwarding.tunnel !== 'ipip'
        ? integer(checksumNumbers[forwarding.checksum])
        : undefined,
    55: ofReal(({ shown }) => (shown.name === undefined ? undefined : text(shown.name))),
  },
  { 7: setWeight },
)

function serverRows(model: ReadModel): readonly Row<OneServer>[] {
  return (model.lvs?.virtualServers ?? []).flatMap((virtual, i) => {
    const { sorry } = virtual
    const all: OneServer[] = [
      ...(sorry === undefined ? [] : [{ virtual, server: sorry, real: undefined }]),
      ...virtual.realServers.map(real => ({ virtual, server: real, real })),
    ]
    return all.map((of, j) => ({ index: [i + 1, j + 1], of }))
  })
}
