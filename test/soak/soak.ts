// The chaos soak: random wounds to two nodes for a while, then peace, then the judgement. Never two masters for longer than
// one master-down time while they could hear each other, exactly one in the end, and no process that keeps growing.

import { epochNowUs, sleep } from '../lab/clock.ts'
import { processTree } from '../lab/command.ts'
import { Lab } from '../lab/lab.ts'
import { Prng } from '../sim/prng.ts'
import { outside } from './overlap.ts'
import { describeRow, type ProcessRow } from './process-record.ts'
import { VIRTUAL_ROUTERS, Ward } from './ward.ts'
import { describeStab, nextStab } from './wound.ts'

export interface SoakOptions {
  readonly seed: number
  readonly durationMs: number
  /** A line for people. */
  say(line: string): void
}

/** After a watchdog that gave up: its start, a master-down time, and the delays of a worker that died often. */
const PEACE_WITHIN_MS = 30_000
const PEACE_LASTS_MS = 3_000
const DESCRIPTORS_MORE_MAX = 4
const RSS_MORE_MAX_MB = 64
const LINES_SHOWN_MAX = 40
/** How long before two masters their cause is looked for. */
const CAUSE_US = 1_000_000

/** Runs it; resolves with sentences about what did not hold, none if all is well. */
export function soak(options: SoakOptions): Promise<string[]> {
  return Lab.with({}, async lab => {
    const ward = new Ward(lab)
    options.say(`seed ${options.seed}, ${options.durationMs / 1_000} s`)
    ward.start()
    const failures = [...(await peace(ward, 'after the start'))]
    const startedAt = epochNowUs()
    const random = new Prng(options.seed)
    while (epochNowUs() - startedAt < options.durationMs * 1_000) {
      const stab = nextStab(random)
      const hindrance = await ward.inflict(stab)
      const at = ((epochNowUs() - startedAt) / 1_000_000).toFixed(1).padStart(6)
      options.say(`${at} s  ${describeStab(stab)}${hindrance === undefined ? '' : `  (${hindrance})`}`)
      await sleep(stab.restMs)
    }
    failures.push(...(await peace(ward, 'in the end')), ...judgeNodes(lab))
    failures.push(...judgeOverlaps(lab, ward, options.say), ...judgeProcesses(ward, options.say), ...judgeLogs(lab))
    if (failures.length > 0) options.say(lab.timeline.tail())
    return failures
  })
}

/** Waits until a alone is MASTER of everything, and that it stays so. */
async function peace(ward: Ward, when: string): Promise<string[]> {
  const boundAt = epochNowUs() + PEACE_WITHIN_MS * 1_000
  let wellSince: number | undefined
  while (epochNowUs() < boundAt) {
    const now = epochNowUs()
    wellSince = ward.isWell ? (wellSince ?? now) : undefined
    if (wellSince !== undefined && now - wellSince >= PEACE_LASTS_MS * 1_000) return []
    await sleep(50)
  }
  const holders = VIRTUAL_ROUTERS.map(
    ({ vip, vrid }) =>
      `${vip}: ${ward.overlaps.holders(vip).join('+') || 'nobody'}, last advert of ${ward.lastAdvertOf(vrid)}`,
  )
  return [`not exactly one master ${when}: ${holders.join('; ')}`]
}

/** Both run as they did in the beginning: a watchdog with its daemon, and no daemon that has lost its watchdog. */
function judgeNodes(lab: Lab): string[] {
  return lab.routers.flatMap(router => {
    const count = router.running ? processTree(router.pid).length : 0
    return count >= 2 ? [] : [`${router.name} does not run as watchdog and daemon in the end`]
  })
}

function judgeOverlaps(lab: Lab, ward: Ward, say: (line: string) => void): string[] {
  return VIRTUAL_ROUTERS.flatMap(({ vip, masterDownUs }) => {
    const spans = outside(ward.overlaps.spans(vip, epochNowUs()), ward.cuts)
    const [worst] = spans.sort((one, other) => other.to - other.from - (one.to - one.from))
    const longest = worst === undefined ? 0 : worst.to - worst.from
    const told = `${vip}: ${spans.length} times two masters, longest ${(longest / 1_000).toFixed(1)} ms of ${masterDownUs / 1_000} ms allowed`
    say(told)
    if (worst === undefined || longest <= masterDownUs) return []
    say(`around it:\n${lab.timeline.between(worst.from - CAUSE_US, worst.to + CAUSE_US / 4)}`)
    return [told]
  })
}

function judgeProcesses(ward: Ward, say: (line: string) => void): string[] {
  say(`${ward.restarts} starts by the service manager`)
  return ward.processes.rows().flatMap(row => {
    say(describeRow(row))
    return grows(row) ? [`it grows: ${describeRow(row)}`] : []
  })
}

function grows({ first, last }: ProcessRow): boolean {
  return last.descriptors > first.descriptors + DESCRIPTORS_MORE_MAX || last.rssMb > first.rssMb + RSS_MORE_MAX_MB
}

/** Nothing that we did makes the main thread of a process throw. */
function judgeLogs(lab: Lab): string[] {
  return lab.routers
    .flatMap(router => lab.log(router.name).map(line => `${router.name}: ${line}`))
    .filter(line => /crashed|Assertion|AssertionError|TypeError|ReferenceError/.test(line))
    .slice(0, LINES_SHOWN_MAX)
}
