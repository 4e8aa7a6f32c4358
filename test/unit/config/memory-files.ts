// Files in memory for tests of the configuration reader: contents by absolute path, directories follow from the paths.

import * as posix from 'node:path/posix'
import { type ReadOptions, type ReadResult, readConfiguration } from '../../../src/config/text/reader.ts'
import type { FileAccess, FileStatus } from '../../../src/config/text/source.ts'
import type { Token } from '../../../src/config/text/token.ts'
import { err, ok } from '../../../src/lib/result.ts'

export interface MemoryFile {
  readonly text: string
  readonly executable?: boolean
  readonly readable?: boolean
  readonly kind?: FileStatus['kind']
}

/** Paths are absolute or relative to `/etc/keepalived`, which is the working directory too. */
export function memoryFiles(contents: Readonly<Record<string, string | MemoryFile>>): FileAccess {
  const workingDirectory = '/etc/keepalived'
  const absolute = (path: string) => posix.resolve('/', workingDirectory, path)
  const files = new Map<string, MemoryFile>()
  for (const [path, content] of Object.entries(contents)) {
    files.set(absolute(path), typeof content === 'string' ? { text: content } : content)
  }
  const isDirectory = (path: string) => [...files.keys()].some(file => file.startsWith(path === '/' ? '/' : `${path}/`))
  return {
    workingDirectory,
    status: path => statusOf(files.get(absolute(path)), isDirectory(absolute(path))),
    read: path => {
      const file = files.get(absolute(path))
      return file === undefined || file.readable === false ? err('no such file, or no permission') : ok(file.text)
    },
    list: directory => {
      const prefix = absolute(directory) === '/' ? '/' : `${absolute(directory)}/`
      const inside = [...files.keys()].filter(path => path.startsWith(prefix))
      return [...new Set(inside.map(path => path.slice(prefix.length).split('/')[0]!))]
    },
  }
}

function statusOf(file: MemoryFile | undefined, directory: boolean): FileStatus | undefined {
  if (file === undefined) {
    return directory ? { kind: 'directory', executable: true, readable: true, sizeBytes: 0 } : undefined
  }
  const { kind = 'file', executable = false, readable = true, text } = file
  return { kind, executable, readable, sizeBytes: text.length }
}

/** Reads `main.conf` of the given files as node1. */
export function readFiles(
  contents: Readonly<Record<string, string | MemoryFile>>,
  options: Partial<ReadOptions> = {},
): ReadResult {
  return readConfiguration('main.conf', {
    files: memoryFiles(contents),
    configId: 'node1',
    environment: { HOME: '/root', EMPTY: '' },
    allIncludeChecks: false,
    random: () => 0.5,
    ...options,
  })
}

/** Reads one file with this text. */
export function readText(text: string, options: Partial<ReadOptions> = {}): ReadResult {
  return readFiles({ 'main.conf': text }, options)
}

/** The stream as short strings: words joined by blanks, a quoted word in angle brackets, braces as they are. */
export function show(tokens: readonly Token[]): string[] {
  return tokens.map(token => {
    if (token.type !== 'statement') return token.type === 'open' ? '{' : '}'
    return token.words.map(word => (word.quoted ? `<${word.text}>` : word.text)).join(' ')
  })
}

export function codes(result: ReadResult): string[] {
  return result.diagnostics.map(diagnostic => diagnostic.code)
}
