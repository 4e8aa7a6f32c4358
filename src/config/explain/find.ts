// Finds what somebody asks about: `priority`, `vrrp_instance/priority`, `real_server TCP_CHECK`, `~SEQ`.

import { lexicalForms } from '../language/lexical.ts'
import { suggest } from '../report/suggest.ts'
import { allTopics, type Topic } from './topic.ts'

export interface Found {
  readonly topics: readonly Topic[]
  /** Forms that are valid everywhere: comments, includes, parameters, conditions, sequences. */
  readonly forms: readonly (readonly [form: string, about: string])[]
  /** If nothing was found: what may have been meant. */
  readonly suggestion: string | undefined
}

/** Segments are separated by slashes or blanks; `top/` in front means the outermost level only. */
export function find(query: string): Found {
  const exact = lexicalForms.filter(([form]) => form === query.trim())
  const forms = exact.length > 0 ? exact : lexicalForms.filter(([form]) => nameOf(form) === query.trim())
  const segments = query.split(/[/\s]+/).filter(segment => segment !== '')
  const isTop = segments[0] === 'top' && segments.length > 1
  const wanted = isTop ? segments.slice(1) : segments
  const known = allTopics()
  const topics = known.filter(topic => wanted.length > 0 && isAskedFor(topic, wanted, isTop))
  const suggestion = topics.length + forms.length > 0 ? undefined : nearest(wanted, known)
  return { topics, forms, suggestion }
}

function isAskedFor({ around, spec }: Topic, wanted: readonly string[], isTop: boolean): boolean {
  const path = around.map(each => each.keyword)
  const last = wanted.at(-1)!
  if (spec.keyword !== last && !spec.alsoMatches.includes(last)) return false
  const above = wanted.slice(0, -1)
  if (above.length > path.length || (isTop && above.length < path.length)) return false
  return above.every((segment, i) => segment === path[path.length - above.length + i])
}

/** `$NAME` for `$NAME=`, `_PWD` for `${_PWD}`. */
function nameOf(form: string): string {
  return /^\$\{(_\w+)\}$/.exec(form)?.[1] ?? form.replace(/=$/, '')
}

function nearest(wanted: readonly string[], known: readonly Topic[]): string | undefined {
  const last = wanted.at(-1)
  if (last === undefined) return undefined
  const above = wanted.slice(0, -1)
  const inside = known.filter(topic => isAskedFor(topic, [...above, topic.spec.keyword], false))
  const near = suggest(last, [...new Set((inside.length > 0 ? inside : known).map(topic => topic.spec.keyword))])
  if (near !== undefined) return inside.length > 0 ? [...above, near].join('/') : near
  // The word may be right and only the block in front of it wrong.
  return above.length > 0 && known.some(topic => topic.spec.keyword === last) ? last : undefined
}
