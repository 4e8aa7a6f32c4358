// Files that are too much: that include themselves, expand or nest without end, are huge, or are no text at all. Each ends in bounded
// time with an error that says what is wrong. Real files, because reading them is half of the matter.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the notation of keepalived.conf

import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { LoadResult } from '../../src/config/load.ts'
import { renderDiagnostics } from '../../src/config/report/diagnostic-text.ts'
import { run } from '../lab/command.ts'
import { Prng } from '../sim/prng.ts'
import { loadOn } from './subject.ts'

/** Milliseconds that any of these may take; most take a few. */
const loadMsMax = 20_000
/** Characters of what is printed about one file. */
const textMax = 1_000_000

const hundredMegabytes = 100 * 1024 * 1024

test('a file that includes itself is read once', () => {
  const { result } = loadFiles({ 'keepalived.conf': 'include keepalived.conf\nglobal_defs {\n}\n' })
  assert.match(says(result), /includes itself/)
  assert.equal(result.startExitCode, 0)
})

test('files that include each other are read once', () => {
  const { result } = loadFiles({ 'keepalived.conf': 'include b.conf\n', 'b.conf': 'include keepalived.conf\n' })
  assert.match(says(result), /'keepalived.conf' includes itself through 'b.conf'/)
})

test('a chain of a hundred includes is cut', () => {
  const chain = Array.from({ length: 100 }, (_, i) => [`${i}.conf`, `include ${i + 1}.conf\n`])
  const { result } = loadFiles({ ...Object.fromEntries(chain), 'keepalived.conf': 'include 0.conf\n' })
  assert.match(says(result), /more than 32 deep/)
})

const endless: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['a parameter that is itself', '$A=${A}\nrouter_id ${A}\n', /refers to itself/],
  ['two parameters that are each other', '$A=${B}\n$B=${A}\nrouter_id ${A}\n', /refers to itself/],
  [
    'a parameter that doubles thirty times',
    `${doublings(30)}router_id \${P30}\n`,
    /longer than|more than \d+ (?:replacements|nested)/,
  ],
  ['a multi-line parameter that doubles thirty times', `${lineDoublings(30)}$P30\n`, /more than|refers to itself/],
  [
    'sequences inside sequences',
    '~SEQ(A, 1000) ~SEQ(B, 1000) ~SEQ(C, 1000) foo ${A}${B}${C}\n',
    /more than 500000 replacements/,
  ],
  ['a sequence of a thousand million rounds', '~SEQ(A, 1000000000) foo ${A}\n', /1000000000 lines, more than/],
]

for (const [name, text, message] of endless) {
  test(`without end: ${name}`, () => {
    assert.match(says(loadFiles({ 'keepalived.conf': text }).result), message)
  })
}

test('blocks that nest without end are counted, not followed', () => {
  const { result } = loadFiles({ 'keepalived.conf': 'vrrp_instance A {\n'.repeat(300_000) })
  assert.match(says(result), /the \} of vrrp_instance A of line 1 is missing/)
})

test('a hundred thousand braces on their own', () => {
  assert.match(says(loadFiles({ 'keepalived.conf': '{\n'.repeat(100_000) }).result), /unexpected \{/)
  assert.match(says(loadFiles({ 'keepalived.conf': '}\n'.repeat(100_000) }).result), /this \} closes nothing/)
})

test('a line of ten megabytes', () => {
  assert.match(
    says(loadFiles({ 'keepalived.conf': `router_id ${'x'.repeat(10_000_000)}\n` }).result),
    /longer than 1023 bytes/,
  )
})

test('a file of 100 MB is refused without being read', () => {
  const { result } = loadFiles({}, folder => {
    const descriptor = openSync(join(folder, 'keepalived.conf'), 'w')
    ftruncateSync(descriptor, hundredMegabytes)
    closeSync(descriptor)
  })
  assert.match(says(result), /larger than 64 MiB/)
  assert.deepEqual([result.config, result.startExitCode], [undefined, 6])
})

test('a binary file is not taken for a configuration', () => {
  const random = new Prng(7)
  const bytes = Buffer.from(Array.from({ length: 1_000_000 }, () => random.integer(0, 255)))
  const { result } = loadFiles({}, folder => writeFileSync(join(folder, 'keepalived.conf'), bytes))
  assert.match(says(result), /NUL byte/)
  assert.notEqual(result.testExitCode, 0)
})

test('a program in place of its configuration', () => {
  const result = timed(() => loadOn(['lo'], process.execPath))
  assert.match(says(result), /cannot be read/)
  assert.equal(result.startExitCode, 6)
})

test('a device that never ends', () => {
  const result = timed(() => loadOn(['lo'], '/dev/zero'))
  assert.match(says(result), /cannot be read/)
  assert.equal(result.startExitCode, 6)
})

test('a FIFO that nobody writes to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bounds-'))
  try {
    await run('mkfifo', [join(folder, 'pipe')])
    writeFileSync(join(folder, 'keepalived.conf'), 'include pipe\n')
    const result = timed(() => loadOn(['lo'], join(folder, 'keepalived.conf')))
    assert.match(says(result), /not a regular file/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Loads keepalived.conf of a folder with these files, in the time that is allowed. */
function loadFiles(files: Readonly<Record<string, string>>, more?: (folder: string) => void): { result: LoadResult } {
  const folder = mkdtempSync(join(tmpdir(), 'bounds-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    more?.(folder)
    return { result: timed(() => loadOn(['lo', 'eth0'], join(folder, 'keepalived.conf'))) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function timed(load: () => LoadResult): LoadResult {
  const before = performance.now()
  const result = load()
  const took = performance.now() - before
  assert.ok(took < loadMsMax, `${took} ms`)
  return result
}

/** What a person would read, which has a bound too; the folder is left out. */
function says({ diagnostics, sources }: LoadResult): string {
  const text = renderDiagnostics(diagnostics, sources)
  assert.ok(text.length < textMax, `${text.length} characters`)
  return text.replaceAll(/\/[^' ]*\/bounds-\w+\//g, '')
}

function doublings(count: number): string {
  const rest = Array.from({ length: count }, (_, i) => `$P${i + 1}=\${P${i}}\${P${i}}\n`)
  return `$P0=xy\n${rest.join('')}`
}

function lineDoublings(count: number): string {
  const rest = Array.from({ length: count }, (_, i) => `$P${i + 1}= \\\n  $P${i} \\\n  $P${i}\n`)
  return `$P0= \\\n  foo 1 \\\n  foo 2\n${rest.join('')}`
}
