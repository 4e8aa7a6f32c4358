// The plan of a reload, as data: parts that are added, removed or changed, their fields, and what that does to traffic.
// Pure, over two configurations with masked secrets. How the daemon carries it out: vrrp-behaviour section 8,
// lvs-behaviour 2.8.

import type { WrittenConfig } from '../model.ts'
import { planBlocks } from './blocks.ts'
import { planGlobal } from './global.ts'
import { planGroups } from './groups.ts'
import { planInstances } from './instances.ts'
import type { PlanItem, Roles } from './item.ts'
import { planScripts } from './scripts.ts'
import { planServers } from './servers.ts'

export interface Plan {
  readonly parts: readonly PlanItem[]
  /** Instances that stay as they are. */
  readonly unchanged: readonly string[]
}

/** Both must come from `maskSecrets` with the same digest. `roles` are those of the running daemon, if there is one. */
export function planReload(before: WrittenConfig, after: WrittenConfig, roles: Roles): Plan {
  const instances = planInstances(before, after, roles)
  const touched = new Set(instances.map(part => part.name))
  return {
    parts: [
      ...planGlobal(before, after),
      ...planScripts(before, after),
      ...instances,
      ...planGroups(before, after),
      ...planServers(before, after),
      ...planBlocks(before, after),
    ],
    unchanged: after.instances.map(instance => instance.name).filter(name => !touched.has(name)),
  }
}
