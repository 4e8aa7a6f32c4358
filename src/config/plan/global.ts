// global_defs of a plan. What instances inherit from it shows at the instances.

import { blocksOf } from '../advice/written.ts'
import { globalDefs } from '../blocks/global/keywords.ts'
import { topLevel } from '../blocks/keywords.ts'
import type { WrittenConfig } from '../model.ts'
import type { PlanItem } from './item.ts'
import { settingChanges } from './item.ts'

/** Settings of the process, which are looked at once when it starts. */
const startOnly: ReadonlySet<string> = new Set([
  globalDefs.vrrpStartupDelay.keyword,
  topLevel.netNamespace.keyword,
  topLevel.instance.keyword,
])

export function planGlobal(before: WrittenConfig, after: WrittenConfig): readonly PlanItem[] {
  const written = (config: WrittenConfig) => blocksOf(config, topLevel.globalDefs).flatMap(block => block.children)
  const fields = settingChanges(topLevel.globalDefs, written(before), written(after))
  if (fields.length === 0) return []
  const late = fields.map(({ field }) => field).filter(field => startOnly.has(field))
  const effects = late.length === 0 ? [] : [`${late.join(', ')}: counts at the next start of the daemon only`]
  return [{ kind: 'global_defs', name: '', change: 'changed', fields, effects }]
}
