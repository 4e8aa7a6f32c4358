// Physical lines: bytes are counted as UTF-8, and a line longer than keepalived's buffer loses its head (config-syntax
// section 1).

/** What keepalived reads of a line at once, without the line end. */
export const lineBytesMax = 1023

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) bytes += unitBytes(text.charCodeAt(i))
  return bytes
}

/** Where the part of a line starts that keepalived gets to see: 0 for a line that fits, else behind the last full buffer. */
export function visibleStart(text: string): number {
  if (text.length * 3 <= lineBytesMax) return 0
  let start = 0
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const width = unitBytes(text.charCodeAt(i))
    if (bytes + width > lineBytesMax) {
      start = i
      bytes = 0
    }
    bytes += width
  }
  return start
}

/** UTF-8 bytes of one UTF-16 unit; each half of a surrogate pair counts for half of the four bytes. */
function unitBytes(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3
}
