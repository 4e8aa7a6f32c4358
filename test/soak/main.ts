// `npm run soak -- --minutes 10 --seed N`: the chaos soak by hand. Exit status 0 if everything held.

import { parseArgs } from 'node:util'
import { whyNot } from '../lab/environment.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
if (!(minutes > 0 && minutes <= 24 * 60) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- [--minutes MINUTES] [--seed INTEGER]')
  process.exit(2)
}
const reason = whyNot()
if (reason !== false) {
  console.error(`this host cannot run it: ${reason}`)
  process.exit(2)
}
const failures = await soak({ seed, durationMs: minutes * 60_000, say: line => console.log(line) })
for (const failure of failures) console.error(`FAILED: ${failure}`)
if (failures.length > 0)
  console.error(`replay the same wounds with: npm run soak -- --minutes ${minutes} --seed ${seed}`)
process.exit(failures.length > 0 ? 1 : 0)
