// The subcommands as a table: `keepalived-ts NAME …`. Each one is a small program that ends with an exit status.

import { parseArgs } from 'node:util'
import { FAULT_KINDS } from '../../ipc/messages/common.ts'
import { messageOf } from '../../lib/errors.ts'
import { askDaemon } from '../control/client.ts'
import { type ControlRequest, isFaultKind, isWorkerName, workerNames } from '../control/message.ts'
import { instancePaths } from '../process/instance-paths.ts'
import { signalTable } from '../process/signals.ts'
import { runCheck } from './check-command.ts'
import { configSynopsis, runConfig } from './coverage-command.ts'
import { explainSynopsis, runExplain } from './explain-command.ts'
import { fmtSynopsis, runFmt } from './fmt-command.ts'
import { runPlan } from './plan-command.ts'

export interface CommandOutput {
  /** Bytes where a file's own encoding must come out as it is. */
  out(text: string | Uint8Array): void
  error(text: string): void
}

export interface Command {
  readonly synopsis: string
  readonly summary: string
  /** Resolves with the exit status. */
  run(args: readonly string[], output: CommandOutput): Promise<number>
}

const orderable = signalTable.filter(row => row.order !== 'stop')

/** Further subcommands have their line here. */
export const commands: Readonly<Record<string, Command>> = {
  status: {
    synopsis: 'status [-p PIDFILE]',
    summary: 'what the running daemon does, as JSON',
    run: (args, output) => ask(args, 0, output, () => ({ cmd: 'status' })),
  },
  signal: {
    synopsis: 'signal NAME [-p PIDFILE]',
    summary: `ask the running daemon for ${orderable.map(row => row.name).join(', ')}`,
    run: (args, output) => ask(args, 1, output, signalRequest),
  },
  fault: {
    synopsis: 'fault WORKER KIND [-p PIDFILE]',
    summary: `provoke a fault in a worker, for tests: ${workerNames.join('|')}, ${FAULT_KINDS.join('|')}`,
    run: (args, output) => ask(args, 2, output, faultRequest),
  },
  check: {
    synopsis: 'check FILE[@ID]... [--json]',
    summary: 'compare the files of the nodes of a cluster: what must agree, and who is MASTER when',
    run: runCheck,
  },
  plan: {
    synopsis: 'plan [-f FILE] [--against FILE] [-i ID] [-p PIDFILE] [--json]',
    summary: 'what a reload with FILE would change in the running daemon, or against another file',
    run: runPlan,
  },
  config: {
    synopsis: configSynopsis,
    summary: 'every keyword, and whether it is in effect in this version',
    run: runConfig,
  },
  explain: {
    synopsis: explainSynopsis,
    summary: 'what a keyword of the configuration or a diagnostic means',
    run: runExplain,
  },
  fmt: {
    synopsis: fmtSynopsis,
    summary: 'lay out configuration files; comments are kept',
    run: runFmt,
  },
}

/** Name with arguments and summary of each, for the help text. */
export function commandLines(): readonly (readonly [string, string])[] {
  return Object.values(commands).map(({ synopsis, summary }) => [synopsis, summary] as const)
}

type RequestOf = (words: readonly string[]) => ControlRequest | string

async function ask(
  args: readonly string[],
  wordCount: number,
  output: CommandOutput,
  request: RequestOf,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pid: { type: 'string', short: 'p', default: '/run/keepalived.pid' } },
    })
    const wanted = positionals.length === wordCount ? request(positionals) : `${wordCount} words are needed`
    if (typeof wanted === 'string') return complain(output, wanted)
    const response = await askDaemon(instancePaths(values.pid).socket, wanted)
    if (!response.ok) return complain(output, response.error)
    if (response.value !== undefined && response.value !== null)
      output.out(`${JSON.stringify(response.value, null, 2)}\n`)
    return 0
  } catch (thrown) {
    return complain(output, messageOf(thrown))
  }
}

function complain(output: CommandOutput, text: string): number {
  output.error(`keepalived-ts: ${text}\n`)
  return 1
}

function signalRequest([name]: readonly string[]): ControlRequest | string {
  const row = orderable.find(candidate => candidate.name === name)
  if (row === undefined || row.order === 'stop')
    return `the name must be one of ${orderable.map(({ name }) => name).join(', ')}`
  return { cmd: 'order', order: row.order }
}

function faultRequest([worker, kind]: readonly string[]): ControlRequest | string {
  if (!isWorkerName(worker)) return `the worker must be one of ${workerNames.join(', ')}`
  if (!isFaultKind(kind)) return `the kind must be one of ${FAULT_KINDS.join(', ')}`
  return { cmd: 'fault', worker, kind }
}
