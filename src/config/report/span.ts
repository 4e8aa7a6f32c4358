// A stretch of a file, where a statement or a fault is.

/** A stretch of one physical line of one file. Line and column count from 1; columns count UTF-16 units. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** The text came out of a macro or sequence: where that one was defined, innermost first. */
  readonly expandedFrom?: readonly Span[]
}
