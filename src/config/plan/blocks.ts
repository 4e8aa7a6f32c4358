// All other blocks of the outermost level (static addresses and routes, track files, BFD, …), compared as they are written.

import { topLevel } from '../blocks/keywords.ts'
import { isOneOf, type Statement } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import type { PlanItem } from './item.ts'
import { changeOf, pairUp, settingChanges } from './item.ts'
import { blockSpec, wordsOf } from './setting-lines.ts'

const elsewhere: readonly Row[] = [
  topLevel.globalDefs,
  topLevel.vrrpScript,
  topLevel.vrrpInstance,
  topLevel.vrrpSyncGroup,
  topLevel.virtualServer,
]

export function planBlocks(before: WrittenConfig, after: WrittenConfig): readonly PlanItem[] {
  const others = (config: WrittenConfig) => config.settings.filter(statement => !isOneOf(statement, elsewhere))
  return pairUp(merged(others(before)), merged(others(after)), ({ name }) => name).flatMap(pair => {
    const { keyword } = (pair.before ?? pair.after)!
    const fields = settingChanges(blockSpec(keyword), pair.before?.children ?? [], pair.after?.children ?? [])
    const isSame = pair.before !== undefined && pair.after !== undefined && fields.length === 0
    if (isSame) return []
    return { kind: 'block', name: pair.name, change: changeOf(pair.before, pair.after), fields, effects: [] }
  })
}

interface Merged {
  readonly name: string
  readonly keyword: string
  readonly children: readonly Statement[]
}

/** Blocks of one name, as lists that are written in several pieces, are one. */
function merged(settings: readonly Statement[]): readonly Merged[] {
  const found = new Map<string, Merged>()
  for (const setting of settings) {
    const { keyword } = setting
    const name = [keyword, ...wordsOf(setting, blockSpec(keyword))].join(' ')
    const children = [...(found.get(name)?.children ?? []), ...setting.children]
    found.set(name, { name, keyword, children })
  }
  return [...found.values()]
}
