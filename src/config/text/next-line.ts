// The next line to process: takes it from the top source, and turns a physical line into text without comment and line end.

import { problem, readerCodes, report } from '../report/collector.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import { codePointName, replaceOddBlanks } from './blanks.ts'
import { stripLine } from './comment.ts'
import { continueDefinition, endDefinitionAtFileEnd } from './definition.ts'
import { lineBytesMax, visibleStart } from './line.ts'
import { openFile } from './open-file.ts'
import {
  linesMax,
  madeLinesMax,
  type OpenFile,
  type OpenSource,
  type Reading,
  reportQuote,
  stopReading,
} from './reading.ts'
import { isBlank, sliceText, spanOf, type Text, writtenText } from './text.ts'

interface Line {
  readonly text: Text
  /** Ends in a backslash that continues a definition. */
  readonly continued: boolean
}

/** The next line that is not empty; undefined at the end of everything. */
export function nextLine(reading: Reading): Line | undefined {
  for (let source = reading.open.at(-1); source !== undefined; source = reading.open.at(-1)) {
    if (isExhausted(source)) {
      leaveSource(reading, source)
      continue
    }
    const exceeded = countLine(reading, source)
    if (exceeded !== undefined) {
      stopReading(reading, exceeded)
      return undefined
    }
    const line = takeLine(reading, source)
    if (line !== undefined) return line
  }
  return undefined
}

function isExhausted(source: OpenSource): boolean {
  switch (source.kind) {
    case 'file':
    case 'lines':
      return source.next >= source.lines.length
    case 'include':
      return source.next >= source.names.length
    case 'repeat':
      return source.next >= source.sequence.rounds
  }
}

function countLine(reading: Reading, source: OpenSource): Diagnostic | undefined {
  const isMade = source.kind === 'lines' || source.kind === 'repeat'
  if (++reading.linesRead <= linesMax && (!isMade || ++reading.madeLines <= madeLinesMax)) return undefined
  const message = isMade
    ? `sequences and parameters make more than ${madeLinesMax} lines; reading ends here`
    : `the configuration has more than ${linesMax} lines; reading ends here`
  const help = 'look for a sequence, parameter or include that multiplies itself'
  return problem(readerCodes.tooMuchText, 'fatal', message, placeOf(source), help)
}

function leaveSource(reading: Reading, source: OpenSource): void {
  reading.open.pop()
  if (source.kind !== 'file') return
  reading.checks = source.checksBefore
  endDefinitionAtFileEnd(reading)
}

function takeLine(reading: Reading, source: OpenSource): Line | undefined {
  switch (source.kind) {
    case 'file':
      return takePhysicalLine(reading, source)
    case 'include':
      openFile(reading, source.names[source.next++]!, source.span)
      return undefined
    case 'lines':
      return { text: source.lines[source.next++]!, continued: false }
    case 'repeat':
      for (const { name, value } of source.sequence.bind(source.next++)) {
        reading.parameters.definitions.set(name, { name, lines: [value], multiLine: false })
      }
      return { text: source.body, continued: false }
  }
}

function takePhysicalLine(reading: Reading, source: OpenFile): Line | undefined {
  const content = source.lines[source.next++]!
  const number = source.next
  if (content === '') return undefined
  reading.quoteReported = false
  if (content.includes('\0')) return reportNul(reading, source.name, number, content)
  const start = visibleStart(content)
  if (start > 0) reportLength(reading, source.name, number, start, content)
  const written = writtenText(plainBlanks(reading, source.name, number, content), source.name, number, 1)
  const visible = start === 0 ? written : sliceText(written, start)
  const stripped = stripLine(visible)
  if (stripped.openQuote !== undefined)
    reportQuote(reading, spanOf(visible, stripped.openQuote, stripped.openQuote + 1))
  if (stripped.commentAt !== undefined) adviseOnComment(reading, visible, stripped.commentAt)
  const continued = stripped.continued
  if (reading.openDefinition !== undefined) {
    continueDefinition(reading, stripped.text, continued)
    return undefined
  }
  if (stripped.text.text === '') return undefined
  return { text: stripped.text, continued }
}

function reportNul(reading: Reading, file: string, line: number, content: string): undefined {
  const column = content.indexOf('\0') + 1
  const span = { file, line, column, endColumn: column + 1 }
  const message = 'the line contains a NUL byte and is skipped'
  report(reading.problems, problem(readerCodes.nulByte, 'general', message, span, 'is this a text file?'))
}

/** `auth_pass sec#ret`: keepalived reads `sec` and says nothing. The word itself is not shown, it may be a password. */
function adviseOnComment(reading: Reading, line: Text, at: number): void {
  const before = line.text.charCodeAt(at - 1)
  const isInWord =
    at > 0 &&
    line.text[0] !== '@' &&
    !isBlank(before) &&
    !'{}"#!'.includes(line.text[at - 1]!) &&
    isWordStart(line.text[at + 1])
  if (!isInWord) return
  const mark = line.text[at]!
  const message = `this ${mark} begins a comment in the middle of a word: only what stands before it counts`
  const help = `write \\${mark} if it belongs to the word, or a blank before the comment`
  report(reading.problems, problem(readerCodes.commentInWord, 'advice', message, spanOf(line, at, at + 1), help))
}

function isWordStart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

/** The line with odd blanks made plain, which is reported; as long as before. */
function plainBlanks(reading: Reading, file: string, line: number, content: string): string {
  if (reading.options.strictKeepalived) return content
  const { text, firstAt } = replaceOddBlanks(content)
  if (firstAt !== undefined) reportOddBlank(reading, file, line, firstAt, content)
  return text
}

function reportOddBlank(reading: Reading, file: string, line: number, at: number, content: string): void {
  if (reading.oddBlanksIn.has(file)) return
  reading.oddBlanksIn.add(file)
  const span = { file, line, column: at + 1, endColumn: at + 2 }
  const name = codePointName(content[at]!)
  const message = `this is not a plain blank but ${name}; it is read as a blank here, keepalived takes it for a letter`
  const help = 'replace all such characters in this file; they come with text copied from a web page'
  report(reading.problems, problem(readerCodes.oddBlank, 'general', message, span, help))
}

function reportLength(reading: Reading, file: string, line: number, start: number, content: string): void {
  const span = { file, line, column: 1, endColumn: start + 1 }
  const rest = content.slice(start, start + 20)
  const message = `the line is longer than ${lineBytesMax} bytes: what is marked is lost, reading goes on at '${rest}'`
  report(reading.problems, problem(readerCodes.lineTooLong, 'general', message, span, 'split the line'))
}

function placeOf(source: OpenSource): Span | undefined {
  switch (source.kind) {
    case 'file':
      return { file: source.name, line: source.next + 1, column: 1, endColumn: 2 }
    case 'include':
    case 'repeat':
      return source.span
    case 'lines': {
      const line = source.lines[source.next]
      return line === undefined ? undefined : spanOf(line, 0, line.text.length)
    }
  }
}
