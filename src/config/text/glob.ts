// glob(3) with GLOB_BRACE for include patterns: `*`, `?`, `[a-z]`, `[!x]`, backslash, `{a,b}`. A leading dot must be matched
// by a dot. Matches come sorted within each brace alternative, alternatives in the order written, as in the C library.

import type { FileAccess } from './source.ts'

/** More alternatives or matches than this are cut off; the caller compares with it to report that. */
const globMatchMax = 10_000

/** The patterns that `{a,b}` stands for, in order; braces nest. `{}` and unbalanced braces are literal. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = []
  const todo = [pattern]
  while (todo.length > 0 && done.length < globMatchMax) {
    const next = todo.pop()!
    const group = findBraceGroup(next)
    if (group === undefined) done.push(next)
    else if (todo.length + group.parts.length <= globMatchMax) {
      const head = next.slice(0, group.start)
      const tail = next.slice(group.end + 1)
      for (const part of group.parts.toReversed()) todo.push(head + part + tail)
    }
  }
  return done
}

/** Does the pattern need matching at all, or is it the name of one file? */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** The existing paths that a pattern without braces matches, sorted. Relative patterns start at `base`. */
export function glob(pattern: string, base: string, files: FileAccess): string[] {
  const literal = resolveFrom(base, pattern)
  if (!hasWildcard(pattern)) return files.status(literal) === undefined ? [] : [literal]
  const absolute = pattern.startsWith('/')
  const parts = pattern.split('/').filter(part => part !== '')
  let found = [absolute ? '/' : base]
  for (const [i, part] of parts.entries()) {
    found = found.flatMap(directory => matchEntries(directory, part, files)).slice(0, globMatchMax)
    if (i < parts.length - 1) found = found.filter(path => files.status(path)?.kind === 'directory')
  }
  return found.sort(byCodeUnit)
}

function matchEntries(directory: string, part: string, files: FileAccess): string[] {
  if (!hasWildcard(part)) {
    const path = resolveFrom(directory, part)
    return files.status(path) === undefined ? [] : [path]
  }
  return files
    .list(directory)
    .filter(name => matchesName(part, name))
    .map(name => resolveFrom(directory, name))
}

/** fnmatch(3) for one path component. Linear in the length of the name for each star: no exponential patterns. */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let p = 0
  let n = 0
  let starAt = -1
  let starName = 0
  while (n < name.length) {
    const unit = pattern[p] === '*' ? undefined : matchUnit(pattern, p, name[n]!)
    if (pattern[p] === '*') {
      starAt = p++
      starName = n
    } else if (unit?.matched) {
      p = unit.next
      n++
    } else if (starAt >= 0) {
      p = starAt + 1
      n = ++starName
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

function matchUnit(pattern: string, at: number, character: string): { matched: boolean; next: number } {
  const unit = pattern[at]
  if (unit === '?') return { matched: true, next: at + 1 }
  if (unit === '\\' && at + 1 < pattern.length) return { matched: pattern[at + 1] === character, next: at + 2 }
  if (unit === '[') {
    const set = matchSet(pattern, at, character)
    if (set !== undefined) return set
  }
  return { matched: unit === character, next: at + 1 }
}

function matchSet(pattern: string, at: number, character: string): { matched: boolean; next: number } | undefined {
  let i = at + 1
  const negated = pattern[i] === '!' || pattern[i] === '^'
  if (negated) i++
  const first = i
  let inSet = false
  for (; i < pattern.length && (pattern[i] !== ']' || i === first); i++) {
    const low = pattern[i]!
    const isRange = pattern[i + 1] === '-' && i + 2 < pattern.length && pattern[i + 2] !== ']'
    const high = isRange ? pattern[i + 2]! : low
    if (isRange) i += 2
    if (low <= character && character <= high) inSet = true
  }
  if (i >= pattern.length) return undefined
  return { matched: inSet !== negated, next: i + 1 }
}

function findBraceGroup(pattern: string): { start: number; end: number; parts: string[] } | undefined {
  for (let start = pattern.indexOf('{'); start >= 0; start = pattern.indexOf('{', start + 1)) {
    if (pattern[start + 1] === '}') continue
    const group = splitGroup(pattern, start)
    if (group !== undefined) return { start, ...group }
  }
  return undefined
}

function splitGroup(pattern: string, start: number): { end: number; parts: string[] } | undefined {
  const parts: string[] = []
  let depth = 0
  let from = start + 1
  for (let i = start; i < pattern.length; i++) {
    const c = pattern[i]
    if (c === '{') depth++
    else if (c === '}' && --depth === 0) return { end: i, parts: [...parts, pattern.slice(from, i)] }
    else if (c === ',' && depth === 1) {
      parts.push(pattern.slice(from, i))
      from = i + 1
    }
  }
  return undefined
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** `path` as seen from `directory`, with as few changes as possible, because people read it; an absolute path stays as it is. */
function resolveFrom(directory: string, path: string): string {
  if (path.startsWith('/') || directory === '.') return path
  return directory.endsWith('/') ? directory + path : `${directory}/${path}`
}
