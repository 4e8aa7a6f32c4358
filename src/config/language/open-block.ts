// One open block while a file is interpreted, and what is known about its braces: those that belong to no block, and the one that
// by the indentation is missing.

import { problem } from '../report/codes.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import { lookAlikeAdvice } from '../report/slip.ts'
import type { Span } from '../report/span.ts'
import type { Word } from '../text/token.ts'
import type { Entry } from './entry.ts'
import type { WrittenLine } from './line.ts'
import { childSpec, type KeywordSpec } from './spec.ts'

/** A `{` that belongs to no block; its `}` will close a block that it was not meant for. */
interface Phantom {
  readonly span: Span
  readonly keyword: string
  /** It has already closed the block it stood in. */
  readonly escaped: boolean
  /** The block that was probably meant: what belongs into that needs no report of its own. */
  readonly meant: KeywordSpec | undefined
}

/** No configuration nests deeper; a file of garbage is not searched to its bottom for each line. */
const levelsSearchedMax = 8

export interface OpenBlock {
  readonly spec: KeywordSpec
  /** The entry of the block without its children; undefined for the outermost level and for blocks that are skipped. */
  readonly entry: Entry | undefined
  readonly skip: boolean
  readonly opened: Span | undefined
  /** Where the keyword of the block stands. */
  readonly start: Span | undefined
  readonly title: string
  readonly children: Entry[]
  readonly phantoms: Phantom[]
  skippedDepth: number
  /** It has been said that the `}` of this block is missing: what follows from that is not said again. */
  saidOpen: boolean
  /** A `}` at the start of a line that stands further left than the block it closed. */
  suspect: { readonly close: Span; readonly block: string; readonly opened: Span } | undefined
}

export function openBlock(
  spec: KeywordSpec,
  of: Pick<OpenBlock, 'entry' | 'skip' | 'opened' | 'start' | 'title'>,
): OpenBlock {
  return { spec, ...of, children: [], phantoms: [], skippedDepth: 0, saidOpen: false, suspect: undefined }
}

/** keepalived cannot know which } is missing; the indentation often shows it. */
export function noteIndentation(level: OpenBlock, close: Span): void {
  if (level.start === undefined || level.opened === undefined || close.line === level.start.line) return
  if (close.file !== level.start.file || close.column >= level.start.column) return
  level.suspect = { close, block: level.title, opened: level.opened }
}

/** A block whose { is not there. `surplus` are the words behind the keyword of a list, undefined for other blocks. */
export function missingBrace(title: string, start: Span, surplus: readonly Word[] | undefined): Diagnostic {
  const text = (surplus ?? []).map(word => word.text).join(' ')
  if (text === '') {
    const help = lookAlikeAdvice(title) ?? `write '${title} {'`
    return problem('missing-open-brace', start, `${title} is a block but no { follows`, { help })
  }
  const lost = `, so '${text}' is ignored and the lines below are read as its entries`
  const slip = lookAlikeAdvice(text)
  const help = slip ?? `write ${title} {, then each entry on a line of its own, then }`
  return problem('missing-open-brace', start, `${title} is a list but no { follows${lost}`, { help })
}

/** A list without { whose first row is a line of the block around it. */
export function strayedKeyword(
  keyword: string,
  { words, span }: WrittenLine,
  list: OpenBlock,
  around: OpenBlock,
): Diagnostic {
  const line = list.start?.line ?? span.line
  const message = `'${keyword}' belongs in ${around.title}, but ${list.title} is still open here; it is ignored`
  const help = `${list.title} at line ${line} has no { and no }: write both`
  return problem('bad-value', words[0]?.span ?? span, message, { help })
}

/**
 * The innermost open block around `level` that knows the keyword. `stack` begins with the outermost level and ends with
 * `level`.
 */
export function homeOf(keyword: string, stack: readonly OpenBlock[]): OpenBlock | undefined {
  return stack.slice(-1 - levelsSearchedMax, -1).findLast(around => childSpec(around.spec, keyword) !== undefined)
}

/**
 * Whether a line that is at home in a block further out shows that the `}` of the open block is missing, and is not
 * merely misplaced: it opens a block that cannot be inside, or it is indented no deeper than the keyword of the open
 * block.
 */
export function showsMissingClose(level: OpenBlock, at: Span, opensBlock: boolean): boolean {
  if (level.start === undefined || at.file !== level.start.file || at.line === level.start.line) return false
  return opensBlock || (level.start.column > 1 && at.column <= level.start.column)
}

/** The `}` of an open block is missing: `keyword` at `at` belongs to a block further out. */
export function missingClose(level: OpenBlock, home: OpenBlock, keyword: string, at: Span): Diagnostic {
  const where = level.start === undefined ? '' : ` of line ${level.start.line}`
  const message = `the } of ${level.title}${where} is missing: it is still open at line ${at.line}`
  return problem('unclosed-block', level.start ?? at, message, {
    help: `write } before line ${at.line}; as it is, keepalived reads the lines from there on as part of ${level.title}`,
    related: [{ span: at, message: `'${keyword}' belongs in ${home.title}` }],
  })
}

/** A block that the file leaves open. */
export function unclosed(level: OpenBlock): Diagnostic {
  const opened = level.opened
  const where = opened === undefined ? '' : ` opened at line ${opened.line}`
  const message = `brace${where} is never closed (${level.title})`
  const suspect = level.suspect
  const related = suspect === undefined ? {} : { related: [{ span: suspect.opened, message: suspectMessage(suspect) }] }
  return problem('unclosed-block', opened, message, { help: 'add the missing }', ...related })
}

function suspectMessage(suspect: NonNullable<OpenBlock['suspect']>): string {
  return `by the indentation it is ${suspect.block} that is not closed: the } of line ${suspect.close.line} stands further left`
}
