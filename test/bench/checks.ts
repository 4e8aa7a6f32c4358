// `npm run bench:checks -- --checks 10000 --loop 5 --minutes 10`: that many TCP checks, ours for the whole time and keepalived
// beside it (one after the other) for a shorter one: CPU share of one core, memory, descriptors, and how late checks begin.

import { parseArgs } from 'node:util'
import { sleep } from '../lab/clock.ts'
import type { SubjectName } from './bench-subject.ts'
import { CheckLoad } from './check-load.ts'
import { type CheckRow, measureChecks } from './check-measure.ts'

const { values } = parseArgs({
  options: {
    checks: { type: 'string', default: '10000' },
    loop: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '10' },
    /** For how long keepalived is measured. */
    'reference-minutes': { type: 'string', default: '1' },
    'no-reference': { type: 'boolean', default: false },
  },
})
const plan = { checks: positive('checks'), loopSeconds: positive('loop') }
const load = new CheckLoad(plan)
process.once('SIGINT', () => process.exit(130))
try {
  await load.prepare()
  const reference = values['no-reference'] ? undefined : await measured('keepalived', positive('reference-minutes'))
  const ours = await measured('keepalived-ts', positive('minutes'))
  if (reference !== undefined) compare(reference, ours)
} finally {
  load.remove()
}

async function measured(name: SubjectName, minutes: number): Promise<readonly CheckRow[]> {
  console.log(`${name}: ${plan.checks} checks every ${plan.loopSeconds} s, ${minutes} min`)
  console.log('  minute   checks/s   CPU %   RSS MB   descriptors   late ms: p50      p99      max')
  const rows = await measureChecks(load, name, minutes, row => console.log(describe(row)))
  await sleep(1_000)
  return rows
}

function describe(row: CheckRow): string {
  const { lateness } = row
  const cells = [
    row.minutes.toFixed(2).padStart(8),
    row.checksPerSecond.toFixed(0).padStart(10),
    row.cpuPercent.toFixed(1).padStart(7),
    (row.rssKb / 1_024).toFixed(0).padStart(8),
    String(row.descriptors).padStart(13),
    lateness.p50Ms.toFixed(2).padStart(17),
    lateness.p99Ms.toFixed(2).padStart(8),
    lateness.maxMs.toFixed(2).padStart(8),
  ]
  return cells.join(' ')
}

function compare(reference: readonly CheckRow[], ours: readonly CheckRow[]): void {
  const cpu = mean(ours) / mean(reference)
  const [first, last] = [ours[0]!, ours.at(-1)!]
  const rss = last.rssKb / reference.at(-1)!.rssKb
  console.log(`CPU: ${mean(ours).toFixed(1)} % beside ${mean(reference).toFixed(1)} %, ${cpu.toFixed(1)} x keepalived`)
  console.log(`RSS: ${rss.toFixed(1)} x keepalived`)
  console.log(`descriptors of ours, first row and last: ${first.descriptors} -> ${last.descriptors}`)
  console.log(
    `RSS of ours, first row and last: ${(first.rssKb / 1_024).toFixed(0)} -> ${(last.rssKb / 1_024).toFixed(0)} MB`,
  )
}

function mean(rows: readonly CheckRow[]): number {
  return rows.reduce((sum, row) => sum + row.cpuPercent, 0) / rows.length
}

function positive(name: 'checks' | 'loop' | 'minutes' | 'reference-minutes'): number {
  const number = Number(values[name])
  if (!(number > 0)) throw new Error(`--${name} ${values[name]}: a number above 0 is needed`)
  return number
}
