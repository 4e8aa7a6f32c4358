// What an argument of a keyword may look like, as data, with a short constructor for each kind. The constructor also tells the
// compiler which type its values have, so that a row has the type of what is read by it. values.ts reads text against such a
// description. Times are described in seconds, as the files have them, and kept in microseconds.

import { usPerSecond } from '../../lib/time.ts'
import type { Value } from './value.ts'

interface ArgBase {
  /** Placeholder for documentation and messages. */
  readonly name: string
  readonly optional?: boolean
  /** Takes all the words that follow. */
  readonly repeated?: boolean
  /** A password or key: shown to nobody, neither in messages and their source lines nor where a configuration is handed out. */
  readonly secret?: boolean
}

export type ArgSpec = ArgBase &
  (
    | {
        readonly type: 'integer'
        readonly min: number
        readonly max: number
        /** Refuse trailing junk even where keepalived only warns. */
        readonly strict?: boolean
        /** Hexadecimal with 0x and octal with a leading 0 are allowed. */
        readonly anyBase?: boolean
        /** Words that stand for a number. */
        readonly words?: Readonly<Record<string, number>>
        /** A value that keepalived takes for another one, as 0 for 1. */
        readonly substitute?: readonly [from: number, to: number]
      }
    /** Seconds, kept as integer microseconds. `stepUs` is the resolution. */
    | {
        readonly type: 'seconds'
        readonly minUs: number
        readonly maxUs: number
        readonly stepUs: number
        readonly substitute?: readonly [fromUs: number, toUs: number]
      }
    /** Milliseconds with three places, kept as integer microseconds. */
    | { readonly type: 'milliseconds'; readonly minUs: number; readonly maxUs: number }
    | { readonly type: 'boolean' }
    | { readonly type: 'enum'; readonly words: readonly string[]; readonly ignoreCase?: boolean }
    | { readonly type: 'text'; readonly lengthMax?: number }
    | { readonly type: 'pattern'; readonly pattern: RegExp; readonly expected: string }
    | {
        readonly type: 'address'
        readonly family?: 4 | 6
        readonly multicast?: boolean
        /** Besides a multicast address, one that is the broadcast address of some IPv4 network. */
        readonly broadcast?: boolean
        /** A prefix length may follow behind a slash; false: with one it is no address, undefined: it is left out. */
        readonly prefix?: boolean
        /** Words that may stand in place of an address. */
        readonly words?: readonly string[]
      }
    | { readonly type: 'interface' /** Must be there unless dynamic_interfaces is set. */; readonly mustExist: boolean }
    /** Takes the rest of the line: command, user, group. */
    | { readonly type: 'script' }
  )

/** Exists for the compiler only. */
declare const holds: unique symbol

/** The description of an argument whose values have the type T; with `undefined` if it may be left out. */
export type Arg<T extends Value | undefined = Value | undefined> = ArgSpec & { readonly [holds]: T }

/** The last argument of a line, which takes all the words that follow. */
export type RepeatedArg<T extends Value | undefined = Value | undefined> = Arg<T> & { readonly repeated: true }

/** Only here a description is said to hold a type: the constructors below, and whoever describes a kind of its own. */
function holding<T extends Value | undefined>(spec: ArgSpec): Arg<T> {
  return spec as Arg<T>
}

/** Largest number of seconds whose microseconds keepalived can hold. */
const unboundedSeconds = 4_294_967_295

export function integer(min: number, max: number, extra: Partial<ArgSpec & { type: 'integer' }> = {}): Arg<number> {
  return holding({ name: 'INTEGER', min, max, ...extra, type: 'integer' })
}

/** A 32-bit unsigned number. */
export function unsigned(extra: Partial<ArgSpec & { type: 'integer' }> = {}): Arg<number> {
  return integer(0, 4_294_967_295, extra)
}

/** An argument that is shown to nobody. Masking goes by this mark alone: see config/plan/mask.ts and config/blocks/secrets.ts. */
export function secret<T extends Value | undefined>(arg: Arg<T>): Arg<T> {
  return { ...arg, secret: true }
}

/** Seconds with a fraction, down to a microsecond. */
export function seconds(min: number, max = unboundedSeconds, stepUs = 1): Arg<number> {
  const scaled = (limit: number) => Math.round(limit * usPerSecond)
  return holding({ name: 'SECONDS', type: 'seconds', minUs: scaled(min), maxUs: scaled(max), stepUs })
}

/** Seconds without a fraction; `zeroBecomes` (seconds) takes the place of 0. */
export function wholeSeconds(min: number, max: number, zeroBecomes?: number): Arg<number> {
  const plain = { name: 'SECONDS', type: 'seconds', minUs: min * usPerSecond, maxUs: max * usPerSecond } as const
  if (zeroBecomes === undefined) return holding({ ...plain, stepUs: usPerSecond })
  return holding({ ...plain, stepUs: usPerSecond, substitute: [0, zeroBecomes * usPerSecond] })
}

export function milliseconds(min: number, max: number): Arg<number> {
  return holding({ name: 'MILLISECONDS', type: 'milliseconds', minUs: min * 1000, maxUs: max * 1000 })
}

export function oneOf<const W extends string>(...words: readonly W[]): Arg<W> {
  return holding({ name: words.join('|'), type: 'enum', words })
}

export function anyCaseOf<const W extends string>(...words: readonly W[]): Arg<W> {
  return holding({ name: words.join('|'), type: 'enum', words, ignoreCase: true })
}

export function text(name: string, lengthMax?: number): Arg<string> {
  return holding(lengthMax === undefined ? { name, type: 'text' } : { name, type: 'text', lengthMax })
}

export function pattern(name: string, regex: RegExp, expected: string): Arg<string> {
  return holding({ name, type: 'pattern', pattern: regex, expected })
}

export function ip(extra: Partial<ArgSpec & { type: 'address' }> = {}): Arg<string> {
  const family = extra.family === undefined ? 'IP' : `IPv${extra.family}`
  return holding({ name: `${family}-ADDRESS${extra.prefix === true ? '[/PREFIX]' : ''}`, ...extra, type: 'address' })
}

export const port = integer(1, 65_535, { name: 'PORT' })

/** An interface that must exist at load time unless dynamic_interfaces is set. */
export const interfaceName = holding<string>({ name: 'INTERFACE', type: 'interface', mustExist: true })

/** The name of an interface that may come later. */
export const anyInterfaceName = holding<string>({ name: 'INTERFACE', type: 'interface', mustExist: false })

/** The rest of the line: a command, and optionally the user and group that run it. Its value is the whole line. */
export function command(name = 'COMMAND'): Arg<string> {
  return holding({ name, type: 'script' })
}

export function optional<T extends Value | undefined>(spec: RepeatedArg<T>): RepeatedArg<T | undefined>
export function optional<T extends Value | undefined>(spec: Arg<T>): Arg<T | undefined>
export function optional(spec: ArgSpec): Arg {
  return holding({ ...spec, optional: true })
}

export function repeated<T extends Value | undefined>(spec: Arg<T>): RepeatedArg<T> {
  return { ...spec, repeated: true }
}
