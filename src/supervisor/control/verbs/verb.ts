// What can be asked of the running daemon is made of verbs, one file each in this folder: what is said along with it,
// what the daemon answers, and how the answer is printed. The subcommand `keepalived-ts VERB`, its help and its
// arguments, the request on the control socket and its check at both ends all follow from that. A new verb is its file
// and its row in ../verbs.ts.

import type { WorkerName } from '../../../ipc/messages/common.ts'
import { messageOf } from '../../../lib/errors.ts'
import type { CommandOutput } from '../../../lib/output.ts'
import { err, ok, type Result } from '../../../lib/result.ts'
import type { PartWorker } from '../../actors/part.ts'
import type { BfdStack } from '../../bfd/bfd-stack.ts'
import type { ReloadResult } from '../../loading/config-source.ts'
import type { LvsStack } from '../../lvs/lvs-stack.ts'
import type { Order } from '../../process/orders.ts'
import type { VrrpStack } from '../../vrrp/stack.ts'

/** The daemon as far as verbs may use it. */
export interface Daemon {
  /** undefined: this part does not run. */
  readonly vrrp: VrrpStack | undefined
  readonly lvs: LvsStack | undefined
  readonly bfd: BfdStack | undefined
  status(): object
  /** undefined: no configuration runs yet. */
  runningConfig(): object | undefined
  /** undefined: there is no such worker. */
  worker(name: WorkerName): PartWorker | undefined
  order(order: Order): void
  /** Waits for the end of the reload; see ConfigSource. */
  reload(): Promise<ReloadResult>
}

/** Something that is said along with a verb: a word, a `--flag`, or an `--option VALUE`. */
interface Arg<T> {
  readonly kind: 'word' | 'flag' | 'option'
  /** A value as it came from the command line or in a request; undefined: nothing was said. */
  read(said: unknown): Result<T, string>
}

type Args = Readonly<Record<string, Arg<unknown>>>

/** What a verb with these arguments is asked with. */
export type Asked<A extends Args> = { readonly [Name in keyof A]: A[Name] extends Arg<infer T> ? T : never }

interface VerbSpec<A extends Args, Answer> {
  /** For the help; without it the verb is no subcommand, but asked by one. */
  readonly summary?: string
  readonly args: A
  /** In the daemon. The error is a phrase that says why it refuses. An answer of null prints nothing. */
  answer(daemon: Daemon, asked: Asked<A>): Result<Answer, string> | Promise<Result<Answer, string>>
  /** How long the answer may take, if not a few seconds. */
  readonly withinMs?: number
  /** The options of a daemon may stand on its line, as in a unit file: they tell which daemon is meant. */
  readonly daemonOptions?: true
  /** In the asking process, which returns an exit status; without it the answer is printed as JSON, and the status is 0. */
  print?(answer: unknown, output: CommandOutput, asked: Asked<A>): number
}

export interface Verb<A extends Args = Args> {
  readonly summary: string | undefined
  readonly args: A
  readonly withinMs: number | undefined
  readonly daemonOptions: boolean
  /** Reads what was said along with the verb; anything else that was said is ignored. */
  read(said: Readonly<Record<string, unknown>>): Result<Asked<A>, string>
  /** Reads and answers. Whatever the daemon throws is an error of the answer. */
  answer(daemon: Daemon, said: Readonly<Record<string, unknown>>): Promise<Result<unknown, string>>
  /** Prints an answer, returns the exit status. */
  print(answer: unknown, output: CommandOutput, said: Readonly<Record<string, unknown>>): number
}

/** A verb, of what its file says of it. */
export function verb<A extends Args, Answer>(spec: VerbSpec<A, Answer>): Verb<A> {
  const read = (said: Readonly<Record<string, unknown>>) => readArgs(spec.args, said)
  return {
    summary: spec.summary,
    args: spec.args,
    withinMs: spec.withinMs,
    daemonOptions: spec.daemonOptions === true,
    read,
    answer: async (daemon, said) => {
      const asked = read(said)
      if (!asked.ok) return asked
      try {
        return await spec.answer(daemon, asked.value)
      } catch (thrown) {
        return err(messageOf(thrown))
      }
    },
    print: (answer, output, said) => {
      const asked = read(said)
      if (spec.print !== undefined && asked.ok) return spec.print(answer, output, asked.value)
      if (answer !== undefined && answer !== null) output.out(`${JSON.stringify(answer, null, 2)}\n`)
      return 0
    },
  }
}

/** What may be said along with a verb. */
export const arg = {
  /** A word that must be one of these. */
  oneOf<const T extends string>(words: readonly T[]): Arg<T> {
    return {
      kind: 'word',
      read: said => {
        const word = words.find(candidate => candidate === said)
        return word === undefined ? err(`must be one of ${words.join(', ')}`) : ok(word)
      },
    }
  },
  /** Any word, for instance a name. */
  word(): Arg<string> {
    return { kind: 'word', read: said => (typeof said === 'string' && said !== '' ? ok(said) : err('is missing')) }
  },
  /** `--NAME`. */
  flag(): Arg<boolean> {
    return {
      kind: 'flag',
      read: said => (said === undefined || typeof said === 'boolean' ? ok(said ?? false) : err('is true or false')),
    }
  },
  /** `--NAME VALUE`. */
  option(): Arg<string | undefined> {
    return {
      kind: 'option',
      read: said => (said === undefined || typeof said === 'string' ? ok(said) : err('is a text')),
    }
  },
} as const

function readArgs<A extends Args>(args: A, said: Readonly<Record<string, unknown>>): Result<Asked<A>, string> {
  const asked: Record<string, unknown> = {}
  for (const [name, arg] of Object.entries(args)) {
    const value = arg.read(Object.hasOwn(said, name) ? said[name] : undefined)
    if (!value.ok) return err(`${name} ${value.error}`)
    asked[name] = value.value
  }
  return ok(asked as Asked<A>)
}
