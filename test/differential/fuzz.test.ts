// The same damaged configurations to keepalived -t and to us: do we accept and refuse the same ones? The seed is fixed, so the cases are
// the same in every run; FUZZ_SEED and FUZZ_CASES ask for others.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { whyNot } from '../lab/environment.ts'
import { Prng } from '../sim/prng.ts'
import { type Disagreement, explain, explanations, readsOddBlanks } from './explained.ts'
import { Host } from './host.ts'
import { mutate } from './mutate.ts'
import { judgeAll, type OracleVerdict } from './oracle.ts'
import { interfaces, seeds } from './seeds.ts'
import { loadOn } from './subject.ts'

const seed = Number(process.env.FUZZ_SEED ?? 2026)
const caseCount = Number(process.env.FUZZ_CASES ?? 2000)
/** More explained disagreements than this and the explanations have become an excuse. */
const explainedShareMax = 0.01
const sameStatusShareMin = 0.95

interface Case {
  readonly title: string
  readonly text: string
}

interface Compared extends Case, Disagreement {}

test(`keepalived -t and we accept and refuse the same ${caseCount} damaged configurations (seed ${seed})`, {
  skip: whyNot(),
  timeout: 240_000,
}, async t => {
  const cases = makeCases()
  const started = performance.now()
  const compared = await compareAll(cases)
  const differing = compared.filter(({ oracle, ours }) => (oracle.exitCode === 0) !== (ours.testExitCode === 0))
  const refusedByBoth = compared.filter(({ oracle, ours }) => oracle.exitCode !== 0 && ours.testExitCode !== 0)
  // The status says which of several faults weighs most: not where keepalived crashed or read other words than we.
  const comparable = compared.filter(each => each.oracle.exitCode <= 127 && !readsOddBlanks(each.ours))
  const sameStatus = comparable.filter(({ oracle, ours }) => oracle.exitCode === ours.testExitCode)
  const crashes = compared.filter(({ oracle }) => oracle.exitCode > 127)
  t.diagnostic(`${compared.length} cases in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  t.diagnostic(
    `verdict: ${compared.length - differing.length} agree (${refusedByBoth.length} refused by both), ${differing.length} differ`,
  )
  t.diagnostic(
    `exit status: ${sameStatus.length} of ${comparable.length} the same; in ${crashes.length} keepalived crashed or hung`,
  )
  for (const line of tableOf(differing)) t.diagnostic(line)

  const unexplained = differing.filter(each => explain(each) === undefined)
  assert.deepEqual(unexplained.map(describe), [])
  assert.ok(differing.length <= caseCount * explainedShareMax, `${differing.length} disagreements`)
  assert.ok(
    sameStatus.length >= comparable.length * sameStatusShareMin,
    `only ${sameStatus.length} have the same status`,
  )
})

/** Damage to each seed in turn, then again. Bytes are Latin-1 characters. */
function makeCases(): readonly Case[] {
  const random = new Prng(seed)
  const sources = seeds()
  return Array.from({ length: caseCount }, (_, i) => {
    const source = sources[i % sources.length]!
    const { text, slips } = mutate(source.text, random)
    return { title: `#${i} ${source.name} [${slips.join(', ')}]`, text }
  })
}

async function compareAll(cases: readonly Case[]): Promise<readonly Compared[]> {
  const folder = mkdtempSync(join(tmpdir(), `kdf${process.pid}-`))
  const host = await Host.create(Object.fromEntries(interfaces.slice(1).map((name, i) => [name, [`198.51.${i}.1/24`]])))
  try {
    const bytes = cases.map(({ text }) => Buffer.from(text, 'latin1'))
    const verdicts: readonly OracleVerdict[] = await judgeAll(host, folder, bytes)
    return cases.map((each, i) => ({
      ...each,
      oracle: verdicts[i]!,
      ours: loadOn(interfaces, join(folder, `${i}.conf`)),
    }))
  } finally {
    host.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

function tableOf(differing: readonly Compared[]): readonly string[] {
  const found = explanations.map(row => ({ row, cases: differing.filter(each => explain(each) === row) }))
  return found
    .filter(({ cases }) => cases.length > 0)
    .flatMap(({ row, cases }) => [
      `${cases.length} × ${row.name}: ${row.reason}`,
      ...cases.map(each => `    ${each.title}`),
    ])
}

function describe({ title, oracle, ours }: Compared): string {
  const faults = ours.diagnostics.filter(({ faultClass }) => faultClass !== 'advice').slice(0, 3)
  const said = faults.map(({ code, span, message }) => `${code} ${span?.line}:${span?.column} ${message}`).join(' | ')
  return `${title}: keepalived ${oracle.exitCode} (${oracle.text.trim().slice(0, 300)}), we ${ours.testExitCode} (${said})`
}
