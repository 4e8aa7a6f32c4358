import assert from 'node:assert/strict'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { TrackFile } from '../../src/config/blocks/tracking/model.ts'
import { initTrackFiles } from '../../src/supervisor/tracking/track-file-init.ts'
import { TrackFiles } from '../../src/supervisor/tracking/track-files.ts'

const PATIENCE_MS = 5_000

interface Watcher {
  readonly files: TrackFiles
  readonly directory: string
  readonly told: readonly string[]
  readonly warned: readonly string[]
  /** Waits for the last word about a file. */
  says(text: string): Promise<void>
}

function watcher(t: TestContext): Watcher {
  const directory = mkdtempSync(join(tmpdir(), 'track-files-'))
  const told: string[] = []
  const warned: string[] = []
  const warn = (event: string) => warned.push(event)
  const log = { error: warn, warn, info: () => {}, debug: () => {} }
  const files = new TrackFiles({ log, changed: (name, value) => told.push(`${name} ${value}`) })
  // The watch alone does not keep the process alive.
  const alive = setInterval(() => {}, 1_000)
  t.after(() => {
    clearInterval(alive)
    files.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  const says = async (text: string) => {
    const until = Date.now() + PATIENCE_MS
    while (told.at(-1) !== text && Date.now() < until) await wait(5)
    assert.equal(told.at(-1), text)
  }
  return { files, directory, told, warned, says }
}

function file(name: string, path: string, more: Partial<TrackFile> = {}): TrackFile {
  return { name, path, weight: 1, reverse: false, overwrite: false, ...more }
}

test('a track file is read at once and whenever a writer has closed it, moved it, or taken it away', async t => {
  const { files, directory, told, says } = watcher(t)
  const path = join(directory, 'value')
  writeFileSync(path, '5\n')
  files.use([file('a', path), file('b', join(directory, 'missing'))])
  assert.deepEqual(told, ['a 5', 'b 0'])
  writeFileSync(path, '-7')
  await says('a -7')
  writeFileSync(join(directory, 'other'), '0x10')
  renameSync(join(directory, 'other'), path)
  await says('a 16')
  writeFileSync(join(directory, 'missing'), '1')
  await says('b 1')
  unlinkSync(path)
  await says('a 0')
  assert.deepEqual(files.values(), { a: 0, b: 1 })
})

test('a file that is being written to keeps its value until it is closed', async t => {
  const { files, directory, told, says } = watcher(t)
  const path = join(directory, 'value')
  writeFileSync(path, '5')
  files.use([file('a', path)])
  const writer = openSync(path, 'w')
  await wait(200)
  writeSync(writer, '1')
  await wait(200)
  writeSync(writer, '2')
  assert.deepEqual(told, ['a 5'])
  closeSync(writer)
  await says('a 12')
  assert.deepEqual(told, ['a 5', 'a 12'])
})

test('a number that does not fit changes nothing and is complained of', async t => {
  const { files, directory, told, warned } = watcher(t)
  const path = join(directory, 'value')
  writeFileSync(path, '5')
  files.use([file('a', path)])
  writeFileSync(path, '99999999999')
  const until = Date.now() + PATIENCE_MS
  while (warned.length === 0 && Date.now() < until) await wait(5)
  assert.deepEqual([told, warned], [['a 5'], ['track-file-value-wrong']])
})

test('a directory that goes and comes again is followed again', async t => {
  const { files, directory, says, warned } = watcher(t)
  const below = join(directory, 'below')
  mkdirSync(below)
  writeFileSync(join(below, 'value'), '3')
  files.use([file('a', join(below, 'value'))])
  rmSync(below, { recursive: true })
  await says('a 0')
  mkdirSync(below)
  writeFileSync(join(below, 'value'), '4')
  await says('a 4')
  assert.deepEqual(warned, ['track-file-unwatched'])
  writeFileSync(join(below, 'value'), '6')
  await says('a 6')
})

test('a symbolic link stands for the file that it leads to', async t => {
  const { files, directory, says } = watcher(t)
  const [elsewhere, link] = [join(directory, 'elsewhere'), join(directory, 'link')]
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'value'), '1')
  symlinkSync(join(elsewhere, 'value'), link)
  files.use([file('a', link)])
  writeFileSync(join(elsewhere, 'value'), '2')
  await says('a 2')
})

test('a reload keeps what is known and tells of what is new', async t => {
  const { files, directory, told, says } = watcher(t)
  const path = join(directory, 'value')
  writeFileSync(path, '5')
  files.use([file('a', path)])
  files.use([file('a', path), file('b', path)])
  assert.deepEqual(told, ['a 5', 'b 5'])
  files.use([file('b', path)])
  writeFileSync(path, '6')
  await says('b 6')
  assert.deepEqual(told, ['a 5', 'b 5', 'b 6'])
})

test('init_file makes a missing file and leaves one that is there alone, unless it says overwrite', t => {
  const { files, directory } = watcher(t)
  const [there, missing] = [join(directory, 'there'), join(directory, 'missing')]
  writeFileSync(there, '5')
  const log = { error: assert.fail, warn: assert.fail, info: () => {}, debug: () => {} }
  const both = (overwrite: boolean) => [
    file('a', there, { initValue: 8, overwrite }),
    file('b', missing, { initValue: 9, overwrite }),
  ]
  initTrackFiles(both(false), log)
  files.use(both(false))
  assert.deepEqual(files.values(), { a: 5, b: 9 })
  initTrackFiles(both(true), log)
  files.use(both(true))
  assert.deepEqual(files.values(), { a: 8, b: 9 })
})
