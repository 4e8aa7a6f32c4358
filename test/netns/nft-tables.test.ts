// The tables of nftables_ipvs in a real kernel, inside another network namespace than the one that we are in: packets get the mark
// of their group, a reload replaces the table, nothing stays behind.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import test from 'node:test'
import type { NftMarks, NftRow } from '../../src/config/blocks/server/model.ts'
import { NftTables } from '../../src/supervisor/lvs/nft-tables.ts'

const [HERE, THERE] = ['kipn1', 'kipn2']
const TABLE = 'kipn_table'

function ip(...args: readonly string[]): void {
  execFileSync('ip', args)
}

function inside(name: string, ...command: readonly string[]): string {
  return execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8' })
}

function usable(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  if (spawnSync('nft', ['--version']).status !== 0) return 'needs the program nft'
  return undefined
}

/** Two namespaces joined by a link, 10.77.0.1 and .2 with 10.77.1.0/24 behind it. */
function makeNamespaces(): () => void {
  for (const name of [HERE, THERE]) ip('netns', 'add', name)
  ip('-n', HERE, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v0', 'netns', THERE)
  for (const [name, address] of [
    [HERE, '10.77.0.1/24'],
    [THERE, '10.77.0.2/24'],
  ] as const) {
    ip('-n', name, 'addr', 'add', address, 'dev', 'v0')
    ip('-n', name, 'link', 'set', 'v0', 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  ip('-n', THERE, 'route', 'add', 'local', '10.77.1.0/24', 'dev', 'lo')
  ip('-n', HERE, 'route', 'add', '10.77.1.0/24', 'via', '10.77.0.2')
  return () => {
    for (const name of [HERE, THERE]) spawnSync('ip', ['netns', 'del', name])
  }
}

/** One datagram to the address; the answer is the mark it had on arrival, as a second table counts it. */
function markOf(address: string, port: number): number {
  const rules = `add table ip witness\ndelete table ip witness\ntable ip witness {
  chain in { type filter hook input priority 10;
    udp dport ${port} meta mark 1000 counter
    udp dport ${port} meta mark 1001 counter
  }
}\n`
  execFileSync('ip', ['netns', 'exec', THERE, 'nft', '-f', '-'], { input: rules })
  const code = `const s = require('dgram').createSocket('udp4'); s.send('x', ${port}, '${address}', () => s.close())`
  inside(HERE, process.execPath, '-e', code)
  const counted = inside(THERE, 'nft', 'list', 'table', 'ip', 'witness')
  return Number(/meta mark 0x(\w+) counter packets [1-9]/.exec(counted)?.[1] ?? 0) === 0
    ? 0
    : Number.parseInt(/meta mark 0x(\w+) counter packets [1-9]/.exec(counted)![1]!, 16)
}

const row = (first: string, last: string, port: number, mark: number): NftRow => ({
  family: 4,
  protocol: 'UDP',
  first,
  last,
  port,
  mark,
})

function marks(...rows: readonly NftRow[]): NftMarks {
  return { table: TABLE, priority: -1, counters: true, rows }
}

test('packets to the addresses of a group carry its mark, and only while the table is there', async context => {
  const missing = usable()
  if (missing !== undefined) return context.skip(missing)
  const end = makeNamespaces()
  const problems: unknown[] = []
  const log = { error: (_: string, fields: unknown) => problems.push(fields) }
  const tables = new NftTables(log as unknown as ConstructorParameters<typeof NftTables>[0])
  try {
    // Left by a predecessor.
    inside(THERE, 'nft', 'add', 'table', 'ip', TABLE)
    inside(THERE, 'nft', 'add', 'chain', 'ip', TABLE, 'stale')
    tables.setNamespace(`/run/netns/${THERE}`)
    await tables.use(marks(row('10.77.1.1', '10.77.1.9', 5353, 1000), row('10.77.1.20', '10.77.1.20', 0, 1001)))
    assert.deepEqual(problems, [])
    assert.doesNotMatch(inside(THERE, 'nft', 'list', 'ruleset'), /stale/)
    assert.equal(markOf('10.77.1.5', 5353), 1000)
    assert.equal(markOf('10.77.1.5', 5354), 0)
    assert.equal(markOf('10.77.1.20', 7), 1001)
    assert.equal(markOf('10.77.1.10', 5353), 0)
    await tables.use(marks(row('10.77.1.10', '10.77.1.10', 5353, 1001)))
    assert.equal(markOf('10.77.1.10', 5353), 1001)
    assert.equal(markOf('10.77.1.5', 5353), 0)
    assert.doesNotMatch(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }), new RegExp(TABLE))
    await tables.remove()
    assert.doesNotMatch(inside(THERE, 'nft', 'list', 'tables'), new RegExp(TABLE))
    assert.deepEqual(problems, [])
  } finally {
    end()
  }
})

test('a namespace that is not there is one clear error', async context => {
  const missing = usable()
  if (missing !== undefined) return context.skip(missing)
  const problems: { reason?: string }[] = []
  const log = { error: (_: string, fields: { reason: string }) => problems.push(fields) }
  const tables = new NftTables(log as unknown as ConstructorParameters<typeof NftTables>[0])
  tables.setNamespace('/run/netns/kipn-none')
  await tables.use(marks(row('10.77.1.1', '10.77.1.1', 1, 1000)))
  assert.match(problems[0]?.reason ?? '', /kipn-none cannot be opened/)
})
