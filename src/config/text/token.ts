// What the reader (lexer, macros, conditions, includes) hands to the grammar: a flat stream of statements and braces, each
// knowing where it was written. Flat, because keepalived's treatment of unknown blocks depends on the level they stand in.

/** A stretch of one physical line of one file. Line and column count from 1; columns count UTF-16 units. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** The text came out of a macro or sequence: where that one was defined, innermost first. */
  readonly expandedFrom?: readonly Span[]
}

export interface Word {
  readonly text: string
  readonly quoted: boolean
  readonly span: Span
}

export type Token =
  /** One keyword with its words. `raw` is the statement as written after expansion, quotes kept, for script keywords. */
  | { readonly type: 'statement'; readonly words: readonly Word[]; readonly raw: string; readonly span: Span }
  | { readonly type: 'open'; readonly span: Span }
  | { readonly type: 'close'; readonly span: Span }
