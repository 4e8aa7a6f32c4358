// The depth of each piece of a file: how many blocks are open around it. A file with conditions is several files in one,
// so the depth is followed for every config-id that the file names, and for one that it does not name (config-syntax
// section 6).

import type { Condition, Piece } from './piece.ts'

/** Config-ids that are told apart; further ones are taken for the unnamed one. */
const configIdsMax = 64

/** How one config-id reads the file. */
interface Course {
  /** undefined: any id that the file does not name. */
  readonly id: string | undefined
  /** Lines of the braces that are open. */
  readonly open: number[]
  /** Line of a `}` too many. */
  surplusAt: number | undefined
}

export interface Unbalanced {
  /** First line that is left as it is. */
  readonly line: number
  readonly reason: 'surplus' | 'unclosed'
}

interface Nesting {
  /** One per piece. */
  readonly depths: readonly number[]
  /** No config-id reads balanced braces. */
  readonly unbalanced: Unbalanced | undefined
}

export function nestingOf(pieces: readonly Piece[]): Nesting {
  const courses = coursesOf(pieces)
  const depths = pieces.map(piece => {
    const active = courses.filter(course => course.surplusAt === undefined && holds(piece.condition, course.id))
    const relevant = active.length > 0 ? active : courses.filter(course => course.surplusAt === undefined)
    const depth = Math.max(0, ...relevant.map(course => course.open.length - leadingCloses(piece)))
    for (const course of active) follow(course, piece)
    return depth
  })
  return { depths, unbalanced: firstFault(courses) }
}

function coursesOf(pieces: readonly Piece[]): readonly Course[] {
  const ids = new Set<string | undefined>([undefined])
  for (const { condition } of pieces) {
    if (condition !== undefined && ids.size <= configIdsMax) ids.add(condition.id)
  }
  return [...ids].map(id => ({ id, open: [], surplusAt: undefined }))
}

function holds(condition: Condition | undefined, id: string | undefined): boolean {
  return condition === undefined || (condition.id === id) !== condition.negated
}

function follow(course: Course, piece: Piece): void {
  for (const step of piece.steps) {
    if (step === 'open') course.open.push(piece.line)
    else if (course.open.pop() === undefined) course.surplusAt ??= piece.line
  }
}

/** Braces at the start of a piece close blocks before its text begins. */
function leadingCloses(piece: Piece): number {
  if (piece.kind === 'raw' || piece.kind === 'comment') return 0
  const text = piece.condition === undefined ? piece.text : piece.text.replace(/^@[^ \t]*[ \t]*/, '')
  const closes = /^[} \t]*/.exec(text)?.[0].replaceAll(/[ \t]/g, '').length ?? 0
  return Math.min(closes, piece.steps.filter(step => step === 'close').length)
}

/** One balanced reading is enough; else the file is good up to where the last reading goes wrong. */
function firstFault(courses: readonly Course[]): Unbalanced | undefined {
  const faults = courses.map(faultOf)
  if (faults.includes(undefined)) return undefined
  return faults.reduce((last, fault) => (last === undefined || fault!.line > last.line ? fault : last))
}

function faultOf(course: Course): Unbalanced | undefined {
  if (course.surplusAt !== undefined) return { line: course.surplusAt, reason: 'surplus' }
  const first = course.open[0]
  return first === undefined ? undefined : { line: first, reason: 'unclosed' }
}
