// Every path that somebody else may have prepared, against everything that may be prepared there.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { openToAppend, readHead, replaceFile, writeInto } from '../../../../src/supervisor/files/careful.ts'

const nobody = 65_534

function folder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'ka-careful-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  const secret = join(path, 'secret')
  writeFileSync(secret, '424242\n', { mode: 0o600 })
  return { path, secret, at: join(path, 'prepared') }
}

type Trap = readonly [what: string, set: (at: string, secret: string) => void]

const traps: readonly Trap[] = [
  ['a link to a file of root', (at, secret) => symlinkSync(secret, at)],
  ['a link to nothing', at => symlinkSync(`${at}.new`, at)],
  ['a second name of a file of root', (at, secret) => linkSync(secret, at)],
  ['a FIFO', at => execFileSync('mkfifo', [at])],
  ['a directory', at => mkdirSync(at)],
]

for (const [what, set] of traps) {
  test(`${what} is not appended to`, t => {
    const { at, secret } = folder(t)
    set(at, secret)
    assert.throws(() => openToAppend(at, 0o644))
    assert.equal(readFileSync(secret, 'utf8'), '424242\n')
    assert.ok(!existsSync(`${at}.new`))
  })

  test(`${what} is not written through`, t => {
    const { path, at, secret } = folder(t)
    set(at, secret)
    if (what === 'a directory') assert.throws(() => writeInto(at, '5\n', 0o644, true))
    else {
      assert.equal(writeInto(at, '5\n', 0o644, true), true)
      assert.equal(lstatSync(at).isFile(), true)
      assert.equal(readFileSync(at, 'utf8'), '5\n')
    }
    assert.equal(readFileSync(secret, 'utf8'), '424242\n')
    assert.ok(!existsSync(`${at}.new`))
    // Nothing of a failed attempt stays behind.
    assert.deepEqual(readdirSync(path).sort(), ['prepared', 'secret'])
  })

  test(`${what} is left alone where nothing may be overwritten`, t => {
    const { at, secret } = folder(t)
    set(at, secret)
    assert.equal(writeInto(at, '5\n', 0o644, false), false)
    assert.equal(readFileSync(secret, 'utf8'), '424242\n')
    assert.ok(!existsSync(`${at}.new`))
  })
}

test('a file of somebody else is no log of ours, but is written into where it is his to keep', t => {
  const { at } = folder(t)
  writeFileSync(at, '1\n', { mode: 0o666 })
  chownSync(at, nobody, nobody)
  assert.throws(() => openToAppend(at, 0o644), /belongs to another user/)
  assert.equal(writeInto(at, '5\n', 0o644, true), true)
  assert.deepEqual([readFileSync(at, 'utf8'), statSync(at).uid], ['5\n', nobody])
})

test('a plain file is appended to, made where it is missing, and replaced whole', t => {
  const { at, path } = folder(t)
  for (const line of ['a\n', 'b\n']) {
    const fd = openToAppend(at, 0o644)
    writeSync(fd, line)
    closeSync(fd)
  }
  assert.equal(readFileSync(at, 'utf8'), 'a\nb\n')
  replaceFile(at, 'whole', 0o600)
  assert.deepEqual([readFileSync(at, 'utf8'), statSync(at).mode & 0o777], ['whole', 0o600])
  assert.deepEqual(readdirSync(path).sort(), ['prepared', 'secret'])
})

test('what is read is a regular file, and no link of another user', t => {
  const { at, secret } = folder(t)
  symlinkSync(secret, at)
  assert.equal(readHead(at, 64).toString(), '424242\n', 'a link of root is followed')
  lchownSync(at, nobody, nobody)
  assert.throws(() => readHead(at, 64), /is a link of another user/)
  for (const path of ['/dev/zero', tmpdir()]) assert.throws(() => readHead(path, 64), /is not a regular file/)
  execFileSync('mkfifo', [`${at}.fifo`])
  assert.throws(() => readHead(`${at}.fifo`, 64), /is not a regular file/)
})
