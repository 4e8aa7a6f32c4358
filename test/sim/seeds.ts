// Runs of many seeds for tests: the first failures, with all that it takes to see them again.

import { type Policies, realPolicies } from './policies.ts'
import { drawScenario } from './scenario.ts'
import { simulate } from './simulation.ts'

export interface SeedRange {
  readonly first: number
  readonly count: number
  /** 1: each seed, 2: every other one. */
  readonly stride: number
}

/** How many seeds a whole test run plays. */
export const seedsWanted = Number(process.env.SIM_SEEDS ?? 10_000)
/** Where they begin; a nightly run takes others than 1. */
export const firstSeed = Number(process.env.SIM_FIRST_SEED ?? 1)

/** Lines that say which seed broke which promise; at most `failuresMax`, after which it does not go on. */
export async function failuresOf(
  { first, count, stride }: SeedRange,
  failuresMax: number,
  policies: Policies = realPolicies,
): Promise<string[]> {
  const failures: string[] = []
  for (let i = 0; i < count && failures.length < failuresMax; i++) {
    const seed = first + i * stride
    const outcome = await simulate(drawScenario(seed), { policies })
    if (outcome.failure === undefined) continue
    failures.push(`seed ${seed}: ${outcome.failure}; again with: npm run sim -- --seed ${seed} --verbose`)
  }
  return failures
}
