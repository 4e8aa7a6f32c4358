// The sync daemons of IPVS in the kernel: which roles run, and what was last wanted of them. One change at a time; of
// those that are asked for meanwhile only the last one counts. keepalived.conf(5) `lvs_sync_daemon`. Not which roles
// are wanted (sync-role.ts).

import { constants } from 'node:os'
import type { SyncDaemon } from '../../config/blocks/server/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { IpvsSocket } from '../../native/ipvs-socket.ts'
import { errnoName } from '../../native/libc.ts'
import type { SyncRole } from './sync-role.ts'

export type DaemonSocket = Pick<IpvsSocket, 'startDaemon' | 'stopDaemon'>

interface WantedDaemons {
  readonly socket: DaemonSocket
  readonly daemon: SyncDaemon | undefined
  readonly roles: readonly SyncRole[]
}

export class SyncDaemons {
  readonly #log: Log
  readonly #running = new Set<SyncRole>()
  #wanted: WantedDaemons | undefined
  #working: Promise<void> | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Exactly these roles run from now on, with these settings. Resolves when the kernel has been asked. Never rejects. */
  use(wanted: WantedDaemons): Promise<void> {
    this.#wanted = wanted
    this.#working ??= this.#work()
    return this.#working
  }

  async #work(): Promise<void> {
    for (let wanted = this.#wanted; wanted !== undefined; wanted = this.#wanted) {
      this.#wanted = undefined
      await this.#bring(wanted)
    }
    this.#working = undefined
  }

  async #bring({ socket, daemon, roles }: WantedDaemons): Promise<void> {
    for (const role of ['master', 'backup'] as const) {
      if (roles.includes(role) && daemon !== undefined) await this.#start(socket, daemon, role)
      else if (this.#running.has(role)) await this.#stop(socket, role)
    }
  }

  /** One that runs already may be a predecessor's, with other settings: it is stopped first. */
  async #start(socket: DaemonSocket, daemon: SyncDaemon, role: SyncRole): Promise<void> {
    try {
      await socket.stopDaemon(role)
      await socket.startDaemon({ ...daemon, role })
      this.#running.add(role)
      this.#log.info('sync-daemon-started', { role, interface: daemon.interface, syncId: daemon.syncId })
    } catch (thrown) {
      this.#running.delete(role)
      this.#log.error('sync-daemon-failed', { role, interface: daemon.interface, reason: messageOf(thrown) })
    }
  }

  async #stop(socket: DaemonSocket, role: SyncRole): Promise<void> {
    try {
      const errno = await socket.stopDaemon(role)
      this.#running.delete(role)
      if (errno === 0 || errno === constants.errno.ESRCH) return
      this.#log.warn('sync-daemon-stop-failed', { role, reason: errnoName(errno) })
    } catch (thrown) {
      // It may run still, so the next change stops it again.
      this.#log.error('sync-daemon-stop-failed', { role, reason: messageOf(thrown) })
    }
  }
}
