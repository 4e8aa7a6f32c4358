// Carries out enable_script_security for load balancing: an exposed notify script is not run, an exposed MISC_CHECK is
// left out, so that its real server counts as up as far as this checker goes, as in keepalived. Pure; a part of
// script/exposed.ts.

import type { ScriptCommand } from '../script/model.ts'
import type { LvsConfig, RealServer, VirtualServer } from './model.ts'

/** Is the command safe? The second argument says what it is, for the report. */
type SafetyTest = (command: ScriptCommand, what: string) => boolean

export function secureLvs(config: LvsConfig, isSafe: SafetyTest): LvsConfig {
  return { ...config, virtualServers: config.virtualServers.map(server => secureServer(server, isSafe)) }
}

function secureServer(server: VirtualServer, isSafe: SafetyTest): VirtualServer {
  const { quorumUp, quorumDown, ...rest } = server
  return {
    ...rest,
    ...kept('quorumUp', quorumUp, isSafe, `quorum_up of ${server.name}`),
    ...kept('quorumDown', quorumDown, isSafe, `quorum_down of ${server.name}`),
    realServers: server.realServers.map(real => secureReal(real, isSafe)),
  }
}

function secureReal(real: RealServer, isSafe: SafetyTest): RealServer {
  const { notifyUp, notifyDown, checkers, ...rest } = real
  return {
    ...rest,
    ...kept('notifyUp', notifyUp, isSafe, `notify_up of ${real.id}`),
    ...kept('notifyDown', notifyDown, isSafe, `notify_down of ${real.id}`),
    checkers: checkers.filter(
      checker => checker.type !== 'MISC_CHECK' || isSafe(checker.command, `MISC_CHECK of ${real.id}`),
    ),
  }
}

function kept<Key extends string>(
  key: Key,
  command: ScriptCommand | undefined,
  isSafe: SafetyTest,
  what: string,
): { readonly [key in Key]?: ScriptCommand } {
  return command === undefined || !isSafe(command, what)
    ? {}
    : ({ [key]: command } as { readonly [key in Key]?: ScriptCommand })
}
