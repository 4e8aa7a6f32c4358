// Values of unknown shape that come from outside of a thread.

/** Is it an object with names, neither null nor a list? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
