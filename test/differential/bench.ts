// `npm run bench:config`: reads 10,000 real servers (100,000 lines) and prints how long that takes, beside keepalived -t on the same file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { subjectMain } from '../lab/paths.ts'
import { largeConfig, realServerCount } from './large-config.ts'
import { type Timing, timeCommand, timeLoad } from './stopwatch.ts'

const rounds = 5
const folder = mkdtempSync(join(tmpdir(), 'bench-config-'))
try {
  const path = join(folder, 'keepalived.conf')
  const text = largeConfig()
  writeFileSync(path, text)
  console.log(`${realServerCount} real servers, ${text.split('\n').length - 1} lines, median of ${rounds}:`)
  const reference = timeCommand('keepalived -t', ['keepalived', '-t', '-f', path], rounds)
  const ours = [
    timeLoad(path, rounds),
    timeCommand('keepalived-ts --config-test', [process.execPath, subjectMain, '--config-test', '-f', path], rounds),
  ]
  for (const timing of [reference, ...ours]) print(timing, reference)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function print({ name, medianMs }: Timing, reference: Timing): void {
  const ratio = (medianMs / reference.medianMs).toFixed(1)
  console.log(`  ${name.padEnd(28)} ${medianMs.toFixed(0).padStart(6)} ms   ${ratio} × keepalived -t`)
}
