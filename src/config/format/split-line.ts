// Cuts a physical line into pieces. A line is cut at its braces only where both readings are the same (config-syntax sections
// 1 to 7): what stands behind a condition, a sequence or an include belongs to it, a parameter may expand differently when it
// ends its line, and backslashes and open quotes reach beyond a brace.

import { replaceOddBlanks } from '../text/blanks.ts'
import { stripLine } from '../text/comment.ts'
import { byteLength, lineBytesMax, visibleStart } from '../text/line.ts'
import { findBrace } from '../text/statement.ts'
import { writtenText } from '../text/text.ts'
import { type BraceShifts, braceSteps, shiftOf } from './brace-steps.ts'
import type { BraceStep, Condition, Piece } from './piece.ts'

/** What the lines before decide about the next one. */
interface SplitState {
  /** `value`: inside a multi-line value. `unclear`: the line may belong to one that comes out of a parameter. */
  mode: 'plain' | 'value' | 'unclear'
  /** The parameter whose value is open, and the braces of its lines so far. */
  openName: string
  openShift: number
  readonly shifts: BraceShifts
}

export function beginSplit(): SplitState {
  return { mode: 'plain', openName: '', openShift: 0, shifts: new Map() }
}

/** The pieces of `content`, physical line number `line`, without its line end. */
export function splitLine(content: string, line: number, state: SplitState): readonly Piece[] {
  const scanned = scanLine(content)
  if (state.mode === 'value') return [continueValue(content, line, scanned, state)]
  if (state.mode === 'unclear') return [passUnclear(content, line, scanned, state)]
  if (isUntouchable(content, line)) return [rawPiece(content, line, scanned, state)]
  if (trimBlanks(content) === '') return [{ ...emptyPiece, kind: 'blank', line }]
  const comment = scanned.comment + keptBlank(content, scanned)
  if (scanned.text === '') return [{ ...emptyPiece, kind: 'comment', text: comment.replace(/^[ \t]+/, ''), line }]
  if (isWhole(scanned)) return [wholePiece(scanned.text, comment, line, scanned, state)]
  return cutAtBraces(scanned.text, comment, line)
}

const emptyPiece: Piece = { kind: 'blank', text: '', comment: '', condition: undefined, steps: [], line: 0 }

interface Scanned {
  /** The statement text as written, without blanks at either end. */
  readonly text: string
  /** The same with the escapes of `#` and `!` gone and odd blanks made plain: what the reader sees. */
  readonly seen: string
  readonly comment: string
  readonly continued: boolean
  readonly hasOpenQuote: boolean
  readonly hasOddBlank: boolean
}

function scanLine(content: string): Scanned {
  const { text: plain, firstAt } = replaceOddBlanks(content)
  const stripped = stripLine(writtenText(plain, '', 1, 1))
  const end = stripped.commentAt ?? plain.length
  const text = trimBlanks(plain.slice(0, end)) === '' ? '' : trimBlanks(content.slice(0, end))
  const behind = text === '' ? 0 : content.indexOf(text) + text.length
  return {
    text,
    seen: stripped.text.text,
    comment: stripped.commentAt === undefined && text !== '' ? '' : trimEnd(content.slice(behind)),
    continued: stripped.continued,
    hasOpenQuote: stripped.openQuote !== undefined,
    hasOddBlank: firstAt !== undefined,
  }
}

/** NUL, a byte order mark, and lines of which only the tail is read: a blank more or less would change what is left. */
function isUntouchable(content: string, line: number): boolean {
  const hasMark = line === 1 && content.startsWith('\uFEFF')
  return hasMark || content.includes('\0') || byteLength(content) > lineBytesMax
}

/** Blanks at the end that count: without them a backslash continues the line, and a carriage return is part of its end. */
function keptBlank(content: string, scanned: Scanned): string {
  const trimmed = trimEnd(content)
  if (trimmed === content) return ''
  if (trimmed.endsWith('\r')) return ' '
  if (scanned.continued || !trimmed.endsWith('\\')) return ''
  return stripLine(writtenText(trimmed, '', 1, 1)).continued ? ' ' : ''
}

function isWhole({ text, hasOpenQuote, hasOddBlank }: Scanned): boolean {
  return hasOpenQuote || hasOddBlank || /[$\\\r]/.test(text) || startsWhole(text)
}

/** Conditions, sequences and includes take the rest of the line with them. */
function startsWhole(text: string): boolean {
  return /^(?:@|~SEQ|~LST|include[rmwba]?(?:[ \t]|$))/.test(text)
}

function wholePiece(text: string, comment: string, line: number, scanned: Scanned, state: SplitState): Piece {
  state.mode = modeBehind(scanned, state)
  const condition = conditionOf(text)
  const steps = stepsOfWhole(scanned.seen, state)
  return { kind: 'whole', text, comment, condition, steps, line }
}

function modeBehind({ text, seen, continued }: Scanned, state: SplitState): SplitState['mode'] {
  if (!continued) return 'plain'
  if (opensValue(seen, state)) return 'value'
  return text.includes('$') ? 'unclear' : 'plain'
}

function stepsOfWhole(seen: string, state: SplitState): readonly BraceStep[] {
  const rest = behindCondition(seen)
  const definition = parseValue(rest)
  if (definition !== undefined) {
    if (state.mode !== 'value') state.shifts.set(definition.name, shiftOf(definition.value, state.shifts))
    return []
  }
  if (/^include[rmwba]?(?:[ \t]|$)/.test(rest)) return []
  const body = rest.replace(/^(?:~(?:SEQx?|LST)\([^)]*\)[ \t]*)+/, '')
  return body.startsWith('~SEQ') || body.startsWith('~LST') ? [] : braceSteps(body, state.shifts)
}

/** Whether a multi-line value starts on this line, which ends in a backslash; also behind a brace. */
function opensValue(seen: string, state: SplitState): boolean {
  let rest = behindCondition(seen)
  for (;;) {
    const definition = parseValue(rest)
    if (definition !== undefined) {
      state.openName = definition.name
      state.openShift = shiftOf(definition.value, state.shifts)
      return true
    }
    const brace = findBrace(rest, 0)
    if (brace < 0) return false
    rest = behindCondition(trimBlanks(rest.slice(brace + 1)))
  }
}

function continueValue(content: string, line: number, scanned: Scanned, state: SplitState): Piece {
  const piece: Piece = { ...emptyPiece, kind: 'raw', text: content, line }
  if (content === '' || content.includes('\0')) return piece
  const start = visibleStart(content)
  const { seen, continued } = start === 0 ? scanned : scanLine(content.slice(start))
  state.openShift += shiftOf(seen.replace(/[ \t]*\\$/, ''), state.shifts)
  if (continued || seen === '') return piece
  state.shifts.set(state.openName, state.openShift)
  state.mode = 'plain'
  return piece
}

/** Empty lines do not end a value, so they do not end the doubt. */
function passUnclear(content: string, line: number, scanned: Scanned, state: SplitState): Piece {
  const piece = rawPiece(content, line, scanned, state)
  if (state.mode === 'plain' && !scanned.continued && scanned.seen !== '' && !content.includes('\0')) return piece
  if (state.mode === 'plain') state.mode = 'unclear'
  return piece
}

function rawPiece(content: string, line: number, scanned: Scanned, state: SplitState): Piece {
  if (content.includes('\0')) return { ...emptyPiece, kind: 'raw', text: content, line }
  const from = Math.max(visibleStart(content), line === 1 && content.startsWith('\uFEFF') ? 1 : 0)
  const visible = from === 0 ? scanned : scanLine(content.slice(from))
  const whole = wholePiece(visible.text, '', line, visible, state)
  return { ...whole, kind: 'raw', text: content }
}

function cutAtBraces(text: string, comment: string, line: number): readonly Piece[] {
  const pieces: Piece[] = []
  const add = (kind: Piece['kind'], text: string, steps: readonly BraceStep[]) =>
    pieces.push({ ...emptyPiece, kind, text, steps, line })
  let rest = text
  while (rest !== '') {
    if (startsWhole(rest)) {
      const steps = stepsOfWhole(rest, beginSplit())
      pieces.push({ ...emptyPiece, kind: 'whole', text: rest, condition: conditionOf(rest), steps, line })
      break
    }
    const brace = findBrace(rest, 0)
    const statement = trimBlanks(brace < 0 ? rest : rest.slice(0, brace))
    if (statement !== '') add('statement', statement, [])
    if (brace < 0) break
    if (rest[brace] === '{') add('open', '{', ['open'])
    else add('close', '}', ['close'])
    rest = trimBlanks(rest.slice(brace + 1))
  }
  return withComment(pieces, comment)
}

/** The comment stays at the end of the line. Its distance to the text is kept if the line is not cut in pieces. */
function withComment(pieces: readonly Piece[], comment: string): readonly Piece[] {
  const last = pieces.at(-1)
  if (last === undefined || comment === '') return pieces
  const isOneLine = pieces.length === 1 || (pieces.length === 2 && pieces[1]!.kind === 'open')
  return [...pieces.slice(0, -1), { ...last, comment: isOneLine ? comment : ` ${comment.replace(/^[ \t]+/, '')}` }]
}

function conditionOf(text: string): Condition | undefined {
  const match = /^@(\^?)([^ \t]*)/.exec(text)
  return match === null ? undefined : { id: match[2]!, negated: match[1] === '^' }
}

function behindCondition(text: string): string {
  return text.replace(/^@[^ \t]*[ \t]*/, '')
}

function parseValue(text: string): { readonly name: string; readonly value: string } | undefined {
  const match = /^\$([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text)
  return match === null ? undefined : { name: match[1]!, value: match[2]!.replace(/\\$/, '') }
}

/** Without blanks and tabs at either end; other white space is letters to keepalived. */
function trimBlanks(text: string): string {
  return trimEnd(text).replace(/^[ \t]+/, '')
}

function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(0, end)
}
