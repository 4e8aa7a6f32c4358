import assert from 'node:assert/strict'
import test from 'node:test'
import { ConfigSource, type FixedChange } from '../../../../src/supervisor/loading/config-source.ts'
import type { ConfigTask, LoadedConfig } from '../../../../src/supervisor/loading/config-task.ts'
import { type Options, parseOptions } from '../../../../src/supervisor/process/options.ts'
import { configOf, instanceText } from '../../config/load-text.ts'

const config = configOf(instanceText(''))
const good: LoadedConfig = { config, written: new Uint8Array(), problems: [], exitCode: 0 }
const bad: LoadedConfig = {
  config: null,
  written: new Uint8Array(),
  problems: [{ severity: 'error', text: 'no' }],
  exitCode: 2,
}

function makeSource(answer: () => Promise<LoadedConfig>, fixed?: FixedChange) {
  const log: string[] = []
  const tasks: ConfigTask[] = []
  const write = (event: string) => void log.push(event)
  const source = new ConfigSource(optionsFor(), {
    log: { debug: write, info: write, warn: write, error: write },
    loader: {
      load: task => {
        tasks.push(task)
        return answer()
      },
    },
    interfaces: () => ['lo', 'eth7'],
    fixed: () => fixed,
    swap: async () => write('swapped'),
  })
  return { source, log, tasks }
}

function optionsFor(): Options {
  return parseOptions(['-f', '/etc/ka.conf'], {
    workingDirectory: '/',
    hostName: 'node1.example',
    temporaryDirectory: '/tmp',
  }).options
}

test('the loader is asked with the interfaces that exist at that time', async () => {
  const { source, tasks } = makeSource(async () => good)
  await source.load()
  assert.deepEqual(tasks[0]?.interfaces, ['lo', 'eth7'])
  assert.equal(tasks[0]?.path, '/etc/ka.conf')
})

test('a configuration that cannot be used changes nothing', async () => {
  const { source, log } = makeSource(async () => bad)
  assert.equal((await source.reload()).ok, false)
  assert.deepEqual(log, ['reload-started', 'config-problem', 'reload-refused'])
})

test('a loader that fails changes nothing', async () => {
  const { source, log } = makeSource(async () => {
    throw new Error('the thread died')
  })
  assert.equal((await source.reload()).ok, false)
  assert.deepEqual(log, ['reload-started', 'reload-failed'])
})

test('SIGHUP while the start still reads: the reload comes after the start, once', async () => {
  const { source, log } = makeSource(async () => good)
  const asked = await source.holdReloads(async () => {
    const both = [source.reload(), source.reload()]
    log.push('started')
    return { both }
  })
  for (const result of await Promise.all(asked.both)) assert.match(result.ok ? result.value : '', /1 VRRP instance/)
  assert.deepEqual(log, ['started', 'reload-started', 'swapped', 'reload-done'])
})

test('a reload that changes what is fixed is refused as a whole', async () => {
  const fixed = { keyword: 'net_namespace_ipvs', before: 'none', after: '/run/netns/blue' }
  const { source, log } = makeSource(async () => good, fixed)
  assert.equal((await source.reload()).ok, false)
  assert.deepEqual(log, ['reload-started', 'reload-fixed'])
})

test('who asked for a reload hears what runs now, or why the old configuration stays', async () => {
  const done = await makeSource(async () => good).source.reload()
  assert.deepEqual(done, { ok: true, value: 'Reloaded /etc/ka.conf: 1 VRRP instance' })
  const refused = await makeSource(async () => bad).source.reload()
  assert.deepEqual(refused, {
    ok: false,
    error: '/etc/ka.conf cannot be used, the old configuration stays in use\n\nno',
  })
  const failed = await makeSource(async () => {
    throw new Error('the thread died')
  }).source.reload()
  assert.match(failed.ok ? '' : failed.error, /failed, the old configuration stays in use: the thread died/)
})
