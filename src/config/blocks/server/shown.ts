// Settings of virtual and real servers as SNMP shows them, and the groups. What checkers make of them is build-lvs-checker.ts.

import type { Family } from '../../../lib/ip.ts'
import { formatIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { isSet, numberOf, optionOf, textOf, toggleOf } from '../../language/entry.ts'
import { given } from '../context.ts'
import { parseRange } from './address-range.ts'
import type { Forwarding, ServerGroup, ServerGroupRow, ShownSettings } from './model.ts'

const US_PER_SECOND = 1_000_000
const DELAY_LOOP_DEFAULT_US = 60 * US_PER_SECOND
const CONNECT_TIMEOUT_DEFAULT_US = 5 * US_PER_SECOND

export function shownOfVirtual(block: Entry, forwarding: Forwarding): ShownSettings {
  return {
    ...given('name', textOf(block, 'snmp_name')),
    ...shownOf([block], numberOf(block, 'weight') ?? 1, forwarding),
  }
}

export function shownOfReal(block: Entry, virtual: Entry, weight: number, forwarding: Forwarding): ShownSettings {
  return { ...given('name', textOf(block, 'snmp_name')), ...shownOf([block, virtual], weight, forwarding) }
}

/** The first block that says it decides. */
function shownOf(blocks: readonly Entry[], weight: number, forwarding: Forwarding): Omit<ShownSettings, 'name'> {
  const first = <T>(read: (block: Entry) => T | undefined) => blocks.map(read).find(found => found !== undefined)
  const delayLoopUs = first(block => numberOf(block, 'delay_loop')) ?? DELAY_LOOP_DEFAULT_US
  return {
    ...given('virtualHost', textOf(blocks[0]!, 'virtualhost')),
    alpha: first(block => switchOf(block, 'alpha')) ?? false,
    // keepalived: 0 where it is left to the checkers.
    retry: first(block => numberOf(block, 'retry')) ?? 0,
    delayBeforeRetryUs: first(block => numberOf(block, 'delay_before_retry')) ?? 0,
    delayLoopUs,
    warmupUs: first(block => numberOf(block, 'warmup')) ?? 0,
    connectTimeoutUs: first(block => numberOf(block, 'connect_timeout')) ?? CONNECT_TIMEOUT_DEFAULT_US,
    weight,
    inhibitOnFailure: first(block => switchOf(block, 'inhibit_on_failure')) ?? false,
    forwarding,
  }
}

/** A flag of a virtual server, or a toggle of a real one. */
function switchOf(block: Entry, keyword: string): boolean | undefined {
  return toggleOf(block, keyword) ?? (isSet(block, keyword) ? true : undefined)
}

export function buildServerGroups(blocks: readonly Entry[]): readonly ServerGroup[] {
  return blocks.map(block => ({ name: String(block.values[0]), rows: block.children.flatMap(groupRow) }))
}

function groupRow(row: Entry): readonly ServerGroupRow[] {
  const mark = optionOf(row, 'fwmark')
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
