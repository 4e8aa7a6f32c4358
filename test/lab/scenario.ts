// Scenarios of two routers, `a` preferred and `b` standing by, played with the program under test and Debian's
// keepalived in either role. LAB_SUBJECT=keepalived plays keepalived against itself: that calibrates the lab.

import assert from 'node:assert/strict'
import test from 'node:test'
import { whyNot } from './environment.ts'
import { Lab, type LabOptions } from './lab.ts'
import type { Kind, Router } from './router.ts'
import { subject } from './subject.ts'
import { UnmetError } from './timeline.ts'

export interface Pair {
  readonly a: Kind
  readonly b: Kind
}

/** Both ways round. */
export const pairs: readonly Pair[] =
  subject === 'keepalived'
    ? [{ a: 'keepalived', b: 'keepalived' }]
    : [
        { a: 'keepalived-ts', b: 'keepalived' },
        { a: 'keepalived', b: 'keepalived-ts' },
      ]

export interface Stage {
  readonly lab: Lab
  readonly a: Router
  readonly b: Router
  readonly pair: Pair
}

export const skip = whyNot()

/** A test for each pair. */
export function scenario(name: string, play: (stage: Stage) => Promise<void>, options: LabOptions = {}): void {
  for (const pair of pairs) {
    test(`${name} (a: ${pair.a}, b: ${pair.b})`, { skip, timeout: 120_000 }, () =>
      Lab.with(options, lab => withLogs(lab, () => play({ lab, a: lab.router('a'), b: lab.router('b'), pair }))),
    )
  }
}

/** A test of the program under test in a lab of its own. */
export function labTest(name: string, play: (lab: Lab) => Promise<void>, options: LabOptions = {}): void {
  test(name, { skip, timeout: 180_000 }, () => Lab.with(options, lab => withLogs(lab, () => play(lab))))
}

/** A failed assertion says little without what was seen before it. */
async function withLogs(lab: Lab, play: () => Promise<void>): Promise<void> {
  try {
    await play()
    for (const router of lab.routers)
      assert.ok(!router.diedAlone, `${router.name} ended: ${JSON.stringify(router.exit)}`)
  } catch (thrown) {
    if (thrown instanceof Error && !(thrown instanceof UnmetError)) thrown.stack += `\n${lab.timeline.tail()}`
    throw thrown
  }
}
