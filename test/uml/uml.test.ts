// Boots a kernel with IPVS for each file of inside/ and takes over its result, that of systemd.inside.ts with systemd as process 1.
// What is tested is written there.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'

const SKIPPED = 75
const folder = join(import.meta.dirname, 'inside')

for (const file of readdirSync(folder).filter(name => name.endsWith('.inside.js'))) {
  test(`in a kernel of its own: ${file.replace('.inside.js', '')}`, context => {
    const args = [
      'scripts/uml.sh',
      process.execPath,
      '--enable-source-maps',
      '--test-reporter=spec',
      join(folder, file),
    ]
    const { status, stdout, stderr } = spawnSync('bash', args, {
      encoding: 'utf8',
      timeout: 320_000,
      env: { ...process.env, UML_SECONDS: '300', UML_SYSTEMD: file.startsWith('systemd') ? '1' : '' },
    })
    if (status === SKIPPED) return context.skip(stderr.trim())
    context.diagnostic(`${/ℹ tests (\d+)/.exec(stdout)?.[1] ?? 'no'} tests inside`)
    assert.equal(status, 0, `${stdout}\n${stderr}`)
    assert.match(stdout, /ℹ fail 0/)
  })
}
