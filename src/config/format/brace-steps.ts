// The braces of a line that is kept whole: which blocks it opens and closes, as far as its text tells. References to parameters
// count with the braces of their values, since `$BODY` may hold half a block (config-syntax sections 3 and 5).

import { findBrace } from '../text/statement.ts'
import type { BraceStep } from './piece.ts'

/** The most steps that one line contributes; no reasonable line has more. */
const stepsPerLineMax = 200

/** For each parameter of the file: blocks that its value opens (or, negative, closes) in sum. */
export type BraceShifts = Map<string, number>

const reference =
  /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?:[ \t]+[A-Za-z0-9_]+)*[ \t]*\}|([A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|$))/g

/** The steps of `text`, which stands without its comment. */
export function braceSteps(text: string, shifts: BraceShifts): readonly BraceStep[] {
  const steps: BraceStep[] = []
  const plain = text.replaceAll(reference, (_, braced: string | undefined, bare: string | undefined) =>
    shiftText(shifts.get(braced ?? bare ?? '') ?? 0),
  )
  for (let at = findBrace(plain, 0); at >= 0 && steps.length < stepsPerLineMax; at = findBrace(plain, at + 1)) {
    steps.push(plain[at] === '{' ? 'open' : 'close')
  }
  return steps
}

/** Blocks opened less blocks closed. */
export function shiftOf(text: string, shifts: BraceShifts): number {
  return braceSteps(text, shifts).reduce((sum, step) => sum + (step === 'open' ? 1 : -1), 0)
}

/** A value of braces alone stands in for the reference. */
function shiftText(shift: number): string {
  const count = Math.min(Math.abs(shift), stepsPerLineMax)
  return (shift > 0 ? '{' : '}').repeat(count)
}
