import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { Log } from '../../src/lib/log.ts'
import { fifoLine, NotifyFifo } from '../../src/supervisor/notify/fifo.ts'

const isRoot = process.geteuid?.() === 0

function bench(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-fifo-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const path = join(dir, 'fifo')
  const make = (owner?: { uid: number; gid: number }) => {
    const fifo = new NotifyFifo({ path, owner }, log)
    t.after(() => fifo.close())
    return fifo
  }
  return { dir, path, events, make }
}

function reader(t: TestContext, path: string): () => string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.after(() => closeSync(fd))
  const buffer = Buffer.alloc(1 << 17)
  return () => buffer.toString('utf8', 0, readSync(fd, buffer))
}

test('a FIFO is made with mode 0600, carries exact lines, and is removed when it was made here', async t => {
  const { path, make } = bench(t)
  const fifo = make()
  await fifo.open()
  const stats = statSync(path)
  assert.ok(stats.isFIFO())
  assert.equal(stats.mode & 0o777, 0o600)
  const read = reader(t, path)
  fifo.write(fifoLine('INSTANCE', 'VI_1', 'MASTER', 150))
  fifo.write(fifoLine('GROUP', 'G', 'BACKUP', 0))
  assert.equal(read(), 'INSTANCE "VI_1" MASTER 150\nGROUP "G" BACKUP 0\n')
  fifo.close()
  assert.equal(existsSync(path), false)
})

test('an existing FIFO is used and left in place', async t => {
  const { path, make } = bench(t)
  execFileSync('mkfifo', [path])
  const fifo = make()
  await fifo.open()
  fifo.close()
  assert.ok(statSync(path).isFIFO())
})

test('a second open keeps the reader connected; a replaced file is opened anew', async t => {
  const { path, make, events } = bench(t)
  const fifo = make()
  await fifo.open()
  const read = reader(t, path)
  await fifo.open()
  fifo.write('a\n')
  assert.equal(read(), 'a\n')
  rmSync(path)
  await fifo.open()
  fifo.write('b\n')
  assert.equal(reader(t, path)(), 'b\n')
  assert.deepEqual(events, ['fifo-replaced'])
})

test('without a reader lines are lost and counted once the pipe is full, never waited for', async t => {
  const { path, make, events } = bench(t)
  const fifo = make()
  await fifo.open()
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 200; i++) fifo.write(line)
  assert.ok(fifo.counters.written > 0 && fifo.counters.lost > 0)
  assert.equal(fifo.counters.written + fifo.counters.lost, 200)
  assert.deepEqual(events, ['fifo-line-lost'])
  reader(t, path)()
  fifo.write(line)
  assert.deepEqual(events, ['fifo-line-lost', 'fifo-recovered'])
})

test('a symbolic link, a plain file and a place that cannot be written are refused', async t => {
  const { dir, path, make } = bench(t)
  execFileSync('mkfifo', [join(dir, 'real')])
  symlinkSync(join(dir, 'real'), path)
  await assert.rejects(make().open(), /not a FIFO/)
  rmSync(path)
  writeFileSync(path, '')
  const fifo = make()
  await assert.rejects(fifo.open(), /not a FIFO/)
  fifo.write('lost\n')
  assert.equal(fifo.counters.lost, 1)
  const nowhere = new NotifyFifo(
    { path: join(dir, 'no', 'such', 'fifo') },
    { error() {}, warn() {}, info() {}, debug() {} },
  )
  await assert.rejects(nowhere.open(), /cannot make the FIFO/)
})

test('a FIFO of somebody else is refused unless it is the configured user', {
  skip: isRoot ? false : 'needs root',
}, async t => {
  const { path, make } = bench(t)
  execFileSync('mkfifo', [path])
  chownSync(path, 65534, 65534)
  await assert.rejects(make().open(), /belongs to uid 65534/)
  await make({ uid: 65534, gid: 65534 }).open()
})

test('a FIFO that is made is given to the configured user', { skip: isRoot ? false : 'needs root' }, async t => {
  const { path, make } = bench(t)
  await make({ uid: 65534, gid: 65534 }).open()
  assert.equal(statSync(path).uid, 65534)
})
