// Boots a kernel with IPVS for each file of inside/ and takes over its result, that of systemd.inside.ts with systemd as process 1.
// What is tested is written there. Two kernels run at a time: each has one CPU, and spends much of its time waiting.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'

const SKIPPED = 75
const OUTPUT_BYTES_MAX = 16 << 20
const folder = join(import.meta.dirname, 'inside')
const files = readdirSync(folder).filter(name => name.endsWith('.inside.js'))

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

test('in a kernel of its own', { concurrency: 2 }, async suite => {
  await Promise.all(
    files.map(file =>
      suite.test(file.replace('.inside.js', ''), async context => {
        const { status, stdout, stderr } = await runInside(file)
        if (status === SKIPPED) return context.skip(stderr.trim())
        context.diagnostic(`${/ℹ tests (\d+)/.exec(stdout)?.[1] ?? 'no'} tests inside`)
        assert.equal(status, 0, `${stdout}\n${stderr}`)
        assert.match(stdout, /ℹ fail 0/)
      }),
    ),
  )
})

function runInside(file: string): Promise<Outcome> {
  const args = ['scripts/uml.sh', process.execPath, '--enable-source-maps', '--test-reporter=spec', join(folder, file)]
  const options = {
    encoding: 'utf8',
    timeout: 920_000,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: { ...process.env, UML_SECONDS: '900', UML_SYSTEMD: file.startsWith('systemd') ? '1' : '' },
  } as const
  return new Promise(resolve => {
    const child = execFile('bash', args, options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr })
    })
  })
}
