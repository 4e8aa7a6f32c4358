// All there is to say about one keyword, as data: made from its row in the grammar and shown as terminal text or Markdown.

import type { BadValuePolicy, KeywordSpec } from '../language/spec.ts'
import { formOf, synopsisOf, wordsFor } from './argument.ts'
import { exampleOf } from './example.ts'
import { pathOf, type Topic, topicsInside } from './topic.ts'

export interface Explanation {
  readonly path: string
  /** The line as a pattern; for the lines of a list that of the list too. */
  readonly synopsis: readonly string[]
  readonly about: string
  /** Label and sentence. */
  readonly facts: readonly (readonly [label: string, text: string])[]
  readonly example: string
  readonly contents: readonly Content[]
}

/** A keyword or option word inside, in one line. */
export interface Content {
  readonly synopsis: string
  readonly about: string
  /** How it differs from what is around it: `parsed only`, `ours`; empty if it does not. */
  readonly remark: string
  readonly isOption: boolean
}

export function explain(topic: Topic): Explanation {
  const { spec } = topic
  const line = spec.row
  return {
    path: pathOf(topic),
    synopsis: spec.kind === 'block' || spec.kind === 'list' ? blockSynopsis(spec) : [synopsisOf(spec)],
    about: line === undefined ? spec.about : `${spec.about} Each line: ${lowerFirst(line.about)}`,
    facts: factsOf(topic),
    example: exampleText(topic),
    contents: topicsInside(topic).map(inner => ({
      synopsis: synopsisOf(inner.spec),
      about: inner.spec.about,
      remark: remarkOf(inner.spec, spec),
      isOption: inner.isOption,
    })),
  }
}

function remarkOf(spec: KeywordSpec, around: KeywordSpec): string {
  const state = spec.state === 'in-effect' ? 'in effect' : 'parsed only'
  const remarks = [...(spec.state === around.state ? [] : [state]), ...(spec.extension ? ['ours'] : [])]
  return remarks.join(', ')
}

/** `2.2.7 or older`, `2.4.0`, `after 2.4.3`. */
function sinceOf(spec: KeywordSpec): string {
  if (spec.extension) return 'not in keepalived'
  if (spec.since === undefined) return 'keepalived 2.2.7 or older'
  return spec.since.startsWith('>') ? `keepalived after ${spec.since.slice(1)}` : `keepalived ${spec.since}`
}

function factsOf({ spec, siblings }: Topic): readonly (readonly [string, string])[] {
  const line = spec.row ?? spec
  const args = [...(spec.row === undefined ? [] : spec.args), ...line.args]
  const facts: (readonly [string, string | undefined])[] = [
    ...args.map(arg => ['Argument', `${formOf(arg)}: ${wordsFor(arg)}`] as const),
    ['Words', line.alsoMatches.length === 0 ? undefined : line.alsoMatches.join(', ')],
    ['Default', spec.default ?? line.default],
    ['State', stateSentence(spec)],
    ['Since', sinceOf(spec)],
    ['Same as', spec.aliasOf],
    ['Also', aliasesOf(spec, siblings)],
    ['Deprecated', spec.deprecated === undefined ? undefined : `use ${spec.deprecated}`],
    ['Bad value', badValueOf(line)],
    ['No value', noValueOf(line)],
    ['Repeated', repetitionOf(spec)],
  ]
  return facts.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]))
}

function stateSentence(spec: KeywordSpec): string {
  const ours = spec.extension ? '; an extension, refused under --strict-keepalived' : ''
  return spec.state === 'in-effect'
    ? `in effect${ours}`
    : `parsed only: checked and kept, but without effect in this version${ours}`
}

function aliasesOf(spec: KeywordSpec, siblings: readonly KeywordSpec[]): string | undefined {
  const names = siblings.filter(sibling => sibling.aliasOf === spec.keyword).map(sibling => sibling.keyword)
  return names.length === 0 ? undefined : names.join(', ')
}

const badValues: Readonly<Record<BadValuePolicy, string>> = {
  ignored: 'reported and not used',
  accepted: 'reported and used all the same',
  dropped: 'reported; the whole line is left out',
  silent: 'skipped without a word',
  fatal: 'the daemon does not start',
}

function badValueOf(line: KeywordSpec): string | undefined {
  if (line.args.every(arg => arg.type === 'text' || arg.type === 'script')) return undefined
  return line.badValueBecomes === undefined
    ? badValues[line.badValue]
    : `reported; ${line.badValueBecomes} is taken in its place`
}

function noValueOf(line: KeywordSpec): string | undefined {
  if (!line.args.some(arg => arg.optional !== true) || line.keyword === '<row>') return undefined
  return line.missingArgument === 'fatal' ? 'the daemon does not start' : 'reported; the line is left out'
}

function repetitionOf(spec: KeywordSpec): string | undefined {
  if (spec.uniqueName !== 'no') return 'allowed under another name; of two with the same name the first counts'
  if (spec.repeat === 'all') return 'all of them count'
  if (spec.args.length === 0 && spec.kind !== 'block') return undefined
  return spec.repeat === 'first' ? 'the first one counts' : 'the last one counts'
}

function blockSynopsis(spec: KeywordSpec): readonly string[] {
  const head = [spec.keyword, ...spec.args.map(formOf)].join(' ')
  const options = spec.row === undefined && spec.options.length > 0 ? ' [OPTION...]' : ''
  return [`${head}${options} {`, `    ${spec.row === undefined ? '...' : synopsisOf(spec.row)}`, '}']
}

/** A block with its braces; a list with one line in it. */
function exampleText(topic: Topic): string {
  const line = exampleOf(topic)
  if (topic.spec.row !== undefined) return `${line}\n    ${rowExample(topic.spec, topic.spec.row)}\n}`
  return line.endsWith('{') ? `${line}\n    ...\n}` : line
}

/** A row that consists of options only shows those that make a whole of it. */
function rowExample(list: KeywordSpec, row: KeywordSpec): string {
  if (row.args.length > 0) return exampleOf({ around: [], spec: row, isOption: false, siblings: [] })
  const typical = row.options.filter(option => typicalOptions.includes(option.keyword))
  const shown = typical.length > 0 ? typical : row.options.slice(0, 1)
  return shown.map(spec => exampleOf({ around: [list], spec, isOption: true, siblings: [] })).join(' ')
}

/** A policy rule needs an action and should have a place in the order. */
const typicalOptions = ['from', 'table', 'preference']

function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence
}
