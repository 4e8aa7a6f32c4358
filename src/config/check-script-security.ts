// Scripts without enable_script_security: they are run, and counted as a fault of its own class.

import type { BuildContext } from './build-context.ts'
import { complain } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { parseScriptWords } from './script-words.ts'

/**
 * keepalived counts scripts without enable_script_security as a security fault of their own class, but does not come to it
 * if an interface is missing.
 */
export function checkScriptSecurity(root: Entry, missingInterface: boolean, context: BuildContext): void {
  const first = findScript(root, context)
  if (first === undefined) return
  const name = missingInterface ? 'script-security-beside-worse' : 'script-security'
  complain(context, name, first, 'scripts are run but enable_script_security is not set', {
    help: 'write enable_script_security and script_user in global_defs, and make the scripts writable by root only',
  })
}

/** The first statement whose command is there: keepalived does not count what it cannot run. */
function findScript(entry: Entry, context: BuildContext): Entry | undefined {
  for (const child of entry.children) {
    if (namesCommand(child, context)) return child
    const inner = findScript(child, context)
    if (inner !== undefined) return inner
  }
  return undefined
}

function namesCommand(entry: Entry, context: BuildContext): boolean {
  if (!entry.spec.args.some(arg => arg.type === 'script') || entry.spec.keyword === 'regex') return false
  const words = parseScriptWords(entry.raw)
  return words.ok && !words.value.text.startsWith('<') && context.commandExists(words.value.argv[0]!)
}
