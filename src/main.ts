#!/usr/bin/env node
// Where every process of keepalived-ts begins: decides by role and command line which part runs. Nothing native is loaded here; only
// the daemon process loads the part that has it.

import { hostname } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from './lib/errors.ts'
import { monotonicNowUs } from './lib/time.ts'
import { commandLines, commands } from './supervisor/commands/commands.ts'
import { testConfig } from './supervisor/commands/config-test.ts'
import { defaultUmask, type Options, type ParsedOptions, parseOptions } from './supervisor/commands/options.ts'
import { signalNumber } from './supervisor/commands/signals.ts'
import { usageText } from './supervisor/commands/usage.ts'
import { versionText } from './supervisor/commands/version.ts'
import { dumpDirectory } from './supervisor/dumps/dump-file.ts'
import { openLog } from './supervisor/log/log.ts'
import { takeRole } from './supervisor/role.ts'
import { startRun } from './supervisor/watchdog/daemonize.ts'
import { gaveUpStatus } from './supervisor/watchdog/watchdog-policy.ts'
import { runWatchdogProcess } from './supervisor/watchdog/watchdog-process.ts'

const main = fileURLToPath(import.meta.url)
const output = {
  out: (text: string | Uint8Array) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
}

const role = takeRole(process.env)
switch (role.name) {
  case 'daemon':
    await becomeDaemon(role.options)
    break
  case 'watchdog':
    await end(becomeWatchdog(role.options))
    break
  case 'start':
    await end(start(process.argv.slice(2)))
}

async function start(args: readonly string[]): Promise<number> {
  // keepalived: under this name it is the digest tool.
  if (basename(process.argv[1] ?? '') === 'genhash') return becomeGenhash(args)
  const command = Object.hasOwn(commands, args[0] ?? '') ? commands[args[0]!] : undefined
  if (command !== undefined) return command.run(args.slice(1), output)
  const parsed = parseOptions(args, {
    workingDirectory: process.cwd(),
    hostName: hostname(),
    temporaryDirectory: dumpDirectory(process.env),
  })
  tell(parsed)
  if (parsed.errors.length > 0) return 1
  return carryOut(parsed.options)
}

async function carryOut(options: Options): Promise<number> {
  switch (options.task.type) {
    case 'help':
      output.error(usageText(commandLines()))
      return 0
    case 'version':
      output.error(versionText())
      return 0
    case 'signum':
      return printSignalNumber(options.task.name)
    case 'genhash':
      return becomeGenhash(options.task.words)
    case 'config-test':
      return testConfig(options, output)
    case 'run':
      crashesEnd(options, 'Keepalived')
      return startRun(options, main, output)
  }
}

/** The digest tool makes the request that the checkers make, so it is theirs. */
async function becomeGenhash(words: readonly string[]): Promise<number> {
  const { genhash } = await import('./workers/checker/genhash.ts')
  return genhash(words, { ...output, now: monotonicNowUs })
}

function tell({ errors, warnings, leftOver }: ParsedOptions): void {
  for (const text of [...errors, ...warnings]) output.error(`keepalived-ts: ${text}\n`)
  if (leftOver.length > 0) output.out(`Ignored: ${leftOver.join(' ')}\n`)
}

function printSignalNumber(name: string): number {
  const number = signalNumber(name)
  if (number === undefined) output.error(`keepalived-ts: there is no signal called '${name}'\n`)
  else output.out(`${number}\n`)
  return number === undefined ? 1 : 0
}

async function becomeWatchdog(options: Options): Promise<number> {
  crashesEnd(options, 'Keepalived')
  return runWatchdogProcess(options, main)
}

async function becomeDaemon(options: Options): Promise<void> {
  process.title = 'keepalived-ts_d'
  process.umask(options.umask ?? defaultUmask)
  crashesEnd(options, 'Keepalived_vrrp')
  const { runDaemon } = await import('./supervisor/daemon.ts')
  await runDaemon(options)
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
