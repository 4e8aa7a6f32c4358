// Where passwords and keys stand in the files, so that no message shows them in its source line. Found in the words as
// they were read, not in the tree: a line with a slip in it is shown most of all, and has no entry. Rather a word too
// many is hidden than one too few.

import type { KeywordSpec } from '../language/spec.ts'
import { readValue } from '../language/values.ts'
import type { Sources } from '../report/diagnostic-text.ts'
import type { Span } from '../report/span.ts'
import { suggest } from '../report/suggest.ts'
import type { Token, Word } from '../text/token.ts'
import { grammar } from './keywords.ts'

/** Places of all words that are secret, with the definitions that they come from. */
export function secretSpans(tokens: readonly Token[]): readonly Span[] {
  const spans: Span[] = []
  for (const token of tokens) {
    if (token.type !== 'statement') continue
    const meant = secretLine(token.words[0]?.text ?? '')
    if (meant === undefined) continue
    for (const { span } of secretWords(token.words, meant)) spans.push(span, ...(span.expandedFrom ?? []))
  }
  return spans
}

/** The same lines with `*` in place of what is secret; columns stay where they are. */
export function withoutSecrets(sources: Sources, spans: readonly Span[]): Sources {
  if (spans.length === 0) return sources
  const shown = new Map(sources)
  for (const { file, line, column, endColumn } of spans) {
    const lines = shown.get(file)
    const text = lines?.[line - 1]
    if (lines === undefined || text === undefined) continue
    const own = lines === sources.get(file) ? [...lines] : (lines as string[])
    const [from, to] = [column - 1, Math.min(text.length, endColumn - 1)]
    own[line - 1] = text.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + text.slice(to)
    shown.set(file, own)
  }
  return shown
}

interface SecretLine {
  /** Keywords of this name with a secret argument of their own. */
  readonly specs: readonly KeywordSpec[]
  /** Option words that are followed by a secret. */
  readonly options: ReadonlySet<string>
}

const lines = new Map<string, SecretLine>()
const everyKeyword = new Set<string>()
/** Words that are no keywords, so that a file of garbage does not search for each of them again. */
const misspelt = new Map<string, { readonly line: SecretLine | undefined }>()
const misspeltMax = 10_000

collect(grammar)

/** The secret keyword that a line begins with, also misspelt: that line is shown with "did you mean". */
function secretLine(keyword: string): SecretLine | undefined {
  if (everyKeyword.has(keyword)) return lines.get(keyword)
  const known = misspelt.get(keyword)
  if (known !== undefined) return known.line
  const near = suggest(keyword, [...lines.keys()])
  const line = near === undefined ? undefined : lines.get(near)
  if (misspelt.size < misspeltMax) misspelt.set(keyword, { line })
  return line
}

function secretWords(words: readonly Word[], { specs, options }: SecretLine): readonly Word[] {
  const own = specs.flatMap(spec => words.slice(1 + firstSecret(spec, words)))
  return [...own, ...(options.size === 0 ? [] : behindOptions(words, options))]
}

/** What follows a secret option word, also a misspelt one, up to the next word that is a keyword. */
function behindOptions(words: readonly Word[], options: ReadonlySet<string>): readonly Word[] {
  const names = [...options]
  let hiding = false
  return words.slice(1).filter(({ text }) => {
    const isSecret = options.has(text) || (!everyKeyword.has(text) && !hiding && suggest(text, names) !== undefined)
    if (isSecret || everyKeyword.has(text)) hiding = isSecret
    return hiding && !isSecret
  })
}

/** How many arguments may be shown: those before the secret one, as long as each is what it should be. */
function firstSecret(spec: KeywordSpec, words: readonly Word[]): number {
  const shown = spec.args.findIndex(
    (arg, i) =>
      arg.secret === true || words[i + 1] === undefined || readValue(arg, words[i + 1]!.text).value === undefined,
  )
  return shown < 0 ? spec.args.length : shown
}

function collect(spec: KeywordSpec): void {
  for (const child of [...spec.children, ...(spec.row === undefined ? [] : [spec.row])]) {
    everyKeyword.add(child.keyword)
    for (const option of child.options) everyKeyword.add(option.keyword)
    const options = child.options.filter(option => option.args.some(arg => arg.secret === true))
    const own = child.args.some(arg => arg.secret === true) ? [child] : []
    if (own.length + options.length > 0) {
      const known = lines.get(child.keyword)
      lines.set(child.keyword, {
        specs: [...(known?.specs ?? []), ...own],
        options: new Set([...(known?.options ?? []), ...options.map(option => option.keyword)]),
      })
    }
    collect(child)
  }
}

/** For tests: every keyword with a secret, with the block it stands in. */
export function secretKeywords(
  block: KeywordSpec = grammar,
): readonly (readonly [block: KeywordSpec, spec: KeywordSpec])[] {
  return [...block.children, ...block.options].flatMap(child => {
    const own = child.args.some(arg => arg.secret === true) ? [[block, child] as const] : []
    return [...own, ...secretKeywords(child)]
  })
}
