// The port through which everything logs: a named event and its fields, no sentences. What writes them is src/supervisor/log/log.ts.

export interface Log {
  error(event: string, fields?: object): void
  warn(event: string, fields?: object): void
  info(event: string, fields?: object): void
  debug(event: string, fields?: object): void
}
