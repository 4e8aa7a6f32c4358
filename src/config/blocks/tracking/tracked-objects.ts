// BFD sessions, files and processes that an instance or a sync group tracks. Their definitions must stand above the blocks that
// name them. Names that are not defined are reported by references.ts. keepalived.conf(5) track_bfd, track_file, track_process.

import type { TrackedKind } from '../../../lib/tracked-reading.ts'
import type { Entry } from '../../language/entry.ts'
import { is, isSet, lastOf, rowsOf } from '../../language/entry.ts'
import type { ListRow, Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { bfdInstance, trackFile, trackLists, vrrpTrackProcess } from './keywords.ts'
import type { TrackedObject } from './model.ts'
import { limitWeight, weightOf } from './weight.ts'

export interface KnownObject extends TrackedObject {
  /** Place of the definition among the blocks of the outermost level. */
  readonly position: number
  /** A bfd_instance with `checker` alone tells VRRP nothing. */
  readonly forVrrp: boolean
}

interface Kind {
  readonly kind: TrackedKind
  /** The block that defines objects of this kind, and the keyword without which there is nothing to track. */
  readonly block: Row
  readonly needs: Row
  readonly weight: Row<readonly [number, 'reverse' | undefined]>
  /** The list of references to it. */
  readonly list: ListRow<readonly [string]>
  readonly weightDefault: number
}

const kinds: readonly Kind[] = [
  {
    kind: 'file',
    block: topLevel.trackFile,
    needs: trackFile.file,
    weight: trackFile.weight,
    list: trackLists.trackFile,
    weightDefault: 1,
  },
  {
    kind: 'process',
    block: topLevel.vrrpTrackProcess,
    needs: vrrpTrackProcess.process,
    weight: vrrpTrackProcess.weight,
    list: trackLists.trackProcess,
    weightDefault: 0,
  },
  {
    kind: 'bfd',
    block: topLevel.bfdInstance,
    needs: bfdInstance.neighborIp,
    weight: bfdInstance.weight,
    list: trackLists.trackBfd,
    weightDefault: 0,
  },
]

/** Everything in the file that can be tracked, in file order. */
export function buildKnownObjects(root: Entry, context: BuildContext): readonly KnownObject[] {
  return root.children.flatMap((block, position) => {
    const kind = kinds.find(each => is(block, each.block))
    return kind === undefined ? [] : knownObject(kind, block, position, context)
  })
}

function knownObject(kind: Kind, block: Entry, position: number, context: BuildContext): KnownObject[] {
  if (lastOf(block, kind.needs) === undefined) return []
  const weight = lastOf(block, kind.weight)
  const written = weight?.values[0]
  return [
    {
      kind: kind.kind,
      name: nameOf(block),
      weight:
        weight === undefined || typeof written !== 'number'
          ? kind.weightDefault
          : limitWeight(written, weight, context),
      reverse: weight?.values[1] === 'reverse',
      position,
      forVrrp: isSet(block, bfdInstance.vrrp) || !isSet(block, bfdInstance.checker),
    },
  ]
}

/** What `block`, which stands at `position` of the outermost level, tracks. */
export function buildTrackedObjects(
  block: Entry,
  position: number,
  known: readonly KnownObject[],
  context: BuildContext,
): readonly TrackedObject[] {
  return kinds.flatMap(({ kind, list }) => {
    const objects: TrackedObject[] = []
    for (const row of rowsOf(block, list)) {
      const name = String(row.values[0])
      const found = known.find(each => each.kind === kind && each.name === name && each.position < position)
      if (found === undefined || objects.some(each => each.name === name)) continue
      if (found.forVrrp) objects.push({ kind, name, ...weightOf(row, found, context) })
      else complainOfCheckerOnly(row, name, context)
    }
    return objects
  })
}

function complainOfCheckerOnly(row: Entry, name: string, context: BuildContext): void {
  const message = `bfd_instance ${name} says checker, so VRRP hears nothing of it; it is not tracked`
  complain(context, 'unknown-reference', row, message, { help: `write vrrp beside checker in bfd_instance ${name}` })
}
