// Track files and counted processes as `status` on the control socket shows them.

import type { ProcessStatus } from './process-tracker.ts'
import type { TrackFiles } from './track-files.ts'

/** A property for the status, or nothing if nothing is tracked. */
export function trackedStatus(
  files: ReturnType<TrackFiles['followed']>,
  processes: readonly ProcessStatus[],
): { readonly tracked?: readonly object[] } {
  const tracked = [
    ...files.map(({ file, value }) => ({ kind: 'file', name: file.name, value })),
    ...processes.map(({ process, state }) => ({
      kind: 'process',
      name: process.name,
      count: state.count,
      up: state.up,
    })),
  ]
  return tracked.length === 0 ? {} : { tracked }
}
