// A problem in a configuration, as data. diagnostic-text.ts shows it to people and machines.

import type { Span } from './span.ts'

export type Severity = 'error' | 'warning' | 'note'

/**
 * keepalived's classes of problems, which decide the exit status of `--config-test` (the numerically largest wins) and
 * whether the daemon may start. See config-syntax section 10.
 */
export type FaultClass =
  /** Reported, the setting is skipped or clamped, the daemon starts. `-t`: 5. */
  | 'general'
  /** Missing interface, file or the like. `-t`: 4 if nothing worse. */
  | 'not-found'
  /** Unsafe scripts. `-t`: 6. */
  | 'security'
  /** The daemon must not start: run exits 2, `-t` 5. */
  | 'fatal'
  /** A keyword without its mandatory argument: run exits 2, `-t` 2. */
  | 'missing-argument'
  /** Main file missing or an include check failed: run exits 6. */
  | 'no-config'
  /** Advice beyond keepalived: changes no exit status. */
  | 'advice'

export interface Diagnostic {
  /** Stable, like `KA1001`. */
  readonly code: string
  readonly severity: Severity
  readonly faultClass: FaultClass
  /** One sentence: what is wrong. */
  readonly message: string
  readonly span?: Span
  /** What was expected, how to cure it, "did you mean …". */
  readonly help?: string
  /** Other places that matter, as the line where a brace was opened. */
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
}
