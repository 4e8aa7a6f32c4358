// Which programs a command runs, as far as its text tells: the program itself, the script that an interpreter is given,
// what a wrapper such as timeout(1) starts, and each command of a shell line. For enable_script_security, which refuses
// what cannot be told. Pure.

import { err, ok, type Result } from '../../../lib/result.ts'
import type { ScriptCommand } from './model.ts'
import { type ShellWord, simpleCommands } from './shell-commands.ts'

export interface Program {
  /** An absolute path, or a name that is looked for along the search path. */
  readonly name: string
  /** Nobody knows who will make it if it is not there. */
  readonly required: boolean
  /** Of an argument it is not certain that it is run: a file without an x bit is data. */
  readonly certain: boolean
}

/** The programs of a command, or what of it keeps one from telling. */
export function programsOf(command: ScriptCommand): Result<readonly Program[], string> {
  // keepalived: `</path` opens a file and runs nothing.
  if (!command.shell && command.argv[0]?.startsWith('<')) return ok([])
  return command.shell
    ? programsOfText(command.text, 0)
    : programsOfWords(
        command.argv.map(text => ({ text, plain: true })),
        0,
      )
}

/** `sh -c "sh -c '…'"` and the like. */
const depthMax = 4

const builtins = new Set(
  'echo printf test [ [[ true false : exit return set unset export readonly local wait kill read shift umask ulimit type hash'.split(
    ' ',
  ),
)
const shells = /^(?:sh|bash|dash|ash|ksh|zsh|busybox)$/
const interpreters =
  /^(?:python[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*|[gmn]?awk|lua[\d.]*|tclsh[\d.]*|expect)$/
const wrappers =
  /^(?:env|sudo|doas|su|runuser|setpriv|nice|ionice|chrt|taskset|timeout|nohup|setsid|stdbuf|xargs|flock|chroot|nsenter|unshare|ip|find|parallel|systemd-run|logger|watch)$/

function programsOfText(text: string, depth: number): Result<readonly Program[], string> {
  if (depth > depthMax) return err('shells inside shells')
  const commands = simpleCommands(text)
  if (!commands.ok) return commands
  const programs: Program[] = []
  for (const words of commands.value) {
    const found = programsOfWords(words, depth)
    if (!found.ok) return found
    programs.push(...found.value)
  }
  return ok(programs)
}

function programsOfWords([first, ...rest]: readonly ShellWord[], depth: number): Result<readonly Program[], string> {
  if (first === undefined || builtins.has(first.text)) return ok([])
  if (!first.plain) return err(`'${first.text}' in place of a program`)
  if (first.text.includes('/') && !first.text.startsWith('/')) return err(`the relative path '${first.text}'`)
  const own: Program = { name: first.text, required: true, certain: true }
  const others = programsOfArguments(first.text.slice(first.text.lastIndexOf('/') + 1), rest, depth)
  return others.ok ? ok([own, ...others.value]) : others
}

function programsOfArguments(
  base: string,
  words: readonly ShellWord[],
  depth: number,
): Result<readonly Program[], string> {
  const isShell = shells.test(base)
  const runsScript = isShell || interpreters.test(base)
  const isWrapper = wrappers.test(base)
  const programs: Program[] = []
  let script = runsScript
  for (const [i, { text, plain }] of words.entries()) {
    if (!plain && (runsScript || isWrapper)) return err(`'${text}' as an argument of ${base}`)
    if (isShell && /^-\w*c$/.test(text)) {
      const inner = programsOfText(words[i + 1]?.text ?? '', depth + 1)
      return inner.ok ? ok([...programs, ...inner.value]) : inner
    }
    // The text of another language: what it runs cannot be told from here.
    if (script && !isShell && /^-\w*[ceE]$/.test(text)) return err(`a program text for ${base}`)
    if (text.startsWith('-')) continue
    if (text.startsWith('/')) programs.push({ name: text, required: script, certain: script })
    else if (script) return err(`the relative path '${text}'`)
    else if (isWrapper && isRelativePath(text)) return err(`the relative path '${text}'`)
    else if (isWrapper && shells.test(text)) {
      const inner = programsOfWords(words.slice(i), depth + 1)
      return inner.ok ? ok([...programs, ...inner.value]) : inner
    } else if (isWrapper && /^[A-Za-z][\w.+-]*$/.test(text))
      programs.push({ name: text, required: false, certain: false })
    script = false
  }
  return ok(programs)
}

function isRelativePath(text: string): boolean {
  return /^\.{0,2}[\w.-]*\//.test(text) && !text.includes('://')
}
