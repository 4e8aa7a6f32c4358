// What else the law forbids: exports that nobody uses, private copies of what `lib` has, pointers to documents that are not here, and
// machines without a test. Each has a list of what was so when the law was made; a list may only shrink.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { deadExports, readHouse, rootOf, withoutComments } from './house.ts'

const root = rootOf(import.meta.dirname)
const { files, read } = readHouse(root)

/** Fails for what is found and not known, and for what is known and no longer found. */
function mayOnlyShrink(found: readonly string[], known: readonly string[], what: string): void {
  const added = found.filter(each => !known.includes(each))
  assert.deepEqual(added, [], what)
  const gone = known.filter(each => !found.includes(each))
  assert.deepEqual(gone, [], 'mended: take it off the list')
}

test('what is exported is used by another file', () => {
  const found = deadExports(readHouse(root, ['src', 'test'])).map(({ file, name }) => `${file} ${name}`)
  assert.deepEqual(found, [], 'exported, but used in its own file only')
})

interface Copy {
  /** The text of a private copy. */
  readonly text: RegExp
  readonly instead: string
  /** The file that has it for all. */
  readonly home: string
  /** Files that still have their own. */
  readonly known?: readonly string[]
}

const copies: readonly Copy[] = [
  {
    text: /\bUS_?PER_?SECOND = /i,
    instead: 'usPerSecond',
    home: 'src/lib/time.ts',
  },
  { text: /\bUS_?PER_?MS = /i, instead: 'usPerMs', home: 'src/lib/time.ts' },
  { text: /function isRecord\b/, instead: 'isRecord', home: 'src/lib/record.ts' },
  { text: /function isMulticast/, instead: 'isMulticast', home: 'src/lib/ip.ts' },
  {
    text: /function isAddress\b/,
    instead: 'parseIp(text) !== undefined',
    home: 'src/lib/ip.ts',
    known: ['src/config/blocks/completeness.ts', 'src/config/blocks/link/interfaces.ts'],
  },
  { text: /function concat/, instead: 'concatBytes', home: 'src/lib/bytes.ts' },
  { text: /\bSCTP: 132\b|\b132: 'sctp'/, instead: 'ipProtocols', home: 'src/lib/ipvs.ts' },
  { text: /none: 0, pass: 1/, instead: 'authTypes', home: 'src/lib/auth-type.ts' },
  { text: /'\/sys\/class\/net'/, instead: 'hostInterfaces', home: 'src/supervisor/loading/node-file.ts' },
  { text: /split\('\.'\)\[0\]/, instead: 'configIdOf', home: 'src/supervisor/process/option-table.ts' },
  { text: /'\/usr\/local\/sbin:/, instead: 'searchPathDefault', home: 'src/config/host/search-path.ts' },
  { text: /'\/run\/keepalived\.pid'/, instead: 'defaultPidFile', home: 'src/supervisor/process/option-table.ts' },
  { text: /'dump-stats' \| |'dump-stats', /, instead: 'Order, orderRows', home: 'src/supervisor/process/orders.ts' },
]

for (const { text, instead, home, known = [] } of copies) {
  test(`${instead} is in ${home} only`, () => {
    const found = files.filter(file => file !== home && text.test(withoutComments(read(file))))
    mayOnlyShrink(found, known, `use ${instead} of ${home}`)
  })
}

/** Documents that comments name and that nobody has written yet. */
const awaited: readonly string[] = []

test('comments point to documents and sections that are here', () => {
  const wrong: string[] = []
  for (const file of [...files, ...readHouse(root, ['test']).files].filter(each => !each.startsWith('test/tidy/'))) {
    const text = readFileSync(join(root, file), 'utf8').replace(/\n\s*(\/\/|\*)/g, '')
    for (const [pointer] of text.matchAll(/founding document|\b(design|style|seam)\.md\b/g))
      wrong.push(`${file}: ${pointer}`)
    for (const [, adr] of text.matchAll(/\b(docs\/[\w/-]+\.md)\b/g))
      if (!adr!.includes('/CODE') && !existsSync(join(root, adr!))) wrong.push(`${file}: ${adr}`)
    for (const { name, sections } of behaviourPointers(text)) {
      const path = join(root, 'docs/behaviour', `${name}.md`)
      if (!existsSync(path)) {
        if (!awaited.includes(name)) wrong.push(`${file}: ${name}`)
        continue
      }
      const document = readFileSync(path, 'utf8')
      const missing = sections.filter(
        section => !new RegExp(`^#+ ${section.replaceAll('.', '\\.')}\\b`, 'm').test(document),
      )
      wrong.push(...missing.map(section => `${file}: ${name} section ${section}`))
    }
  }
  assert.deepEqual(wrong, [])
})

/** `door.ts`, `core/desired.ts` in a comment: a file of that name must be there. A name with a wildcard is no name. */
test('comments name source files that are here', () => {
  const sources = [...files, ...readHouse(root, ['test']).files]
  const wrong = sources.flatMap(file => {
    const comments = read(file).match(/^\s*(\/\/|\/?\*).*$/gm) ?? []
    return comments.flatMap(comment =>
      [...comment.matchAll(/(?<![*\w./-])[\w./-]*\w\.ts\b/g)]
        .map(([name]) => name.replace(/^(\.\.?\/)+/, ''))
        .filter(name => !sources.some(source => source === name || source.endsWith(`/${name}`)))
        .map(name => `${file}: ${name}`),
    )
  })
  assert.deepEqual(wrong, [])
})

/** `vrrp-behaviour section 3.1`, `config-syntax sections 1 to 3, 5 and 7`, `vrrp-behaviour 1.5`. */
function behaviourPointers(text: string): readonly { readonly name: string; readonly sections: readonly string[] }[] {
  const pointer =
    /\b(config-syntax|vrrp-behaviour|lvs-behaviour|cli-signals(?:-files)?)\b(?: sections?)?((?:,? (?:and |to )?\d+(?:\.\d+)*)*)/g
  return [...text.matchAll(pointer)].map(([, name, list]) => ({
    name: name!,
    sections: [...list!.matchAll(/\d+(?:\.\d+)*/g)].map(([section]) => section),
  }))
}

test('the pointers that the law reads', () => {
  const read = (text: string) => behaviourPointers(text).map(({ name, sections }) => [name, ...sections].join(' '))
  assert.deepEqual(read('(vrrp-behaviour sections 3.1, 3.7 and 4.2).'), ['vrrp-behaviour 3.1 3.7 4.2'])
  assert.deepEqual(read('config-syntax sections 1 to 3, one row'), ['config-syntax 1 3'])
  assert.deepEqual(read('vrrp-behaviour 1.5; cli-signals: the dumps'), ['vrrp-behaviour 1.5', 'cli-signals'])
})

/** Cores whose files are tested through the machine that uses them (fsm, hear, receive, the MIB as a whole, checks, the ipvs table). */
const testedElsewhere: readonly string[] = [
  ...named(
    'src/supervisor/snmp/core',
    'agentx-reader agentx-writer answer change changed-config instance-mib rfc2787-mib rfc6527-mib script-text server-mib server-number statistics-columns trap value vrrp-state',
  ),
  ...named('src/workers/bfd/core', 'session snapshot'),
  ...named('src/workers/checker/core', 'echo-message http-response misc-exit smtp-reply udp-reply'),
  ...named('src/workers/ipvs/core', 'desired lifecycle plan quorum server-state verdict'),
  ...named(
    'src/workers/vrrp/core',
    'ah become carrier counters destination faults garp hear nap old-checksum reconsider rogue-owner snapshot state step virtual-addresses',
  ),
]

test('every file of a core has a test of its name', () => {
  const cores = files.filter(file => file.includes('/core/') && exportsCode(read(file)))
  const found = cores.filter(
    file => !existsSync(join(root, file.replace(/^src/, 'test/unit').replace(/\.ts$/, '.test.ts'))),
  )
  mayOnlyShrink(found, testedElsewhere, 'no test of its name')
})

/** Does it do anything? Files of types only need no test. */
function exportsCode(text: string): boolean {
  return /^export (?:async )?(?:function|class)\b/m.test(text)
}

function named(folder: string, names: string): string[] {
  return names.split(' ').map(name => `${folder}/${name}.ts`)
}
