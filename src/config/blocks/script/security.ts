// Scripts without enable_script_security: they are run, and counted as a fault of its own class.

import type { Entry } from '../../language/entry.ts'
import { is, isSet } from '../../language/entry.ts'
import { urlOwn } from '../checker/keywords.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { vrrpScript } from '../tracking/keywords.ts'
import { parseScriptWords } from './words.ts'

type ScriptFilter = (script: Entry, block: Entry) => boolean

const scriptUserDefault = 'keepalived_script'

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

/** keepalived: with enable_script_security scripts need a user, named for them, by script_user, or the default one. */
export function checkScriptUser(root: Entry, hasScriptUser: boolean, context: BuildContext): void {
  if (hasScriptUser || context.accountExists(scriptUserDefault, undefined)) return
  const first = findScript(root, context, hasOwnUser)
  if (first === undefined) return
  const message = `scripts are run but there is no script_user, and no user '${scriptUserDefault}' on this host`
  complain(context, 'unknown-user', first, message, { help: 'write script_user USER in global_defs' })
}

/** A script with a user of its own: behind the command, or in a statement of the same block. */
function hasOwnUser(script: Entry, block: Entry): boolean {
  if (isSet(block, vrrpScript.user)) return true
  const words = parseScriptWords(script.raw)
  return words.ok && words.value.user !== undefined
}

/** The first statement whose command is there: keepalived does not count what it cannot run. */
function findScript(entry: Entry, context: BuildContext, except: ScriptFilter = () => false): Entry | undefined {
  for (const child of entry.children) {
    if (namesCommand(child, context) && !except(child, entry)) return child
    const inner = findScript(child, context, except)
    if (inner !== undefined) return inner
  }
  return undefined
}

function namesCommand(entry: Entry, context: BuildContext): boolean {
  if (!entry.spec.args.some(arg => arg.type === 'script') || is(entry, urlOwn.regex)) return false
  const words = parseScriptWords(entry.raw)
  return words.ok && !words.value.text.startsWith('<') && context.commandExists(words.value.argv[0]!)
}
