// The tokens that the reader (text, parameters, conditions, includes) hands to the grammar: a flat stream of statements
// and braces, each knowing where it was written. Flat, because keepalived's treatment of unknown blocks depends on the
// level they stand in.

import type { Span } from '../report/span.ts'

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
