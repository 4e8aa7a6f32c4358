// Track scripts of a plan: matched by name. The result is kept as long as command and user are the same.

import { namedBlock } from '../advice/written.ts'
import type { GlobalDefs } from '../blocks/global/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import type { VrrpScript } from '../blocks/tracking/model.ts'
import type { WrittenConfig } from '../model.ts'
import type { PlanItem } from './item.ts'
import { changeOf, pairUp, settingChanges } from './item.ts'

export function planScripts(before: WrittenConfig, after: WrittenConfig): readonly PlanItem[] {
  return pairUp(before.scripts, after.scripts, script => script.name).flatMap(({ name, before: old, after: fresh }) => {
    const part = { kind: 'vrrp_script', name, change: changeOf(old, fresh) } as const
    if (old === undefined)
      return { ...part, fields: [], effects: ['runs at once, counts for nothing until its first result'] }
    if (fresh === undefined)
      return { ...part, fields: [], effects: ['is ended, what it added to a priority goes with it'] }
    const written = (config: WrittenConfig) => namedBlock(config, topLevel.vrrpScript, name)?.children ?? []
    const fields = settingChanges(topLevel.vrrpScript, written(before), written(after))
    const restarts = identityOf(old, before.global) !== identityOf(fresh, after.global)
    if (fields.length === 0 && !restarts) return []
    const effect = restarts
      ? 'is started over: its status is unknown until its first result'
      : 'keeps its status; the new values count from the next run'
    return { ...part, fields, effects: [effect] }
  })
}

function identityOf({ command }: VrrpScript, { scriptUser }: GlobalDefs): string {
  const { argv, shell, text } = command
  const { user, group } = command.user === undefined ? (scriptUser ?? { user: '' }) : command
  return JSON.stringify([argv, shell, text, user, group])
}
