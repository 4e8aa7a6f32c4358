// `fmt` on real files: what is written, what is refused, and with which status it ends.

import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import test, { type TestContext } from 'node:test'
import { runFmt } from '../../../../src/supervisor/cli/fmt-command.ts'

const untidy = 'a {\nb 1 # x\n}\n'
const tidy = 'a {\n    b 1 # x\n}\n'

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'fmt-command-'))
  context.after(() => rmSync(path, { recursive: true }))
  return path
}

async function run(args: readonly string[], input = '') {
  const out: Uint8Array[] = []
  let error = ''
  const output = {
    out: (text: string | Uint8Array) => void out.push(Buffer.from(text as string)),
    error: (text: string) => {
      error += text
    },
  }
  const status = await runFmt(args, output, Readable.from([Buffer.from(input)]))
  return { status, bytes: Buffer.concat(out), text: Buffer.concat(out).toString(), error }
}

test('fmt FILE prints the formatted text and leaves the file alone', async context => {
  const path = join(folder(context), 'a.conf')
  writeFileSync(path, untidy)
  assert.deepEqual(await run([path]), { status: 0, bytes: Buffer.from(tidy), text: tidy, error: '' })
  assert.equal(readFileSync(path, 'utf8'), untidy)
})

test('fmt - reads the standard input; --tabs and --indent choose the indentation', async () => {
  assert.equal((await run(['-'], untidy)).text, tidy)
  assert.equal((await run(['--tabs', '-'], untidy)).text, 'a {\n\tb 1 # x\n}\n')
  assert.equal((await run(['--indent', '2', '-'], untidy)).text, 'a {\n  b 1 # x\n}\n')
  assert.equal((await run(['--indent=0', '-'], untidy)).text, untidy)
})

test('fmt --check names the files that are not formatted and ends with 1', async context => {
  const here = folder(context)
  const [good, bad] = [join(here, 'good.conf'), join(here, 'bad.conf')]
  writeFileSync(good, tidy)
  writeFileSync(bad, untidy)
  const both = await run(['--check', good, bad])
  assert.deepEqual([both.status, both.text], [1, `${bad}\n`])
  const one = await run(['--check', good])
  assert.deepEqual([one.status, one.text], [0, ''])
  assert.equal(readFileSync(bad, 'utf8'), untidy)
})

test('fmt -w replaces the file with its mode kept and leaves nothing beside it', async context => {
  const here = folder(context)
  const path = join(here, 'a.conf')
  writeFileSync(path, untidy)
  chmodSync(path, 0o640)
  assert.deepEqual((await run(['-w', path])).status, 0)
  assert.equal(readFileSync(path, 'utf8'), tidy)
  assert.equal(statSync(path).mode & 0o7777, 0o640)
  assert.deepEqual(readdirSync(here), ['a.conf'])
})

test('fmt -w does not touch a file that is formatted already', async context => {
  const path = join(folder(context), 'a.conf')
  writeFileSync(path, tidy)
  const before = statSync(path)
  await run(['-w', path])
  assert.equal(statSync(path).ino, before.ino)
})

test('fmt -w refuses a symbolic link, which it would replace by a file', async context => {
  const here = folder(context)
  const link = join(here, 'link.conf')
  writeFileSync(join(here, 'a.conf'), untidy)
  symlinkSync('a.conf', link)
  const { status, error } = await run(['-w', link])
  assert.equal(status, 1)
  assert.match(error, /symbolic link/)
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.equal(readFileSync(join(here, 'a.conf'), 'utf8'), untidy)
  assert.deepEqual(readdirSync(here).sort(), ['a.conf', 'link.conf'])
})

test('bytes that are not UTF-8 come back as they were', async context => {
  const path = join(folder(context), 'latin1.conf')
  const source = Buffer.from('a { # caf\u00e9\nb\n}\n', 'latin1')
  const expected = Buffer.from('a { # caf\u00e9\n    b\n}\n', 'latin1')
  writeFileSync(path, source)
  assert.deepEqual((await run([path])).bytes, expected)
  await run(['-w', path])
  assert.deepEqual(readFileSync(path), expected)
})

test('braces that do not match: what comes before is formatted, and the place is told', async context => {
  const path = join(folder(context), 'a.conf')
  writeFileSync(path, `${untidy}  }\n  c\n`)
  const { status, text, error } = await run([path])
  assert.deepEqual([status, text], [1, `${tidy}  }\n  c\n`])
  assert.match(error, /a\.conf:4: this } closes nothing; from here on the text is left as it is\n$/)
  assert.match((await run(['-'], 'a {\n')).error, /-:1: a { of this line is never closed/)
})

test('what cannot be read is told, and the other files are done all the same', async context => {
  const here = folder(context)
  const path = join(here, 'a.conf')
  writeFileSync(path, untidy)
  const { status, error } = await run(['-w', join(here, 'none.conf'), here, path])
  assert.equal(status, 1)
  assert.match(error, /none\.conf.*ENOENT/)
  assert.match(error, /not a regular file/)
  assert.equal(readFileSync(path, 'utf8'), tidy)
})

for (const args of [
  [],
  ['--check', '-w', 'x'],
  ['--tabs', '--indent=2', 'x'],
  ['--indent=17', 'x'],
  ['a', 'b'],
  ['-w', '-'],
  ['--no', 'x'],
]) {
  test(`a command line that makes no sense is refused: fmt ${args.join(' ')}`, async () => {
    const { status, text, error } = await run(args)
    assert.deepEqual([status, text], [1, ''])
    assert.match(error, /Usage: keepalived-ts fmt/)
  })
}
