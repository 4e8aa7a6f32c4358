// track_file blocks to the model: numbers in files that instances and checkers go by. keepalived.conf(5) `track_file`.

import type { Entry } from '../../language/entry.ts'
import { entriesOf, lastOf, read } from '../../language/entry.ts'
import { nameOf } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { trackFile } from './keywords.ts'
import type { TrackFile } from './model.ts'

/** In file order; a block without a file was reported and is left out. */
export function buildTrackFiles(root: Entry): readonly TrackFile[] {
  return entriesOf(root, topLevel.trackFile)
    .map(buildTrackFile)
    .filter(file => file !== undefined)
}

function buildTrackFile(block: Entry): TrackFile | undefined {
  const path = read(block, trackFile.file)
  if (path === undefined) return undefined
  const weight = lastOf(block, trackFile.weight)
  const init = lastOf(block, trackFile.initFile)
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
