// Objects that instances and groups track: scripts, processes, files, links and BFD sessions. Types only, see model.ts.

import type { TrackedKind } from '../../../lib/tracked-reading.ts'
import type { Place } from '../../report/place.ts'
import type { ScriptCommand } from '../script/model.ts'

export interface VrrpScript {
  readonly name: string
  readonly command: ScriptCommand
  readonly intervalUs: number
  readonly timeoutUs: number
  /** -253..253; 0: a failure puts the instance into FAULT. */
  readonly weight: number
  readonly reverse: boolean
  readonly rise: number
  readonly fall: number
  readonly initFail: boolean
  readonly place: Place
}

/** Processes that are counted. */
export interface VrrpTrackProcess {
  readonly name: string
  /** What the kernel calls the process, or with `fullCommand` the first word of its command line. */
  readonly command: string
  readonly fullCommand: boolean
  readonly parameters: readonly string[]
  /** `any`: parameters do not matter. `initial`: the last may be longer. `partial`: more may follow. */
  readonly parameterMatch: 'any' | 'exact' | 'initial' | 'partial'
  readonly weight: number
  readonly reverse: boolean
  /** As many must run at least. */
  readonly quorum: number
  /** And at most; undefined: any number. */
  readonly quorumMax?: number
  readonly forkDelayUs: number
  readonly terminateDelayUs: number
}

/** A `track_file` block: a number in a file that servers and instances go by. */
export interface TrackFile {
  readonly name: string
  readonly path: string
  /** Multiplier for those who name none of their own. */
  readonly weight: number
  readonly reverse: boolean
  /** What to write into the file at start, unless it exists and may not be overwritten; undefined: leave it alone. */
  readonly initValue?: number
  readonly overwrite: boolean
}

export interface TrackedScript {
  readonly script: string
  readonly weight: number
  readonly reverse: boolean
}

export interface TrackedInterface {
  readonly interface: string
  /** -253..253; 0: FAULT when down. */
  readonly weight: number
  readonly reverse: boolean
}

/** A BFD session, a file or a process. What its reading means: effectOfReading(). */
export interface TrackedObject {
  readonly kind: TrackedKind
  readonly name: string
  /** -253..253; 0: FAULT when down, or when the file says anything but 0. */
  readonly weight: number
  readonly reverse: boolean
}

/** How long a link must be down, or up again, before that counts. */
export interface LinkDelay {
  readonly interface: string
  readonly downUs: number
  readonly upUs: number
}
