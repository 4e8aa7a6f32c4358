// An event of the log as one sentence for people, by the table of src/lib/log-events.ts. Pure.

import { type EventName, logEvents } from '../../lib/log-events.ts'

/** Fields of a log event; values that are not texts, numbers or booleans are shown as JSON. */
export type Fields = Readonly<Record<string, unknown>>

/** The sentence with its fields filled in, and behind it the fields that it does not name. */
export function sentenceOf(event: EventName, fields: Fields): string {
  const written = (value: unknown) => (severalLines.has(event) ? shown(value) : onOneLine(shown(value)))
  const named = new Set<string>()
  const sentence = logEvents[event].replace(/\{(-?)(\w+)\}/g, (_, hidden: string, name: string) => {
    named.add(name)
    return hidden === '' ? written(fields[name]) : ''
  })
  const rest = Object.entries(fields).filter(([name, value]) => !named.has(name) && value !== undefined)
  if (rest.length === 0) return sentence
  return `${sentence} (${rest.map(([name, value]) => `${name} ${written(value)}`).join(', ')})`
}

/** Texts of our own that have several lines; the configuration's are made printable where they are rendered. */
const severalLines: ReadonlySet<EventName> = new Set(['config-problem', 'daemon-crashed'])

/**
 * Texts of peers (mail and HTTP servers, scripts, AgentX, certificates) must not drive a terminal, hide themselves or
 * look like another entry of the log: control characters, line ends and marks of direction are shown as what they are.
 */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, character => {
    const code = character.codePointAt(0)!
    const named = { 9: '\\t', 10: '\\n', 13: '\\r' }[code]
    if (named !== undefined) return named
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.message
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value ?? '?')
}
