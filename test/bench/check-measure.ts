// One program under a load of checks, measured row by row after its start: CPU share of one core, memory, descriptors, lateness.

import { sleep } from '../lab/clock.ts'
import type { SubjectName } from './bench-subject.ts'
import type { CheckLoad } from './check-load.ts'
import type { Lateness } from './syn-witness.ts'

export interface CheckRow {
  /** Since the measurement began. */
  readonly minutes: number
  readonly checksPerSecond: number
  readonly cpuPercent: number
  readonly rssKb: number
  /** The most that was seen. */
  readonly descriptors: number
  readonly lateness: Lateness
}

const ROWS_MIN = 3
const ROW_SECONDS_MAX = 60
const SAMPLE_MS = 1_000

/** Starts the program, waits until each server was checked twice, and measures for so many minutes. Rejects if it ends early. */
export async function measureChecks(
  load: CheckLoad,
  name: SubjectName,
  minutes: number,
  tell: (row: CheckRow) => void,
): Promise<readonly CheckRow[]> {
  const { checks, loopSeconds } = load.plan
  const witness = await load.witness()
  const subject = load.start(name)
  try {
    const settledBy = Date.now() + (4 * loopSeconds + 30) * 1_000
    while (witness.serversChecked(2) < checks) {
      if (subject.ended || Date.now() > settledBy) {
        throw new Error(
          `${name}: ${witness.serversChecked(2)} of ${checks} checked twice\n${subject.output.slice(-4_000)}`,
        )
      }
      await sleep(SAMPLE_MS / 4)
    }
    witness.takeLateness()
    const rows: CheckRow[] = []
    const count = Math.max(ROWS_MIN, Math.ceil((minutes * 60) / ROW_SECONDS_MAX))
    const rowMs = (minutes * 60_000) / count
    const startedAt = performance.now()
    for (let i = 0; i < count; i++) {
      const begun = { at: performance.now(), cpuMs: subject.cost().cpuMs, checks: witness.checks }
      let descriptors = 0
      while (performance.now() < startedAt + (i + 1) * rowMs) {
        await sleep(Math.max(1, Math.min(SAMPLE_MS, startedAt + (i + 1) * rowMs - performance.now())))
        descriptors = Math.max(descriptors, subject.cost().descriptors)
      }
      const cost = subject.cost()
      const elapsedMs = performance.now() - begun.at
      if (subject.ended) throw new Error(`${name} ended\n${subject.output.slice(-4_000)}`)
      const row: CheckRow = {
        minutes: (performance.now() - startedAt) / 60_000,
        checksPerSecond: ((witness.checks - begun.checks) / elapsedMs) * 1_000,
        cpuPercent: ((cost.cpuMs - begun.cpuMs) / elapsedMs) * 100,
        rssKb: cost.rssKb,
        descriptors,
        lateness: witness.takeLateness(),
      }
      rows.push(row)
      tell(row)
    }
    return rows
  } finally {
    await subject.stop()
    witness.stop()
  }
}
