// Names that refer to a track_file, vrrp_track_process or bfd_instance which is not there, or stands further down.
// References to scripts are checked where they are built (build-tracking.ts).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, rowsOf } from '../../language/entry.ts'
import { suggest } from '../../report/suggest.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'

interface Kind {
  /** The block of the outermost level that defines the name. */
  readonly definedBy: readonly string[]
  /** What an instance or a sync group calls its list of references. */
  readonly list: string
}

const kinds: readonly Kind[] = [
  { definedBy: ['track_file', 'vrrp_track_file'], list: 'track_file' },
  { definedBy: ['vrrp_track_process'], list: 'track_process' },
  { definedBy: ['bfd_instance'], list: 'track_bfd' },
]

/** Reports references to what is not defined above them. */
export function checkReferences(root: Entry, context: BuildContext): void {
  for (const kind of kinds) {
    const known = new Map<string, Entry>()
    const all = root.children.filter(block => kind.definedBy.includes(block.spec.keyword))
    for (const block of root.children) {
      if (kind.definedBy.includes(block.spec.keyword)) known.set(String(block.values[0]), block)
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
  if (block.spec.keyword !== 'virtual_server') return []
  const servers = entriesOf(block, 'real_server')
  return kind.list === 'track_bfd' ? servers.flatMap(server => inside(server, 'BFD_CHECK', 'name')) : []
}

function isList(block: Entry): boolean {
  return block.spec.keyword === 'vrrp_instance' || block.spec.keyword === 'vrrp_sync_group'
}

function inside(server: Entry, checker: string, keyword: string): readonly Entry[] {
  return entriesOf(server, checker).flatMap(check => entriesOf(check, keyword))
}

function complainOfUnknown(reference: Entry, kind: Kind, all: readonly Entry[], context: BuildContext): void {
  const name = String(reference.values[0])
  const keyword = kind.definedBy[0]!
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
