// Carries out enable_script_security: a script that somebody other than root and its own user may change is not run.
// Pure; owners and modes come through facts. keepalived.conf(5), enable_script_security.

import type { LintFacts } from '../../host/facts.ts'
import type { Config } from '../../model.ts'
import { problem } from '../../report/codes.ts'
import type { Diagnostic } from '../../report/diagnostic.ts'
import type { VrrpInstance } from '../instance/model.ts'
import { secureLvs } from '../server/exposed-scripts.ts'
import type { NotifyScripts, ScriptCommand } from './model.ts'
import { traceCommand } from './trace.ts'

interface Secured<C extends Config> {
  readonly config: C
  /** One for each command that is not run. */
  readonly refused: readonly Diagnostic[]
}

/**
 * The configuration without exposed scripts, if it asks for that. A track script that goes takes its tracking with it,
 * as in keepalived.
 */
export function withoutExposedScripts<C extends Config>(config: C, facts: LintFacts): Secured<C> {
  if (!config.global.enableScriptSecurity) return { config, refused: [] }
  const refused: Diagnostic[] = []
  const isSafe = (command: ScriptCommand, what: string): boolean => {
    const reason = exposureOf(command, config, facts)
    if (reason !== undefined) refused.push(refusal(command, what, reason))
    return reason === undefined
  }
  const scripts = config.scripts.filter(script => isSafe(script.command, `vrrp_script ${script.name}`))
  const known = new Set(scripts.map(script => script.name))
  const gone = new Set(config.scripts.filter(script => !known.has(script.name)).map(script => script.name))
  const secured = <T extends Pick<VrrpInstance, 'name' | 'notify' | 'trackedScripts'>>(party: T): T => ({
    ...party,
    notify: safeNotify(party.notify, command => isSafe(command, `notify script of ${party.name}`)),
    trackedScripts: party.trackedScripts.filter(tracked => !gone.has(tracked.script)),
  })
  const instances = config.instances.map(secured)
  const syncGroups = config.syncGroups.map(secured)
  const fifoReaders = config.global.fifoReaders.filter(({ command, path }) => isSafe(command, `reader of ${path}`))
  const global = { ...config.global, fifoReaders }
  const lvs = config.lvs === undefined ? {} : { lvs: secureLvs(config.lvs, isSafe) }
  return { config: { ...config, global, scripts, instances, syncGroups, ...lvs }, refused }
}

function safeNotify(notify: NotifyScripts, isSafe: (command: ScriptCommand) => boolean): NotifyScripts {
  const { notifyDeleted, ...scripts } = notify
  const safe = Object.entries(scripts).filter(([, command]) => isSafe(command as ScriptCommand))
  return { ...Object.fromEntries(safe), notifyDeleted }
}

/** keepalived: who runs a script for which neither the script nor script_user names anybody. */
const scriptUserDefault = 'keepalived_script'

/** Why the command must not run; undefined: it may. */
function exposureOf(command: ScriptCommand, config: Config, facts: LintFacts): string | undefined {
  const chosen = command.user ?? config.global.scriptUser?.user
  const account = facts.accountOf(
    chosen === undefined ? { user: scriptUserDefault } : command,
    config.global.scriptUser,
  )
  if (account === undefined) return `there is no account '${chosen ?? scriptUserDefault}' to run it`
  const traced = traceCommand(command, account, facts.files)
  return traced.ok ? undefined : traced.error
}

function refusal(command: ScriptCommand, what: string, reason: string): Diagnostic {
  const { file, line } = command.place
  const span = { file, line, column: 1, endColumn: 1 }
  return problem('script-refused', span, `${what} is not run: ${reason}, and enable_script_security is set`, {
    help: 'let root own the file and the directories above it, and let nobody else write to them',
  })
}
