// Looking up what the file says, keyword by keyword, in the record of settings that the model carries. For rules about keywords
// that the model itself has no property for, and for the place of those that it has.

import type { Setting, WrittenConfig } from '../model.ts'

/** Blocks of the outermost level, in file order. */
export function blocks(config: WrittenConfig, keyword: string): readonly Setting[] {
  return config.settings.filter(setting => setting.keyword === keyword)
}

/** The first block of this name: a later one of the same name was left out by the loader. */
export function namedBlock(config: WrittenConfig, keyword: string, name: string): Setting | undefined {
  return blocks(config, keyword).find(setting => setting.values[0] === name)
}

/** The statement that counts when there are several: the last one. */
export function last(block: Setting | undefined, keyword: string): Setting | undefined {
  return block?.children.findLast(child => child.keyword === keyword)
}

/** All rows of all lists of this keyword. */
export function rows(block: Setting | undefined, keyword: string): readonly Setting[] {
  return block?.children.filter(child => child.keyword === keyword).flatMap(child => child.children) ?? []
}

/** The row of a list that begins with this word. */
export function rowOf(block: Setting | undefined, keyword: string, word: string): Setting | undefined {
  return rows(block, keyword).find(row => row.values[0] === word)
}

export function numberValue(setting: Setting | undefined): number | undefined {
  const value = setting?.values[0]
  return typeof value === 'number' ? value : undefined
}

export function textValue(setting: Setting | undefined): string | undefined {
  const value = setting?.values[0]
  return typeof value === 'string' ? value : undefined
}
