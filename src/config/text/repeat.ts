// A line that starts with ~SEQ or ~LST: puts the rest of it on the stack, to be read once per round.

import { problem, readerCodes, report } from '../report/collector.ts'
import type { Span } from '../report/span.ts'
import { expandLine } from './parameter.ts'
import { builtinContext, type Reading, stopReading } from './reading.ts'
import { parseSequence, type SequenceError, splitSequence } from './sequence.ts'
import { spanOf, type Text } from './text.ts'

/** Handles the line if it starts with a sequence; false if it does not. A faulty one is reported and the line is ignored. */
export function startSequence(reading: Reading, line: Text): boolean {
  if (line.text.charCodeAt(0) !== tilde) return false
  const parts = splitSequence(line)
  if (parts === undefined) return false
  if (parts === 'malformed') {
    reportSequence(reading, spanOf(line, 0, Math.min(line.text.length, 4)), malformed(line))
    return true
  }
  const span = spanOf(parts.head, 0, parts.head.text.length)
  const expansion = expandLine(parts.args, reading.parameters, builtinContext(reading), reading.problems)
  if (expansion.exceeded !== undefined) {
    stopReading(reading, expansion.exceeded)
    return true
  }
  const parsed = parseSequence(parts.keyword, expansion.text, parts.head)
  if (!parsed.ok) reportSequence(reading, span, parsed.error)
  else reading.open.push({ kind: 'repeat', sequence: parsed.value, body: parts.rest, next: 0, span })
  return true
}

const tilde = 126

const codes = {
  sequence: readerCodes.badSequence,
  list: readerCodes.badList,
  'too-long': readerCodes.sequenceTooLong,
} as const

function reportSequence(reading: Reading, span: Span, error: SequenceError): void {
  report(
    reading.problems,
    problem(codes[error.kind], 'general', `${error.message}; the line is ignored`, span, error.help),
  )
}

function malformed(line: Text): SequenceError {
  if (line.text.startsWith('~LST')) {
    return { kind: 'list', message: 'this is not a complete list', help: 'write ~LST(NAME, a, b, …) before the line' }
  }
  return {
    kind: 'sequence',
    message: 'this is not a complete sequence',
    help: 'write ~SEQ(NAME, START, END) before the line',
  }
}
