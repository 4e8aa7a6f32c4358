// The watchdog process around the watchdog: pid file, log, signals, systemd. Everything here is put together; nothing is decided.

import { KaError } from '../../lib/errors.ts'
import { missingCapabilities } from '../../native/capability.ts'
import { type OpenLog, openLog } from '../log/log.ts'
import { defaultUmask } from '../process/option-table.ts'
import type { Options } from '../process/options.ts'
import { claimPidFile, commandOf, type PidFile } from '../process/pid-file.ts'
import { roleEnvironment } from '../process/role.ts'
import { listenToSignals } from '../process/signals.ts'
import { programVersion } from '../process/version.ts'
import { removeAddresses } from './left-addresses.ts'
import { SystemdNotifier, type SystemdOptions, takeSystemdOptions } from './systemd-notify.ts'
import { Watchdog } from './watchdog.ts'
import { watchdogLimits } from './watchdog-policy.ts'

/** keepalived: missing permission. */
const notPermittedStatus = 4

/** Runs until the end; resolves with the exit status. `main` is the file that every role starts with. */
export async function runWatchdogProcess(options: Options, main: string): Promise<number> {
  process.title = 'keepalived-ts'
  process.umask(options.umask ?? defaultUmask)
  const systemd = takeSystemdOptions(process.env, process.pid)
  const log = openLog(options, 'Keepalived')
  if (!options.dontFork) process.chdir('/')
  try {
    return await runWithPidFile(options, main, log, systemd)
  } finally {
    await log.close()
  }
}

async function runWithPidFile(options: Options, main: string, log: OpenLog, systemd: SystemdOptions): Promise<number> {
  const missing = missingCapabilities(options.vrrp ? ['NET_ADMIN', 'NET_RAW'] : ['NET_ADMIN'])
  if (missing.length > 0) {
    log.error('not-permitted', { capabilities: missing.map(name => `CAP_${name}`).join(' and ') })
    return notPermittedStatus
  }
  const file = takePidFile(options.pidFile, log, systemd)
  if (typeof file === 'number') return file
  if (!file.locked) log.warn('pid-file-unlocked', {})
  try {
    log.info('starting', { version: programVersion() })
    return await watchOver(options, main, log, systemd)
  } finally {
    file.release()
  }
}

/** The pid file or an exit status. keepalived: "already running" is no failure; to systemd a service that does not run is one. */
function takePidFile(path: string, log: OpenLog, systemd: SystemdOptions): PidFile | number {
  try {
    const claim = claimPidFile(path, { pid: process.pid })
    if (claim.taken) return claim.file
    log.error('already-running', { pid: claim.holder, program: commandOf(claim.holder) ?? 'a program' })
    return systemd.socket === undefined ? 0 : 1
  } catch (thrown) {
    if (!(thrown instanceof KaError)) throw thrown
    log.error('pid-file-failed', { path, reason: thrown.message })
    return 1
  }
}

function watchOver(options: Options, main: string, log: OpenLog, systemd: SystemdOptions): Promise<number> {
  const watchdog = new Watchdog(
    { log, systemd: new SystemdNotifier(systemd.socket, log), removeAddresses },
    {
      limits: { ...watchdogLimits, dontRespawn: options.dontRespawn },
      entry: main,
      args: process.argv.slice(2),
      environment: roleEnvironment('daemon', options),
      beatEveryMs: systemd.beatEveryMs,
      dontReleaseVrrp: options.dontReleaseVrrp,
    },
  )
  const hooks = {
    order: (order: Parameters<Watchdog['order']>[0], signal: string) => {
      log.info('signal-received', { signal })
      watchdog.order(order)
    },
  }
  if (!listenToSignals(hooks, options.ignoreSigint).realTime) log.warn('real-time-signals-unavailable', {})
  return watchdog.run()
}
