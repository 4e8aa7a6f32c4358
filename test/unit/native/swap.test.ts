import assert from 'node:assert/strict'
import test from 'node:test'
import { lockMemory } from '../../../src/native/swap.ts'

const GROUP = '/sys/fs/cgroup/system.slice/keepalived-ts.service'
/** Watchdog 10, daemon 20 (that is us), its script 30; 99 is a stranger. */
const MACHINE: Readonly<Record<string, string>> = {
  '/proc/meminfo': 'MemTotal:  1000 kB\nSwapTotal:        2048 kB\n',
  '/proc/self/cgroup': '1:name=systemd:/x\n0::/system.slice/keepalived-ts.service\n',
  [`${GROUP}/memory.swap.max`]: 'max\n',
  [`${GROUP}/cgroup.procs`]: '10\n20\n30\n',
  '/proc/30/stat': '30 (a) b) S 20 30 0',
  '/proc/99/stat': '99 (bash) S 1 99 0',
}

function lock(changes: Readonly<Record<string, string | undefined>> = {}) {
  const files = { ...MACHINE, ...changes }
  const written: [string, string][] = []
  const read = (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT ${path}`)
    return text
  }
  const locked = lockMemory({ read, write: (path, text) => written.push([path, text]) }, 20, 10)
  return { locked, written }
}

test('a control group of our own is forbidden to swap', () => {
  assert.deepEqual(lock(), { locked: true, written: [[`${GROUP}/memory.swap.max`, '0']] })
})

test('a control group that strangers share is left alone', () => {
  assert.deepEqual(lock({ [`${GROUP}/cgroup.procs`]: '10\n20\n99\n' }), { locked: false, written: [] })
  assert.deepEqual(lock({ [`${GROUP}/cgroup.procs`]: '0\n20\n' }), { locked: false, written: [] })
})

test('nothing is to be done where there is no swap or it is forbidden already', () => {
  assert.deepEqual(lock({ '/proc/meminfo': 'SwapTotal:             0 kB\n' }), { locked: true, written: [] })
  assert.deepEqual(lock({ [`${GROUP}/memory.swap.max`]: '0\n' }), { locked: true, written: [] })
})

test('without cgroup v2 or its memory controller the answer is no', () => {
  assert.deepEqual(lock({ '/proc/self/cgroup': '4:memory:/x\n' }), { locked: false, written: [] })
  assert.deepEqual(lock({ [`${GROUP}/memory.swap.max`]: undefined }), { locked: false, written: [] })
})

test('the root of a container is a group too', () => {
  const container = {
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.swap.max': 'max\n',
    '/sys/fs/cgroup/cgroup.procs': '20\n',
  }
  assert.deepEqual(lock(container), { locked: true, written: [['/sys/fs/cgroup/memory.swap.max', '0']] })
})
