import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { lockForWriting } from '../../../src/native/file-lock.ts'

function lockFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ka-lock-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'a.pid')
}

test('the lock of another process is told by its id, and is free when that has ended', async t => {
  const file = lockFile(t)
  const url = new URL('../../../src/native/file-lock.js', import.meta.url)
  const code = `
    import { openSync } from 'node:fs'
    import { lockForWriting } from ${JSON.stringify(url.href)}
    console.log(lockForWriting(openSync(${JSON.stringify(file)}, 'w')))
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code])
  t.after(() => holder.kill('SIGKILL'))
  const said = await new Promise(resolve => holder.stdout.once('data', data => resolve(String(data).trim())))
  assert.equal(said, '0')

  const fd = openSync(file, 'r+')
  t.after(() => closeSync(fd))
  assert.equal(lockForWriting(fd), holder.pid)
  holder.kill('SIGKILL')
  await new Promise(resolve => holder.once('exit', resolve))
  assert.equal(lockForWriting(fd), 0)
  assert.equal(lockForWriting(fd), 0, 'our own lock does not stand in our way')
})

test('a descriptor that cannot be locked is an error', () => {
  assert.throws(() => lockForWriting(-1), { code: 'KA_SOCKET', message: 'fcntl F_SETLK: EBADF' })
})
