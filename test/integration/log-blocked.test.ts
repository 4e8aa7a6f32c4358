// A stderr that nobody reads must not hold the process up: real pipes, a reader that sleeps, and a syslog process that is suspended.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'

const modules = new URL('../../src/supervisor/log/', import.meta.url)

/** A process that logs many lines as fast as it can and reports, through its stdout, how long the slowest call took. */
const script = `
  const { createLog } = await import('${modules}log.js')
  const { fileSink } = await import('${modules}log-sink.js')
  const sink = fileSink('stderr', { fd: 2 })
  const log = createLog([{ sink, form: 'human' }], { logDetail: 0, logFacility: 'daemon' }, 'Keepalived')
  let slowestMs = 0
  const text = 'x'.repeat(200)
  for (let i = 0; i < 30000; i++) {
    const start = performance.now()
    log.info('signal-received', { signal: text, instance: 'event-' + i % 2000 })
    slowestMs = Math.max(slowestMs, performance.now() - start)
    if (i % 1000 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  let late = performance.now()
  await new Promise(resolve => setTimeout(resolve, 20))
  late = performance.now() - late - 20
  console.log(JSON.stringify({ slowestMs, late }))
  process.stdin.once('data', async () => {
    await new Promise(resolve => setTimeout(resolve, 300))
    await log.close()
    process.exit()
  })
`

test('with a reader that does not read no call waits, and when it reads again it is told what it has missed', async t => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  child.stderr.pause()
  const [answer] = await once(child.stdout.setEncoding('utf8'), 'data')
  const { slowestMs, late } = JSON.parse(answer)
  t.diagnostic(`slowest call ${slowestMs.toFixed(2)} ms, timer late by ${late.toFixed(2)} ms`)
  assert.ok(slowestMs < 100, `a call took ${slowestMs} ms`)
  assert.ok(late < 100, `the event loop stood still for ${late} ms`)
  let text = ''
  child.stderr.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  child.stderr.resume()
  child.stdin.write('go\n')
  await once(child, 'close')
  assert.match(text, /\d+ log lines were lost because the stderr is slow/)
  assert.ok(text.split('\n').length > 1000)
})

test('a process that has lost its stderr goes on and ends', async t => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  child.stderr.destroy()
  await once(child.stdout.setEncoding('utf8'), 'data')
  child.stdin.write('go\n')
  const [status] = await once(child, 'exit')
  assert.equal(status, 0)
})
