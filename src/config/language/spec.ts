// The shape of a keyword as data: what the tables of this folder consist of and what the interpreter walks. A keyword is
// described once; parsing, validation, "did you mean", documentation and coverage all read the same row.

import type { Arg, ArgSpec, RepeatedArg } from './args.ts'
import { command } from './args.ts'
import { defaultText } from './default-text.ts'
import type { Value, Values } from './value.ts'

/** A keyword that is `in-effect` changes what the daemon does; one that is `parsed` is understood and kept, no more. */
export type EffectState = 'in-effect' | 'parsed'

/**
 * How keepalived treats a value that is not valid. `ignored`: reported, the default stays. `accepted`: reported and
 * used. `dropped`: the row or block it stands in goes. `silent`: skipped without counting as a fault. `fatal`: the
 * daemon must not start; the entry stays, without its value.
 */
export type BadValuePolicy = 'ignored' | 'accepted' | 'dropped' | 'silent' | 'fatal'

export interface KeywordSpec {
  /** As written in a file; `<row>` for the lines of a list, `<arg>` for the argument of an option variant. */
  readonly keyword: string
  readonly kind: 'flag' | 'value' | 'block' | 'list'
  readonly args: readonly ArgSpec[]
  /** Option words that may follow on the same line, each with arguments of its own. */
  readonly options: readonly KeywordSpec[]
  /** Keywords of a block. */
  readonly children: readonly KeywordSpec[]
  /** How each line of a list reads. */
  readonly row?: KeywordSpec
  /** What is read when the keyword is absent; undefined if that depends on something else. */
  readonly byDefault?: Value
  /** What holds when the keyword is absent, in words for the documentation: made of `byDefault` where there is one. */
  readonly default?: string
  /** Property under which the value is kept. */
  readonly storeAs: string
  /** Of the keyword where it stands in the whole language (topLevel, grammar): blocks/not-yet.ts lists what has no effect. */
  readonly state: EffectState
  /** What it does, one line. */
  readonly about: string
  /** First keepalived release that knows it; undefined: 2.2.7 or older. */
  readonly since?: string
  readonly badValue: BadValuePolicy
  /** Value that takes the place of a bad one. */
  readonly badValueBecomes?: number
  /** A missing mandatory argument stops the daemon (keepalived exits 2) unless this says it only warns. */
  readonly missingArgument: 'fatal' | 'general'
  /** `first`: later ones are refused; `last`: later ones win; `all`: they accumulate. */
  readonly repeat: 'first' | 'last' | 'all'
  /** Deprecated spelling of this keyword, under which the value is kept. */
  readonly aliasOf?: string
  /** Why one should not write it any more, or what to write instead. */
  readonly deprecated?: string
  /** Ours, not keepalived's: refused under `--strict-keepalived`. */
  readonly extension: boolean
  /** Words that select this option when they are not the keyword itself (route types). */
  readonly alsoMatches: readonly string[]
  /** In a row: options may come before the arguments, and an unknown option word drops the row. */
  readonly freeOrder: boolean
  /** A second block of the same name is left out: a fault for keepalived, or without a word (`advice`). */
  readonly uniqueName: 'fault' | 'advice' | 'no'
  /** keepalived counts the use of a deprecated keyword as a fault. */
  readonly deprecatedIsFault: boolean
  /** Words behind the arguments cost the whole block. */
  readonly exactWords: boolean
}

/** Exist for the compiler only. */
declare const holds: unique symbol
declare const reads: unique symbol

/** A keyword as a typed constant: V are the values of one statement, R is what `read` gives for the block it may stand in. */
export interface Row<V extends Values = Values, R = unknown> extends KeywordSpec {
  readonly [holds]: V
  readonly [reads]: R
}

/** A list whose lines have the values V. */
export interface ListRow<V extends Values = Values> extends Row<Values> {
  readonly row: Row<V>
}

/**
 * The keywords of a block, or the option words of a line, under the names that the code calls them. In the order of the
 * documentation.
 */
export type Table = Readonly<Record<string, KeywordSpec>>

type Args = Arg | readonly Arg[]

/** One value for each argument, in a tuple. */
type ValuesOf<A> = A extends Arg
  ? ValuesOf<readonly [A]>
  : A extends readonly [infer First, ...infer Rest]
    ? readonly [...ValueOf<First>, ...ValuesOf<Rest>]
    : readonly []

type ValueOf<A> = A extends RepeatedArg<infer T> ? readonly T[] : A extends Arg<infer T> ? readonly [T] : readonly []

/** The value of a keyword with one argument, else all of them. */
type One<V extends Values> = V extends readonly [infer T] ? T : V

/** What `read` gives for a keyword without a default: whether a bare word is there, or its value. */
type Written<V extends Values> = V extends readonly [] ? boolean : One<V> | undefined

/** What a table row may say besides its name, arguments and description. */
type Details = Partial<
  Omit<KeywordSpec, 'keyword' | 'kind' | 'args' | 'options' | 'children' | 'row' | 'about' | 'state' | 'byDefault'>
> & {
  readonly options?: Table
}

type WithoutDefault = Details & { readonly byDefault?: undefined }
type WithDefault<T> = Details & { readonly byDefault: T }
type AnyDetails = Details & { readonly byDefault?: Value | undefined }

/** A keyword without arguments. */
export function flag(keyword: string, about: string, details: Details = {}): Row<readonly [], boolean> {
  return complete(keyword, 'flag', [], about, details)
}

/** A keyword with arguments. */
export function value<const A extends Args>(
  keyword: string,
  args: A,
  about: string,
  details?: WithoutDefault,
): Row<ValuesOf<A>, Written<ValuesOf<A>>>
export function value<const A extends Args>(
  keyword: string,
  args: A,
  about: string,
  details: WithDefault<NonNullable<One<ValuesOf<A>>>>,
): Row<ValuesOf<A>, NonNullable<One<ValuesOf<A>>>>
export function value(keyword: string, args: Args, about: string, details: Details = {}): KeywordSpec {
  return complete(keyword, 'value', args, about, details)
}

/** A keyword with an optional boolean: absence of the word means on. */
export function toggle(
  keyword: string,
  about: string,
  details?: WithoutDefault,
): Row<readonly [boolean | undefined], boolean | undefined>
export function toggle(
  keyword: string,
  about: string,
  details: WithDefault<boolean>,
): Row<readonly [boolean | undefined], boolean>
export function toggle(keyword: string, about: string, details: AnyDetails = {}): KeywordSpec {
  return complete(keyword, 'flag', toggleArg, about, details)
}

const toggleArg = { type: 'boolean', name: 'BOOL', optional: true } as const

/** A keyword with a command, and optionally the user and group that run it. */
export function script(
  keyword: string,
  about: string,
  details: Details = {},
): Row<readonly [string], string | undefined> {
  return complete(keyword, 'value', command(), about, { repeat: 'first', ...details })
}

/** A block of keywords; `args` is what follows its keyword, as a name. */
export function block<const A extends Args>(
  keyword: string,
  args: A,
  children: Table,
  about: string,
  details: Details = {},
): Row<ValuesOf<A>> {
  return {
    ...complete<ValuesOf<A>, unknown>(keyword, 'block', args, about, {
      repeat: 'all',
      missingArgument: 'general',
      ...details,
    }),
    children: Object.values(children),
  }
}

/** A block whose lines are free rows. */
export function list<V extends Values>(keyword: string, row: Row<V>, about: string, details: Details = {}): ListRow<V> {
  return namedList(keyword, [], row, about, details)
}

/** A list with a name of its own behind its keyword. */
export function namedList<V extends Values>(
  keyword: string,
  args: Args,
  row: Row<V>,
  about: string,
  details: Details = {},
): ListRow<V> {
  return { ...complete(keyword, 'list', args, about, { repeat: 'all', missingArgument: 'general', ...details }), row }
}

/** The lines of a list. */
export function row<const A extends Args>(args: A, about: string, details: Details = {}): Row<ValuesOf<A>> {
  return complete('<row>', 'value', args, about, { repeat: 'all', missingArgument: 'general', ...details })
}

/** `vrrp_garp_interval` to `vrrpGarpInterval`. */
function camelCase(keyword: string): string {
  const words = keyword
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
  return words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('')
}

function complete<V extends Values, R>(
  keyword: string,
  kind: KeywordSpec['kind'],
  written: ArgSpec | readonly ArgSpec[],
  about: string,
  { options = {}, byDefault, ...details }: AnyDetails,
): Row<V, R> {
  const args: readonly ArgSpec[] = 'type' in written ? [written] : written
  const spec: KeywordSpec = {
    keyword,
    kind,
    args,
    options: Object.values(options),
    children: [],
    storeAs: camelCase(details.aliasOf ?? keyword),
    state: 'in-effect',
    about,
    badValue: 'ignored',
    missingArgument: 'fatal',
    repeat: 'last',
    extension: false,
    alsoMatches: [],
    freeOrder: false,
    uniqueName: 'no',
    deprecatedIsFault: false,
    exactWords: false,
    ...(byDefault === undefined ? {} : { byDefault, default: defaultText(args[0], byDefault) }),
    ...details,
  }
  // The one place where a row is said to have a type: V and R follow from the constructors of its arguments.
  return spec as Row<V, R>
}

const indexes = new WeakMap<KeywordSpec, ReadonlyMap<string, KeywordSpec>>()

/** The keyword of this name inside a block. */
export function childSpec(block: KeywordSpec, keyword: string): KeywordSpec | undefined {
  const known = indexes.get(block)
  if (known !== undefined) return known.get(keyword)
  // Of two rows with one name the first one counts.
  const index = new Map(block.children.toReversed().map(child => [child.keyword, child]))
  indexes.set(block, index)
  return index.get(keyword)
}

/** What stands inside a block under this name: a keyword, or (`<row>`) a line of a list. */
export function lineSpec(block: KeywordSpec | undefined, keyword: string): KeywordSpec | undefined {
  if (block === undefined) return undefined
  return keyword === '<row>' ? block.row : childSpec(block, keyword)
}
