// The kinds of rows of option-table.ts: an option that sets a field (its name, type, default and reading stand in the
// row), one that asks for something else than a run, another spelling, or one that is accepted without effect and
// therefore has no field.

import type { Result } from '../../lib/result.ts'
import type { OptionShape } from './getopt.ts'

/** What the meaning of some options depends on. */
export interface Surroundings {
  readonly workingDirectory: string
  readonly hostName: string
  /** Directory of temporary files, see `temporaryDirectory`. */
  readonly temporaryDirectory: string
}

/** What the program is asked to do. */
export type Task =
  | { readonly type: 'run' }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'signum'; readonly name: string }
  /** Become the digest tool; all words behind -T are its own. */
  | { readonly type: 'genhash'; readonly words: readonly string[] }
  | { readonly type: 'config-test'; readonly json: boolean; readonly logFile?: string }

/** Why a value is not taken. An error makes the exit status 1, after a warning the option counts as not given. */
export interface Refusal {
  readonly severity: 'error' | 'warning'
  readonly text: string
}

interface Described extends OptionShape {
  readonly help: string
  /** How the argument is called in the help text. */
  readonly argumentName?: string
}

export interface FieldRow<Field extends string = string, T = unknown> extends Described {
  readonly kind: 'field'
  readonly field: Field
  readonly byDefault: (around: Surroundings) => T
  /** What a value means; `before` is what the field was up to now, because some options count how often they are given. */
  read(value: string, around: Surroundings, before: T): Result<T, Refusal>
}

export interface TaskRow extends Described {
  readonly kind: 'task'
  readonly task: (value: string, around: Surroundings) => Task
  /** Only if nothing else has been asked for yet. */
  readonly yields: boolean
}

export interface AliasRow extends Described {
  readonly kind: 'alias'
  readonly of: string
}

/** Accepted so that an old command line goes on working, but without effect, of which the user is warned. */
export interface IdleRow extends Described {
  readonly kind: 'idle'
}

/** Something that happens here anyway. */
interface AlwaysRow extends Described {
  readonly kind: 'always'
}

export type OptionRow = FieldRow | TaskRow | AliasRow | IdleRow | AlwaysRow
