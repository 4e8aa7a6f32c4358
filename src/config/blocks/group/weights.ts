// Weights of members of a sync group: the group changes state as one, so keepalived lets no member change its priority
// alone unless the group says sync_group_tracking_weight.

import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, readOption, rowsOf, textsOf } from '../../language/entry.ts'
import type { ListRow, Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf, spanAt } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { bfdInstance, referenceWeight, trackFile, trackLists, vrrpScript } from '../tracking/keywords.ts'
import { syncGroup } from './keywords.ts'

interface List {
  readonly list: ListRow<readonly [string]>
  /** The block that defines what the rows name; none: the rows name interfaces. */
  readonly definition?: { readonly block: Row; readonly weight: Row<readonly [number, string | undefined]> }
  /** The weight where neither row nor definition has one. */
  readonly weightDefault: number
}

const lists: readonly List[] = [
  { list: trackLists.trackInterface, weightDefault: 0 },
  {
    list: trackLists.trackScript,
    definition: { block: topLevel.vrrpScript, weight: vrrpScript.weight },
    weightDefault: 0,
  },
  { list: trackLists.trackFile, definition: { block: topLevel.trackFile, weight: trackFile.weight }, weightDefault: 1 },
  {
    list: trackLists.trackBfd,
    definition: { block: topLevel.bfdInstance, weight: bfdInstance.weight },
    weightDefault: 0,
  },
]

/** Reports weights that do not count because their instance belongs to a sync group. */
export function checkSyncWeights(root: Entry, context: BuildContext): void {
  const groups = new Map<string, Entry>()
  for (const group of root.children.filter(block => is(block, topLevel.vrrpSyncGroup))) {
    if (isSet(group, syncGroup.syncGroupTrackingWeight)) continue
    for (const row of lastOf(group, syncGroup.group)?.children ?? []) {
      for (const member of textsOf(row)) groups.set(member, group)
    }
  }
  for (const instance of root.children.filter(block => is(block, topLevel.vrrpInstance))) {
    const group = groups.get(nameOf(instance))
    if (group !== undefined) checkInstance(instance, group, root, context)
  }
}

function checkInstance(instance: Entry, group: Entry, root: Entry, context: BuildContext): void {
  for (const { list, definition, weightDefault } of lists) {
    for (const row of rowsOf(instance, list)) {
      const [name] = row.values
      const block =
        definition === undefined ? undefined : entriesOf(root, definition.block).find(each => nameOf(each) === name)
      if (definition !== undefined && block === undefined) continue
      const inherited = definition === undefined ? undefined : lastOf(block, definition.weight)?.values[0]
      const weight = readOption(row, referenceWeight)?.[0] ?? inherited ?? weightDefault
      if (weight === 0) continue
      const where = nameOf(group)
      const message = `${nameOf(instance)} belongs to sync group ${where}, so the weight ${String(weight)} of ${name} does not count`
      const help = `track ${name} in ${where}, write weight 0 to give up the whole group when it fails, or sync_group_tracking_weight in ${where}`
      const related = [{ span: spanAt(group, 0), message: `${where} is here` }]
      complain(context, 'weight-in-group', row, message, { help, related })
    }
  }
}
