// The typed model of a keepalived.conf: what the grammar produces and everything else reads. Types only, no behaviour.
// Defaults are already applied and values are already inside their ranges. Plain objects and arrays only, so that the
// model travels through a message channel unchanged. Times are microseconds unless the name ends in another unit. The
// parts are in the rooms of their blocks: blocks/*/model.ts.

import type { BfdInstance } from './blocks/bfd/model.ts'
import type { GlobalDefs } from './blocks/global/model.ts'
import type { GarpGroup, SyncGroup, VirtualAddress, VrrpInstance } from './blocks/instance/model.ts'
import type { LvsConfig } from './blocks/server/model.ts'
import type { LinkDelay, TrackFile, VrrpScript, VrrpTrackProcess } from './blocks/tracking/model.ts'
import type { Statement } from './language/entry.ts'

export interface Config {
  readonly global: GlobalDefs
  readonly scripts: readonly VrrpScript[]
  readonly trackFiles: readonly TrackFile[]
  readonly trackProcesses: readonly VrrpTrackProcess[]
  /** Present while the daemon runs, whatever the roles are; each has a device. */
  readonly staticAddresses: readonly VirtualAddress[]
  readonly garpGroups: readonly GarpGroup[]
  readonly linkDelays: readonly LinkDelay[]
  readonly instances: readonly VrrpInstance[]
  readonly syncGroups: readonly SyncGroup[]
  /** Load balancing; absent when the file has none. */
  readonly lvs?: LvsConfig
  readonly bfd: readonly BfdInstance[]
}

/**
 * A configuration with all that was written: for advice and comparison, where it was read. Too large to travel to the
 * main thread.
 */
export interface WrittenConfig extends Config {
  /** Everything the file says, typed and checked, in file order: also what the other parts have no place for. */
  readonly settings: readonly Statement[]
}
