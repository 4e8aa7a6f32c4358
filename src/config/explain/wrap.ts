// Plain text in columns for a terminal.

/** Columns of the output: readable in the smallest usual terminal. */
const widthDefault = 80

/**
 * Text as lines of at most `width` columns; the first starts with `head`, the others with as many blanks. Long words
 * stay whole.
 */
export function wrap(text: string, head: string, width: number = widthDefault): readonly string[] {
  const lines: string[] = []
  let line = head
  let isEmpty = true
  for (const word of text.split(/\s+/).filter(each => each !== '')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(head.length)
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line.replace(/\s+$/, '')]
}
