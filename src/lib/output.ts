// Where a program of the command line writes: its answers and its complaints.

export interface CommandOutput {
  /** Bytes where a file's own encoding must come out as it is. */
  out(text: string | Uint8Array): void
  error(text: string): void
}
