// Blanks that only look like blanks: a configuration copied from a web page is indented with no-break spaces. keepalived takes
// them for letters and understands no such line; here they are read as blanks outside quotes, and reported.

/** No-break space, the other widths of Unicode, ideographic space, zero-width space, stray byte order marks. */
const oddBlank = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]/

interface BlankedLine {
  /** As long as the line given, so that columns stay. */
  readonly text: string
  /** Index of the first odd blank that was replaced; undefined if there is none outside quotes and comments. */
  readonly firstAt: number | undefined
}

export function replaceOddBlanks(line: string): BlankedLine {
  if (!oddBlank.test(line)) return { text: line, firstAt: undefined }
  const units = line.split('')
  let firstAt: number | undefined
  let quoted = false
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!
    if (unit === '\\') i++
    else if (unit === '"') quoted = !quoted
    else if (!quoted && (unit === '#' || unit === '!')) break
    else if (!quoted && oddBlank.test(unit)) {
      units[i] = ' '
      firstAt ??= i
    }
  }
  return { text: units.join(''), firstAt }
}

/** `U+00A0` and the like. */
export function codePointName(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}
