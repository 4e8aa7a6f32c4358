// What is said of a diagnostic code, and how the tables of notes write it.

export interface CodeNote {
  readonly title: string
  readonly meaning: string
  readonly cure: string
}

/** A note as a row of a table. */
export type NoteRow = readonly [title: string, meaning: string, cure: string]
