// Settings of interfaces at the outermost level to the model: garp_group and interface_up_down_delays.
// keepalived.conf(5).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, read, rowsOf, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import type { GarpGroup, VrrpInstance } from '../instance/model.ts'
import { topLevel } from '../keywords.ts'
import type { LinkDelay } from '../tracking/model.ts'
import { garpGroup } from './keywords.ts'

/** In file order; an interface belongs to the first group that names it, and a group without interval to none. */
export function buildGarpGroups(root: Entry, context: BuildContext): readonly GarpGroup[] {
  const taken = new Set<string>()
  return entriesOf(root, topLevel.garpGroup).flatMap(block => {
    const [garp, gna] = [read(block, garpGroup.garpInterval), read(block, garpGroup.gnaInterval)]
    const named = [...entriesOf(block, garpGroup.interface), ...rowsOf(block, garpGroup.interfaces)]
    const interfaces = named.flatMap(entry => freeInterfaces(entry, taken, context))
    // That it sets no interval was reported by completeness.ts.
    if (interfaces.length === 0 || (garp === undefined && gna === undefined)) return []
    return [{ interfaces, garpIntervalUs: garp ?? 0, gnaIntervalUs: gna ?? 0 }]
  })
}

function freeInterfaces(entry: Entry, taken: Set<string>, context: BuildContext): string[] {
  return textsOf(entry).filter(name => {
    if (!taken.has(name)) {
      taken.add(name)
      return true
    }
    complain(context, 'bad-value', entry, `${name} belongs to a garp_group already; this one does without it`, {
      help: 'name each interface in one garp_group only',
    })
    return false
  })
}

/** One per interface, the last row counts. A link that is down for long must be noticed before the peers take over. */
export function buildLinkDelays(
  root: Entry,
  instances: readonly VrrpInstance[],
  context: BuildContext,
): readonly LinkDelay[] {
  const delays = new Map<string, LinkDelay>()
  for (const row of rowsOf(root, topLevel.interfaceUpDownDelays)) {
    const [name, down, up] = row.values
    if (typeof name !== 'string' || typeof down !== 'number') continue
    const delay = { interface: name, downUs: down, upUs: typeof up === 'number' ? up : 0 }
    delays.set(name, limited(delay, row, instances, context))
  }
  return [...delays.values()]
}

function limited(delay: LinkDelay, row: Entry, instances: readonly VrrpInstance[], context: BuildContext): LinkDelay {
  const users = instances.filter(
    ({ interface: name, dontTrackPrimary }) => name === delay.interface && !dontTrackPrimary,
  )
  const downMaxUs = Math.min(...users.map(longestDownUs))
  if (delay.downUs <= downMaxUs) return delay
  const message = `a link that is down for ${seconds(delay.downUs)} s is noticed too late; ${seconds(downMaxUs)} s is taken`
  complain(context, 'delay-too-long', row, message, {
    help: 'stay below (down_timer_adverts - 1) advert intervals of every instance on the interface',
  })
  // keepalived: both were meant to be equal, so they stay equal.
  return { ...delay, downUs: downMaxUs, upUs: delay.upUs === delay.downUs ? downMaxUs : delay.upUs }
}

function longestDownUs({ downTimerAdverts, advertIntervalUs }: VrrpInstance): number {
  if (downTimerAdverts === 1) return 0
  return (downTimerAdverts - 1) * advertIntervalUs - Math.floor(advertIntervalUs / 256)
}

function seconds(us: number): number {
  return us / 1_000_000
}
