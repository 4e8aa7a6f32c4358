// The state of one load: what has been read so far and what is still to be read, as a stack of open sources. The top source gives
// the next line; an include, a multi-line value or a sequence lays its lines on top.

import * as posix from 'node:path/posix'
import { noProblems, type Problems, problem, readerCodes, report } from '../report/collector.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import type { BuiltinContext } from './builtin.ts'
import { allChecks, type IncludeChecks, noChecks } from './include.ts'
import { noParameters, type Parameters } from './parameter.ts'
import type { Sequence } from './sequence.ts'
import type { FileAccess } from './source.ts'
import type { Text } from './text.ts'
import type { Token } from './token.ts'

/** Lines of one load. */
export const linesMax = 1_000_000
/** Lines of one load that sequences and multi-line values make. */
export const madeLinesMax = 200_000
/** Statements and braces of one load. */
export const tokensMax = 1_000_000
/** Files open inside each other. */
export const includeDepthMax = 32

export interface ReadOptions {
  readonly files: FileAccess
  /** What `@ID` conditions are compared with: `-i`, else the host name up to its first dot. */
  readonly configId: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `-e`: every include check is on from the start. */
  readonly allIncludeChecks: boolean
  /** From 0 up to but not including 1, as Math.random. */
  readonly random: () => number
  /** `--strict-keepalived`: odd blanks and a byte order mark are letters, as keepalived takes them. Default false. */
  readonly strictKeepalived?: boolean
}

export interface ReadResult {
  readonly tokens: readonly Token[]
  readonly diagnostics: readonly Diagnostic[]
  /** The lines of each file that was read, by the name that spans carry. */
  readonly sources: ReadonlyMap<string, readonly string[]>
}

export interface OpenFile {
  readonly kind: 'file'
  /** As shown to people: as given, or relative to the including file's name. */
  readonly name: string
  /** Absolute and normalised, to recognise a loop. */
  readonly path: string
  readonly lines: readonly string[]
  next: number
  /** include_check is undone at the end of the file. */
  readonly checksBefore: IncludeChecks
}

export type OpenSource =
  | OpenFile
  /** The files of one include line that are still to be opened. */
  | { readonly kind: 'include'; readonly names: readonly string[]; next: number; readonly span: Span | undefined }
  /** Lines of a multi-line value. */
  | { readonly kind: 'lines'; readonly lines: readonly Text[]; next: number }
  /** The rest of a ~SEQ or ~LST line, once per round. */
  | { readonly kind: 'repeat'; readonly sequence: Sequence; readonly body: Text; next: number; readonly span: Span }

export interface OpenDefinition {
  readonly name: string
  readonly lines: Text[]
  readonly span: Span
  /** Its condition did not hold: the lines are read and dropped. */
  readonly discarded: boolean
}

export interface Reading {
  readonly options: ReadOptions
  readonly parameters: Parameters
  readonly problems: Problems
  readonly tokens: Token[]
  readonly sources: Map<string, readonly string[]>
  readonly open: OpenSource[]
  checks: IncludeChecks
  openDefinition: OpenDefinition | undefined
  linesRead: number
  madeLines: number
  /** A bound was reached and the rest is not read. */
  stopped: boolean
  /** Open blocks, and the keyword of the outermost one; only include_check wants to know. */
  depth: number
  topKeyword: string
  lastKeyword: string
  /** Files that have been reported for odd blanks. */
  readonly oddBlanksIn: Set<string>
  /** The line at hand has been reported for its quotes already. */
  quoteReported: boolean
}

export function beginReading(options: ReadOptions): Reading {
  return {
    options,
    parameters: noParameters(),
    problems: noProblems(),
    tokens: [],
    sources: new Map(),
    open: [],
    checks: options.allIncludeChecks ? allChecks : noChecks,
    openDefinition: undefined,
    linesRead: 0,
    madeLines: 0,
    stopped: false,
    depth: 0,
    topKeyword: '',
    lastKeyword: '',
    oddBlanksIn: new Set(),
    quoteReported: false,
  }
}

/** The innermost file being read. */
function currentFile(reading: Reading): OpenFile | undefined {
  return reading.open.findLast(source => source.kind === 'file')
}

/** Directory of the file being read, as shown to people; relative includes start here. */
export function currentDirectory(reading: Reading): string {
  const file = currentFile(reading)
  return file === undefined ? '.' : posix.dirname(file.name)
}

export function absolutePath(reading: Reading, name: string): string {
  return posix.resolve('/', reading.options.files.workingDirectory, name)
}

export function builtinContext(reading: Reading): BuiltinContext {
  const { configId, environment, random } = reading.options
  return { directory: absolutePath(reading, currentDirectory(reading)), configId, environment, random }
}

/** Ends the load early: what has been read is not the whole configuration, so `why` must keep the daemon from starting. */
export function stopReading(reading: Reading, why: Diagnostic): void {
  report(reading.problems, why)
  reading.open.length = 0
  reading.openDefinition = undefined
  reading.stopped = true
}

export function reportQuote(reading: Reading, span: Span): void {
  if (reading.quoteReported) return
  reading.quoteReported = true
  const message = 'this double quote is never closed; the text behind it is lost'
  const help = 'close the quote on the same line; a word in double quotes cannot contain one'
  report(reading.problems, problem(readerCodes.unterminatedQuote, 'general', message, span, help))
}
