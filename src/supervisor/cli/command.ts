// What a subcommand is: `keepalived-ts NAME …`, a small program that ends with an exit status.

import type { CommandOutput } from '../../lib/output.ts'

export interface Command {
  readonly synopsis: string
  readonly summary: string
  /** Resolves with the exit status. */
  run(args: readonly string[], output: CommandOutput): Promise<number>
}
