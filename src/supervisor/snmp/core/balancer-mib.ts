// KEEPALIVED-MIB, checker part: groups of virtual servers (.3.1, .3.2), sync daemon (.3.6) and connection timeouts (.3.7).

import type { ServerGroup, ServerGroupRow, SyncDaemon } from '../../../config/blocks/server/model.ts'
import { familyOf } from '../../../lib/ip.ts'
import { check } from './keepalived-oid.ts'
import { type Column, scalars, table } from './mib.ts'
import type { ReadModel } from './read-model.ts'
import { gauge, inetAddress, inetAddressType, integer, text, type Value, yesNo } from './value.ts'

export const balancerMib: readonly Column[] = [
  ...table<ServerGroup>([...check, 1, 1], model => groups(model).map((of, i) => ({ index: [i + 1], of })), {
    2: group => text(group.name),
  }),
  ...table<ServerGroupRow>(
    [...check, 2, 1],
    model => groups(model).flatMap(({ rows }, i) => marksFirst(rows).map((of, j) => ({ index: [i + 1, j + 1], of }))),
    {
      // fwmark(1), ip(2), iprange(3).
      2: row => integer(row.kind === 'fwmark' ? 1 : isRange(row) ? 3 : 2),
      3: row => (row.kind === 'fwmark' ? gauge(row.mark) : undefined),
      4: row => (row.kind === 'address' ? inetAddressType(row.family) : undefined),
      5: row => (row.kind === 'address' && !isRange(row) ? inetAddress(row.first) : undefined),
      6: row => (row.kind === 'address' && isRange(row) ? inetAddress(row.first) : undefined),
      7: row => (row.kind === 'address' && isRange(row) ? inetAddress(row.last) : undefined),
      8: row => (row.kind === 'address' ? gauge(row.port) : undefined),
    },
  ),
  ...scalars([...check, 6], {
    1: model => yesNo(model.lvs?.syncDaemon !== undefined),
    2: daemon(({ interface: name }) => text(name)),
    3: daemon(({ instance }) => (instance === undefined ? undefined : text(instance))),
    4: daemon(({ syncId }) => integer(syncId)),
    5: daemon(({ maxLength }) => (maxLength === undefined ? undefined : integer(maxLength))),
    6: daemon(({ port }) => (port === undefined ? undefined : integer(port))),
    7: daemon(({ ttl }) => (ttl === undefined ? undefined : integer(ttl))),
    8: daemon(({ group }) => (group === undefined ? undefined : inetAddressType(familyOf(group)))),
    9: daemon(({ group }) => inetAddress(group)),
  }),
  ...scalars([...check, 7], {
    1: ({ lvs }) => seconds(lvs?.timeouts?.tcp),
    2: ({ lvs }) => seconds(lvs?.timeouts?.tcpFin),
    3: ({ lvs }) => seconds(lvs?.timeouts?.udp),
  }),
]

function groups(model: ReadModel): readonly ServerGroup[] {
  return model.lvs?.groups ?? []
}

/** keepalived: marks, then addresses, then ranges. */
function marksFirst(rows: readonly ServerGroupRow[]): readonly ServerGroupRow[] {
  const order = (row: ServerGroupRow) => (row.kind === 'fwmark' ? 0 : isRange(row) ? 2 : 1)
  return [...rows].sort((one, other) => order(one) - order(other))
}

function isRange(row: ServerGroupRow): boolean {
  return row.kind === 'address' && row.first !== row.last
}

function daemon(show: (daemon: SyncDaemon) => Value | undefined): (model: ReadModel) => Value | undefined {
  return ({ lvs }) => (lvs?.syncDaemon === undefined ? undefined : show(lvs.syncDaemon))
}

function seconds(value: number | undefined): Value | undefined {
  return value === undefined ? undefined : integer(value)
}
