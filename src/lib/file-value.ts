// The number at the beginning of a track file, in the notation of strtol(3) with base 0. keepalived.conf(5) `track_file`.

/** Bytes of the file that are looked at. */
export const valueBytesMax = 127

const int32Min = -(2 ** 31)
const int32Max = 2 ** 31 - 1

/** The integer that the text begins with, in C notation; 0 if there is none, undefined if it is out of range. */
export function parseFileValue(text: string): number | undefined {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text)
  if (match === null) return 0
  const digits = match[2]!
  const octal = /^0[0-7]+$/.test(digits)
  const magnitude = octal ? Number.parseInt(digits, 8) : Number(digits)
  const value = match[1] === '-' ? -magnitude : magnitude
  return value < int32Min || value > int32Max ? undefined : value
}
