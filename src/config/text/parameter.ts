// Parameters: `$NAME=` definitions and the replacement of `$NAME` and `${NAME}` (config-syntax section 5). Values are kept
// unexpanded and expand at the place of use.

import { type Problems, problem, readerCodes, report } from '../report/collector.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import { suggest } from '../report/suggest.ts'
import { type BuiltinContext, builtinValue, isBuiltin } from './builtin.ts'
import { byteLength, lineBytesMax } from './line.ts'
import { joinTexts, sliceText, spanOf, type Text, trimText, type Use, usedText, useOf } from './text.ts'

/** References inside references: enough for any layered file, and an end for a parameter that refers to itself. */
export const expansionDepthMax = 32
/** Replacements within one line. */
const expansionsPerLineMax = 500
/** Replacements within one load. */
const expansionsMax = 500_000

/** Names compared to find the one that was meant. */
const suggestionsMax = 1_000

interface Definition {
  readonly name: string
  /** One line, or the lines of a multi-line value without the empty ones. */
  readonly lines: readonly Text[]
  readonly multiLine: boolean
}

export interface Parameters {
  readonly definitions: Map<string, Definition>
  expansions: number
}

export function noParameters(): Parameters {
  return { definitions: new Map(), expansions: 0 }
}

/** `$NAME=value` at the start of a line; undefined if the line is something else. */
export function parseDefinition(line: Text): { readonly name: string; readonly value: Text } | undefined {
  const match = /^\$([A-Za-z_][A-Za-z0-9_]*)=/.exec(line.text)
  if (match === null) return undefined
  return { name: match[1]!, value: trimText(sliceText(line, match[0].length)) }
}

interface Expansion {
  readonly text: Text
  /** Further lines of a multi-line value that ended the line; they follow it. */
  readonly rest: readonly Text[]
  /** Something was replaced. */
  readonly changed: boolean
  /** A bound was reached that only a loop reaches: the load cannot go on. */
  readonly exceeded?: Diagnostic
}

/** Replaces references until none matches any more or a bound is reached. */
export function expandLine(
  line: Text,
  parameters: Parameters,
  builtins: BuiltinContext,
  problems: Problems,
): Expansion {
  let text = line
  let rest: readonly Text[] = []
  let from = 0
  for (let count = 1; ; count++) {
    const reference = findReference(text.text, from, parameters)
    if (reference === undefined) break
    const use = useOf(text, reference.start, reference.end)
    const exceeded = exceededBound(text, reference, use, count, parameters)
    if (exceeded !== undefined) return { text, rest, changed: text !== line, exceeded }
    const lines = linesFor(reference, use, parameters, builtins, problems)
    const isAlone = reference.start === 0 && reference.end === text.text.length
    // Each line of a value that makes up the whole line is a line in its own right: definitions may start it.
    if (isAlone && parameters.definitions.get(reference.name)?.multiLine) {
      return { text: sliceText(text, 0, 0), rest: [...lines, ...rest], changed: true }
    }
    const next = joinTexts([sliceText(text, 0, reference.start), lines[0]!, sliceText(text, reference.end)])
    if (byteLength(next.text) > lineBytesMax) {
      report(problems, tooLong(text, reference))
      break
    }
    parameters.expansions++
    if (lines.length > 1) rest = [...lines.slice(1), ...rest]
    text = next
    // Only a `$` before this place can have become part of a complete reference.
    from = reference.start === 0 ? 0 : Math.max(0, text.text.lastIndexOf('$', reference.start - 1))
  }
  return { text, rest, changed: text !== line }
}

interface Reference {
  readonly name: string
  readonly args: string
  readonly start: number
  readonly end: number
}

const referencePattern =
  /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)((?:[ \t]+[A-Za-z0-9_]+)*)[ \t]*\}|([A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|$))/g

function findReference(text: string, from: number, parameters: Parameters): Reference | undefined {
  referencePattern.lastIndex = from
  for (let match = referencePattern.exec(text); match !== null; match = referencePattern.exec(text)) {
    const name = match[1] ?? match[3]!
    const args = (match[2] ?? '').trim()
    const reference = { name, args, start: match.index, end: match.index + match[0].length }
    if (isDefined(reference, text, parameters)) return reference
  }
  return undefined
}

function isDefined(reference: Reference, text: string, parameters: Parameters): boolean {
  const definition = reference.args === '' ? parameters.definitions.get(reference.name) : undefined
  if (definition === undefined) return isBuiltin(reference.name, reference.args)
  return !definition.multiLine || definition.lines.length <= 1 || reference.end === text.length
}

function linesFor(
  reference: Reference,
  use: Use,
  parameters: Parameters,
  builtins: BuiltinContext,
  problems: Problems,
): readonly Text[] {
  const definition = reference.args === '' ? parameters.definitions.get(reference.name) : undefined
  if (definition !== undefined) return definition.lines.map(line => usedText(line, use))
  return [builtinValue(reference.name, reference.args, use, builtins, problems)]
}

function exceededBound(
  text: Text,
  reference: Reference,
  use: Use,
  count: number,
  parameters: Parameters,
): Diagnostic | undefined {
  const { name } = reference
  if (use.depth > expansionDepthMax) {
    const message = `'${name}' is nested more than ${expansionDepthMax} references deep`
    return loopProblem(readerCodes.expansionTooDeep, message, text, reference)
  }
  if (count > expansionsPerLineMax) {
    const message = `this line needs more than ${expansionsPerLineMax} replacements`
    return loopProblem(readerCodes.expansionTooOften, message, text, reference)
  }
  if (parameters.expansions < expansionsMax) return undefined
  const message = `the configuration needs more than ${expansionsMax} replacements`
  return loopProblem(readerCodes.expansionTooOften, message, text, reference)
}

function loopProblem(code: string, message: string, text: Text, reference: Reference): Diagnostic {
  const { name, start, end } = reference
  const help = `check whether the value of '${name}' refers to itself, directly or through another parameter, or repeats too much`
  return problem(code, 'fatal', `${message}; reading ends here`, spanOf(text, start, end), help)
}

function tooLong(text: Text, reference: Reference) {
  return problem(
    readerCodes.expansionTooLong,
    'general',
    `with '${reference.name}' replaced the line would be longer than ${lineBytesMax} bytes; the reference is left as it is`,
    spanOf(text, reference.start, reference.end),
    'spread the values over several lines; a multi-line definition may hold them',
  )
}

/**
 * Reports an unknown `${NAME}` outside quotes: it stays in the line and its braces act as those of a block. keepalived
 * says nothing.
 */
export function reportUndefined(text: Text, parameters: Parameters, problems: Problems): void {
  if (!text.text.includes('${')) return
  // Quoted stretches match first and are skipped.
  for (const match of text.text.matchAll(/"[^"]*(?:"|$)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    const name = match[1]
    if (name === undefined) continue
    const span = spanOf(text, match.index, match.index + match[0].length)
    const definition = parameters.definitions.get(name)
    report(problems, definition === undefined ? notDefined(name, span, parameters) : textAfter(name, span))
  }
}

function notDefined(name: string, span: Span, parameters: Parameters): Diagnostic {
  const near = suggest(name, [...parameters.definitions.keys()].slice(0, suggestionsMax))
  const help = near === undefined ? `write $${name}=value above this line` : `did you mean '${near}'?`
  const message = `parameter '${name}' is not defined here, so its braces open and close a block`
  return problem(readerCodes.undefinedParameter, 'advice', message, span, help)
}

function textAfter(name: string, span: Span): Diagnostic {
  const message = `'${name}' is not replaced: a value of several lines must stand last on its line, and a long one must fit`
  return problem(readerCodes.textAfterMultiLine, 'advice', message, span, `put '${name}' on a line of its own`)
}
