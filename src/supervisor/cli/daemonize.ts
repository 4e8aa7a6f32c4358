// Becoming the watchdog process: in the foreground (-n) this process itself, else a new one in a session of its own. What can be
// known before that is checked before, so that the caller sees the exit status. Reference: exit codes, normal run.

import { spawn } from 'node:child_process'
import { messageOf } from '../../lib/errors.ts'
import { realFiles } from '../loading/config-files.ts'
import type { Options } from '../process/options.ts'
import { claimPidFile } from '../process/pid-file.ts'
import { roleEnvironment } from '../process/role.ts'
import { flagForRealTimeSignals, flagsAgainstDebugger } from '../process/signals.ts'
import { runWatchdogProcess } from '../watchdog/watchdog-process.ts'

interface StartOutput {
  error(text: string): void
}

const noConfigurationStatus = 6

/** Resolves with the exit status: in the foreground that of the whole run, else at once. */
export async function startRun(options: Options, main: string, output: StartOutput): Promise<number> {
  const problem = configFileProblem(options.configFile)
  if (problem !== undefined) {
    output.error(`keepalived-ts: ${options.configFile}: ${problem}\n`)
    return noConfigurationStatus
  }
  const flags = flagForRealTimeSignals()
  const nodeArguments = [...process.execArgv, ...flagsAgainstDebugger(), ...(flags === undefined ? [] : [flags])]
  if (!options.dontFork) return startDetached(options, main, nodeArguments, output)
  if (flags !== undefined) becomeAgain(options, main, nodeArguments)
  return runWatchdogProcess(options, main)
}

/**
 * keepalived refuses a main file that is missing, a directory or executable. Names with wildcards are checked by the
 * reader.
 */
function configFileProblem(path: string): string | undefined {
  if (/[*?[]/.test(path)) return undefined
  const status = realFiles().status(path)
  if (status === undefined) return 'there is no such file'
  if (status.kind !== 'file') return 'it is not a regular file'
  if (status.executable) return 'it is executable, which no configuration should be'
  return status.readable ? undefined : 'it cannot be read'
}

function startDetached(options: Options, main: string, nodeArguments: readonly string[], output: StartOutput): number {
  const holder = alreadyRunning(options.pidFile)
  if (holder !== undefined) {
    output.error(`keepalived-ts: ${holder}\n`)
    return holder.startsWith('already') ? 0 : 1
  }
  const child = spawn(process.execPath, [...nodeArguments, main, ...process.argv.slice(2)], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...roleEnvironment('watchdog', options) },
  })
  if (child.pid === undefined) {
    output.error('keepalived-ts: no new process can be started\n')
    return 1
  }
  child.unref()
  return 0
}

/** Only looks at the pid file. The new process takes it, and ends if another process was faster. */
function alreadyRunning(pidFile: string): string | undefined {
  try {
    const claim = claimPidFile(pidFile, { pid: process.pid })
    if (!claim.taken) return `already running with process id ${claim.holder}`
    claim.file.release()
    return undefined
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/**
 * Executes Node.js again with another flag in this same process, so that systemd or the shell goes on watching the
 * process that it started.
 */
function becomeAgain(options: Options, main: string, nodeArguments: readonly string[]): void {
  const { execve } = process as unknown as { readonly execve?: unknown }
  if (typeof execve !== 'function') return
  const environment = { ...process.env, ...roleEnvironment('watchdog', options) }
  execve.call(
    process,
    process.execPath,
    [process.execPath, ...nodeArguments, main, ...process.argv.slice(2)],
    environment,
  )
}
