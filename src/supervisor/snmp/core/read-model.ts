// The data that the tables of the MIBs are made from: one consistent look at the daemon. Plain data, collected by
// model-source.ts and thrown away after a moment. Instances, groups and servers are numbered from 1 in the order of the
// configuration.

import type { BfdInstance } from '../../../config/blocks/bfd/model.ts'
import type { GlobalDefs } from '../../../config/blocks/global/model.ts'
import type { SyncGroup, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { LvsConfig } from '../../../config/blocks/server/model.ts'
import type { TrackFile, VrrpScript, VrrpTrackProcess } from '../../../config/blocks/tracking/model.ts'
import type { IpvsStatistics } from '../../../lib/ipvs.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Readings } from '../../../lib/tracked-reading.ts'
import type { ServerState } from '../../../workers/ipvs/core/server-state.ts'
import type { Counters } from '../../../workers/vrrp/core/counters.ts'
import type { ScriptStatus } from '../../../workers/vrrp/core/event.ts'
import type { State } from '../../../workers/vrrp/core/state.ts'

export interface InstanceModel {
  readonly params: VrrpInstance
  readonly state: State | undefined
  readonly counters: Counters
  /** sysUpTime when the instance last left init or fault; undefined: it is in one of them. */
  readonly upSinceTicks: number | undefined
}

export interface StatedServer {
  readonly connections: { readonly active: number; readonly inactive: number; readonly persistent: number }
  readonly statistics: IpvsStatistics
}

export interface ReadModel {
  readonly version: string
  readonly global: GlobalDefs
  readonly trapsEnabled: boolean
  /** sysUpTime of the master agent now, hundredths of a second. */
  readonly upTimeTicks: number
  readonly instances: readonly InstanceModel[]
  /** `instance address/prefix` of what is on a link because of us. */
  readonly held: ReadonlySet<string>
  readonly groups: readonly SyncGroup[]
  readonly scripts: readonly VrrpScript[]
  readonly scriptStatuses: Readonly<Record<string, ScriptStatus>>
  readonly trackFiles: readonly TrackFile[]
  readonly trackProcesses: readonly VrrpTrackProcess[]
  readonly bfd: readonly BfdInstance[]
  /** Of files, sessions and processes. */
  readonly readings: Readings
  /** How many processes of each name run. */
  readonly processCounts: Readonly<Record<string, number>>
  /** Links by name. */
  readonly links: ReadonlyMap<string, LinkState>
  readonly lvs: LvsConfig | undefined
  readonly servers: ReadonlyMap<string, ServerState>
  /** Counters of services by serviceKey(), of servers by serviceKey() and destKey() with a blank between. */
  readonly ipvs: ReadonlyMap<string, StatedServer>
}
