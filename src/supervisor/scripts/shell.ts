// From a configured command to the program and arguments that are executed: the words themselves, or a shell that is given
// the command as written. Pure. Beyond keepalived, which knows no shell syntax in scripts; `</path` is keepalived's own form.

import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import { shellFor } from '../../config/blocks/script/shell-syntax.ts'

const bashPaths = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'] as const

interface CommandLine {
  readonly file: string
  readonly args: readonly string[]
}

/** `shell` runs commands that need one, see shellPath(). `extra` are the arguments that a notify appends. */
export function commandLine(command: ScriptCommand, extra: readonly string[], shell: string): CommandLine {
  const readable = readCheckPath(command)
  // keepalived: `</path` runs nothing, it succeeds if the file can be opened by the script's user.
  if (readable !== undefined) return { file: '/bin/sh', args: ['-c', ': <"$1"', 'sh', readable] }
  if (!command.shell) return { file: command.argv[0] ?? '', args: [...command.argv.slice(1), ...extra] }
  const text = extra.length === 0 ? command.text : withArguments(command.text)
  return { file: shell, args: ['-c', text, shell, ...extra] }
}

/**
 * Shell text that hands its positional parameters to the command in it, so that `notify "log.sh >>/tmp/x &"` gets what
 * `notify log.sh` gets. Left alone are texts that name `$1`, `$@` and the like themselves, and compound commands, which take no
 * arguments but can read `$1`.
 */
export function withArguments(text: string): string {
  const body = text.trim()
  // Within single quotes a `$1` belongs to awk, not to the shell.
  if (/\$(\d|[@*]|\{[\d@*])/.test(body.replace(/'[^']*'/g, ''))) return body
  const [, command = '', tail = ''] = /^(.*?)\s*(;|(?<!&)&)?$/s.exec(body) ?? []
  if (/([)}]|\b(fi|done|esac))$/.test(command)) return body
  return `${command} "$@"${tail === '' ? '' : ` ${tail}`}`
}

function readCheckPath(command: ScriptCommand): string | undefined {
  const only = command.argv.length === 1 ? command.argv[0] : undefined
  return only !== undefined && /^<[^<&|>]+$/.test(only) ? only.slice(1) : undefined
}

/**
 * The shell for a command: /bin/sh, or bash for what only bash understands; undefined if that is missing. A POSIX shell is no
 * stand-in: it takes `check &>/dev/null` for "check in the background" and always reports success.
 */
export function shellPath(text: string, exists: (path: string) => boolean): string | undefined {
  return shellFor(text) === 'bash' ? bashPaths.find(exists) : '/bin/sh'
}
