// The second reading of script keywords (`notify*`, `script`, `misc_path`, `quorum_up`, …) and of `regex`: shell-like words of
// the raw statement (config-syntax section 2). Stage 1 finds keyword, command, user and group; stage 2 splits the command word
// into its argument list and decodes escapes. Which commands need a shell is decided in shell-syntax.ts.

import { err, ok, type Result } from '../../../lib/result.ts'

interface ScriptWords {
  readonly keyword: string
  /** The command word as a command line for a shell: outer quotes removed, escapes of those quotes undone. */
  readonly text: string
  /** The command word split again, escapes decoded. Never empty. */
  readonly argv: readonly string[]
  readonly user?: string
  readonly group?: string
  /** Unquoted words that keepalived drops without a message. */
  readonly extra: readonly string[]
}

type ScriptWordsError =
  | { readonly kind: 'missing-command'; readonly message: string }
  | { readonly kind: 'unterminated'; readonly message: string }

/** Reads a whole statement (`Token.raw`). `notify_up "/opt/x.sh 'a b'" nobody nogroup` has argv `/opt/x.sh`, `a b`. */
export function parseScriptWords(raw: string): Result<ScriptWords, ScriptWordsError> {
  const stage1 = splitShellWords(raw, keepPair)
  if (!stage1.ok) return unterminated(raw, stage1.error)
  const [keyword = '', command, ...rest] = stage1.value
  if (command === undefined || command.trim() === '') {
    return err({ kind: 'missing-command', message: `'${keyword}' needs a command` })
  }
  const stage2 = splitShellWords(command, decodeEscape)
  if (!stage2.ok) return unterminated(command, stage2.error)
  return ok({ keyword, text: shellText(raw, command), argv: stage2.value, ...owner(rest) })
}

/** What a backslash at `at` stands for, and how many characters of the source it takes. */
type Unescape = (text: string, at: number) => { readonly value: string; readonly length: number }

/** Words in the manner of a shell: both kinds of quotes, anywhere in a word, pieces joined. The error is the open quote. */
export function splitShellWords(text: string, decode: Unescape): Result<string[], string> {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < text.length; ) {
    const c = text[i]!
    if (c === '\\' && i + 1 < text.length) {
      const piece = decode(text, i)
      word = (word ?? '') + piece.value
      i += piece.length
      continue
    }
    i++
    if (quote !== '') {
      if (c === quote) quote = ''
      else word += c
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (c === ' ' || c === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (quote !== '') return err(quote)
  if (word !== undefined) words.push(word)
  return ok(words)
}

/** Stage 1: a backslash and what follows stay as they are, and hide a quote. */
export function keepPair(text: string, at: number): { value: string; length: number } {
  return { value: text.slice(at, at + 2), length: 2 }
}

/** Stage 2: `\n`, `\t`, …, octal `\101`, hexadecimal `\x41`, control `\cA`; any other character stands for itself. */
function decodeEscape(text: string, at: number): { value: string; length: number } {
  const c = text[at + 1]!
  const named = namedEscapes[c]
  if (named !== undefined) return { value: named, length: 2 }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
  if (octal !== undefined) return { value: byteCharacter(Number.parseInt(octal, 8)), length: 1 + octal.length }
  const hex = c === 'x' ? /^[0-9a-fA-F]{1,2}/.exec(text.slice(at + 2, at + 4))?.[0] : undefined
  if (hex !== undefined) return { value: byteCharacter(Number.parseInt(hex, 16)), length: 2 + hex.length }
  const control = c === 'c' ? text[at + 2] : undefined
  if (control !== undefined) return { value: byteCharacter(control.charCodeAt(0) & 0x1f), length: 3 }
  return { value: c, length: 2 }
}

const namedEscapes: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
})

function byteCharacter(code: number): string {
  return String.fromCharCode(code & 0xff)
}

/** `USER`, `USER GROUP`, `USER :GROUP` or `USER:GROUP`. */
function owner(words: readonly string[]): Pick<ScriptWords, 'user' | 'group' | 'extra'> {
  const [first, second, ...extra] = words
  if (first === undefined) return { extra: [] }
  const colon = first.indexOf(':')
  if (colon > 0) {
    const dropped = second === undefined ? [] : [second, ...extra]
    return { user: first.slice(0, colon), group: first.slice(colon + 1), extra: dropped }
  }
  if (second === undefined) return { user: first, extra }
  return { user: first, group: second.replace(/^:/, ''), extra }
}

/** The command for `sh -c`: the shell decodes its own escapes, but a quote of the outer kind was escaped only for our sake. */
function shellText(raw: string, command: string): string {
  const opening = /^[^ \t"']+[ \t]*(["'])/.exec(raw)?.[1]
  if (opening === undefined) return command
  return command.replaceAll(/\\[\s\S]/g, pair => (pair[1] === opening ? opening : pair))
}

function unterminated(text: string, quote: string): Result<never, ScriptWordsError> {
  return err({ kind: 'unterminated', message: `the quote ${quote} is never closed in: ${text}` })
}
