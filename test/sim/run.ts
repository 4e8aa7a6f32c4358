// `npm run sim -- --seed N`: one simulation, or `--count` of them from that seed on. Prints each that breaks a promise with its seed;
// --verbose tells what happens at which virtual time.

import { parseArgs } from 'node:util'
import { drawScenario, type Scenario } from './scenario.ts'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    routers: { type: 'string' },
    verbose: { type: 'boolean', short: 'v', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

// A reader that has seen enough, as `head` has.
process.stdout.on('error', () => process.exit(1))

if (values.help) console.log('usage: npm run sim -- [--seed N] [--count N] [--routers 2..8] [--verbose]')
else process.exitCode = await runAll(Number(values.seed), Number(values.count))

async function runAll(first: number, count: number): Promise<number> {
  const routers = values.routers === undefined ? undefined : Number(values.routers)
  const numbers = [first, count, routers ?? 2]
  if (numbers.some(number => !Number.isInteger(number)) || numbers[2]! < 2 || numbers[2]! > 8) {
    console.error('--seed and --count take integers, --routers takes one from 2 to 8')
    return 2
  }
  let failed = 0
  let virtualUs = 0
  for (let seed = first; seed < first + count; seed++) {
    const scenario = drawScenario(seed, routers)
    if (values.verbose) console.log(describe(scenario))
    const log = (at: number, line: string) => console.log(`${(at / 1_000_000).toFixed(6)} ${line}`)
    const outcome = await simulate(scenario, values.verbose ? { log } : {})
    virtualUs += outcome.endedAt
    if (outcome.failure === undefined) continue
    failed++
    console.log(`seed ${seed} (${scenario.theme}) at ${(outcome.endedAt / 1_000_000).toFixed(3)} s: ${outcome.failure}`)
  }
  console.log(`${count} simulated, ${failed} failed, ${Math.round(virtualUs / 1_000_000)} s of virtual time`)
  return failed === 0 ? 0 : 1
}

function describe({ seed, theme, intervalUs, configs, settleUs }: Scenario): string {
  const hosts = configs.map(({ instances, groups }, i) => {
    const [{ priority, preempt, preemptDelayUs }] = instances as [(typeof instances)[0]]
    const delay = preemptDelayUs > 0 ? ` after ${preemptDelayUs / 1_000} ms` : ''
    return `r${i + 1} ${priority}${preempt ? ' preempts' : ''}${delay}${groups.length > 0 ? ' in a group' : ''}`
  })
  const { version, family } = configs[0]!.instances[0]!
  const times = `every ${intervalUs / 1_000} ms, settles within ${Math.round(settleUs / 1_000)} ms`
  return `seed ${seed}: ${theme}, VRRPv${version} over IPv${family}, ${times}: ${hosts.join(', ')}`
}
