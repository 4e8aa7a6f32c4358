// An event of the log as one sentence for people, by the table of src/lib/log-events.ts. Pure.

import { type EventName, logEvents } from '../../lib/log-events.ts'

/** Fields of a log event; values that are not texts, numbers or booleans are shown as JSON. */
export type Fields = Readonly<Record<string, unknown>>

/** The sentence with its fields filled in, and behind it the fields that it does not name. */
export function sentenceOf(event: EventName, fields: Fields): string {
  const named = new Set<string>()
  const sentence = logEvents[event].replace(/\{(-?)(\w+)\}/g, (_, hidden: string, name: string) => {
    named.add(name)
    return hidden === '' ? shown(fields[name]) : ''
  })
  const rest = Object.entries(fields).filter(([name, value]) => !named.has(name) && value !== undefined)
  if (rest.length === 0) return sentence
  return `${sentence} (${rest.map(([name, value]) => `${name} ${shown(value)}`).join(', ')})`
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.message
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value ?? '?')
}
