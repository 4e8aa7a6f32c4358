// The window through which the reader sees files. The reader itself touches no file system: the supervisor hands it the real
// one, tests hand it one in memory. Paths are those of POSIX; a relative path counts from `workingDirectory`.

import type { Result } from '../../lib/result.ts'

export interface FileStatus {
  /** Symbolic links are followed; `other` is a device, FIFO or socket. */
  readonly kind: 'file' | 'directory' | 'other'
  /** Anybody may execute it. */
  readonly executable: boolean
  /** We may read it. */
  readonly readable: boolean
  readonly sizeBytes: number
}

export interface FileAccess {
  /** Absolute. */
  readonly workingDirectory: string
  /** undefined: there is no such file. */
  status(path: string): FileStatus | undefined
  /** The whole file as text, or why not, as a phrase for people. Files above `fileSizeBytesMax` are refused. */
  read(path: string): Result<string, string>
  /** Names of the entries of a directory in any order, without `.` and `..`; empty if it cannot be read. */
  list(directory: string): readonly string[]
}

/** A configuration file larger than this is refused. */
export const fileSizeBytesMax = 64 * 1024 * 1024
