// Follows the files of FILE_CHECK with inotify on their directories and tells the result whenever a file changes. Not what a
// value means (core/file-value.ts). keepalived.conf(5) `track_file`, `FILE_CHECK`.

import { closeSync, type FSWatcher, openSync, readSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { FileChecker, LvsTrackFile } from '../../config/lvs-model.ts'
import type { CheckResult } from './core/check-state.ts'
import { fileResult, parseFileValue, VALUE_BYTES_MAX } from './core/file-value.ts'

export class TrackFiles {
  readonly #onResult: (checker: string, result: CheckResult) => void
  #watchers: FSWatcher[] = []

  constructor(onResult: (checker: string, result: CheckResult) => void) {
    this.#onResult = onResult
  }

  /** Follows these files instead of those before; each checker hears of its file's value at once. */
  follow(files: readonly LvsTrackFile[], checkers: readonly FileChecker[]): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = []
    const byName = new Map(files.map(file => [file.name, file]))
    for (const [name, file] of byName) {
      const followers = checkers.filter(checker => checker.trackFile === name)
      if (followers.length > 0) this.#followOne(file, followers)
    }
  }

  #followOne(file: LvsTrackFile, followers: readonly FileChecker[]): void {
    const tell = () => {
      const value = readValue(file.path)
      if (value === undefined) return
      for (const checker of followers) this.#onResult(checker.id, fileResult(checker, value))
    }
    try {
      const watcher = watch(dirname(file.path), (_event, name) => {
        if (name === null || name === basename(file.path)) tell()
      })
      watcher.on('error', () => watcher.close())
      this.#watchers.push(watcher)
    } catch (thrown) {
      const reason = `cannot watch ${dirname(file.path)}: ${(thrown as NodeJS.ErrnoException).code ?? 'error'}`
      for (const checker of followers) this.#onResult(checker.id, { kind: 'skipped', reason })
    }
    tell()
  }
}

/** The value in the file: 0 if it is missing or empty, undefined if it is out of range. */
function readValue(path: string): number | undefined {
  const bytes = Buffer.alloc(VALUE_BYTES_MAX)
  let length: number
  try {
    const fd = openSync(path, 'r')
    try {
      length = readSync(fd, bytes)
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return 0
    throw thrown
  }
  return parseFileValue(bytes.toString('latin1', 0, length))
}
