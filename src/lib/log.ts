// The port through which everything logs: an event of the table in log-events.ts and its fields, no sentences. What
// writes them is src/supervisor/log/log.ts.

import type { EventFields, EventName } from './log-events.ts'

export interface Log {
  error: LogWriter
  warn: LogWriter
  info: LogWriter
  debug: LogWriter
}

/** Writes one event. Its fields are at least those that its sentence shows. */
export type LogWriter = <Event extends EventName, Fields extends EventFields<Event>>(
  event: Event,
  fields: Fields,
) => void
