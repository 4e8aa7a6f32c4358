// The topics of `explain`: every keyword, row and option word of the grammar with the place where it stands. The place
// is the path of blocks, lists and lines around it, as in the coverage list.

import { grammar } from '../blocks/keywords.ts'
import type { KeywordSpec } from '../language/spec.ts'

export interface Topic {
  /** Outermost first; empty at the outermost level. */
  readonly around: readonly KeywordSpec[]
  readonly spec: KeywordSpec
  /** An option is a word on the line of the last of `around`, not a line of its own. */
  readonly isOption: boolean
  /** Keywords of the same block, or option words of the same line. */
  readonly siblings: readonly KeywordSpec[]
}

/** Everything, in the order of the tables. */
export function allTopics(): readonly Topic[] {
  const topics: Topic[] = []
  for (const spec of grammar.children)
    collect({ around: [], spec, isOption: false, siblings: grammar.children }, topics)
  return topics
}

/** The topics right inside a block, list or line. */
export function topicsInside({ around, spec }: Topic): readonly Topic[] {
  const inside = [...around, spec]
  const options = spec.row === undefined ? spec.options : spec.row.options
  return [
    ...options.map(option => ({ around: inside, spec: option, isOption: true, siblings: options })),
    ...spec.children.map(child => ({ around: inside, spec: child, isOption: false, siblings: spec.children })),
  ]
}

/** `vrrp_instance/priority`; a keyword of the outermost level is just its name. */
export function pathOf({ around, spec }: Topic): string {
  return [...around, spec].map(each => each.keyword).join('/')
}

export function isBlock({ kind }: KeywordSpec): boolean {
  return kind === 'block' || kind === 'list'
}

function collect(topic: Topic, into: Topic[]): void {
  into.push(topic)
  for (const inner of topicsInside(topic)) collect(inner, into)
}
