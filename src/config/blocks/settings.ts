// The whole file as a typed record, in file order: what lint and plan go by.

import type { Entry } from '../language/entry.ts'
import type { Setting } from '../model.ts'
import { placeOf } from './context.ts'

/** The settings of a block, those of the outermost level for the root. */
export function buildSettings(block: Entry): readonly Setting[] {
  return block.children.map(buildSetting)
}

/** What most statements have of options and children: one list for all of them keeps a large file small. */
const none: readonly Setting[] = []

function buildSetting(entry: Entry): Setting {
  return {
    keyword: entry.spec.keyword,
    storeAs: entry.spec.storeAs,
    place: placeOf(entry),
    values: entry.values.map(value => value ?? null),
    options: entry.options.length === 0 ? none : entry.options.map(buildSetting),
    children: entry.children.length === 0 ? none : entry.children.map(buildSetting),
  }
}
