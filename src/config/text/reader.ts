// The reader: from the main file to the flat stream of statements and braces that the grammar (language/interpret.ts) takes.
// It follows includes, conditions, parameters and sequences (config-syntax sections 1 to 7) and knows no keyword but include
// and include_check; stray and missing braces are reported by the grammar.
//
// What is still to be read is a stack of open sources (reading.ts): a file, the files of one include line, the lines of a
// multi-line value, the rounds of a sequence. The top one gives the next line, so a file included within a sequence
// within a file needs no recursion, and a bound on the depth is a bound on the stack. Each line goes this way, and the
// order is keepalived's, because it decides what a file means:
//
//   nextLine        bytes to text, odd blanks, comment and line end off, continuation of a definition    next-line.ts
//   @ID condition   keep the rest of the line, or drop the line                                          keepByCondition
//   $NAME=          store a definition; a value that ends in a backslash takes further lines             definition.ts
//   ~SEQ, ~LST      lay the rest of the line on the stack, once per round, and stop here                 repeat.ts
//   $NAME, ${NAME}  replace references until none is left; strip comments that came in with them         parameter.ts
//   again           a condition or sequence may come out of a parameter (keepalived up to 2.3)
//   include         lay the files on the stack                                                           include.ts
//   braces          emit the statement up to the next brace, and the brace; the rest is like a new line  token-sink.ts
//
// Two subtleties. The rest behind a brace has had its references replaced, so they are not replaced twice; but a sequence
// behind a brace is expanded once per round, so the part behind it is left alone at first (laterSequence). And every
// character knows where it was written (text.ts): a message about a word that came out of a parameter names both the
// place of use and the definition.
//
// A file of garbage must neither run for ever nor fill the memory: lines, tokens, replacements, rounds and depth are
// bounded. When a bound is reached the reading stops with a fault that keeps the daemon from starting, since half a
// configuration must never be used.

import { finishedList, problem, readerCodes, report } from '../report/collector.ts'
import { stripLine } from './comment.ts'
import { startDefinition } from './definition.ts'
import { nextLine } from './next-line.ts'
import { openInclude, openMainFile } from './open-file.ts'
import { expandLine, reportUndefined } from './parameter.ts'
import {
  beginReading,
  builtinContext,
  type Reading,
  type ReadOptions,
  type ReadResult,
  reportQuote,
  stopReading,
} from './reading.ts'
import { startSequence } from './repeat.ts'
import { findBrace } from './statement.ts'
import { joinTexts, sliceText, spanOf, type Text, trimText } from './text.ts'
import { emitBrace, emitStatement } from './token-sink.ts'

export type { ReadOptions, ReadResult } from './reading.ts'

/** Reads `mainPath` and all it includes. Never throws for what a file contains; every problem is in `diagnostics`. */
export function readConfiguration(mainPath: string, options: ReadOptions): ReadResult {
  const reading = beginReading(options)
  openMainFile(reading, mainPath)
  for (let line = nextLine(reading); line !== undefined; line = nextLine(reading)) {
    processLine(reading, line.text, line.continued)
  }
  return { tokens: reading.tokens, diagnostics: finishedList(reading.problems), sources: reading.sources }
}

/**
 * What stands behind a brace is treated like a line of its own: a condition, definition, sequence or include may start it.
 * References have been replaced by then.
 */
function processLine(reading: Reading, line: Text, continued: boolean): void {
  let rest: Text | undefined = line
  while (rest !== undefined && rest.text !== '' && !reading.stopped) {
    const isWhole: boolean = rest === line
    const ready = prepareLine(reading, rest, continued, isWhole)
    rest = ready === undefined ? undefined : emitUpToBrace(reading, ready)
  }
}

/** The text to cut into statements; undefined if the line was used up as something else. */
function prepareLine(reading: Reading, line: Text, continued: boolean, isWhole: boolean): Text | undefined {
  const kept = keepByCondition(reading, line)
  if (kept === undefined) {
    discardDefinition(reading, line, continued)
    return undefined
  }
  if (startDefinition(reading, kept, continued, false) || startSequence(reading, kept)) return undefined
  if (!isWhole || !kept.text.includes('$')) return openInclude(reading, kept) ? undefined : kept
  const expanded = expand(reading, kept)
  if (expanded === undefined) return undefined
  // keepalived: up to 2.3 and in its manual a condition or sequence may come out of a parameter; 2.4 lost it.
  const again = kept === line ? keepByCondition(reading, expanded) : expanded
  if (again === undefined || startSequence(reading, again) || openInclude(reading, again)) return undefined
  return again
}

/** `@ID rest` gives the rest if ID is the config-id, `@^ID rest` if it is not; other lines are kept whole. */
function keepByCondition(reading: Reading, line: Text): Text | undefined {
  const match = /^@(\^?)([^ \t]*)/.exec(line.text)
  if (match === null) return line
  const holds = (match[2] === reading.options.configId) !== (match[1] === '^')
  if (!holds) return undefined
  const rest = trimText(sliceText(line, match[0].length))
  return rest.text === '' ? undefined : rest
}

/** A definition whose condition does not hold takes its continuation lines with it. */
function discardDefinition(reading: Reading, line: Text, continued: boolean): void {
  if (!continued) return
  const behind = trimText(sliceText(line, /^@[^ \t]*/.exec(line.text)?.[0].length ?? 0))
  startDefinition(reading, behind, true, true)
}

/** Replaces references and strips what they brought in; undefined if nothing is left on this line. */
function expand(reading: Reading, line: Text): Text | undefined {
  reportBlankBeforeEquals(reading, line)
  const cut = laterSequence(line.text)
  const head = cut < 0 ? line : sliceText(line, 0, cut)
  const expansion = expandLine(head, reading.parameters, builtinContext(reading), reading.problems)
  if (expansion.exceeded !== undefined) {
    stopReading(reading, expansion.exceeded)
    return undefined
  }
  reportUndefined(expansion.text, reading.parameters, reading.problems)
  if (!expansion.changed) return line
  if (expansion.rest.length > 0) reading.open.push({ kind: 'lines', lines: expansion.rest, next: 0 })
  const whole = cut < 0 ? expansion.text : joinTexts([expansion.text, sliceText(line, cut)])
  const stripped = stripLine(whole)
  const { openQuote, commentAt } = stripped
  if (openQuote !== undefined) reportQuote(reading, spanOf(whole, openQuote, openQuote + 1))
  if (commentAt !== undefined) reportLateComment(reading, whole, commentAt)
  return stripped.text
}

/**
 * Index of a sequence behind a brace, or -1. The text that a sequence repeats is expanded once per round, so it must
 * not be expanded before.
 */
function laterSequence(text: string): number {
  if (!text.includes('~')) return -1
  for (const match of text.matchAll(/"[^"]*(?:"|$)|[{}][ \t]*(?:@[^ \t]*[ \t]+)?(~(?:SEQx?|LST)\()/g)) {
    if (match[1] !== undefined) return match.index + match[0].length - match[1].length
  }
  return -1
}

/** Emits the statement up to the next brace, and the brace; gives what stands behind it. */
function emitUpToBrace(reading: Reading, line: Text): Text | undefined {
  const brace = findBrace(line.text, 0)
  if (brace < 0) {
    emitStatement(reading, line, 0, line.text.length)
    return undefined
  }
  emitStatement(reading, line, 0, brace)
  emitBrace(reading, line, brace)
  return trimText(sliceText(line, brace + 1))
}

function reportLateComment(reading: Reading, text: Text, at: number): void {
  const message = `this '${text.text[at]}' starts a comment once the line is expanded; the rest of the line is lost`
  const help = 'put it inside double quotes'
  report(reading.problems, problem(readerCodes.commentFromExpansion, 'advice', message, spanOf(text, at, at + 1), help))
}

function reportBlankBeforeEquals(reading: Reading, line: Text): void {
  const match = /^\$([A-Za-z_][A-Za-z0-9_]*)[ \t]+=/.exec(line.text)
  if (match === null) return
  const message = 'a definition must not have a blank before its equals sign'
  const help = `write $${match[1]}=…`
  report(
    reading.problems,
    problem(readerCodes.blankBeforeEquals, 'advice', message, spanOf(line, 0, match[0].length), help),
  )
}
