// Weights of members of a sync group: the group changes state as one, so keepalived lets no member change its priority alone unless
// the group says sync_group_tracking_weight.

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, optionNumber, rowsOf, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf, spanAt } from '../context.ts'

interface List {
  readonly keyword: string
  /** The blocks that define what the rows name; none: the rows name interfaces. */
  readonly definedBy: readonly string[]
  /** The weight where neither row nor definition has one. */
  readonly weightDefault: number
}

const lists: readonly List[] = [
  { keyword: 'track_interface', definedBy: [], weightDefault: 0 },
  { keyword: 'track_script', definedBy: ['vrrp_script'], weightDefault: 0 },
  { keyword: 'track_file', definedBy: ['track_file', 'vrrp_track_file'], weightDefault: 1 },
  { keyword: 'track_bfd', definedBy: ['bfd_instance'], weightDefault: 0 },
]

/** Reports weights that do not count because their instance belongs to a sync group. */
export function checkSyncWeights(root: Entry, context: BuildContext): void {
  const groups = new Map<string, Entry>()
  for (const group of root.children.filter(block => block.spec.keyword === 'vrrp_sync_group')) {
    if (isSet(group, 'sync_group_tracking_weight')) continue
    for (const row of lastOf(group, 'group')?.children ?? []) {
      for (const member of textsOf(row)) groups.set(member, group)
    }
  }
  for (const instance of root.children.filter(block => block.spec.keyword === 'vrrp_instance')) {
    const group = groups.get(nameOf(instance))
    if (group !== undefined) checkInstance(instance, group, root, context)
  }
}

function checkInstance(instance: Entry, group: Entry, root: Entry, context: BuildContext): void {
  for (const { keyword, definedBy, weightDefault } of lists) {
    for (const row of rowsOf(instance, keyword)) {
      const name = String(row.values[0])
      const definition = root.children.find(block => definedBy.includes(block.spec.keyword) && nameOf(block) === name)
      if (definition === undefined && definedBy.length > 0) continue
      const weight = optionNumber(row, 'weight') ?? lastOf(definition, 'weight')?.values[0] ?? weightDefault
      if (weight === 0) continue
      const where = nameOf(group)
      const message = `${nameOf(instance)} belongs to sync group ${where}, so the weight ${String(weight)} of ${name} does not count`
      const help = `track ${name} in ${where}, write weight 0 to give up the whole group when it fails, or sync_group_tracking_weight in ${where}`
      const related = [{ span: spanAt(group, 0), message: `${where} is here` }]
      complain(context, 'weight-in-group', row, message, { help, related })
    }
  }
}
