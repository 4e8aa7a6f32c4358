// The values that words of a statement are read to.

/** Times are integer microseconds, addresses text as written, scripts the raw line. */
export type Value = string | number | boolean

export type Values = readonly (Value | undefined)[]
