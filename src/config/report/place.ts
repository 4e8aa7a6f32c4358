// A place in the files of a configuration. Type only.

/** Where something was written; kept in the model so that run-time messages can name the place. */
export interface Place {
  readonly file: string
  readonly line: number
}
