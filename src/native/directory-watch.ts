// Follows single files of some directories with inotify(7): a file is reported when a writer has closed it, when it was
// moved here or away, and when it was deleted, not while somebody is still writing. Main thread only. Node's fs.watch()
// knows nothing of closing, and Node cannot wait for a descriptor of inotify; so fs.watch() wakes us, and what happened
// is read from a queue of our own.

import { type FSWatcher, watch } from 'node:fs'
import { constants } from 'node:os'
import {
  allocate,
  check,
  close,
  errnoName,
  inotifyAddWatch,
  inotifyInit1,
  inotifyRmWatch,
  LITTLE_ENDIAN,
  lastErrno,
  read,
} from './libc.ts'

const IN_MODIFY = 0x2
const IN_CLOSE_WRITE = 0x8
const IN_MOVED_FROM = 0x40
const IN_MOVED_TO = 0x80
const IN_DELETE = 0x200
const IN_DELETE_SELF = 0x400
const IN_MOVE_SELF = 0x800
const IN_UNMOUNT = 0x2000
const IN_Q_OVERFLOW = 0x4000
const IN_IGNORED = 0x8000
const IN_ONLYDIR = 0x1000000
/** Equal to O_NONBLOCK and O_CLOEXEC. */
const IN_NONBLOCK = 0o4000
const IN_CLOEXEC = 0o2000000

const settled = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE
const directoryGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED
const interesting = settled | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR

/** struct inotify_event without its name. */
const HEADER_LENGTH = 16
const BUFFER_LENGTH = 64 * 1024
/** Buffers that are read in one go; what is left waits for the next look. */
const READS_MAX = 16
/** A look comes this long after the first wake-up, so that a busy directory costs one look and not one for each event. */
const LOOK_DELAY_MS = 2
/** While a writer holds a file open we look again and again, ever more seldom. */
const OPEN_DELAY_MS_MAX = 100

interface DirectoryEvent {
  readonly watch: number
  readonly mask: number
  readonly name: string
}

interface DirectoryWatchPorts {
  /** The file has other contents now, or is gone, or has come. Must not throw. */
  changed(path: string): void
  /** The directory is not watched any more, or cannot be: it is gone, or may not be read. */
  lost(directory: string, reason: string): void
}

interface Directory {
  readonly path: string
  readonly names: ReadonlySet<string>
  readonly watch: number
  readonly waker: FSWatcher
}

export class DirectoryWatch {
  readonly #ports: DirectoryWatchPorts
  readonly #fd: number
  readonly #buffer = allocate(BUFFER_LENGTH)
  readonly #directories = new Map<number, Directory>()
  /** Files that have been written to and not been closed since. */
  readonly #open = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #openDelayMs = LOOK_DELAY_MS

  /** Throws KaError if the kernel has no inotify instance left for this user. */
  constructor(ports: DirectoryWatchPorts) {
    this.#ports = ports
    this.#fd = check('inotify_init1', inotifyInit1(IN_NONBLOCK | IN_CLOEXEC))
  }

  /** Follows these files of a directory, which must not be followed yet. What cannot be watched is reported as lost. */
  follow(directory: string, names: readonly string[]): void {
    const number = inotifyAddWatch(this.#fd, directory, interesting)
    if (number < 0) {
      this.#ports.lost(directory, errnoName(lastErrno()))
      return
    }
    try {
      const waker = watch(directory, { persistent: false }, () => this.#wake(LOOK_DELAY_MS))
      // The end of the directory, which our own queue knows of too.
      waker.on('error', () => this.#wake(LOOK_DELAY_MS))
      this.#directories.set(number, { path: directory, names: new Set(names), watch: number, waker })
    } catch (thrown) {
      inotifyRmWatch(this.#fd, number)
      this.#ports.lost(directory, (thrown as NodeJS.ErrnoException).code ?? String(thrown))
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const { waker } of this.#directories.values()) waker.close()
    this.#directories.clear()
    close(this.#fd)
  }

  #wake(delayMs: number): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#look()
    }, delayMs)
    this.#timer.unref()
  }

  #look(): void {
    const changed = new Set<string>()
    const more = this.#drain(changed)
    for (const path of changed) this.#ports.changed(path)
    if (more) this.#wake(0)
    else if (this.#open.size > 0) {
      this.#wake(this.#openDelayMs)
      this.#openDelayMs = Math.min(OPEN_DELAY_MS_MAX, this.#openDelayMs * 2)
    } else this.#openDelayMs = LOOK_DELAY_MS
  }

  /** Returns true if there may be more. */
  #drain(changed: Set<string>): boolean {
    for (let i = 0; i < READS_MAX; i++) {
      const length = read(this.#fd, this.#buffer, this.#buffer.length)
      if (length <= 0) return length < 0 && lastErrno() === constants.errno.EINTR
      for (const event of decodeEvents(this.#buffer.subarray(0, length))) this.#take(event, changed)
    }
    return true
  }

  #take({ watch: number, mask, name }: DirectoryEvent, changed: Set<string>): void {
    if (mask & IN_Q_OVERFLOW) {
      // Nobody knows what was lost.
      for (const { path, names } of this.#directories.values()) for (const each of names) changed.add(`${path}/${each}`)
      this.#open.clear()
      return
    }
    const directory = this.#directories.get(number)
    if (directory === undefined) return
    if (mask & directoryGone) {
      this.#lose(directory, changed)
      return
    }
    if (!directory.names.has(name)) return
    const path = `${directory.path}/${name}`
    if (mask & IN_MODIFY) this.#open.add(path)
    if ((mask & settled) === 0) return
    this.#open.delete(path)
    changed.add(path)
  }

  #lose(directory: Directory, changed: Set<string>): void {
    this.#directories.delete(directory.watch)
    directory.waker.close()
    inotifyRmWatch(this.#fd, directory.watch)
    for (const name of directory.names) {
      this.#open.delete(`${directory.path}/${name}`)
      changed.add(`${directory.path}/${name}`)
    }
    this.#ports.lost(directory.path, 'the directory is gone')
  }
}

/** The events of one read(2); a record that is cut short ends it. */
export function decodeEvents(bytes: Uint8Array): DirectoryEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const events: DirectoryEvent[] = []
  for (let at = 0; at + HEADER_LENGTH <= bytes.length; ) {
    const length = view.getUint32(at + 12, LITTLE_ENDIAN)
    const end = at + HEADER_LENGTH + length
    if (end > bytes.length) break
    const padded = Buffer.from(bytes.subarray(at + HEADER_LENGTH, end)).toString('utf8')
    const name = padded.replace(/\0.*$/s, '')
    events.push({ watch: view.getInt32(at, LITTLE_ENDIAN), mask: view.getUint32(at + 4, LITTLE_ENDIAN), name })
    at = end
  }
  return events
}
