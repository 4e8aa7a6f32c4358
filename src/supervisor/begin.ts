// Decides by role and command line which part of the program this process becomes. Each loads only what it needs:
// nothing native but in the daemon, and there nothing that parses on its main thread.

import { messageOf } from '../lib/errors.ts'
import { openLog } from './log/log.ts'
import { defaultUmask } from './process/option-table.ts'
import type { Options } from './process/options.ts'
import { takeRole } from './process/role.ts'
import { gaveUpStatus } from './watchdog/watchdog-policy.ts'

/** This process has become the watchdog. */
let guards = false

/** `main` is the file that every process of this program starts with. Ends the process, but in the daemon, which ends itself. */
export async function begin(main: string): Promise<void> {
  const role = takeRole(process.env)
  switch (role.name) {
    case 'daemon':
      await becomeDaemon(role.options)
      break
    case 'watchdog':
      await end(becomeWatchdog(role.options, main))
      break
    case 'start':
      await end(start(main))
  }
}

async function start(main: string): Promise<number> {
  endsWithItsReader()
  const { runCommandLine } = await import('./cli/command-line.ts')
  return runCommandLine(process.argv.slice(2), main, {
    out: text => void process.stdout.write(text),
    error: text => void process.stderr.write(text),
    becomesWatchdog: options => {
      guards = true
      crashesEnd(options, 'Keepalived')
    },
  })
}

async function becomeWatchdog(options: Options, main: string): Promise<number> {
  crashesEnd(options, 'Keepalived')
  const { runWatchdogProcess } = await import('./watchdog/watchdog-process.ts')
  return runWatchdogProcess(options, main)
}

async function becomeDaemon(options: Options): Promise<void> {
  process.title = 'keepalived-ts_d'
  process.umask(options.umask ?? defaultUmask)
  crashesEnd(options, 'Keepalived_vrrp')
  // First of all, so that the configuration can be read while the native packages are loaded.
  const { ConfigLoader } = await import('./loading/config-loader.ts')
  const loader = new ConfigLoader()
  loader.prepare()
  const { runDaemon } = await import('./daemon.ts')
  await runDaemon(options, loader)
}

/**
 * `keepalived-ts config coverage | head`: a reader that goes away is no crash. A command ends with the status of a
 * process that SIGPIPE ended; the watchdog goes on without a terminal.
 */
function endsWithItsReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (!guards) process.exit(141)
    })
}

/** Node's own status for a crash is 1, which to the watchdog is a permanent error; a crash is not. */
function crashesEnd(options: Options, processName: string): void {
  process.once('uncaughtException', (thrown: unknown) => {
    const log = openLog(options, processName)
    log.error('daemon-crashed', {
      reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown),
    })
    void log.close().then(() => process.exit(gaveUpStatus))
  })
}

/** Lets what was written to stdout and stderr reach its reader, then ends whatever may still be open. */
async function end(status: Promise<number>): Promise<void> {
  process.exitCode = await status
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>(resolve => stream.write('', () => resolve()))
  process.exit()
}
