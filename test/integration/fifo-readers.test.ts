// Real programs that read real FIFOs, and what becomes of them.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FifoReader } from '../../src/config/blocks/global/model.ts'
import type { ScriptCommand } from '../../src/config/blocks/script/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { NotifyFifo } from '../../src/supervisor/notify/fifo.ts'
import { FifoReaders } from '../../src/supervisor/notify/fifo-readers.ts'
import { ScriptAccounts } from '../../src/supervisor/scripts/script-accounts.ts'
import { ScriptRunner } from '../../src/supervisor/scripts/script-runner.ts'

const GRACE_MS = 500

function bench(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-reader-'))
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const runner = new ScriptRunner({ log, accounts: new ScriptAccounts(log, { user: 'root' }) })
  const readers = new FifoReaders(runner, log)
  const out = join(dir, 'out')
  let scripts = 0
  t.after(async () => {
    await readers.stop(GRACE_MS)
    rmSync(dir, { recursive: true, force: true })
  })
  /** A script whose last argument is the FIFO. */
  const reader = (body: string, path = join(dir, 'fifo')): FifoReader => {
    const file = join(dir, `script-${scripts++}`)
    writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
    const command: ScriptCommand = {
      argv: [file, 'word'],
      shell: false,
      text: `${file} word`,
      place: { file: 't', line: 1 },
    }
    return { of: 'lvs', path, command }
  }
  const read = () => {
    try {
      return readFileSync(out, 'utf8')
    } catch {
      return ''
    }
  }
  return { dir, out, log, events, runner, readers, reader, read }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!condition()) {
    assert.ok(Date.now() < end, `waited in vain for: ${what}`)
    await sleep(10)
  }
}

test('a reader gets the path of the FIFO as last argument and the lines that are written', async t => {
  const { dir, out, log, readers, reader, read } = bench(t)
  const fifo = new NotifyFifo({ path: join(dir, 'fifo') }, log)
  t.after(() => fifo.close())
  await fifo.open()
  readers.use([reader(`echo "$1 $2" > ${out}; exec cat "$2" >> ${out}`)], GRACE_MS)
  fifo.write('VS [10.0.0.1]:tcp:80 UP\n')
  await until('the line', () => read() === `word ${fifo.path}\nVS [10.0.0.1]:tcp:80 UP\n`)
})

test('the last lines before the stop are read: the reader sees the end of the FIFO and ends by itself', async t => {
  const { dir, out, log, runner, readers, reader, read } = bench(t)
  const fifo = new NotifyFifo({ path: join(dir, 'fifo') }, log)
  await fifo.open()
  readers.use([reader(`exec 3< "$2"; echo ready > ${out}; while read l <&3; do echo "$l" >> ${out}; done`)], GRACE_MS)
  await until('a start', () => read() === 'ready\n')
  fifo.write('VS x DOWN\n')
  fifo.close()
  await readers.stop(GRACE_MS)
  assert.equal(read(), 'ready\nVS x DOWN\n')
  assert.equal(runner.running, 0)
})

test('a reader that ends is started again, after a pause', async t => {
  const { out, events, readers, reader, read } = bench(t)
  readers.use([reader(`echo run >> ${out}`)], GRACE_MS)
  await until('a second run', () => read() === 'run\nrun\n')
  assert.ok(events.includes('fifo-reader-ended'))
})

test('a reload leaves an unchanged reader alone, ends one that is gone, and starts a new one', async t => {
  const { out, runner, readers, reader, read } = bench(t)
  const kept = reader(`echo kept >> ${out}; exec sleep 60`)
  const gone = reader(`echo gone >> ${out}; exec sleep 61`)
  readers.use([kept, gone], GRACE_MS)
  await until('two', () => read().length === 10)
  readers.use([kept, reader(`echo new >> ${out}; exec sleep 62`)], GRACE_MS)
  await until('the new one, and the old one gone', () => read().endsWith('new\n') && runner.running === 2)
  assert.equal(read().match(/kept/g)?.length, 1)
})

test('a reader that ignores the end of its FIFO and SIGTERM is killed at the stop', async t => {
  const { out, runner, readers, reader, read } = bench(t)
  readers.use([reader(`trap '' TERM; echo up > ${out}; while :; do sleep 0.1; done`)], GRACE_MS)
  await until('a start', () => read() === 'up\n')
  await readers.stop(GRACE_MS)
  assert.equal(runner.running, 0)
})
