// A statement that names a command (`notify_master "/path arg" user group`) to a command of the model.

import type { Entry } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { checkAccount, complain, given, placeOf } from '../context.ts'
import type { ScriptCommand } from './model.ts'
import { shellFor, withoutLastSemicolon } from './shell-syntax.ts'
import { parseScriptWords } from './words.ts'

/** The command of an entry, with the user behind it; undefined, and reported, if it cannot be read. */
export function buildCommand(entry: Entry, context: BuildContext): ScriptCommand | undefined {
  const command = readCommand(entry, context)
  // keepalived says nothing of such a user before the command is to be run.
  if (command?.user !== undefined) checkAccount(context, command.user, command.group, entry, 'unknown-user-behind')
  return command
}

/** `userBehind`: the words behind the command name its user and group. */
function readCommand(entry: Entry, context: BuildContext, userBehind = true): ScriptCommand | undefined {
  const parsed = parseScriptWords(entry.raw)
  if (!parsed.ok) {
    complain(context, 'bad-script', entry, `${parsed.error.message}; the script is left out`, {
      help: 'put the command and its arguments into one pair of double quotes',
    })
    return undefined
  }
  const { argv, text, user, group, extra } = parsed.value
  const lost = userBehind ? extra : [user, group, ...extra].filter(word => word !== undefined)
  if (lost.length > 0) {
    const message = `only '${text}' is run: '${lost.join(' ')}' behind it is no argument, because the command is not in quotes`
    complain(context, 'unquoted-command', entry, message, {
      help: 'put the command and its arguments into one pair of double quotes',
    })
  }
  const shell = shellFor(text) !== undefined
  const words = shell ? argv : withoutLastSemicolon(argv, text)
  return { argv: words, shell, text, ...given('user', user), ...given('group', group), place: placeOf(entry) }
}

/** Whether the program of a command is there. For a command with shell syntax this cannot be known before it runs. */
export function isRunnable(command: ScriptCommand, context: BuildContext): boolean {
  // keepalived: `<PATH` is no command but a test whether the file can be read.
  return command.shell || command.text.startsWith('<') || context.commandExists(command.argv[0]!)
}

/** `vrrp_script` and `MISC_CHECK` name the user with a keyword of its own, and drop words behind the command. */
export function buildCommandOf(
  entry: Entry,
  userEntry: Entry | undefined,
  context: BuildContext,
): ScriptCommand | undefined {
  const command = readCommand(entry, context, false)
  if (command === undefined) return undefined
  const { user: _, group: __, ...rest } = command
  if (userEntry === undefined) return rest
  const [user, group] = userEntry.values
  const groupName = group === undefined ? undefined : String(group).replace(/^:/, '')
  checkAccount(context, String(user), groupName, userEntry)
  return { ...rest, user: String(user), ...given('group', groupName) }
}
