// The fault matrix: every fault × role × interval with keepalived as the peer, and keepalived as the subject where the fault
// exists there, in one run. docs/fault-matrix.md says how to read the table. KEEPALIVED_TS_MATRIX=full measures three times,
// one pair of routers after the other. KEEPALIVED_TS_MATRIX_ONLY is a regular expression for a part: `1000 ms, daemon SIG`.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Kind } from '../lab/router.ts'
import { skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'
import { Bench, ROLES, type RoleName } from './matrix/bench.ts'
import type { Cell } from './matrix/cell.ts'
import { violations } from './matrix/expectation.ts'
import { FAULTS, type Fault } from './matrix/fault.ts'
import { type Row, tableLines } from './matrix/table.ts'

interface Run {
  readonly kind: Kind
  readonly intervalMs: number
}

interface Outcome {
  readonly rows: readonly Row[]
  readonly failures: readonly string[]
  /** What a first measure missed and the second one did not ask about any more. */
  readonly forgiven: readonly string[]
}

const FULL = process.env.KEEPALIVED_TS_MATRIX === 'full'
const ROUNDS = FULL ? 3 : 1
const ONLY = new RegExp(process.env.KEEPALIVED_TS_MATRIX_ONLY ?? '')
/** The machine is shared: a cell that does not hold is measured once more, and says so in the table. */
const TRIES_MAX = 2
const LIMIT_MS = FULL ? 1_800_000 : 420_000

/** What stands in one line runs at the same time. Nothing beside what is measured at 100 and 10 ms. */
const STAGES: readonly (readonly Run[])[] = [
  [
    { kind: 'keepalived-ts', intervalMs: 1_000 },
    { kind: 'keepalived', intervalMs: 1_000 },
  ],
  [{ kind: 'keepalived-ts', intervalMs: 100 }],
  [{ kind: 'keepalived', intervalMs: 100 }],
  [{ kind: 'keepalived-ts', intervalMs: 10 }],
  [{ kind: 'keepalived', intervalMs: 10 }],
]

test('the fault matrix', { skip, timeout: LIMIT_MS }, async t => {
  const stages = FULL ? STAGES.flatMap(stage => stage.map(run => [run])) : STAGES
  const outcomes: Outcome[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const stage of stages) {
      const wanted = stage.filter(
        run => (run.kind === 'keepalived' || run.kind === subject) && faultsOf(run).length > 0,
      )
      outcomes.push(...(await Promise.all(wanted.map(play))))
    }
  }
  const rows = outcomes.flatMap(outcome => outcome.rows)
  for (const line of tableLines(sorted(rows))) t.diagnostic(line)
  for (const { forgiven } of outcomes) for (const line of forgiven) t.diagnostic(`* first measure: ${line}`)
  assert.deepEqual(
    outcomes.flatMap(({ failures }) => failures),
    [],
  )
})

/** All faults on one pair of routers. */
function play({ kind, intervalMs }: Run): Promise<Outcome> {
  return Bench.with(kind, intervalMs, async bench => {
    const rows: Row[] = []
    const failures: string[] = []
    const forgiven: string[] = []
    for (const fault of faultsOf({ kind, intervalMs })) {
      const { cells, wrong, earlier } = await measureFault(bench, fault)
      for (const role of ROLES)
        rows.push({ intervalMs, fault: fault.name, role, subject: kind, cell: cells[role], again: earlier.length > 0 })
      failures.push(...wrong)
      forgiven.push(...earlier)
    }
    return { rows, failures, forgiven }
  })
}

function faultsOf({ kind, intervalMs }: Run): Fault[] {
  return FAULTS.filter(({ subjects, name }) => subjects.includes(kind) && ONLY.test(`${intervalMs} ms, ${name}`))
}

async function measureFault(bench: Bench, fault: Fault) {
  const earlier: string[] = []
  for (let attempt = 1; ; attempt++) {
    if (fault.fresh || attempt > 1) await bench.renew()
    else await bench.settle()
    const cells = await bench.observe(() => fault.cause(bench), fault.watchMs(bench))
    const wrong = ROLES.flatMap(role => wrongIn(bench, fault, role, cells[role]))
    if (wrong.length === 0 || attempt === TRIES_MAX) return { cells, wrong, earlier }
    earlier.push(...wrong)
  }
}

function wrongIn(bench: Bench, fault: Fault, role: RoleName, cell: Cell): string[] {
  if (bench.kind === 'keepalived') return []
  const found = violations(fault.class, role, cell, bench.intervalMs)
  return found.map(sentence => `${bench.intervalMs} ms, ${fault.name}, ${role}: ${sentence}`)
}

/** By interval, fault and role, ours before keepalived's. */
function sorted(rows: readonly Row[]): Row[] {
  const order = (row: Row) => [
    -row.intervalMs,
    FAULTS.findIndex(({ name }) => name === row.fault),
    ROLES.indexOf(row.role),
    row.subject === 'keepalived' ? 1 : 0,
  ]
  return [...rows].sort((one, other) => {
    const [left, right] = [order(one), order(other)]
    const position = left.findIndex((value, i) => value !== right[i])
    return position < 0 ? 0 : left[position]! - right[position]!
  })
}
