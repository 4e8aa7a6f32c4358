// Who may import whom, and what cores may not touch: the law of ARCHITECTURE.md, read from the sources themselves.

import assert from 'node:assert/strict'
import test from 'node:test'
import { fileCircles, folderCircles, type Import, readHouse, rootOf, withoutComments } from './house.ts'

/** A room is the first matching prefix; `may` are the rooms that it may import values from, `types` only types. */
interface Rule {
  readonly room: string
  readonly may: readonly string[]
  readonly types: readonly string[]
  readonly packages: readonly string[]
}

const anyNode = 'node:*'
const snmpCore = 'src/supervisor/snmp/core/'
const rules: readonly Rule[] = [
  { room: 'src/lib/', may: ['src/lib/'], types: [], packages: [] },
  { room: 'src/config/', may: ['src/config/', 'src/lib/'], types: [], packages: [] },
  core('vrrp', ['src/config/']),
  core('checker', ['src/config/']),
  core('ipvs', ['src/config/', 'src/workers/checker/core/']),
  core('bfd', ['src/config/']),
  {
    room: 'src/ipc/',
    may: ['src/ipc/', 'src/lib/'],
    types: [
      'src/config/',
      'src/workers/vrrp/core/',
      'src/workers/checker/core/',
      'src/workers/ipvs/core/',
      'src/workers/bfd/core/',
    ],
    packages: [anyNode, 'msgpackr'],
  },
  shell('vrrp'),
  shell('checker'),
  shell('ipvs', ['src/workers/checker/core/']),
  shell('bfd'),
  {
    room: 'src/workers/',
    may: ['src/workers/fault.ts', 'src/lib/', 'src/ipc/', 'src/native/schedule.ts'],
    types: [],
    packages: [anyNode],
  },
  {
    room: 'src/native/',
    may: ['src/native/', 'src/lib/'],
    types: [],
    packages: [anyNode, 'koffi', 'netlink', 'raw-socket'],
  },
  {
    room: snmpCore,
    may: [snmpCore, 'src/lib/', 'src/workers/ipvs/core/server-state.ts'],
    types: ['src/config/', 'src/workers/'],
    packages: [],
  },
  {
    room: 'src/supervisor/',
    // Of a worker's inside only what is pure data or arithmetic that both sides must share.
    may: ['src/supervisor/', 'src/config/', 'src/lib/', 'src/ipc/', 'src/native/', ...sharedWithSupervisor()],
    types: ['src/workers/'],
    packages: [anyNode, 'nodemailer', 'pino', 'piscina'],
  },
  { room: 'src/main.ts', may: ['src/supervisor/', 'src/lib/'], types: [], packages: [anyNode] },
]

function core(worker: string, types: readonly string[]): Rule {
  const room = `src/workers/${worker}/core/`
  return { room, may: [room, 'src/lib/'], types, packages: [] }
}

function shell(worker: string, types: readonly string[] = []): Rule {
  const room = `src/workers/${worker}/`
  return {
    room,
    may: [room, 'src/workers/fault.ts', 'src/workers/event-worker.ts', 'src/ipc/', 'src/lib/', 'src/native/'],
    types: ['src/config/', ...types],
    packages: [anyNode],
  }
}

function sharedWithSupervisor(): string[] {
  const ofCore = ['counters', 'destination', 'seal', 'state'].map(noun => `src/workers/vrrp/core/${noun}.ts`)
  return [
    ...ofCore,
    'src/workers/vrrp/bridge-order.ts',
    'src/workers/bfd/core/session.ts',
    'src/workers/ipvs/core/server-state.ts',
    // The command-line tool makes the request that the checkers make, so it is theirs; it is loaded for that tool only.
    'src/workers/checker/genhash.ts',
  ]
}

const house = readHouse(rootOf(import.meta.dirname))
const { files: sources, imports, read } = house

test('every source file stands in a room with a rule', () => {
  for (const file of sources) assert.ok(ruleOf(file), `${file} stands in no room`)
})

test('imports follow the layers', () => {
  const wrong = imports.filter(found => !isAllowed(found)).map(({ file, target }) => `${file} imports ${target}`)
  assert.deepEqual(wrong, [])
})

/** File circles that are known; the list may only shrink. */
const knownCircles: readonly (readonly string[])[] = []

test('no imports run in a circle of files, not even for types', () => {
  const known = new Set(knownCircles.map(String))
  const circles = fileCircles(house)
  assert.deepEqual(
    circles.filter(circle => !known.has(String(circle))),
    [],
  )
  const mended = knownCircles.filter(circle => !circles.some(other => String(other) === String(circle)))
  assert.deepEqual(mended, [], 'mended: take them off the list')
})

test('no imports run in a circle of folders of the supervisor, nor from the blocks of the language back into its engine', () => {
  assert.deepEqual(folderCircles(house, 'src/supervisor'), [])
  const engine = ['text', 'report', 'language', 'host'].map(name => `src/config/${name}`)
  const circles = folderCircles(house, 'src/config').flat()
  assert.deepEqual(
    circles.filter(folder => engine.includes(folder)),
    [],
  )
})

test('native packages are named in src/native only', () => {
  const native = ['koffi', 'netlink', 'raw-socket']
  const wrong = imports.filter(({ file, target }) => native.includes(target) && !file.startsWith('src/native/'))
  assert.deepEqual(wrong, [])
})

test('the main thread of the daemon cannot parse a configuration: only the loader thread has the code', () => {
  const parsing = ['src/config/load.ts', 'src/config/text/reader.ts', 'src/supervisor/loading/config-task.ts']
  const main = [
    'src/main.ts',
    'src/supervisor/begin.ts',
    'src/supervisor/daemon.ts',
    'src/supervisor/loading/config-loader.ts',
  ]
  const loaded = loadedWith(main)
  assert.ok(loaded.has('src/supervisor/supervisor.ts') && loaded.has('src/supervisor/loading/config-source.ts'))
  assert.deepEqual(
    parsing.filter(file => loaded.has(file)),
    [],
  )
  assert.ok(loadedWith(['src/supervisor/loading/config-task.ts']).has('src/config/text/reader.ts'))
})

test('the watchdog loads next to nothing: no subcommand, no language, nothing of a worker', () => {
  const loaded = loadedWith(['src/main.ts', 'src/supervisor/begin.ts', 'src/supervisor/cli/command-line.ts'])
  assert.ok(loaded.has('src/supervisor/watchdog/watchdog-process.ts'))
  const needless = [...loaded].filter(file => /^src\/(config\/(?!text\/glob|report\/suggest)|workers)\//.test(file))
  assert.deepEqual(needless, [])
  assert.ok(loaded.size < 70, `${loaded.size} files`)
})

test('the loader thread, which may be terminated at any time, loads nothing native', () => {
  const loaded = loadedWith(['src/supervisor/loading/config-task.ts'])
  assert.deepEqual(
    [...loaded].filter(file => file.startsWith('src/native/') || file.startsWith('src/workers/')),
    [],
  )
})

test('subcommands load nothing native: they work where a native module does not', () => {
  const loaded = loadedWith(['src/supervisor/cli/commands.ts'])
  assert.ok(loaded.has('src/supervisor/control/verbs/status.ts'))
  assert.deepEqual(
    [...loaded].filter(file => file.startsWith('src/native/') || file.startsWith('src/workers/')),
    [],
  )
})

test('cores touch neither clock nor chance, and of Node only what is pure', () => {
  const banned = /\b(Date\.now|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|process\.|console\.)/
  const wrong = sources.filter(file => file.includes('/core/') && banned.test(withoutComments(read(file))))
  assert.deepEqual(wrong, [])
})

test('every source file opens with a comment that says what it is', () => {
  const wrong = sources.filter(file => !/^(#!.*\n)?\/\//.test(read(file)))
  assert.deepEqual(wrong, [])
})

test('no leftovers: FIXME, TODO without an issue, lone or skipped tests', () => {
  const { files: tests, read } = readHouse(house.root, ['test'])
  const leftovers = [...sources, ...tests].filter(
    file => !file.startsWith('test/tidy/') && /\b(FIXME|XXX|TODO(?! #\d))\b/.test(house.read(file) + read(file)),
  )
  const lone = tests.filter(
    file => !file.startsWith('test/tidy/') && /\b(test|it|describe)\.(only|todo)\(/.test(read(file)),
  )
  assert.deepEqual([...leftovers, ...lone], [])
})

/** These files and all that is loaded along with them, without what an `import()` brings later. */
function loadedWith(files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(files)
  for (const file of loaded) {
    for (const found of imports) if (found.file === file && !found.typeOnly && !found.later) loaded.add(found.target)
  }
  return loaded
}

function ruleOf(file: string): Rule | undefined {
  return rules.find(({ room }) => file.startsWith(room))
}

/** What of Node is pure, by name: it knows neither clock nor chance nor files, so cores and the configuration may use it. */
const pureNode: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'createHmac'],
  'node:path/posix': ['*'],
}

function isAllowed({ file, target, typeOnly, names }: Import): boolean {
  const rule = ruleOf(file)!
  const rooms = typeOnly ? [...rule.may, ...rule.types] : rule.may
  if (target.startsWith('src/')) return rooms.some(room => target.startsWith(room))
  if (target.startsWith('node:')) {
    return rule.packages.includes(anyNode) || names.every(name => pureNode[target]?.includes(name))
  }
  return rule.packages.includes(target) || target === 'package.json'
}
