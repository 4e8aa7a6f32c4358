import assert from 'node:assert/strict'
import test from 'node:test'
import type { GlobalDefs, ThreadConduct } from '../../../../src/config/blocks/global/model.ts'
import type { Log } from '../../../../src/lib/log.ts'
import { mainPriority, vrrpConduct } from '../../../../src/supervisor/actors/realtime.ts'
import { conductThread, type ThreadPort } from '../../../../src/supervisor/actors/thread-conduct.ts'
import { loadText } from '../../config/load-text.ts'

const plain: ThreadConduct = { cpus: [], noSwap: false }

function conduct(given: Partial<ThreadConduct>, refusing = false): string[] {
  const said: string[] = []
  const call =
    (name: string) =>
    (...words: readonly unknown[]) => {
      said.push(`${name} ${words.join(' ')}`)
      return !refusing
    }
  const port: ThreadPort = {
    setCpus: (cpus, thread) => call('cpus')(thread, ...cpus),
    setNice: (nice, thread) => call('nice')(thread, nice),
    setRealtime: (priority, thread) => call('rr')(thread, priority),
    setTimeSharing: thread => call('other')(thread),
    setThreadName: (thread, name) => call('name')(thread, name),
  }
  const warn = (event: string, fields?: object) => void said.push(`${event} ${Object.values(fields ?? {}).join(': ')}`)
  const log: Log = { error: warn, warn, info: warn, debug: warn }
  conductThread('checker', 7, { ...plain, ...given }, log, port)
  return said
}

test('a thread gets all that is asked for', () => {
  assert.deepEqual(conduct({ name: 'keepalived_lvs', nice: -5, rtPriority: 3, cpus: [0, 2] }), [
    'name 7 keepalived_lvs',
    'cpus 7 0 2',
    'nice 7 -5',
    'rr 7 3',
  ])
})

test('what is no longer asked for is taken back', () => {
  assert.deepEqual(conduct({}), ['name 7 node', 'cpus 7', 'nice 7 0', 'other 7'])
})

test('what the kernel refuses is logged, each by its name', () => {
  assert.deepEqual(
    conduct({ nice: -5, rtPriority: 3, cpus: [77] }, true).filter(line => line.startsWith('thread-setting-refused')),
    [
      'thread-setting-refused checker: CPUs 77',
      'thread-setting-refused checker: nice value -5',
      'thread-setting-refused checker: real-time priority 3',
    ],
  )
})

function global(lines: string): GlobalDefs {
  const { config } = loadText(`global_defs {\n${lines}\n}\n`)
  assert.ok(config !== null && config !== undefined)
  return config.global
}

test('each part has its own settings, and process_names names all', () => {
  const { threads, processName } = global(
    'process_names\nprocess_name mine\nlvs_process_name lb\nchecker_priority -3\nchecker_cpu_affinity 0 1\n' +
      'checker_rlimit_rtime 20000\nchecker_no_swap\nbfd_rt_priority 9',
  )
  assert.equal(processName, 'mine')
  assert.deepEqual(threads, {
    vrrp: { name: 'keepalived_vrrp', cpus: [], noSwap: false },
    checker: { name: 'lb', nice: -3, rtTimeUs: 20_000, cpus: [0, 1], noSwap: true },
    bfd: { name: 'keepalived_bfd', rtPriority: 9, cpus: [], noSwap: false },
  })
})

test('VRRP is real-time unless an ordinary priority is asked for', () => {
  assert.equal(vrrpConduct(global('')).rtPriority, 2)
  assert.equal(vrrpConduct(global('vrrp_rt_priority 40')).rtPriority, 40)
  assert.equal(vrrpConduct(global('vrrp_priority -10')).rtPriority, undefined)
})

test('a FIFO has one reader, and a reader without a FIFO is not started', () => {
  const text =
    'notify_fifo /run/a\nnotify_fifo_script /bin/cat\nlvs_notify_fifo /run/a\nlvs_notify_fifo_script /bin/tac\n' +
    'vrrp_notify_fifo_script /bin/cat'
  assert.deepEqual(
    global(text).fifoReaders.map(({ of, path, command }) => [of, path, command.text]),
    [['all', '/run/a', '/bin/cat']],
  )
  const codes = loadText(`global_defs {\n${text}\n}\n`).diagnostics.map(({ code }) => code)
  assert.equal(codes.filter(code => code === 'KA1305').length, 2)
})

test('the main thread is real-time below the worker, on one CPU only if the configuration says so', () => {
  const of = (words: string, hasVrrp: boolean, cpus: number) => {
    const { config } = loadText(`global_defs {\n${words}\n}\n`)
    assert.ok(config !== undefined)
    return mainPriority(config.global, hasVrrp, cpus)
  }
  assert.equal(of('', true, 2), 1)
  assert.equal(of('', true, 1), undefined)
  assert.equal(of('', false, 2), undefined)
  assert.equal(of('vrrp_rt_priority 30', true, 1), 29)
  assert.equal(of('vrrp_rt_priority 1', true, 8), 1)
  assert.equal(of('vrrp_priority -5', true, 8), undefined)
  assert.equal(of('checker_rt_priority 4', false, 8), 3)
})
