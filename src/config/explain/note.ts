// The note on a diagnostic code (title, meaning, cure), and the form in which the tables write it.

export interface CodeNote {
  readonly title: string
  readonly meaning: string
  readonly cure: string
}

/** A note as a row of a table. */
export type NoteRow = readonly [title: string, meaning: string, cure: string]
