// The command line of a process that a person or systemd has started: subcommands, options that only say something, and the run
// itself. What it starts takes its role from the environment (role.ts) and never comes here. Subcommands and the reader of
// configurations are loaded when they are asked for: the watchdog needs none of them.

import { hostname } from 'node:os'
import { basename } from 'node:path'
import type { CommandOutput } from '../../lib/output.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { dumpDirectory } from '../dumps/dump-file.ts'
import { type Options, type ParsedOptions, parseOptions } from '../process/options.ts'
import { signalNumber } from '../process/orders.ts'
import { releaseSignals } from '../process/signals.ts'
import { versionText } from '../process/version.ts'
import type { Command } from './command.ts'
import { startRun } from './daemonize.ts'
import { strayCommand } from './stray-word.ts'
import { usageText } from './usage.ts'

/** A command line that cannot be understood: no daemon is started. */
const usageStatus = 2

interface CommandLinePorts extends CommandOutput {
  /** This process becomes the watchdog. */
  becomesWatchdog(options: Options): void
}

/** Does what the arguments ask for; resolves with the exit status. `main` is the file that every role starts with. */
export async function runCommandLine(args: readonly string[], main: string, output: CommandLinePorts): Promise<number> {
  // keepalived: under this name it is the digest tool.
  if (basename(process.argv[1] ?? '') === 'genhash') return becomeGenhash(args, output)
  const first = args[0] ?? ''
  const command = first === '' || first.startsWith('-') ? undefined : await commandOf(first)
  if (command !== undefined) {
    releaseSignals()
    if (!asksForHelp(args)) return command.run(args.slice(1), output)
    output.out(`Usage: keepalived-ts ${command.synopsis}\n\n${command.summary}\n`)
    return 0
  }
  const parsed = parseOptions(args, {
    workingDirectory: process.cwd(),
    hostName: hostname(),
    temporaryDirectory: dumpDirectory(process.env),
  })
  tell(parsed, output)
  if (parsed.errors.length > 0) return 1
  const mayRun = parsed.options.task.type === 'run' && parsed.leftOver.length > 0
  const stray = mayRun ? strayCommand(first, parsed.leftOver, await commandNames()) : undefined
  if (stray !== undefined) {
    output.error(`keepalived-ts: ${stray}\n`)
    return usageStatus
  }
  if (parsed.leftOver.length > 0) output.out(`Ignored: ${parsed.leftOver.join(' ')}\n`)
  return carryOut(parsed.options, main, output)
}

async function commandOf(name: string): Promise<Command | undefined> {
  const { commands } = await import('./commands.ts')
  return Object.hasOwn(commands, name) ? commands[name] : undefined
}

async function commandNames(): Promise<readonly string[]> {
  const { commands } = await import('./commands.ts')
  return Object.keys(commands)
}

async function carryOut(options: Options, main: string, output: CommandLinePorts): Promise<number> {
  switch (options.task.type) {
    case 'help':
      output.error(usageText((await import('./commands.ts')).commandLines()))
      return 0
    case 'version':
      output.error(versionText())
      return 0
    case 'signum':
      return printSignalNumber(options.task.name, output)
    case 'genhash':
      return becomeGenhash(options.task.words, output)
    case 'config-test':
      releaseSignals()
      return (await import('./config-test.ts')).testConfig(options, output)
    case 'run':
      output.becomesWatchdog(options)
      return startRun(options, main, output)
  }
}

/** The digest tool makes the request that the checkers make, so it is theirs. */
async function becomeGenhash(words: readonly string[], output: CommandOutput): Promise<number> {
  const { genhash } = await import('../../workers/checker/genhash.ts')
  return genhash(words, { ...output, now: monotonicNowUs })
}

function tell({ errors, warnings }: ParsedOptions, output: CommandOutput): void {
  for (const text of [...errors, ...warnings]) output.error(`keepalived-ts: ${text}\n`)
}

/** `COMMAND … --help` or `-h`, but not behind `--`. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(1, end === -1 ? undefined : end).some(arg => arg === '--help' || arg === '-h')
}

function printSignalNumber(name: string, output: CommandOutput): number {
  const number = signalNumber(name)
  if (number === undefined) output.error(`keepalived-ts: there is no signal called '${name}'\n`)
  else output.out(`${number}\n`)
  return number === undefined ? 1 : 0
}
