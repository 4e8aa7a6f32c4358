// The subcommand of a verb: asks the running daemon and prints its answer. Everything particular is in the verb's own file,
// src/supervisor/control/verbs/.

import { hostname } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { messageOf } from '../../lib/errors.ts'
import type { CommandOutput } from '../../lib/output.ts'
import { askDaemon } from '../control/client.ts'
import { requestOf } from '../control/message.ts'
import type { Verb } from '../control/verbs/verb.ts'
import { verbs } from '../control/verbs.ts'
import { instancePaths } from '../process/instance-paths.ts'
import { defaultPidFile } from '../process/option-table.ts'
import { parseOptions } from '../process/options.ts'
import type { Command } from './command.ts'

/** A subcommand for each verb that has a line for the help, by name. */
export function askCommands(): Readonly<Record<string, Command>> {
  const named = Object.entries<Verb>(verbs).flatMap(([name, verb]) => {
    const { summary } = verb
    if (summary === undefined) return []
    return [[name, { synopsis: synopsisOf(name, verb), summary, run: ask(name, verb) }] as const]
  })
  return Object.fromEntries(named)
}

interface Line {
  readonly said: Readonly<Record<string, unknown>>
  readonly pidFile: string
}

function ask(name: string, verb: Verb): Command['run'] {
  return async (args, output) => {
    try {
      const { said, pidFile } = parse(name, verb, args)
      const request = requestOf({ ...said, cmd: name })
      if (!request.ok) return complain(output, `the ${request.error}`)
      const response = await askDaemon(instancePaths(pidFile).socket, request.value, verb.withinMs)
      return response.ok ? verb.print(response.value, output, said) : complain(output, response.error)
    } catch (thrown) {
      return complain(output, messageOf(thrown))
    }
  }
}

/** Throws, as parseArgs does, if the line cannot be understood. */
function parse(name: string, verb: Verb, args: readonly string[]): Line {
  if (verb.daemonOptions) return { said: {}, pidFile: pidFileOf(name, verb, args) }
  const options: NonNullable<ParseArgsConfig['options']> = {
    pid: { type: 'string', short: 'p', default: defaultPidFile },
  }
  for (const [long, { kind }] of Object.entries(verb.args)) {
    if (kind !== 'word') options[long] = { type: kind === 'flag' ? 'boolean' : 'string' }
  }
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const words = wordsOf(verb)
  if (positionals.length > words.length) throw new Error(`usage: keepalived-ts ${synopsisOf(name, verb)}`)
  const { pid, ...others } = values
  const said = { ...others, ...Object.fromEntries(positionals.map((word, at) => [words[at]!, word])) }
  return { said, pidFile: String(pid) }
}

/** From a line with any options of the daemon. */
function pidFileOf(name: string, verb: Verb, args: readonly string[]): string {
  const { options, errors, leftOver } = parseOptions(args, {
    workingDirectory: process.cwd(),
    hostName: hostname(),
    temporaryDirectory: '/tmp',
  })
  if (errors.length > 0 || leftOver.length > 0)
    throw new Error(errors[0] ?? `usage: keepalived-ts ${synopsisOf(name, verb)}`)
  return options.pidFile
}

function synopsisOf(name: string, verb: Verb): string {
  const options = Object.entries(verb.args).flatMap(([long, { kind }]) => {
    if (kind === 'word') return []
    return kind === 'flag' ? [`[--${long}]`] : [`[--${long} ${long.toUpperCase()}]`]
  })
  return [name, ...wordsOf(verb).map(word => word.toUpperCase()), ...options, '[-p PIDFILE]'].join(' ')
}

function wordsOf(verb: Verb): readonly string[] {
  return Object.keys(verb.args).filter(name => verb.args[name]!.kind === 'word')
}

function complain(output: CommandOutput, text: string): number {
  output.error(`keepalived-ts: ${text}\n`)
  return 1
}
