// track_file blocks to the model: numbers in files that instances and checkers go by. keepalived.conf(5) `track_file`.

import type { Entry } from '../../language/entry.ts'
import { entriesOf, lastOf, textOf } from '../../language/entry.ts'
import { nameOf } from '../context.ts'
import type { TrackFile } from './model.ts'

/** In file order; a block without a file was reported and is left out. */
export function buildTrackFiles(root: Entry): readonly TrackFile[] {
  return entriesOf(root, 'track_file')
    .map(buildTrackFile)
    .filter(file => file !== undefined)
}

function buildTrackFile(block: Entry): TrackFile | undefined {
  const path = textOf(block, 'file')
  if (path === undefined) return undefined
  const weight = lastOf(block, 'weight')
  const init = lastOf(block, 'init_file')
  const [value, overwrite] = init?.values ?? []
  return {
    name: nameOf(block),
    path,
    weight: typeof weight?.values[0] === 'number' ? weight.values[0] : 1,
    reverse: weight?.values[1] === 'reverse',
    ...(init === undefined ? {} : { initValue: typeof value === 'number' ? value : 0 }),
    overwrite: overwrite === 'overwrite',
  }
}
