// The log: which sinks are chosen, what a line looks like in each form, floods, and lost lines.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { createLog, type LogOptions, type LogTarget, logTargets } from '../../../../src/supervisor/log/log.ts'
import { fileSink, type LogSink, waitingBytesMax } from '../../../../src/supervisor/log/log-sink.ts'

const plain: LogOptions = {
  logConsole: false,
  logDetail: 0,
  logFacility: 'daemon',
  logFormat: 'human',
  syslog: true,
  dontFork: true,
}

interface MemorySink extends LogSink {
  readonly lines: string[]
  lost: number
}

function memorySink(): MemorySink {
  const sink: MemorySink = {
    name: 'memory',
    lines: [],
    lost: 0,
    write: line => void sink.lines.push(line),
    takeLost: () => {
      const { lost } = sink
      sink.lost = 0
      return lost
    },
    close: () => Promise.resolve(),
  }
  return sink
}

function logInto(form: LogTarget['form'], options: Partial<LogOptions> = {}) {
  const sink = memorySink()
  return { sink, log: createLog([{ sink, form }], { ...plain, ...options }, 'Keepalived') }
}

test('a line for people is a clock time and a sentence', async () => {
  const { sink, log } = logInto('human')
  log.info('became-master', { instance: 'VI_1', cause: 'it begins', priority: 100 })
  log.warn('fifo-failed', { path: '/x', reason: 'gone' })
  log.error('start-failed', { reason: 'no permission' })
  await log.close()
  assert.match(sink.lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} \(VI_1\) Entering MASTER STATE: it begins\n$/)
  assert.match(sink.lines[1]!, /^[\d:.]{12} Warning: Cannot use the FIFO \/x: gone\n$/)
  assert.match(sink.lines[2]!, /^[\d:.]{12} Error: Cannot start: no permission\n$/)
})

test('a line for machines is one JSON object with event, fields and sentence', async () => {
  const { sink, log } = logInto('json')
  log.info('became-master', { instance: 'VI_1', cause: 'it begins', priority: 100 })
  await log.close()
  const { time, pid, ...rest } = JSON.parse(sink.lines[0]!)
  assert.ok(!Number.isNaN(Date.parse(time)))
  assert.equal(pid, process.pid)
  assert.deepEqual(rest, {
    level: 'info',
    process: 'Keepalived',
    event: 'became-master',
    instance: 'VI_1',
    cause: 'it begins',
    priority: 100,
    msg: '(VI_1) Entering MASTER STATE: it begins',
  })
})

test('fields named like those of every record do not hide them', async () => {
  const { sink, log } = logInto('json')
  log.info('script-signal-failed', { signal: 'SIGTERM', pid: 12, error: new Error('no such process') })
  await log.close()
  const record = JSON.parse(sink.lines[0]!)
  assert.equal(record.pid, process.pid)
  assert.equal(record.pid_, 12)
  assert.equal(record.error, 'no such process')
})

test('a line for syslog begins with facility and severity, each line of a sentence with its own', async () => {
  const { sink, log } = logInto('priority', { logFacility: 'local1' })
  log.error('config-problem', { text: 'first\nsecond' })
  log.info('stopped', {})
  await log.close()
  assert.deepEqual(sink.lines, ['<139>first\n<139>second\n', '<142>Stopped\n'])
})

test('details are written with -D only', async () => {
  const quiet = logInto('human')
  quiet.log.debug('mail-sent', { subject: 'x' })
  await quiet.log.close()
  assert.deepEqual(quiet.sink.lines, [])
  const detailed = logInto('human', { logDetail: 1 })
  detailed.log.debug('mail-sent', { subject: 'x' })
  await detailed.log.close()
  assert.match(detailed.sink.lines[0]!, /Mail sent: x/)
})

test('a flood is cut, and its rest is counted with an example', async () => {
  const { sink, log } = logInto('human')
  for (let i = 0; i < 1000; i++) log.warn('advert-checksum-wrong', { instance: 'VI_1' })
  log.warn('advert-checksum-wrong', { instance: 'VI_2' })
  await log.close()
  assert.equal(sink.lines.length, 22)
  assert.match(sink.lines[20]!, /\(VI_2\) Advert with wrong checksum/)
  assert.match(sink.lines[21]!, /… 980 more in the last \d+ s: \(VI_1\) Advert with wrong checksum/)
})

test('lines that a slow sink lost are told', async () => {
  const { sink, log } = logInto('human')
  sink.lost = 7
  await log.close()
  assert.match(sink.lines[0]!, /7 log lines were lost because the memory is slow/)
})

function forms(options: Partial<LogOptions>, stderrIsTerminal: boolean, journal = false): readonly string[] {
  const stderr = statSync('/dev/fd/2')
  const environment = journal ? { JOURNAL_STREAM: `${stderr.dev}:${stderr.ino}` } : { JOURNAL_STREAM: '1:1' }
  const targets = logTargets(
    { ...plain, ...options },
    { environment, stderrIsTerminal, processName: 'Keepalived' },
    () => {},
  )
  return targets.filter(({ sink }) => sink.name !== 'syslog').map(({ sink, form }) => `${sink.name} ${form}`)
}

test('stderr is used on a terminal, with -l, for JSON and under systemd', () => {
  assert.deepEqual(forms({}, true), ['stderr human'])
  assert.deepEqual(forms({ logConsole: true, syslog: false }, false), ['stderr human'])
  assert.deepEqual(forms({ logFormat: 'json' }, true), ['stderr json'])
  assert.deepEqual(forms({}, false, true), ['stderr priority'])
  assert.deepEqual(forms({ syslog: false }, false), [], '-G and no terminal: silence is what was asked for')
})

test('a log file gets every line, and is not readable by more people than the umask allows', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-log-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'k.log')
  const sink = fileSink('log file', { path })
  const log = createLog([{ sink, form: 'human' }], plain, 'Keepalived')
  log.info('starting', { version: '1' })
  log.info('stopped', {})
  await log.close()
  assert.match(readFileSync(path, 'utf8'), /Starting keepalived-ts 1\n.*Stopped\n$/)
  assert.equal(statSync(path).mode & 0o022, 0)
})

test('a line that does not fit any more is counted', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-log-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const sink = fileSink('log file', { path: join(folder, 'k.log') })
  const line = `${'x'.repeat(1023)}\n`
  const count = waitingBytesMax / line.length + 10
  for (let i = 0; i < count; i++) sink.write(line)
  assert.equal(sink.takeLost(), 0, 'not told while there is no room')
  let lost = 0
  for (let tries = 0; lost === 0 && tries < 200; tries++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    lost = sink.takeLost()
  }
  assert.equal(lost, 10)
  await sink.close(1000)
  assert.equal(statSync(join(folder, 'k.log')).size, (count - 10) * line.length)
})
