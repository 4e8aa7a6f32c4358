// The pid file: what is written, what is in the way, and who is first.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { instancePaths } from '../../../../src/supervisor/process/instance-paths.ts'
import { type Claim, claimPidFile, pidIn } from '../../../../src/supervisor/process/pid-file.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-pid-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function claimIn(folder: string, pid = process.pid): Claim {
  return claimPidFile(join(folder, 'k.pid'), { pid, directory: join(folder, 'run') })
}

function taken(claim: Claim) {
  assert.ok(claim.taken)
  return claim.file
}

test('it holds the process id and a newline, everybody may read it, and it is gone at the end', t => {
  const folder = folderOf(t)
  const before = process.umask(0o177)
  t.after(() => process.umask(before))
  const file = taken(claimIn(folder))
  assert.equal(readFileSync(file.path, 'utf8'), `${process.pid}\n`)
  assert.equal(statSync(file.path).mode & 0o777, 0o644)
  assert.equal(pidIn(file.path), process.pid)
  assert.equal(file.locked, true)
  file.release()
  assert.equal(existsSync(file.path), false)
  assert.equal(pidIn(file.path), undefined)
})

test('of two starts one gets it, and the other is told who', t => {
  const folder = folderOf(t)
  const first = taken(claimIn(folder))
  assert.deepEqual(claimIn(folder), { taken: false, holder: process.pid })
  assert.equal(existsSync(first.path), true, 'the loser removes nothing')
  first.release()
  taken(claimIn(folder)).release()
})

test('of many processes that start at the same moment exactly one gets it', async t => {
  const folder = folderOf(t)
  const module = new URL('../../../../src/supervisor/process/pid-file.js', import.meta.url)
  const code = `const { claimPidFile } = await import('${module}')
    const claim = claimPidFile('${folder}/k.pid', { pid: process.pid, directory: '${folder}/run' })
    console.log(claim.taken)
    process.stdin.resume().on('end', () => process.exit())`
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const closed = children.map(child => once(child, 'close'))
  const outcomes = await Promise.all(children.map(async child => String((await once(child.stdout, 'data'))[0]).trim()))
  // The one that has it keeps it until all have tried.
  for (const child of children) child.stdin.end()
  await Promise.all(closed)
  assert.deepEqual(outcomes.sort(), ['false', 'false', 'false', 'false', 'false', 'true'])
})

for (const [what, content] of [
  ['of a process that is dead', '4194304999\n'],
  ['of a process that is something else', `${process.ppid}\n`],
  ['without a number', 'rubbish\n'],
  ['that is empty', ''],
  ['with a negative number', '-1\n'],
] as const) {
  test(`a file ${what} was left behind and is replaced`, t => {
    const folder = folderOf(t)
    writeFileSync(join(folder, 'k.pid'), content)
    const file = taken(claimIn(folder))
    assert.equal(readFileSync(file.path, 'utf8'), `${process.pid}\n`)
    file.release()
  })
}

test('a running keepalived is recognised by its name', async t => {
  const folder = folderOf(t)
  const child = spawn(
    process.execPath,
    ['-e', 'process.title = "keepalived"; setInterval(() => {}, 1000); console.log(1)'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  writeFileSync(join(folder, 'k.pid'), `${child.pid}\n`)
  assert.deepEqual(claimIn(folder), { taken: false, holder: child.pid })
})

test('a process of another user that calls itself keepalived keeps nobody from starting', async t => {
  const folder = folderOf(t)
  const program = join(folder, 'keepalived')
  copyFileSync('/bin/sleep', program)
  chmodSync(program, 0o755)
  chmodSync(folder, 0o755)
  const child = spawn(program, ['60'], { uid: 65_534, gid: 65_534, stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  writeFileSync(join(folder, 'k.pid'), `${child.pid}\n`)
  taken(claimIn(folder)).release()
})

test('a process of any name that holds an fcntl lock on the file, as keepalived does, is running', async t => {
  const folder = folderOf(t)
  const path = join(folder, 'k.pid')
  const module = new URL('../../../../src/native/file-lock.js', import.meta.url)
  const code = `const { lockForWriting } = await import('${module}')
    const { openSync, writeSync } = await import('node:fs')
    const fd = openSync('${path}', 'w+')
    writeSync(fd, process.pid + '\\n')
    console.log(lockForWriting(fd))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  assert.equal(String((await once(child.stdout, 'data'))[0]), '0\n')
  assert.deepEqual(claimIn(folder), { taken: false, holder: child.pid })
  child.kill('SIGKILL')
  await once(child, 'exit')
  taken(claimIn(folder)).release()
})

test('a symlink is not followed', t => {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'precious'), 'precious')
  symlinkSync(join(folder, 'precious'), join(folder, 'k.pid'))
  assert.throws(() => claimIn(folder), { name: 'KaError', code: 'KA_PID_FILE' })
  assert.equal(readFileSync(join(folder, 'precious'), 'utf8'), 'precious')
})

test('a directory in its place and a folder that does not exist are failures, and leave the lock free', t => {
  const folder = folderOf(t)
  mkdirSync(join(folder, 'k.pid'))
  assert.throws(() => claimIn(folder), { code: 'KA_PID_FILE' })
  rmSync(join(folder, 'k.pid'), { recursive: true })
  taken(claimIn(folder)).release()
  assert.throws(() => claimPidFile(join(folder, 'no/k.pid'), { pid: 1, directory: join(folder, 'run') }), {
    code: 'KA_PID_FILE',
  })
})

test('a file that somebody else has put in our place is not removed', t => {
  const folder = folderOf(t)
  const file = taken(claimIn(folder))
  rmSync(file.path)
  writeFileSync(file.path, '1\n')
  file.release()
  assert.equal(readFileSync(file.path, 'utf8'), '1\n')
})

test('a lock on the file itself decides where native code can take one', t => {
  const path = join(folderOf(t), 'v.pid')
  assert.deepEqual(claimPidFile(path, { pid: 7, fileLock: () => 99 }), { taken: false, holder: 99 })
  const file = taken(claimPidFile(path, { pid: 7, fileLock: () => 0 }))
  assert.equal(readFileSync(path, 'utf8'), '7\n')
  file.release()
})

test('socket and lock have a name of their own for each pid file, short enough for a socket', () => {
  assert.equal(instancePaths('/run/keepalived.pid').socket, '/run/keepalived-ts/keepalived.sock')
  const long = instancePaths(`/run/x/${'y'.repeat(200)}.pid`).socket
  assert.ok(long.length <= 107)
  assert.notEqual(instancePaths('/run/a/k.pid').lock, instancePaths('/run/b/k.pid').lock)
})
