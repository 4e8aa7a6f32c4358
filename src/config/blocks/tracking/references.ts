// Names that refer to a track_file, vrrp_track_process or bfd_instance which is not there, or stands further down.
// References to scripts are checked where they are built (build.ts).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, rowsOf } from '../../language/entry.ts'
import type { ListRow, Row } from '../../language/spec.ts'
import { suggest } from '../../report/suggest.ts'
import { bfdCheck, checkers } from '../checker/keywords.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { virtualServer } from '../server/keywords.ts'
import { trackLists } from './keywords.ts'

interface Kind {
  /** The block of the outermost level that defines the name. */
  readonly definedBy: Row
  /** What an instance or a sync group calls its list of references. */
  readonly list: ListRow<readonly [string]>
}

const kinds: readonly Kind[] = [
  { definedBy: topLevel.trackFile, list: trackLists.trackFile },
  { definedBy: topLevel.vrrpTrackProcess, list: trackLists.trackProcess },
  { definedBy: topLevel.bfdInstance, list: trackLists.trackBfd },
]

/** Reports references to what is not defined above them. */
export function checkReferences(root: Entry, context: BuildContext): void {
  for (const kind of kinds) {
    const known = new Map<string, Entry>()
    const all = entriesOf(root, kind.definedBy)
    for (const block of root.children) {
      if (is(block, kind.definedBy)) known.set(String(block.values[0]), block)
      const references = referencesOf(block, kind)
      for (const [i, reference] of references.entries()) {
        const [name] = reference.values
        if (!known.has(String(name))) complainOfUnknown(reference, kind, all, context)
        else if (isList(block) && references.findIndex(other => other.values[0] === name) < i) {
          complain(context, 'duplicate-tracker', reference, `${name} is tracked twice; the later row is left out`, {
            help: 'remove one of the rows',
          })
        }
      }
    }
  }
}

function referencesOf(block: Entry, kind: Kind): readonly Entry[] {
  if (isList(block)) return rowsOf(block, kind.list)
  if (!is(block, topLevel.virtualServer)) return []
  if (kind.definedBy !== topLevel.bfdInstance) return []
  const checks = entriesOf(block, virtualServer.realServer).flatMap(server => entriesOf(server, checkers.bfdCheck))
  return checks.flatMap(check => entriesOf(check, bfdCheck.name))
}

function isList(block: Entry): boolean {
  return is(block, topLevel.vrrpInstance) || is(block, topLevel.vrrpSyncGroup)
}

function complainOfUnknown(reference: Entry, kind: Kind, all: readonly Entry[], context: BuildContext): void {
  const name = String(reference.values[0])
  const { keyword } = kind.definedBy
  const later = all.find(block => block.values[0] === name)
  const names = all.map(block => String(block.values[0]))
  const near = suggest(name, names)
  const help =
    later !== undefined
      ? `${keyword} ${name} is defined below, at line ${later.span.line}; move it above this block`
      : near !== undefined
        ? `did you mean '${near}'?`
        : `define it with ${keyword} above this block`
  complain(context, 'unknown-reference', reference, `no ${keyword} '${name}' is defined so far; it is not tracked`, {
    help,
  })
}
