// Settings of virtual and real servers as SNMP shows them, and the groups. What checkers make of them is checker/build.ts.

import type { Family } from '../../../lib/ip.ts'
import { formatIp } from '../../../lib/ip.ts'
import { US_PER_SECOND } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { optionOf, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { Values } from '../../language/value.ts'
import { given } from '../context.ts'
import { parseRange } from './address-range.ts'
import { groupRowOptions, realServer, virtualServer } from './keywords.ts'
import type { Forwarding, ServerGroup, ServerGroupRow, ShownSettings } from './model.ts'

const DELAY_LOOP_DEFAULT_US = 60 * US_PER_SECOND
const CONNECT_TIMEOUT_DEFAULT_US = 5 * US_PER_SECOND

export function shownOfVirtual(block: Entry, forwarding: Forwarding): ShownSettings {
  return {
    ...given('name', read(block, virtualServer.snmpName)),
    ...shownOf([block], read(block, virtualServer.weight) ?? 1, forwarding),
  }
}

export function shownOfReal(block: Entry, virtual: Entry, weight: number, forwarding: Forwarding): ShownSettings {
  return { ...given('name', read(block, virtualServer.snmpName)), ...shownOf([block, virtual], weight, forwarding) }
}

/** The first block that says it decides. */
function shownOf(blocks: readonly Entry[], weight: number, forwarding: Forwarding): Omit<ShownSettings, 'name'> {
  const first = <T>(read: (block: Entry) => T | undefined) => blocks.map(read).find(found => found !== undefined)
  const delayLoopUs = first(block => read(block, virtualServer.delayLoop)) ?? DELAY_LOOP_DEFAULT_US
  return {
    ...given('virtualHost', read(blocks[0]!, virtualServer.virtualhost)),
    alpha: first(block => switchOf(block, realServer.alpha)) ?? false,
    // keepalived: 0 where it is left to the checkers.
    retry: first(block => read(block, virtualServer.retry)) ?? 0,
    delayBeforeRetryUs: first(block => read(block, virtualServer.delayBeforeRetry)) ?? 0,
    delayLoopUs,
    warmupUs: first(block => read(block, virtualServer.warmup)) ?? 0,
    connectTimeoutUs: first(block => read(block, virtualServer.connectTimeout)) ?? CONNECT_TIMEOUT_DEFAULT_US,
    weight,
    inhibitOnFailure: first(block => switchOf(block, realServer.inhibitOnFailure)) ?? false,
    forwarding,
  }
}

/** A flag of a virtual server, or a toggle of a real one. */
function switchOf(block: Entry, row: Row<Values, boolean | undefined>): boolean | undefined {
  return read(block, row)
}

export function buildServerGroups(blocks: readonly Entry[]): readonly ServerGroup[] {
  return blocks.map(block => ({ name: String(block.values[0]), rows: block.children.flatMap(groupRow) }))
}

function groupRow(row: Entry): readonly ServerGroupRow[] {
  const mark = optionOf(row, groupRowOptions.fwmark)
  if (mark !== undefined) {
    const [number, word] = mark.values
    if (typeof number !== 'number') return []
    const family: Family | undefined = word === 'inet6' ? 6 : word === 'inet' ? 4 : undefined
    return [{ kind: 'fwmark', mark: number, ...given('family', family) }]
  }
  const [text, port] = row.values
  const range = typeof text === 'string' ? parseRange(text) : ''
  if (typeof range === 'string') return []
  const [first, last] = [formatIp(range.first), formatIp(range.last)]
  const family = range.first.length === 4 ? 4 : 6
  return [{ kind: 'address', family, first, last, port: typeof port === 'number' ? port : 0 }]
}
