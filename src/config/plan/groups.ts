// Sync groups of a plan: matched by name.

import { listed } from '../advice/words.ts'
import { namedBlock } from '../advice/written.ts'
import type { SyncGroup } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import type { WrittenConfig } from '../model.ts'
import type { PlanItem } from './item.ts'
import { changeOf, pairUp, settingChanges } from './item.ts'

export function planGroups(before: WrittenConfig, after: WrittenConfig): readonly PlanItem[] {
  const pairs = pairUp(before.syncGroups, after.syncGroups, group => group.name)
  return pairs.flatMap(({ name, before: old, after: fresh }) => {
    const part = { kind: 'vrrp_sync_group', name, change: changeOf(old, fresh) } as const
    if (old === undefined || fresh === undefined) {
      const effect = fresh === undefined ? `${listed(old!.members)} move on their own` : together(fresh)
      return { ...part, fields: [], effects: [effect] }
    }
    const written = (config: WrittenConfig) => namedBlock(config, topLevel.vrrpSyncGroup, name)?.children ?? []
    const fields = settingChanges(topLevel.vrrpSyncGroup, written(before), written(after))
    return fields.length === 0 ? [] : { ...part, fields, effects: effectsOf(old, fresh) }
  })
}

function effectsOf(old: SyncGroup, fresh: SyncGroup): readonly string[] {
  const left = old.members.filter(member => !fresh.members.includes(member))
  const joined = fresh.members.filter(member => !old.members.includes(member))
  return [
    ...(left.length === 0 ? [] : [`${listed(left)} no longer moves with the others`]),
    ...(joined.length === 0 ? [] : [together(fresh)]),
  ]
}

function together({ members }: SyncGroup): string {
  return `${listed(members)} are MASTER together or not at all: a fault of one stops all`
}
