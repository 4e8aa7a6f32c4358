// The pieces of a physical line of a configuration, when it is laid out anew. Only the shape of the text counts here;
// which keywords there are is not known.

/** `@ID` or `@^ID` in front of a line. */
export interface Condition {
  readonly id: string
  readonly negated: boolean
}

/** One brace that the piece contributes to the nesting; in the order in which they stand. */
export type BraceStep = 'open' | 'close'

export interface Piece {
  /**
   * `statement`, `open` and `close` are pieces that may be moved to lines of their own. A `whole` line means something as one
   * line (conditions, parameters, sequences, includes), so only its indentation changes. `raw` is not touched at all.
   */
  readonly kind: 'statement' | 'open' | 'close' | 'whole' | 'comment' | 'blank' | 'raw'
  /** Without blanks at either end, unless `raw`. */
  readonly text: string
  /** The comment behind it with the blanks between; empty if there is none. */
  readonly comment: string
  readonly condition: Condition | undefined
  readonly steps: readonly BraceStep[]
  /** Physical line in the source, from 1. */
  readonly line: number
}
