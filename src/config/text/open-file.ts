// Opening files: the main file and the matches of include lines, each as a source of its physical lines.

import { problem, readerCodes, report } from '../report/collector.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import { hasWildcard } from './glob.ts'
import { findIncluded, type IncludeFailure, parseInclude, unusable } from './include.ts'
import { absolutePath, currentDirectory, includeDepthMax, type Reading } from './reading.ts'
import { spanOf, type Text } from './text.ts'

/** Lays the main file on the stack; a pattern stands for all its matches. What cannot be read is reported as no-config. */
export function openMainFile(reading: Reading, mainPath: string): void {
  const { files } = reading.options
  const isPattern = hasWildcard(mainPath) && files.status(mainPath) === undefined
  const checks = { read: true, match: true, wildcardMatch: true, braceMatch: false }
  const found = isPattern ? findIncluded(mainPath, '.', checks, files) : single(reading, mainPath)
  for (const failure of found.failures) {
    const message = `the configuration cannot be read: ${failure.message}`
    report(reading.problems, problem(readerCodes.mainFileUnusable, 'no-config', message, undefined, failure.help))
  }
  reading.open.push({ kind: 'include', names: found.paths, next: 0, span: undefined })
}

/** Handles the line if it is an include; false if it is something else. */
export function openInclude(reading: Reading, line: Text): boolean {
  const include = parseInclude(line, reading.checks)
  if (include === undefined) return false
  const span = spanOf(line, 0, line.text.length)
  if (include.pattern.text === '') {
    const message = 'include needs the name of a file or a pattern'
    report(reading.problems, problem(readerCodes.includeWithoutPattern, 'general', message, span))
    return true
  }
  const base = currentDirectory(reading)
  const patternSpan = spanOf(line, line.text.length - include.pattern.text.length, line.text.length)
  const found = findIncluded(include.pattern.text, base, include.checks, reading.options.files)
  for (const failure of found.failures) reportInclude(reading, failure, patternSpan)
  reading.open.push({ kind: 'include', names: found.paths, next: 0, span: patternSpan })
  return true
}

/** Lays a file on the stack, unless it would include itself, is too deep or cannot be read. */
export function openFile(reading: Reading, name: string, includedAt: Span | undefined): void {
  const refusal = refuseDepth(reading, name, includedAt)
  if (refusal !== undefined) {
    report(reading.problems, refusal)
    return
  }
  const content = reading.options.files.read(name)
  if (!content.ok) {
    report(reading.problems, unread(reading, `'${name}' cannot be read: ${content.error}`, includedAt))
    return
  }
  const lines = splitLines(reading, name, content.value)
  reading.sources.set(name, lines)
  const path = absolutePath(reading, name)
  reading.open.push({ kind: 'file', name, path, lines, next: 0, checksBefore: reading.checks })
}

function single(reading: Reading, path: string): { paths: readonly string[]; failures: readonly IncludeFailure[] } {
  const reason = unusable(path, reading.options.files)
  if (reason === undefined) return { paths: [path], failures: [] }
  return { paths: [], failures: [{ ...reason, checked: true }] }
}

function splitLines(reading: Reading, name: string, content: string): readonly string[] {
  let text = content
  if (text.startsWith('\uFEFF') && !reading.options.strictKeepalived) {
    text = text.slice(1)
    const span = { file: name, line: 1, column: 1, endColumn: 2 }
    const message =
      'the file starts with a byte order mark; it is skipped here, keepalived takes it for part of a keyword'
    report(reading.problems, problem(readerCodes.byteOrderMark, 'general', message, span, 'save the file without it'))
  }
  const lines = text.split('\n')
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return text.includes('\r') ? lines.map(line => line.replace(/\r+$/, '')) : lines
}

function reportInclude(reading: Reading, failure: IncludeFailure, span: Span): void {
  const code = failure.checked ? readerCodes.includeCheckFailed : readerCodes.includeSkipped
  const faultClass = failure.checked ? 'no-config' : 'general'
  report(reading.problems, problem(code, faultClass, failure.message, span, failure.help))
}

function refuseDepth(reading: Reading, name: string, span: Span | undefined): Diagnostic | undefined {
  const path = absolutePath(reading, name)
  const open = reading.open.filter(source => source.kind === 'file')
  if (open.some(source => source.path === path)) {
    const message = `'${name}' includes itself${open.at(-1)?.path === path ? '' : ` through '${open.at(-1)?.name}'`}`
    const help = 'remove the include line; it is skipped'
    return problem(readerCodes.includeLoop, 'general', message, span, help)
  }
  if (open.length < includeDepthMax) return undefined
  const message = `'${name}' is not read: files include each other more than ${includeDepthMax} deep`
  return problem(readerCodes.includeLoop, 'general', message, span, 'look for a loop of includes')
}

function unread(reading: Reading, message: string, span: Span | undefined): Diagnostic {
  if (span === undefined) return problem(readerCodes.mainFileUnusable, 'no-config', message, undefined)
  if (reading.checks.read) return problem(readerCodes.includeCheckFailed, 'no-config', message, span)
  return problem(readerCodes.includeSkipped, 'general', message, span)
}
