// A command line for a shell, taken apart into its simple commands, for enable_script_security: what is run has to be
// known before it is run. Only what can be read with certainty is taken apart; anything else is an error that says what
// it was. Pure.

import { err, ok, type Result } from '../../../lib/result.ts'

/** One word of a simple command; `plain`: the shell changes nothing in it. */
export interface ShellWord {
  readonly text: string
  readonly plain: boolean
}

type SimpleCommand = readonly ShellWord[]

/** Words that stand before a command and run nothing by themselves. */
const lead = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time', 'exec', 'command'])
const closing = new Set(['fi', 'done', '}', 'esac'])
/** What makes the meaning of later words depend on more than the text. */
const opaque = new Set([
  'cd',
  'pushd',
  'popd',
  'eval',
  'source',
  '.',
  'for',
  'case',
  'select',
  'function',
  'alias',
  'trap',
  'coproc',
])

/** The simple commands of a text, without redirections and words of the shell's own grammar. */
export function simpleCommands(text: string): Result<readonly SimpleCommand[], string> {
  const commands: ShellWord[][] = [[]]
  let skipped = 0
  for (const token of tokensOf(text)) {
    if (token.kind === 'opaque') return err(token.text)
    if (token.kind === 'operator') {
      if (/^\d*[<>]/.test(token.text)) skipped = 1
      else commands.push([])
    } else if (skipped > 0) skipped--
    else commands.at(-1)!.push({ text: token.text, plain: token.plain })
  }
  const kept: SimpleCommand[] = []
  for (const words of commands) {
    const command = withoutLead(words)
    const [first] = command
    if (first === undefined) continue
    if (opaque.has(first.text)) return err(`'${first.text}'`)
    kept.push(command)
  }
  return ok(kept)
}

function withoutLead(words: readonly ShellWord[]): SimpleCommand {
  const start = words.findIndex(
    ({ text }) => !lead.has(text) && !closing.has(text) && !/^[A-Za-z_]\w*=/.test(text) && !/^-/.test(text),
  )
  return start < 0 ? [] : words.slice(start)
}

type Token =
  | { readonly kind: 'word'; readonly text: string; readonly plain: boolean }
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'opaque'; readonly text: string }

const operator = /^(?:\d*(?:>>|>&|<&|<>|>\||>|<)(?:\d+|-)?|&>>?|&&|\|\||;;|[;|&\n])/

function* tokensOf(text: string): Generator<Token> {
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^[ \t\r]+/.exec(rest)
    if (blank !== null) {
      at += blank[0].length
      continue
    }
    if (rest[0] === '#') return
    if (rest[0] === '(' || rest[0] === ')') {
      yield { kind: 'opaque', text: 'parentheses' }
      return
    }
    const found = operator.exec(rest)
    if (found !== null) {
      // A descriptor that is duplicated has its number in the operator and no word behind it.
      const duplicated = /[<>]&(?:\d+|-)$/.test(found[0])
      if (!duplicated) yield { kind: 'operator', text: found[0] }
      at += found[0].length
      continue
    }
    const word = wordAt(text, at)
    if (word === undefined) {
      yield { kind: 'opaque', text: 'a quote that is never closed, or a substitution' }
      return
    }
    yield { kind: 'word', text: word.text, plain: word.plain }
    at = word.end
  }
}

/** A word with its quotes removed; undefined if it has a command substitution or an open quote. */
function wordAt(text: string, start: number): { text: string; plain: boolean; end: number } | undefined {
  let word = ''
  let plain = true
  let at = start
  while (at < text.length && !/[ \t\r\n;|&<>()]/.test(text[at]!)) {
    const c = text[at]!
    if (c === "'") {
      const end = text.indexOf("'", at + 1)
      if (end < 0) return undefined
      word += text.slice(at + 1, end)
      at = end + 1
    } else if (c === '"') {
      const end = /^"((?:\\[\s\S]|[^"\\])*)"/.exec(text.slice(at))
      if (end === null || /\$\(|`/.test(end[1]!)) return undefined
      if (/\$/.test(end[1]!)) plain = false
      word += end[1]!.replaceAll(/\\([\s\S])/g, '$1')
      at += end[0].length
    } else if (c === '\\') {
      word += text[at + 1] ?? ''
      at += 2
    } else if (c === '`' || (c === '$' && text[at + 1] === '(')) return undefined
    else {
      if (/[$*?[~]/.test(c)) plain = false
      word += c
      at++
    }
  }
  return { text: word, plain, end: at }
}
