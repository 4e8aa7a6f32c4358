// The IPVS services of a virtual_server: an address, a firewall mark, or all rows of a group with their ranges written
// out. Each is one service of IPVS. keepalived.conf(5) "Virtual server group(s)".

import type { Family } from '../../../lib/ip.ts'
import { familyOf } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { optionOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { addressesOf, parseRange, sizeOf } from './address-range.ts'
import { groupRowOptions } from './keywords.ts'
import type { LvsProtocol, ServiceAddress } from './model.ts'

/** The most services of one group; keepalived has no bound. */
const groupServicesMax = 65_536

/** The services of a group in file order. `markFamily` is for marks that do not say of which family they are. */
export function groupServices(
  group: Entry,
  protocol: LvsProtocol,
  markFamily: Family,
  context: BuildContext,
): readonly ServiceAddress[] {
  const services: ServiceAddress[] = []
  for (const row of group.children) {
    const added = rowServices(row, protocol, markFamily, context)
    if (services.length + added.length > groupServicesMax) {
      complain(
        context,
        'bad-server',
        row,
        `the group has more than ${groupServicesMax} addresses; this row is left out`,
        {
          help: 'use a firewall mark for so many addresses',
        },
      )
      continue
    }
    services.push(...added)
  }
  return services
}

function rowServices(
  row: Entry,
  protocol: LvsProtocol,
  markFamily: Family,
  context: BuildContext,
): readonly ServiceAddress[] {
  const mark = optionOf(row, groupRowOptions.fwmark)
  if (mark !== undefined) {
    const [number, word] = mark.values
    const family = word === 'inet6' ? 6 : word === 'inet' ? 4 : markFamily
    return typeof number === 'number' ? [{ kind: 'fwmark', family, mark: number }] : []
  }
  const [text, port] = row.values
  if (typeof text !== 'string') return []
  const range = parseRange(text)
  if (typeof range === 'string') return []
  if (sizeOf(range) > groupServicesMax) {
    complain(context, 'bad-server', row, `${text} has more than ${groupServicesMax} addresses; the row is left out`, {
      help: 'use a firewall mark or nftables_ipvs for so many addresses',
    })
    return []
  }
  const addresses = addressesOf(range)
  return addresses.map(address => ({
    kind: 'address',
    family: familyOf(address),
    address,
    port: typeof port === 'number' ? port : 0,
    protocol,
  }))
}
