// The kernel's side of IPVS as the supervisor uses it: the socket, the module and the connection timeouts. A
// kernel without IPVS is reported once; from then on everything is accepted and nothing is done, so that checks and
// notifications go on. Not when to do what (ipvs-actor.ts). keepalived.conf(5) `lvs_timeouts`, `lvs_sync_daemon`, `lvs_flush`.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { LvsKernelOptions, LvsTimeouts, SyncDaemon } from '../../config/blocks/server/model.ts'
import { type KaError, messageOf } from '../../lib/errors.ts'
import type { IpvsCommand, IpvsEntry, IpvsServiceId } from '../../lib/ipvs.ts'
import type { Log } from '../../lib/log.ts'
import type { IpvsTimeouts } from '../../native/ipvs-setting-message.ts'
import { type CountedEntry, IpvsSocket, type IpvsSocketOptions } from '../../native/ipvs-socket.ts'
import { SyncDaemons } from './sync-daemons.ts'
import type { SyncRole } from './sync-role.ts'

const modprobeMsMax = 10_000

export class IpvsKernel {
  readonly #log: Log
  #socket: IpvsSocket | undefined
  #options: IpvsSocketOptions = {}
  #kernelTimeouts: IpvsTimeouts | undefined
  readonly #syncDaemons: SyncDaemons

  constructor(log: Log) {
    this.#log = log
    this.#syncDaemons = new SyncDaemons(log)
  }

  /** Is there an IPVS to talk to? */
  get available(): boolean {
    return this.#socket !== undefined
  }

  /** Opens the socket, loading the module if need be. Never rejects: without IPVS one error is logged. */
  async open(options: LvsKernelOptions = {}): Promise<void> {
    const { namespace, commandBuffer } = options
    this.#options = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(commandBuffer === undefined ? {} : { receiveBuffer: commandBuffer }),
    }
    try {
      this.#socket = (await this.#tryOpen()) ?? (await this.#loadModule())
      if (this.#socket === undefined) {
        const help = 'install the kernel module ip_vs or run modprobe ip_vs; checks and notifications go on without it'
        this.#log.error('ipvs-missing', { reason: 'this kernel has no IPVS', help })
      }
    } catch (thrown) {
      this.#log.error('ipvs-unusable', { reason: messageOf(thrown) })
    }
  }

  /** One errno each. */
  async apply(commands: readonly IpvsCommand[]): Promise<readonly number[]> {
    return this.#socket === undefined ? commands.map(() => 0) : this.#socket.apply(commands)
  }

  /** What there is of these services. Throws KA_NETLINK_NACK or KA_SOCKET. */
  async dump(services: readonly IpvsServiceId[]): Promise<readonly IpvsEntry[]> {
    return (await this.#socket?.dump(services)) ?? []
  }

  /** Everything in the table, with counters. */
  async table(): Promise<readonly CountedEntry[]> {
    return (await this.#socket?.counted()) ?? []
  }

  async flush(): Promise<void> {
    const [errno] = await this.apply([{ op: 'flush' }])
    if (errno !== 0) this.#log.error('ipvs-flush-failed', { errno: errno ?? 0 })
  }

  /** What is not configured stays as the kernel had it before we came. undefined: everything back as it was. */
  async setTimeouts(wanted: LvsTimeouts | undefined): Promise<void> {
    const socket = this.#socket
    if (socket === undefined || (wanted === undefined && this.#kernelTimeouts === undefined)) return
    try {
      this.#kernelTimeouts ??= await socket.timeouts()
      await socket.setTimeouts({ ...this.#kernelTimeouts, ...wanted })
      if (wanted === undefined) this.#kernelTimeouts = undefined
    } catch (thrown) {
      this.#log.error('ipvs-timeouts-failed', { reason: messageOf(thrown) })
    }
  }

  /** Exactly these roles of the sync daemon run from now on, with these settings. Never rejects. */
  async syncDaemons(daemon: SyncDaemon | undefined, roles: readonly SyncRole[]): Promise<void> {
    if (this.#socket !== undefined) await this.#syncDaemons.use({ socket: this.#socket, daemon, roles })
  }

  close(): void {
    this.#socket?.close()
    this.#socket = undefined
  }

  #tryOpen(): Promise<IpvsSocket | undefined> {
    const onError = (error: KaError) => this.#log.error('ipvs-socket-failed', { reason: error.message })
    return IpvsSocket.open(onError, this.#options)
  }

  async #loadModule(): Promise<IpvsSocket | undefined> {
    try {
      await promisify(execFile)('modprobe', ['ip_vs'], { timeout: modprobeMsMax })
    } catch (thrown) {
      this.#log.debug('modprobe-failed', { module: 'ip_vs', reason: messageOf(thrown).trim() })
    }
    return this.#tryOpen()
  }
}
