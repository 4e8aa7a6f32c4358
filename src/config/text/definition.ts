// `$NAME=value` lines, and values that go on over several lines as long as each ends in a backslash (config-syntax section 5).

import { problem, readerCodes, report } from '../report/collector.ts'
import { parseDefinition } from './parameter.ts'
import type { OpenDefinition, Reading } from './reading.ts'
import { sliceText, spanOf, type Text, trimText } from './text.ts'

/** Stores the definition if the line is one; false if it is something else. `discarded`: its condition does not hold. */
export function startDefinition(reading: Reading, line: Text, continued: boolean, discarded: boolean): boolean {
  const parsed = parseDefinition(line)
  if (parsed === undefined) return false
  const span = spanOf(line, 0, parsed.name.length + 2)
  if (continued) {
    const open: OpenDefinition = { name: parsed.name, lines: [], span, discarded }
    reading.openDefinition = open
    addLine(open, withoutBackslash(parsed.value))
  } else if (!discarded) {
    const { name, value } = parsed
    reading.parameters.definitions.set(name, { name, lines: [value], multiLine: false })
  }
  return true
}

/** A further line of the open definition. Empty lines are dropped and do not end it. */
export function continueDefinition(reading: Reading, line: Text, continued: boolean): void {
  const open = reading.openDefinition
  if (open === undefined) return
  addLine(open, continued ? withoutBackslash(line) : line)
  if (!continued && line.text !== '') closeDefinition(reading, open)
}

/** A file has ended: a definition that is still open ends with it. */
export function endDefinitionAtFileEnd(reading: Reading): void {
  const open = reading.openDefinition
  if (open === undefined) return
  closeDefinition(reading, open)
  const message = `the file ends inside the value of '${open.name}': its last line ends in a backslash`
  const help = 'remove the backslash from the last line of the value'
  report(reading.problems, problem(readerCodes.definitionOpenAtEnd, 'advice', message, open.span, help))
}

function closeDefinition(reading: Reading, open: OpenDefinition): void {
  reading.openDefinition = undefined
  if (open.discarded) return
  const lines = open.lines.length === 0 ? [emptyText] : open.lines
  reading.parameters.definitions.set(open.name, { name: open.name, lines, multiLine: true })
}

const emptyText: Text = { text: '', pieces: [] }

function addLine(open: OpenDefinition, line: Text): void {
  if (line.text !== '') open.lines.push(line)
}

/** The backslash may be gone already: it does not count as text when it ends a comment. */
function withoutBackslash(line: Text): Text {
  return line.text.endsWith('\\') ? trimText(sliceText(line, 0, line.text.length - 1)) : line
}
