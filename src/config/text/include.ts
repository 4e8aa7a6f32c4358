// Which files an include line stands for, and whether its checks hold (config-syntax section 4). No file content is read here.

import { expandBraces, glob, hasWildcard } from './glob.ts'
import type { FileAccess } from './source.ts'
import { sliceText, type Text } from './text.ts'
import type { Word } from './token.ts'

/** Checks that are switched on: a failure of one of them keeps the daemon from starting. */
export interface IncludeChecks {
  /** A match must be a readable plain file that is not executable. */
  readonly read: boolean
  /** A pattern without wildcards must match. */
  readonly match: boolean
  /** A pattern with wildcards must match. */
  readonly wildcardMatch: boolean
  /** Every alternative of a brace expression must match. */
  readonly braceMatch: boolean
}

export const noChecks: IncludeChecks = { read: false, match: false, wildcardMatch: false, braceMatch: false }
export const allChecks: IncludeChecks = { read: true, match: true, wildcardMatch: true, braceMatch: true }

interface IncludeLine {
  /** As written: everything behind the keyword. Quotes have no meaning in it. */
  readonly pattern: Text
  readonly checks: IncludeChecks
}

/** `include PATTERN` and its spellings with a check letter; the pattern is empty if it is missing. */
export function parseInclude(line: Text, inForce: IncludeChecks): IncludeLine | undefined {
  const match = /^include([rmwba]?)(?:[ \t]+|$)/.exec(line.text)
  if (match === null) return undefined
  return { pattern: sliceText(line, match[0].length), checks: withLetter(match[1]!, inForce) }
}

export interface IncludeFailure {
  readonly message: string
  readonly help: string
  /** A check that is switched on has failed. */
  readonly checked: boolean
}

/** Paths to read, in order, and what is wrong with the others. */
export function findIncluded(
  pattern: string,
  base: string,
  checks: IncludeChecks,
  files: FileAccess,
): { readonly paths: readonly string[]; readonly failures: readonly IncludeFailure[] } {
  const alternatives = expandBraces(pattern)
  const matches = alternatives.map(alternative => glob(alternative, base, files))
  const failures: IncludeFailure[] = []
  const missing = alternatives.filter((_, i) => matches[i]!.length === 0)
  const failure = missingFailure(pattern, alternatives, missing, checks)
  if (failure !== undefined) failures.push(failure)
  const paths: string[] = []
  for (const path of matches.flat()) {
    const reason = unusable(path, files)
    if (reason === undefined) paths.push(path)
    else failures.push({ ...reason, checked: checks.read })
  }
  return { paths, failures }
}

/** The level after `include_check WORD …` in global_defs; words that mean nothing are given back. */
export function changeChecks(
  words: readonly Word[],
  before: IncludeChecks,
): { readonly checks: IncludeChecks; readonly refused: readonly Word[] } {
  if (words.length === 0) return { checks: allChecks, refused: [] }
  let checks = before
  const refused: Word[] = []
  for (const [i, word] of words.entries()) {
    const sign = /^[+-]/.test(word.text) ? word.text[0]! : ''
    const names = checkWords.get(word.text.slice(sign.length))
    if (names === undefined || (sign === '' && i > 0)) refused.push(word)
    else if (sign === '') checks = { ...noChecks, ...names }
    else if (sign === '+') checks = { ...checks, ...names }
    else checks = without(checks, word.text.slice(1))
  }
  return { checks, refused }
}

const checkWords: ReadonlyMap<string, Partial<IncludeChecks>> = new Map([
  ['read', { read: true }],
  ['match', { read: true, match: true }],
  ['wildcard_match', { read: true, wildcardMatch: true }],
  ['brace_match', { read: true, braceMatch: true }],
])

function without(checks: IncludeChecks, name: string): IncludeChecks {
  switch (name) {
    case 'match':
      return { ...checks, match: false }
    case 'wildcard_match':
      return { ...checks, wildcardMatch: false }
    case 'brace_match':
      return { ...checks, braceMatch: false }
    default:
      return noChecks
  }
}

function withLetter(letter: string, inForce: IncludeChecks): IncludeChecks {
  switch (letter) {
    case 'r':
      return { ...inForce, read: true }
    case 'm':
      return { ...inForce, read: true, match: true }
    case 'w':
      return { ...inForce, read: true, wildcardMatch: true }
    case 'b':
      return { ...inForce, read: true, braceMatch: true }
    case 'a':
      return allChecks
    default:
      return inForce
  }
}

function missingFailure(
  pattern: string,
  alternatives: readonly string[],
  missing: readonly string[],
  checks: IncludeChecks,
): IncludeFailure | undefined {
  if (missing.length === 0) return undefined
  const help = /^".*"$/.test(pattern)
    ? 'write the pattern without quotes: they are taken as part of the name'
    : 'check the name; a relative one starts at the directory of the file that contains the include'
  if (missing.length < alternatives.length) {
    const message = `no file matches ${missing.map(part => `'${part}'`).join(', ')} of '${pattern}'`
    return { message, help, checked: checks.braceMatch }
  }
  const wildcards = alternatives.every(hasWildcard)
  const checked = (wildcards ? checks.wildcardMatch : checks.match) || (alternatives.length > 1 && checks.braceMatch)
  // keepalived: a wildcard that matches nothing (an empty conf.d) is no problem unless it is checked.
  if (wildcards && !checked) return undefined
  return { message: `no file matches '${pattern}'`, help, checked }
}

/** Why a path cannot be read as configuration; undefined if it can. */
export function unusable(
  path: string,
  files: FileAccess,
): { readonly message: string; readonly help: string } | undefined {
  const status = files.status(path)
  if (status === undefined) return { message: `'${path}' does not exist`, help: 'check the name' }
  if (status.kind === 'directory') {
    return { message: `'${path}' is a directory, not a file`, help: `to read what is in it write ${path}/*.conf` }
  }
  if (status.kind === 'other') return { message: `'${path}' is not a regular file`, help: 'name a regular file' }
  if (status.executable) return { message: `'${path}' is executable, so it is not read`, help: `chmod a-x ${path}` }
  if (!status.readable) return { message: `'${path}' cannot be read`, help: `check the permissions of ${path}` }
  return undefined
}
