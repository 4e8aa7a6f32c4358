// Writes the value that `init_file` names into track files when the daemon starts, never at a reload. An existing file is only
// written to with `overwrite`. keepalived.conf(5) `track_file`.

import type { TrackFile } from '../../config/blocks/tracking/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { writeInto } from '../files/careful.ts'

/** Failures are logged; the file then counts as it is. */
export function initTrackFiles(files: readonly TrackFile[], log: Log): void {
  for (const { name, path, initValue, overwrite } of files) {
    if (initValue === undefined) continue
    try {
      writeInto(path, `${initValue}\n`, 0o644, overwrite)
    } catch (thrown) {
      log.warn('track-file-not-written', { name, path, reason: messageOf(thrown) })
    }
  }
}
