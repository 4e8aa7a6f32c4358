// The shape of a keyword as data: what the tables of this folder consist of and what the interpreter walks. A keyword is
// described once; parsing, validation, "did you mean", documentation and coverage all read the same row.

import type { ArgSpec } from './args.ts'

/** A keyword that is `in-effect` changes what the daemon does; one that is `parsed` is understood and kept, no more. */
export type EffectState = 'in-effect' | 'parsed'

/**
 * What becomes of a value that is not valid: keepalived's classes.
 * `ignored`: reported, the default stays. `accepted`: reported and used. `dropped`: the row or block it stands in goes.
 * `silent`: skipped without counting as a fault. `fatal`: the daemon must not start; the entry stays, without its value.
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
  /** What holds when the keyword is absent, in words for the documentation; the typed default is with the builder. */
  readonly default?: string
  /** Property under which the value is kept. */
  readonly storeAs: string
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

/** What a table row may say besides its name, arguments and description. */
export type Details = Partial<
  Omit<KeywordSpec, 'keyword' | 'kind' | 'args' | 'children' | 'row' | 'about' | 'state'>
> & {
  /** In effect in this version; otherwise parsed only. */
  readonly live?: boolean
}

type Args = ArgSpec | readonly ArgSpec[]

/** A keyword without arguments. */
export function flag(keyword: string, about: string, details: Details = {}): KeywordSpec {
  return complete(keyword, 'flag', [], about, details)
}

/** A keyword with arguments. */
export function value(keyword: string, args: Args, about: string, details: Details = {}): KeywordSpec {
  return complete(keyword, 'value', args, about, details)
}

/** A keyword with an optional boolean: absence of the word means on. */
export function toggle(keyword: string, about: string, details: Details = {}): KeywordSpec {
  return complete(keyword, 'flag', { type: 'boolean', name: 'BOOL', optional: true }, about, details)
}

/** A keyword with a command, and optionally the user and group that run it. */
export function script(keyword: string, about: string, details: Details = {}): KeywordSpec {
  return complete(keyword, 'value', { type: 'script', name: 'COMMAND' }, about, { repeat: 'first', ...details })
}

/** A block of keywords; `args` is what follows its keyword, as a name. */
export function block(
  keyword: string,
  args: Args,
  children: readonly KeywordSpec[],
  about: string,
  details: Details = {},
): KeywordSpec {
  return {
    ...complete(keyword, 'block', args, about, { repeat: 'all', missingArgument: 'general', ...details }),
    children,
  }
}

/** A block whose lines are free rows. */
export function list(keyword: string, row: KeywordSpec, about: string, details: Details = {}): KeywordSpec {
  return { ...complete(keyword, 'list', [], about, { repeat: 'all', missingArgument: 'general', ...details }), row }
}

/** The lines of a list. */
export function row(args: Args, about: string, details: Details = {}): KeywordSpec {
  return complete('<row>', 'value', args, about, { repeat: 'all', missingArgument: 'general', ...details })
}

/** The same rows in effect with everything inside them, but for the keywords named. */
export function inEffect(specs: readonly KeywordSpec[], ...except: readonly string[]): readonly KeywordSpec[] {
  return specs.map(spec => (except.includes(spec.keyword) ? spec : inEffectOne(spec, except)))
}

/** `vrrp_garp_interval` to `vrrpGarpInterval`. */
export function camelCase(keyword: string): string {
  const words = keyword
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
  return words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('')
}

function inEffectOne(spec: KeywordSpec, except: readonly string[]): KeywordSpec {
  return {
    ...spec,
    state: 'in-effect',
    options: inEffect(spec.options, ...except),
    children: inEffect(spec.children, ...except),
    ...(spec.row === undefined ? {} : { row: inEffectOne(spec.row, except) }),
  }
}

function complete(
  keyword: string,
  kind: KeywordSpec['kind'],
  args: Args,
  about: string,
  { live, ...details }: Details,
): KeywordSpec {
  return {
    keyword,
    kind,
    args: 'type' in args ? [args] : args,
    options: [],
    children: [],
    storeAs: camelCase(details.aliasOf ?? keyword),
    state: live === true ? 'in-effect' : 'parsed',
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
    ...details,
  }
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
