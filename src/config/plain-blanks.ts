// Blanks that look like blanks and are none: no-break and other Unicode spaces, which web pages and word processors leave in
// a configuration that is copied from them. keepalived takes them for letters and understands nothing of such a line; we take
// them for blanks and say so. Inside double quotes and comments they stay what they are.

import type { Diagnostic } from './diagnostic.ts'
import { problem } from './grammar/problems.ts'
import type { FileAccess } from './source.ts'

export interface PlainFiles {
  readonly files: FileAccess
  /** One diagnostic for each file that was read so far and had such blanks. */
  readonly diagnostics: readonly Diagnostic[]
}

const oddBlank = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/

/** The same files, with plain blanks. Columns stay as they are. */
export function withPlainBlanks(files: FileAccess): PlainFiles {
  const diagnostics: Diagnostic[] = []
  return {
    diagnostics,
    files: {
      workingDirectory: files.workingDirectory,
      status: path => files.status(path),
      list: directory => files.list(directory),
      read: path => {
        const content = files.read(path)
        if (!content.ok || !oddBlank.test(content.value)) return content
        return { ok: true, value: cleanFile(path, content.value, diagnostics) }
      },
    },
  }
}

function cleanFile(file: string, content: string, diagnostics: Diagnostic[]): string {
  const lines = content.split('\n')
  const cleaned = lines.map(cleanLine)
  const changed = cleaned.flatMap((line, i) => (line === lines[i] ? [] : [i]))
  const first = changed[0]
  if (first !== undefined) {
    const column = [...lines[first]!].findIndex(character => oddBlank.test(character)) + 1
    const span = { file, line: first + 1, column, endColumn: column + 1 }
    const others = changed.length === 1 ? '' : ` and on ${changed.length - 1} more lines`
    const message = `this blank${others} is a Unicode space; it is taken for a blank, keepalived takes it for a letter`
    const help = 'replace no-break spaces by ordinary blanks; they come with text copied from web pages'
    diagnostics.push(problem('odd-blank', span, message, { help }))
  }
  return cleaned.join('\n')
}

function cleanLine(line: string): string {
  if (!oddBlank.test(line)) return line
  let quoted = false
  let cleaned = ''
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!
    if (character === '"') quoted = !quoted
    const escaped = i > 0 && line[i - 1] === '\\'
    if (!quoted && !escaped && (character === '#' || character === '!')) return cleaned + line.slice(i)
    cleaned += !quoted && oddBlank.test(character) ? ' ' : character
  }
  return cleaned
}
