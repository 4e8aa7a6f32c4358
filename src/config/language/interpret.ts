// Walks the flat token stream with a stack of blocks and the keyword tables, and yields a tree of entries. Knows nothing of
// any single keyword. Follows keepalived's treatment of braces (config-syntax section 3), because what a faulty file means
// depends on it: an unknown block is not skipped, its contents are tried at the level it stands in.

import type { Report } from '../report/codes.ts'
import { problem } from '../report/codes.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import type { Token } from '../text/token.ts'
import { deprecation } from './cursor.ts'
import type { Entry } from './entry.ts'
import type { WrittenLine } from './line.ts'
import { readLine } from './line.ts'
import { findMeant, findSpec, isExpectedIn } from './meant-block.ts'
import {
  homeOf,
  missingBrace,
  missingClose,
  noteIndentation,
  type OpenBlock,
  openBlock,
  showsMissingClose,
  strayedKeyword,
  unclosed,
} from './open-block.ts'
import { findRepeat } from './repeated.ts'
import { childSpec, type KeywordSpec } from './spec.ts'
import { refusedExtension, unknownKeyword } from './unknown.ts'

interface InterpretOptions {
  /** Refuse the keywords that keepalived does not have. */
  readonly strictKeepalived: boolean
  readonly report: Report
}

/** Unknown keywords that get advice. A search through all keywords each time would make a file of garbage take minutes. */
const advisedMax = 1_000

/** Interprets a whole configuration. The result is the outermost level as an entry whose children are the top blocks. */
export function interpret(tokens: readonly Token[], root: KeywordSpec, options: InterpretOptions): Entry {
  const walk = new Walk(root, options)
  for (const [i, token] of tokens.entries()) walk.take(token, tokens[i + 1])
  return walk.finish()
}

class Walk {
  readonly #stack: OpenBlock[]
  readonly #options: InterpretOptions
  /** The next `{` was already dealt with together with its keyword. */
  #openHandled = false
  #unknown = 0
  #saidMissing = 0

  constructor(root: KeywordSpec, options: InterpretOptions) {
    this.#options = options
    this.#stack = [
      openBlock(root, {
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
      // Each } that was said to be missing leaves one block open at the end.
      if (this.#saidMissing > 0) this.#saidMissing--
      else this.#options.report(unclosed(this.#top))
      this.#popFrame()
    }
    const { spec, children } = this.#stack[0]!
    const span: Span = { file: '', line: 0, column: 0, endColumn: 0 }
    return {
      keyword: spec.keyword,
      name: spec.keyword,
      at: span,
      spec,
      span,
      words: [],
      raw: '',
      values: [],
      options: [],
      children,
    }
  }

  get #top(): OpenBlock {
    return this.#stack.at(-1)!
  }

  #takeSkipped(token: Token): void {
    const level = this.#top
    if (token.type === 'open') level.skippedDepth++
    else if (token.type === 'close' && level.skippedDepth > 0) level.skippedDepth--
    else if (token.type === 'close') this.#popFrame()
  }

  #takeStatement(statement: WrittenLine, next: Token | undefined): void {
    const level = this.#top
    const keyword = statement.words[0]?.text ?? ''
    if (level.spec.row !== undefined) {
      const meant = next?.type === 'open' ? findSpec(keyword, this.#stack[0]!.spec) : undefined
      if (meant !== undefined) this.#takeBlockInList(statement, keyword, meant)
      else if (!isExpectedIn(level.phantoms.at(-1)?.meant, keyword)) {
        this.#takeRow(level, level.spec.row, statement, keyword)
      }
      return
    }
    const spec = childSpec(level.spec, keyword)
    if (spec === undefined || (spec.extension && this.#options.strictKeepalived)) {
      this.#takeUnknown(statement, spec !== undefined, next)
      return
    }
    if (spec.deprecated !== undefined) {
      this.#options.report(deprecation(spec, statement.words[0]!.span))
    }
    const repeat = findRepeat(spec, statement, level.children)
    if (repeat !== undefined) this.#options.report(repeat.diagnostic)
    const refused = repeat?.refused === true
    if (spec.kind === 'block' || spec.kind === 'list') this.#enterBlock(spec, statement, refused, next)
    else if (!refused) this.#keep(readLine(spec, statement, this.#options))
  }

  /**
   * A row that cannot be used, and begins with a keyword of the block around the list: the list was not closed, or
   * never opened.
   */
  #takeRow(level: OpenBlock, row: KeywordSpec, statement: WrittenLine, keyword: string): void {
    const around = this.#stack.at(-2)!
    if (childSpec(around.spec, keyword) === undefined) {
      this.#keep(readLine(row, statement, this.#options))
      return
    }
    const found: Diagnostic[] = []
    const entry = readLine(row, statement, { ...this.#options, report: diagnostic => found.push(diagnostic) })
    const isPlainFault = found.length > 0 && found.every(({ faultClass }) => faultClass === 'general')
    if (entry === undefined && isPlainFault) {
      if (
        level.opened !== level.start &&
        this.#saysMissingClose(keyword, statement.words[0]?.span ?? statement.span, true)
      )
        return
      found.splice(0, found.length, strayedKeyword(keyword, statement, level, around))
    }
    for (const diagnostic of found) this.#options.report(diagnostic)
    this.#keep(entry)
  }

  /** A keyword with a block among the rows of a list: in all likelihood the list was not closed. */
  #takeBlockInList(statement: WrittenLine, keyword: string, meant: KeywordSpec): void {
    const level = this.#top
    const span = statement.words[0]?.span ?? statement.span
    if (!this.#saysMissingClose(keyword, span, true)) {
      const message = `'${keyword}' opens a block inside ${level.title}; it is ignored`
      const help = `is the } of ${level.title}, opened at line ${level.opened?.line ?? span.line}, missing?`
      this.#options.report(problem('stray-open-brace', span, message, { help }))
    }
    level.phantoms.push({ span, keyword, escaped: false, meant })
    this.#openHandled = true
  }

  #takeUnknown(statement: WrittenLine, refused: boolean, next: Token | undefined): void {
    const level = this.#top
    const word = statement.words[0]
    const keyword = word?.text ?? ''
    const hasBlock = next?.type === 'open'
    const isExpected = isExpectedIn(level.phantoms.at(-1)?.meant, keyword)
    const span = word?.span ?? statement.span
    // The block around an expected one was reported.
    if (!isExpected && refused) this.#options.report(refusedExtension(keyword, span))
    else if (!isExpected && !this.#saysMissingClose(keyword, span, hasBlock)) {
      const advised = ++this.#unknown <= advisedMax
      this.#options.report(unknownKeyword({ keyword, span, hasBlock, advised }, level, this.#stack[0]!))
    }
    if (hasBlock) {
      const meant = this.#unknown > advisedMax ? undefined : findMeant(keyword, level.spec, this.#stack[0]!.spec)
      level.phantoms.push({ span, keyword, escaped: false, meant })
      this.#openHandled = true
    }
  }

  /** Reports, once for each open block, that its } is missing if this line shows it. False: the line shows no such thing. */
  #saysMissingClose(keyword: string, at: Span, opensBlock: boolean): boolean {
    const level = this.#top
    const home = homeOf(keyword, this.#stack)
    if (home === undefined) return false
    if (!level.saidOpen && !showsMissingClose(level, at, opensBlock)) return false
    if (!level.saidOpen) {
      this.#options.report(missingClose(level, home, keyword, at))
      this.#saidMissing++
    }
    level.saidOpen = true
    return true
  }

  #takeStrayOpen(span: Span): void {
    const level = this.#top
    const help = `a { belongs behind the keyword of a block; the next } will close ${level.title}`
    this.#options.report(problem('stray-open-brace', span, `unexpected { in ${level.title}; it is ignored`, { help }))
    level.phantoms.push({ span, keyword: '{', escaped: false, meant: undefined })
  }

  #takeClose(span: Span): void {
    const level = this.#top
    if (this.#stack.length > 1) {
      noteIndentation(level, span)
      const escaped = level.phantoms.map(phantom => ({ ...phantom, escaped: true }))
      this.#popFrame()
      for (const phantom of escaped) this.#top.phantoms.push(phantom)
      return
    }
    const phantom = level.phantoms.pop()
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

  #enterBlock(spec: KeywordSpec, statement: WrittenLine, refused: boolean, next: Token | undefined): void {
    const hasOpen = next?.type === 'open'
    const isBareList = !hasOpen && spec.kind === 'list' && spec.args.length === 0
    // What stands behind the keyword of a list is reported together with the missing brace.
    const own = isBareList ? { ...statement, words: statement.words.slice(0, 1) } : statement
    const entry = refused ? undefined : readLine(spec, own, this.#options)
    // A block that is refused and has no brace leaves nothing to skip.
    if (entry === undefined && !hasOpen) return
    const start = statement.words[0]?.span ?? statement.span
    const title = own.words.length > 1 ? `${spec.keyword} ${own.words[1]!.text}` : spec.keyword
    if (hasOpen) this.#openHandled = true
    else this.#options.report(missingBrace(title, start, isBareList ? statement.words.slice(1) : undefined))
    this.#stack.push(
      openBlock(spec, { entry, skip: entry === undefined, opened: hasOpen ? next.span : start, start, title }),
    )
  }

  #keep(entry: Entry | undefined): void {
    if (entry !== undefined) this.#top.children.push(entry)
  }

  #popFrame(): void {
    const level = this.#stack.pop()!
    if (level.entry !== undefined) this.#top.children.push({ ...level.entry, children: level.children })
    if (this.#top.suspect === undefined) this.#top.suspect = level.suspect
  }
}
