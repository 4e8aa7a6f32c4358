// Knows what the track files say, and tells when one says something else. One for both halves of the daemon; what a
// number means is their business. keepalived.conf(5) `track_file`: a file that is missing or says no number counts as
// 0, a number that does not fit into 32 bits changes nothing.

import { realpathSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { TrackFile } from '../../config/blocks/tracking/model.ts'
import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import { parseFileValue, valueBytesMax } from '../../lib/file-value.ts'
import type { Log } from '../../lib/log.ts'
import { DirectoryWatch } from '../../native/directory-watch.ts'
import { readHead } from '../files/careful.ts'

interface TrackFilesPorts {
  readonly log: Log
  /** Called when a value changes, and for each file that was not known before. Must not throw. */
  changed(name: string, value: number): void
}

interface Followed {
  readonly file: TrackFile
  /** Without symbolic links as far as it exists: the directory to watch is that of the file itself. */
  readonly path: string
  value: number
}

/** A directory that cannot be watched is tried again; its files are read at the same time. */
const retryMs = 1_000

export class TrackFiles {
  readonly #ports: TrackFilesPorts
  #followed: readonly Followed[] = []
  #watch: DirectoryWatch | undefined
  #retry: NodeJS.Timeout | undefined
  /** Directories whose loss was told. */
  #lost = new Set<string>()

  constructor(ports: TrackFilesPorts) {
    this.#ports = ports
  }

  /** Follows these files instead of those before. All of them have been read when this returns. */
  use(files: readonly TrackFile[]): void {
    const before = new Map(this.#followed.map(followed => [followed.file.name, followed.value]))
    const distinct = new Map(files.map(file => [file.name, file]))
    this.#followed = [...distinct.values()].map(file => {
      const known = before.get(file.name)
      return { file, path: resolved(file.path), value: known ?? 0 }
    })
    this.#lost = new Set()
    // First the watch, then the look: what changes in between is seen twice and not missed.
    this.#rewatch()
    for (const followed of this.#followed) this.#read(followed, !before.has(followed.file.name))
  }

  /** What each file says, by name. */
  values(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#followed.map(({ file, value }) => [file.name, value]))
  }

  /** For dumps. */
  followed(): readonly { readonly file: TrackFile; readonly value: number }[] {
    return this.#followed
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#watch?.close()
    this.#watch = undefined
    this.#followed = []
  }

  #rewatch(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#watch?.close()
    this.#watch = undefined
    const names = grouped(this.#followed)
    if (names.size === 0) return
    try {
      this.#watch = new DirectoryWatch({
        changed: path => this.#changed(path),
        lost: (directory, reason) => this.#lose(directory, reason),
      })
    } catch (thrown) {
      for (const directory of names.keys()) this.#lose(directory, messageOf(thrown))
      return
    }
    for (const [directory, files] of names) this.#watch.follow(directory, files)
  }

  #changed(path: string): void {
    for (const followed of this.#followed) if (followed.path === path) this.#read(followed, false)
  }

  #lose(directory: string, reason: string): void {
    if (!this.#lost.has(directory)) this.#ports.log.warn('track-file-unwatched', { directory, reason })
    this.#lost.add(directory)
    this.#retry ??= setTimeout(() => this.#tryAgain(), retryMs).unref()
  }

  #tryAgain(): void {
    const before = this.#lost
    this.#followed = this.#followed.map(followed => ({ ...followed, path: resolved(followed.file.path) }))
    this.#rewatch()
    if (this.#retry === undefined) this.#lost = new Set()
    else this.#lost = before
    for (const followed of this.#followed) this.#read(followed, false)
  }

  #read(followed: Followed, first: boolean): void {
    const { file, path } = followed
    const value = readValue(path)
    if (value === undefined) {
      this.#ports.log.warn('track-file-value-wrong', { file: file.name, path: file.path })
      if (!first) return
    }
    const next = value ?? 0
    if (next === followed.value && !first) return
    if (next !== followed.value) this.#ports.log.info('track-file-value', { file: file.name, value: next })
    followed.value = next
    this.#ports.changed(file.name, next)
  }
}

/** The files that something goes by in the halves of the daemon that run. */
export function usedTrackFiles(
  config: Config,
  halves: { readonly vrrp: boolean; readonly checkers: boolean },
): TrackFile[] {
  const users = halves.vrrp ? [...config.instances, ...config.syncGroups] : []
  const tracked = users.flatMap(user =>
    user.trackedObjects.filter(({ kind }) => kind === 'file').map(each => each.name),
  )
  const servers = halves.checkers ? (config.lvs?.virtualServers ?? []) : []
  const checked = servers.flatMap(({ realServers }) =>
    realServers.flatMap(({ checkers }) =>
      checkers.flatMap(checker => (checker.type === 'FILE_CHECK' ? checker.trackFile : [])),
    ),
  )
  const names = new Set([...tracked, ...checked])
  return config.trackFiles.filter(file => names.has(file.name))
}

function grouped(followed: readonly Followed[]): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const { path } of followed) {
    const directory = dirname(path)
    names.set(directory, [...(names.get(directory) ?? []), basename(path)])
  }
  return names
}

function resolved(path: string): string {
  return real(path) ?? resolve(real(dirname(path)) ?? dirname(path), basename(path))
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return undefined
    throw thrown
  }
}

/** Does not wait for a FIFO. 0 if the file is missing, cannot be read or is empty; undefined if the number is out of range. */
function readValue(path: string): number | undefined {
  let bytes: Buffer
  try {
    bytes = readHead(path, valueBytesMax)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return 0
    throw thrown
  }
  return parseFileValue(bytes.toString('latin1'))
}
