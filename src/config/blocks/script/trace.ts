// enable_script_security: may this command run as this account, by the owners and modes of everything that it runs? At
// least as strict as keepalived: what cannot be traced is refused. Used when a configuration is loaded and again right
// before each start. Pure.

import { err, ok, type Result } from '../../../lib/result.ts'
import type { AccountFacts, FileFacts } from '../../host/facts.ts'
import { exposure } from '../../host/permissions.ts'
import type { ScriptCommand } from './model.ts'
import { type Program, programsOf } from './programs.ts'

/**
 * The file that the first word of the command leads to, links resolved; undefined for a shell line. The error says why
 * it must not run.
 */
export function traceCommand(
  command: ScriptCommand,
  account: AccountFacts,
  files: FileFacts,
): Result<string | undefined, string> {
  const programs = programsOf(command)
  if (!programs.ok) return err(`what it runs cannot be told because of ${programs.error}`)
  const resolved: (string | undefined)[] = []
  for (const program of programs.value) {
    const found = traceProgram(program, account, files)
    if (!found.ok) return found
    resolved.push(found.value)
  }
  return ok(command.shell ? undefined : resolved[0])
}

function traceProgram(
  { name, required, certain }: Program,
  account: AccountFacts,
  files: FileFacts,
): Result<string | undefined, string> {
  const path = name.startsWith('/') ? name : files.find(name)
  const trace = path === undefined ? undefined : files.trace(path)
  if (trace?.state !== 'found') {
    if (!required) return ok(undefined)
    return err(
      `${name} ${trace?.state === 'hidden' ? 'cannot be looked at' : 'does not exist'}, so anybody might make it`,
    )
  }
  const file = trace.components.at(-1)!
  if (!certain && (file.kind !== 'file' || (file.mode & 0o111) === 0)) return ok(undefined)
  const exposed = exposure(trace.components, account)
  if (exposed === undefined) return ok(file.path)
  const { component, who } = exposed
  return err(
    `${component.path} (owner ${component.owner}, mode ${component.mode.toString(8)}) may be changed by ${who}`,
  )
}
