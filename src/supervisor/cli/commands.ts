// The subcommands as a table.

import { askCommands } from './ask-command.ts'
import { runCheck } from './check-command.ts'
import type { Command } from './command.ts'
import { configSynopsis, runConfig } from './coverage-command.ts'
import { explainSynopsis, runExplain } from './explain-command.ts'
import { fmtSynopsis, runFmt } from './fmt-command.ts'
import { runPlan } from './plan-command.ts'

/**
 * Subcommands that work on files; those that ask the daemon are verbs of the control socket. Further ones have their
 * line here.
 */
export const commands: Readonly<Record<string, Command>> = {
  ...askCommands(),
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
