// Replies of an SMTP server, as far as SMTP_CHECK needs them: the code of the last line. Pure. RFC 5321 §4.2. Beyond keepalived,
// which takes a reply of several lines and one without text for a failure.

export const replyBytesMax = 8_192

/** undefined: more has to come. 0: this is no reply. */
export function replyCode(text: string): number | undefined {
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^(\d{3})([ -]|\r?$)/.exec(line)
    if (match === null) return 0
    if (match[2] !== '-') return Number(match[1])
  }
  return undefined
}
