// Writes the value that `init_file` names into track files when the daemon starts, never at a reload. An existing file is only
// written to with `overwrite`. keepalived.conf(5) `track_file`.

import { writeFileSync } from 'node:fs'
import type { TrackFile } from '../../config/blocks/tracking/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

/** Failures are logged; the file then counts as it is. */
export function initTrackFiles(files: readonly TrackFile[], log: Log): void {
  for (const { name, path, initValue, overwrite } of files) {
    if (initValue === undefined) continue
    try {
      writeFileSync(path, `${initValue}\n`, { flag: overwrite ? 'w' : 'wx', mode: 0o644 })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') continue
      log.warn('track-file-not-written', { name, path, reason: messageOf(thrown) })
    }
  }
}
