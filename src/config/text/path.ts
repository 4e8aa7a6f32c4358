// Path arithmetic for the reader, which may not import node:path. POSIX rules; symbolic links are not looked at.

/** The directory part: `a/b` gives `a`, `b` gives `.`, `/b` gives `/`. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash < 0) return '.'
  return slash === 0 ? '/' : path.slice(0, slash)
}

/** `path` as seen from `directory`; an absolute path stays as it is. */
export function resolveFrom(directory: string, path: string): string {
  if (path.startsWith('/') || directory === '.') return path
  return directory.endsWith('/') ? directory + path : `${directory}/${path}`
}

/** An absolute path without `.`, `..` and double slashes, so that two spellings of one place compare equal. */
export function normalisePath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
