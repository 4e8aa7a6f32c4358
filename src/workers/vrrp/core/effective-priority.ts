// The priority that an instance advertises: the configured one plus what trackers add or take away. keepalived.conf(5),
// track_script and its like. An owner (255) is never changed by trackers.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { contribution, limitPriority, ownerPriority } from '../../../lib/priority.ts'
import { effectOfReading, readingOf } from '../../../lib/tracked-reading.ts'
import type { World } from './state.ts'

export { contribution }

/** What an owner advertises while it gives way to another owner. */
const yieldedPriority = 254

/** 1..255. */
export function effectivePriorityOf(params: VrrpInstance, world: World, yielded: boolean): number {
  if (params.priority === ownerPriority) return yielded ? yieldedPriority : ownerPriority
  return limitPriority(totalPriority(params, world))
}

/** The sum before it is brought into its range. */
function totalPriority(params: VrrpInstance, world: World): number {
  const scripts = params.trackedScripts.map(({ script, weight, reverse }) => {
    const status = world.scripts[script] ?? 'unknown'
    return status === 'unknown' ? 0 : contribution(weight, reverse, status === 'up')
  })
  const links = params.trackedInterfaces.map(({ interface: name, weight, reverse }) =>
    contribution(weight, reverse, world.links[name] ?? false),
  )
  const objects = params.trackedObjects.map(
    ({ kind, name, weight, reverse }) =>
      effectOfReading(kind, weight, reverse, readingOf(world.readings, kind, name)).priority,
  )
  return [...scripts, ...links, ...objects].reduce((sum, part) => sum + part, params.priority)
}
