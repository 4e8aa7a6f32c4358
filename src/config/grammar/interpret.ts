// Walks the flat token stream with a stack of blocks and the keyword tables, and yields a tree of entries. Knows nothing of
// any single keyword. Follows keepalived's treatment of braces (config-syntax section 3), because what a faulty file means
// depends on it: an unknown block is not skipped, its contents are tried at the level it stands in.

import type { Span, Token } from '../token.ts'
import { adviseOnUnknown } from './advice.ts'
import type { Entry } from './entry.ts'
import type { Statement } from './line.ts'
import { deprecation, readLine } from './line.ts'
import { findMeant, findSpec, isExpectedIn } from './meant-block.ts'
import type { Report } from './problems.ts'
import { problem } from './problems.ts'
import type { KeywordSpec } from './spec.ts'

export interface InterpretOptions {
  /** Refuse the keywords that keepalived does not have. */
  readonly strictKeepalived: boolean
  readonly report: Report
}

/** A `{` that belongs to no block; its `}` will close a block that it was not meant for. */
interface Phantom {
  readonly span: Span
  readonly keyword: string
  /** It has already closed the block it stood in. */
  readonly escaped: boolean
  /** The block that was probably meant: what belongs into that needs no report of its own. */
  readonly meant: KeywordSpec | undefined
}

/** Unknown keywords that get advice. A search through all keywords each time would make a file of garbage take minutes. */
const advisedMax = 1_000
/** Braces that are looked at for one that closed too much. */
const phantomsSearchedMax = 64

interface Frame {
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
  /** A `}` at the start of a line that stands further left than the block it closed. */
  suspect: { readonly close: Span; readonly block: string; readonly opened: Span } | undefined
}

/** Interprets a whole configuration. The result is the outermost level as an entry whose children are the top blocks. */
export function interpret(tokens: readonly Token[], root: KeywordSpec, options: InterpretOptions): Entry {
  const walk = new Walk(root, options)
  for (const [i, token] of tokens.entries()) walk.take(token, tokens[i + 1])
  return walk.finish()
}

class Walk {
  readonly #stack: Frame[]
  readonly #options: InterpretOptions
  /** The next `{` was already dealt with together with its keyword. */
  #openHandled = false
  #unknown = 0

  constructor(root: KeywordSpec, options: InterpretOptions) {
    this.#options = options
    this.#stack = [
      frameOf(root, {
        entry: undefined,
        skip: false,
        opened: undefined,
        start: undefined,
        title: 'the outermost level',
      }),
    ]
  }

  take(token: Token, next: Token | undefined): void {
    if (token.type === 'open' && this.#openHandled) {
      this.#openHandled = false
      return
    }
    if (this.#top.skip) this.#takeSkipped(token)
    else if (token.type === 'statement') this.#takeStatement(token, next)
    else if (token.type === 'open') this.#takeStrayOpen(token.span)
    else this.#takeClose(token.span)
  }

  finish(): Entry {
    while (this.#stack.length > 1) {
      this.#reportUnclosed(this.#top)
      this.#popFrame()
    }
    const { spec, children } = this.#stack[0]!
    const span: Span = { file: '', line: 0, column: 0, endColumn: 0 }
    return { spec, span, words: [], raw: '', values: [], options: [], children }
  }

  get #top(): Frame {
    return this.#stack.at(-1)!
  }

  #takeSkipped(token: Token): void {
    const frame = this.#top
    if (token.type === 'open') frame.skippedDepth++
    else if (token.type === 'close' && frame.skippedDepth > 0) frame.skippedDepth--
    else if (token.type === 'close') this.#popFrame()
  }

  #takeStatement(statement: Statement, next: Token | undefined): void {
    const frame = this.#top
    const keyword = statement.words[0]?.text ?? ''
    if (frame.spec.row !== undefined) {
      const meant = next?.type === 'open' ? findSpec(keyword, this.#stack[0]!.spec) : undefined
      if (meant !== undefined) this.#takeBlockInList(statement, keyword, meant)
      else if (!isExpectedIn(frame.phantoms.at(-1)?.meant, keyword)) {
        this.#keep(readLine(frame.spec.row, statement, this.#options))
      }
      return
    }
    const spec = frame.spec.children.find(child => child.keyword === keyword)
    if (spec === undefined || (spec.extension && this.#options.strictKeepalived)) {
      this.#takeUnknown(statement, spec, next)
      return
    }
    if (spec.deprecated !== undefined) {
      this.#options.report(deprecation(spec, statement.words[0]!.span))
    }
    const refused = this.#isRefusedRepeat(spec, statement)
    if (spec.kind === 'block' || spec.kind === 'list') this.#enterBlock(spec, statement, refused, next)
    else if (!refused) this.#keep(readLine(spec, statement, this.#options))
  }

  /** A keyword with a block among the rows of a list: in all likelihood the list was not closed. */
  #takeBlockInList(statement: Statement, keyword: string, meant: KeywordSpec): void {
    const frame = this.#top
    const span = statement.words[0]?.span ?? statement.span
    const message = `'${keyword}' opens a block inside ${frame.title}; it is ignored`
    const help = `is the } of ${frame.title}, opened at line ${frame.opened?.line ?? span.line}, missing?`
    this.#options.report(problem('stray-open-brace', span, message, { help }))
    frame.phantoms.push({ span, keyword, escaped: false, meant })
    this.#openHandled = true
  }

  #takeUnknown(statement: Statement, refusedExtension: KeywordSpec | undefined, next: Token | undefined): void {
    const frame = this.#top
    const word = statement.words[0]
    const keyword = word?.text ?? ''
    const hasBlock = next?.type === 'open'
    const isExpected = isExpectedIn(frame.phantoms.at(-1)?.meant, keyword)
    const span = word?.span ?? statement.span
    if (isExpected) {
      // The block around it was reported.
    } else if (refusedExtension !== undefined) {
      const message = `'${keyword}' is an extension to keepalived and is refused under --strict-keepalived`
      this.#options.report(
        problem('extension-refused', span, message, { help: 'remove it, or start without that option' }),
      )
    } else {
      const earlyEnd = frame.phantoms.slice(-phantomsSearchedMax).findLast(phantom => phantom.escaped)
      const advice =
        ++this.#unknown > advisedMax
          ? undefined
          : adviseOnUnknown(keyword, frame.spec, this.#stack[0]!.spec, frame.title, frame.opened)
      const help = joinHelp(advice, hasBlock ? this.#blockQuirk(frame) : undefined)
      const related =
        earlyEnd === undefined
          ? {}
          : { related: [{ span: earlyEnd.span, message: `the } of '${earlyEnd.keyword}' closed the block around it` }] }
      const message = `unknown keyword '${keyword}' in ${frame.title}; it is ignored`
      this.#options.report(problem('unknown-keyword', span, message, { ...(help === '' ? {} : { help }), ...related }))
    }
    if (hasBlock) {
      const meant = this.#unknown > advisedMax ? undefined : findMeant(keyword, frame.spec, this.#stack[0]!.spec)
      frame.phantoms.push({ span, keyword, escaped: false, meant })
      this.#openHandled = true
    }
  }

  #blockQuirk(frame: Frame): string {
    const closes = this.#stack.length > 1 ? ', and its } closes that' : ''
    return `as in keepalived the block is not skipped: what it contains is read as part of ${frame.title}${closes}`
  }

  #takeStrayOpen(span: Span): void {
    const frame = this.#top
    const help = `a { belongs behind the keyword of a block; the next } will close ${frame.title}`
    this.#options.report(problem('stray-open-brace', span, `unexpected { in ${frame.title}; it is ignored`, { help }))
    frame.phantoms.push({ span, keyword: '{', escaped: false, meant: undefined })
  }

  #takeClose(span: Span): void {
    const frame = this.#top
    if (this.#stack.length > 1) {
      this.#noteIndentation(frame, span)
      const escaped = frame.phantoms.map(phantom => ({ ...phantom, escaped: true }))
      this.#popFrame()
      for (const phantom of escaped) this.#top.phantoms.push(phantom)
      return
    }
    const phantom = frame.phantoms.pop()
    // The } of an unknown block of the outermost level: that block was reported already.
    if (phantom !== undefined && !phantom.escaped) return
    const related =
      phantom === undefined
        ? {}
        : { related: [{ span: phantom.span, message: `the } of '${phantom.keyword}' has closed the block before` }] }
    const help = 'there is one } more than there are blocks to close; remove it'
    this.#options.report(
      problem('stray-close-brace', span, 'this } closes nothing; it is ignored', { help, ...related }),
    )
  }

  #enterBlock(spec: KeywordSpec, statement: Statement, refused: boolean, next: Token | undefined): void {
    const entry = refused ? undefined : readLine(spec, statement, this.#options)
    const hasOpen = next?.type === 'open'
    // A block that is refused and has no brace leaves nothing to skip.
    if (entry === undefined && !hasOpen) return
    const start = statement.words[0]?.span ?? statement.span
    const title = statement.words.length > 1 ? `${spec.keyword} ${statement.words[1]!.text}` : spec.keyword
    if (hasOpen) this.#openHandled = true
    else {
      const help = `write '${title} {'`
      this.#options.report(problem('missing-open-brace', start, `${title} is a block but no { follows`, { help }))
    }
    this.#stack.push(
      frameOf(spec, { entry, skip: entry === undefined, opened: hasOpen ? next.span : start, start, title }),
    )
  }

  /** Reports a repeated keyword; true if the repetition must not be used. */
  #isRefusedRepeat(spec: KeywordSpec, statement: Statement): boolean {
    const name = statement.words[1]?.text
    const earlier = this.#top.children.findLast(
      child => child.spec === spec && (spec.uniqueName === 'no' || child.words[1]?.text === name),
    )
    if (earlier === undefined || (spec.repeat === 'all' && spec.uniqueName === 'no')) return false
    const span = statement.words[0]?.span ?? statement.span
    const related = [{ span: earlier.words[0]?.span ?? earlier.span, message: 'first given here' }]
    if (spec.uniqueName !== 'no') {
      const message = `${spec.keyword} ${name} is already defined; this one is left out`
      this.#options.report(
        problem(spec.uniqueName === 'fault' ? 'duplicate-block' : 'duplicate-name', span, message, {
          help: 'give it a name of its own',
          related,
        }),
      )
      return true
    }
    if (spec.repeat === 'first') {
      const message = `${spec.keyword} is already given; this one is ignored`
      this.#options.report(problem('duplicate-keyword', span, message, { help: 'keep one of them', related }))
      return true
    }
    const message = `${spec.keyword} is given twice; the later one counts`
    this.#options.report(problem('keyword-given-twice', span, message, { help: 'keep one of them', related }))
    return false
  }

  #keep(entry: Entry | undefined): void {
    if (entry !== undefined) this.#top.children.push(entry)
  }

  #popFrame(): void {
    const frame = this.#stack.pop()!
    if (frame.entry !== undefined) this.#top.children.push({ ...frame.entry, children: frame.children })
    if (this.#top.suspect === undefined) this.#top.suspect = frame.suspect
  }

  /** keepalived cannot know which } is missing; the indentation often shows it. */
  #noteIndentation(frame: Frame, close: Span): void {
    if (frame.start === undefined || frame.opened === undefined || close.line === frame.start.line) return
    if (close.file !== frame.start.file || close.column >= frame.start.column) return
    frame.suspect = { close, block: frame.title, opened: frame.opened }
  }

  #reportUnclosed(frame: Frame): void {
    const opened = frame.opened
    const where = opened === undefined ? '' : ` opened at line ${opened.line}`
    const message = `brace${where} is never closed (${frame.title})`
    const suspect = frame.suspect
    const related =
      suspect === undefined ? {} : { related: [{ span: suspect.opened, message: suspectMessage(suspect) }] }
    this.#options.report(problem('unclosed-block', opened, message, { help: 'add the missing }', ...related }))
  }
}

function joinHelp(advice: string | undefined, quirk: string | undefined): string {
  if (advice === undefined || quirk === undefined) return advice ?? quirk ?? ''
  return advice.endsWith('?') ? `${advice} ${quirk[0]!.toUpperCase()}${quirk.slice(1)}` : `${advice}; ${quirk}`
}

function suspectMessage(suspect: NonNullable<Frame['suspect']>): string {
  return `by the indentation it is ${suspect.block} that is not closed: the } of line ${suspect.close.line} stands further left`
}

function frameOf(spec: KeywordSpec, of: Pick<Frame, 'entry' | 'skip' | 'opened' | 'start' | 'title'>): Frame {
  return { spec, ...of, children: [], phantoms: [], skippedDepth: 0, suspect: undefined }
}
