// The blocks of the outermost level as they were written. Inside a block everything is read by its row
// (language/entry.ts): for rules about keywords that the model has no property for, and for the place of those that it
// has.

import { is, type Statement } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { Values } from '../language/value.ts'
import type { WrittenConfig } from '../model.ts'

/** All blocks of this keyword, in file order. */
export function blocksOf<V extends Values>(config: WrittenConfig, block: Row<V>): readonly Statement<V>[] {
  return config.settings.filter(statement => is(statement, block))
}

/** The first block of this name: a later one of the same name was left out by the loader. */
export function namedBlock(config: WrittenConfig, block: Row, name: string): Statement | undefined {
  return blocksOf(config, block).find(({ values }) => values[0] === name)
}
