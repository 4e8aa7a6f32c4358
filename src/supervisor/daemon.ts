// The daemon process: the shell around the supervisor. Log, pid files of keepalived's children, control socket, orders from
// the watchdog, exit status. Without a watchdog (its death) it steps down and ends.

import { KaError, messageOf } from '../lib/errors.ts'
import { err } from '../lib/result.ts'
import { lockForWriting } from '../native/file-lock.ts'
import { ControlSocket } from './control/socket.ts'
import type { Daemon } from './control/verbs/verb.ts'
import { answerRequest } from './control/verbs.ts'
import type { ConfigLoader } from './loading/config-loader.ts'
import type { ReloadResult } from './loading/config-source.ts'
import { type OpenLog, openLog } from './log/log.ts'
import { instancePaths } from './process/instance-paths.ts'
import type { Options } from './process/options.ts'
import type { Order } from './process/orders.ts'
import { claimPidFile, type PidFile } from './process/pid-file.ts'
import { carryOutOrders } from './process/signals.ts'
import { Supervisor } from './supervisor.ts'
import { attachToWatchdog, receiveEstate, type WatchdogLink } from './watchdog/watchdog-channel.ts'

const exitFatal = 1
const exitNotPermitted = 4
/** Something that a new process can mend: the watchdog starts one. sysexits.h: EX_SOFTWARE. */
const exitWornOut = 70
/** A stop that takes longer is cut short; keepalived's parent waits 5 s for its children. */
const stopWithinMs = 4_500

/** Runs until it is told to stop; sets the exit status and ends the process. `loader` has its thread started already. */
export async function runDaemon(options: Options, loader: ConfigLoader): Promise<void> {
  const log = openLog(options, 'Keepalived_vrrp')
  const daemon = new DaemonProcess(options, log, loader)
  try {
    await daemon.start()
  } catch (thrown) {
    log.error('start-failed', { reason: messageOf(thrown) })
    await daemon.end(thrown instanceof KaError && thrown.code === 'KA_NOT_PERMITTED' ? exitNotPermitted : exitFatal)
  }
}

class DaemonProcess {
  readonly #options: Options
  readonly #log: OpenLog
  readonly #link: WatchdogLink
  readonly #supervisor: Supervisor
  readonly #control: ControlSocket
  #pidFiles: PidFile[] = []
  #ending = false

  constructor(options: Options, log: OpenLog, loader: ConfigLoader) {
    this.#options = options
    this.#log = log
    this.#link = attachToWatchdog({
      order: order => this.#order(order),
      lost: () => {
        log.error('watchdog-lost', {})
        void this.#stop(exitFatal)
      },
    })
    this.#supervisor = new Supervisor(options, {
      log,
      loader,
      status: text => this.#link.status(text),
      holding: (added, removed) => this.#link.holding(added, removed),
      role: (instance, state, survivalUs) => this.#link.role(instance, state, survivalUs),
      fatal: reason => {
        log.error('fatal', { reason })
        void this.#stop(exitWornOut)
      },
    })
    this.#control = new ControlSocket(
      instancePaths(options.pidFile),
      request => answerRequest(this.#forVerbs(), request),
      log,
    )
  }

  async start(): Promise<void> {
    this.#listen()
    const estate = receiveEstate(process.env)
    await this.#control.start()
    const failure = await this.#supervisor.start(await estate)
    if (failure !== undefined) {
      this.#log.error('start-failed', { reason: failure.message })
      await this.end(failure.exitCode)
      return
    }
    if (this.#ending) return
    this.#claimPidFiles()
    this.#link.ready()
  }

  /** Ends the process with what the log still has to write. */
  async end(exitCode: number): Promise<void> {
    this.#ending = true
    for (const file of this.#pidFiles) file.release()
    this.#pidFiles = []
    this.#link.close()
    await this.#control.stop()
    await this.#log.close()
    process.exit(exitCode)
  }

  /** keepalived's children have pid files of their own; here all of them are this process. */
  #claimPidFiles(): void {
    const { vrrp, checkers, vrrpPidFile, checkersPidFile, bfdPidFile } = this.#options
    const paths = [
      ...(vrrp ? [vrrpPidFile] : []),
      ...(checkers ? [checkersPidFile] : []),
      ...(this.#supervisor.parts.bfd !== undefined ? [bfdPidFile] : []),
    ]
    for (const path of paths) {
      const claim = claimPidFile(path, { pid: process.pid, fileLock: lockForWriting })
      if (claim.taken) this.#pidFiles.push(claim.file)
      else this.#log.warn('pid-file-taken', { path, holder: claim.holder })
    }
  }

  /** Signals sent to this process itself. From a terminal SIGINT reaches the watchdog too, which gives the order. */
  #listen(): void {
    process.on('SIGTERM', () => {
      this.#link.leaving()
      this.#order('stop')
    })
    process.on('SIGINT', () => {
      if (!this.#link.attached) this.#order('stop')
    })
    carryOutOrders(({ order }) => this.#order(order))
  }

  /** The daemon as far as verbs may use it. */
  #forVerbs(): Daemon {
    const supervisor = this.#supervisor
    const { vrrp, lvs, bfd } = supervisor.parts
    return {
      vrrp,
      lvs,
      bfd,
      status: () => supervisor.status(),
      runningConfig: () => supervisor.runningConfig(),
      worker: name => supervisor.parts.worker(name),
      order: order => this.#order(order),
      reload: () => this.#reload(),
    }
  }

  #order(order: Order): void {
    if (this.#ending) return
    switch (order) {
      case 'stop':
        void this.#stop(0)
        return
      case 'reload':
        void this.#reload()
        return
      case 'dump-data':
        void this.#supervisor.dumps.data()
        return
      case 'dump-stats':
      case 'clear-stats':
        void this.#supervisor.dumps.stats(order === 'clear-stats')
        return
      case 'dump-json':
        void this.#supervisor.dumps.json()
    }
  }

  async #reload(): Promise<ReloadResult> {
    if (this.#ending) return err('the daemon is stopping')
    const result = await this.#supervisor.reload()
    this.#link.ready()
    return result
  }

  async #stop(exitCode: number): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    this.#log.info('stopping', {})
    const late = new Promise<void>(resolve => setTimeout(resolve, stopWithinMs).unref())
    try {
      await Promise.race([this.#supervisor.stop(), late])
    } catch (thrown) {
      this.#log.error('stop-failed', { reason: messageOf(thrown) })
    }
    this.#log.info('stopped', {})
    await this.end(exitCode)
  }
}
