// How long after the formula's time (3 × interval + skew after the dead master's last advert) does the standby's first
// advert leave? Ours beside keepalived's own figure in the same run. Both are measured on one bridge by kernel stamps.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configText, type InstanceText, masterDownUs } from '../lab/config-text.ts'
import { Lab } from '../lab/lab.ts'
import { becomesBackup, becomesMaster, lastAdvert } from '../lab/role.ts'
import type { Kind } from '../lab/router.ts'
import { skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const BOUND_US = 30_000
/** A busy host delays both; one more try where keepalived itself missed the bound. */
const TRIES_MAX = 2

interface Measure {
  readonly title: string
  readonly instance: Pick<InstanceText, 'version' | 'advertInt'>
  readonly repetitions: number
}

const MEASURES: readonly Measure[] = [
  { title: 'v2 1 s', instance: { version: 2, advertInt: 1 }, repetitions: 2 },
  { title: 'v3 1 s', instance: { version: 3, advertInt: 1 }, repetitions: 2 },
  { title: 'v3 100 ms', instance: { version: 3, advertInt: 0.1 }, repetitions: 10 },
  { title: 'v3 10 ms', instance: { version: 3, advertInt: 0.01 }, repetitions: 20 },
]

const STANDBYS: readonly Kind[] = ['keepalived', 'keepalived-ts']

test('takeover within 3 × interval + skew + 30 ms', { skip, timeout: 600_000 }, async t => {
  const rows: string[] = []
  const failures: string[] = []
  for (const measure of MEASURES) {
    const figures = await measureBoth(measure)
    for (const [kind, late] of figures) rows.push(row(measure.title, kind, late))
    const ours = figures.get(subject)!
    if (worst(ours) > BOUND_US) failures.push(`${measure.title}: ${worst(ours)} µs late`)
  }
  t.diagnostic('takeover, time after 3 × interval + skew:')
  t.diagnostic('  protocol    standby         median     worst    all, ms')
  for (const line of rows) t.diagnostic(line)
  assert.deepEqual(failures, [])
})

async function measureBoth(measure: Measure): Promise<Map<Kind, number[]>> {
  const kinds = STANDBYS.filter(kind => kind === 'keepalived' || kind === subject)
  let figures = new Map<Kind, number[]>()
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    figures = new Map()
    for (const kind of kinds) figures.set(kind, await Lab.with({}, lab => measureTakeovers(lab, kind, measure)))
    const hostWasBusy = worst(figures.get('keepalived')!) > BOUND_US
    if (worst(figures.get(subject)!) <= BOUND_US || !hostWasBusy) break
  }
  return figures
}

/** keepalived is the master that dies, `kind` stands by; microseconds after the formula's time for each death. */
async function measureTakeovers(lab: Lab, kind: Kind, measure: Measure): Promise<number[]> {
  const [a, b] = [lab.router('a'), lab.router('b')]
  const low = { ...measure.instance, priority: 100 }
  b.start({ kind, config: configText([low]) })
  await becomesMaster(lab, 'b')
  const late: number[] = []
  for (let repetition = 0; repetition < measure.repetitions; repetition++) {
    const startedAt = lab.adverts().at(-1)!.at
    a.start({ kind: 'keepalived', config: configText([{ ...measure.instance, priority: 200 }]) })
    await becomesMaster(lab, 'a', { since: startedAt })
    await becomesBackup(lab, 'b')
    // The standby must have learnt the interval from some adverts.
    const settledFrom = lab.adverts({ from: 'a' }).length
    await lab.waitFor('three more adverts', () => lab.adverts({ from: 'a' }).length >= settledFrom + 3, 10_000)
    const killedAt = a.kill()
    const first = await becomesMaster(lab, 'b', { since: killedAt })
    late.push(first.at - lastAdvert(lab, 'a').at - masterDownUs(low))
  }
  return late
}

function worst(late: readonly number[]): number {
  return Math.max(...late)
}

function row(title: string, kind: Kind, late: readonly number[]): string {
  const sorted = [...late].sort((one, other) => one - other)
  const milliseconds = (us: number) => (us / 1_000).toFixed(2)
  const median = sorted[Math.floor(sorted.length / 2)]!
  const all = sorted.map(milliseconds).join(' ')
  return `  ${title.padEnd(11)} ${kind.padEnd(14)} ${milliseconds(median).padStart(8)} ${milliseconds(worst(late)).padStart(9)}    ${all}`
}
