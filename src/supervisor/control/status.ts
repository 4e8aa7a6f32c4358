// The answer to `status` on the control socket: the present state of every part, for people and programs. Pure.

import { type SessionView, sessionStatus } from '../bfd/bfd-actor.ts'
import type { TableStatus } from '../lvs/ipvs-actor.ts'
import { serverStatus, type VirtualServerView } from '../lvs/server-view.ts'
import type { ProcessStatus } from '../tracking/process-tracker.ts'
import type { TrackFiles } from '../tracking/track-files.ts'
import { trackedStatus } from '../tracking/tracked-status.ts'
import type { MissingAddress } from '../vrrp/kernel/holdings.ts'
import type { InstanceView } from '../vrrp/worker/actor.ts'
import type { HeldAddress } from '../watchdog/estate.ts'
import { instanceStatus } from './role-report.ts'

export interface StatusParts {
  readonly instances: readonly InstanceView[]
  /** undefined: there is no BFD. */
  readonly sessions: readonly SessionView[] | undefined
  readonly files: ReturnType<TrackFiles['followed']>
  readonly processes: readonly ProcessStatus[]
  readonly held: readonly HeldAddress[]
  /** What is wanted and not there, and why. */
  readonly missing: readonly MissingAddress[]
  /** Worker -> how often it has been restarted. */
  readonly restarts: Readonly<Record<string, number>>
  /** undefined: there is no load balancing. */
  readonly servers: readonly VirtualServerView[] | undefined
  /** undefined: there is no load balancing. */
  readonly table: TableStatus | undefined
  readonly mail: object
}

export function statusAnswer(parts: StatusParts): object {
  const { instances, sessions, files, processes, held, missing, restarts, servers, table, mail } = parts
  return {
    instances: instances.map(instanceStatus),
    ...(sessions === undefined ? {} : { bfd: sessions.map(sessionStatus) }),
    ...trackedStatus(files, processes),
    held,
    ...(missing.length === 0 ? {} : { missing }),
    // The field is there even if VRRP does not run, so that programs need not look whether it is.
    restarts: { vrrp: 0, ...restarts },
    ...(servers === undefined ? {} : { virtualServers: serverStatus(servers) }),
    ...(table === undefined ? {} : { ipvs: table }),
    mail,
  }
}
