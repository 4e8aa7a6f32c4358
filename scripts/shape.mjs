// `npm run shape [-- REVISION...]`: counts that say how easy the sources are to read and to change, of the working tree and, beside it, of
// other revisions. What is counted is in test/tidy/shape.ts.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(fileURLToPath(import.meta.url), '../..')
const { shapeOf } = await import(pathToFileURL(join(root, 'dist/test/tidy/shape.js')).href)

const columns = [...process.argv.slice(2).map(revision => [revision, shapeOfRevision(revision)]), ['now', shapeOf(root)]]
const titles = columns[0][1].map(({ title }) => title)
const titleWidth = Math.max(...titles.map(title => title.length))
const widths = columns.map(([name, counts]) => Math.max(name.length, ...counts.map(({ value }) => value.length)))
const line = (title, cells) =>
  console.log(`${title.padEnd(titleWidth)}  ${cells.map((cell, at) => cell.padEnd(widths[at])).join('  ')}`.trimEnd())

line(
  '',
  columns.map(([name]) => name),
)
for (const [at, title] of titles.entries()) {
  line(
    title,
    columns.map(([, counts]) => counts[at].value),
  )
}

function shapeOfRevision(revision) {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-shape-'))
  try {
    const archive = execFileSync('git', ['archive', revision, 'src', 'test'], { cwd: root, maxBuffer: 1 << 28 })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
    return shapeOf(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
