// Settings of virtual and real servers as SNMP shows them, and the groups. What checkers make of them is checker/build.ts.

import type { Family } from '../../../lib/ip.ts'
import { formatIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { inherited, optionOf, read } from '../../language/entry.ts'
import { given } from '../context.ts'
import { parseRange } from './address-range.ts'
import { groupRowOptions, realServer, virtualServer } from './keywords.ts'
import type { Forwarding, ServerGroup, ServerGroupRow, ShownSettings } from './model.ts'

export function shownOfVirtual(block: Entry, forwarding: Forwarding): ShownSettings {
  return {
    ...given('name', read(block, virtualServer.snmpName)),
    ...shownOf([block], read(block, virtualServer.weight), forwarding),
  }
}

export function shownOfReal(block: Entry, virtual: Entry, weight: number, forwarding: Forwarding): ShownSettings {
  return { ...given('name', read(block, virtualServer.snmpName)), ...shownOf([block, virtual], weight, forwarding) }
}

/** The first block that says it decides; what a real server has is called alike in its virtual server. */
function shownOf(blocks: readonly Entry[], weight: number, forwarding: Forwarding): Omit<ShownSettings, 'name'> {
  const virtual = blocks.at(-1)
  return {
    ...given('virtualHost', read(blocks[0]!, virtualServer.virtualhost)),
    alpha: inherited(blocks, realServer.alpha) ?? false,
    // keepalived: 0 where it is left to the checkers.
    retry: inherited(blocks, realServer.retry) ?? 0,
    delayBeforeRetryUs: inherited(blocks, realServer.delayBeforeRetry) ?? 0,
    delayLoopUs: inherited(blocks, realServer.delayLoop) ?? read(virtual, virtualServer.delayLoop),
    warmupUs: inherited(blocks, realServer.warmup) ?? 0,
    connectTimeoutUs: inherited(blocks, realServer.connectTimeout) ?? read(virtual, virtualServer.connectTimeout),
    weight,
    inhibitOnFailure: inherited(blocks, realServer.inhibitOnFailure) ?? false,
    forwarding,
  }
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
