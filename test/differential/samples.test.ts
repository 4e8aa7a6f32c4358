// The sample configurations of Debian's keepalived package: the same verdict as keepalived -t, and for those with VRRP in them the same
// keepalived.json after both programs have run them, each on a host of its own.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { whyNot } from '../lab/environment.ts'
import { subjectMain } from '../lab/paths.ts'
import { dumpOf, type InstanceDump } from './dump.ts'
import { Host } from './host.ts'
import { differences, sampleArguments, sampleChanges } from './sample-differences.ts'
import { sampleNames, samplesFolder } from './seeds.ts'

/** Every interface that a sample names, on the networks that the samples use. */
const interfaces = {
  eth0: ['192.168.200.5/24', '10.1.0.5/24'],
  eth1: ['192.168.201.5/24', '192.168.100.1/24'],
  eth2: ['10.9.2.5/24'],
  eth3: ['10.9.3.5/24'],
  'eth0.1': ['10.9.4.5/24'],
}
/** The slowest sample advertises every 12 s and is still BACKUP by then, in both programs; the others are MASTER. */
const settleMs = 7_000
/** Samples under way at once; each is two daemons. */
const concurrency = 3

const skip = whyNot()
const names = skip === false ? sampleNames() : []
const vrrpNames = names.filter(name => read(name).includes('vrrp_instance'))

test('the samples are there', { skip }, () => {
  assert.equal(names.length, 25)
  assert.equal(vrrpNames.length, 12)
})

test('each sample has the verdict of keepalived -t', { skip, timeout: 60_000 }, async t => {
  const host = await Host.create(interfaces)
  try {
    for (const name of names) {
      const path = join(samplesFolder, name)
      const theirs = await host.attempt('keepalived', '-t', '-f', path)
      const ours = await host.attempt(process.execPath, subjectMain, '--config-test', '-f', path)
      t.diagnostic(`${name}: ${theirs.code}`)
      assert.equal(ours.code, theirs.code, `${name}: ${theirs.stderr}\n${ours.stderr}`)
    }
  } finally {
    host.remove()
  }
})

test('keepalived.json of each VRRP sample', { skip, concurrency, timeout: 180_000 }, async t => {
  await Promise.all(vrrpNames.map(name => t.test(name, { timeout: 60_000 }, sub => compareSample(name, sub))))
})

async function compareSample(name: string, t: test.TestContext): Promise<void> {
  const changes = sampleChanges[name] ?? []
  for (const { from, reason } of changes) t.diagnostic(`without ${from}: ${reason}`)
  const text = changes.reduce((before, { from, to }) => before.replace(from, to), read(name))
  const hosts = [await Host.create(interfaces), await Host.create(interfaces)] as const
  try {
    const options = { settleMs, arguments: sampleArguments[name] ?? [] }
    const [theirs, ours] = await Promise.all([
      dumpOf('keepalived', hosts[0], text, options),
      dumpOf('keepalived-ts', hosts[1], text, options),
    ])
    assert.ok(theirs.json !== undefined, `keepalived wrote nothing: ${theirs.log}`)
    assert.ok(ours.json !== undefined, `keepalived-ts wrote nothing: ${ours.log}`)
    const nameOf = ({ data }: InstanceDump) => data.iname
    assert.deepEqual(ours.json.map(nameOf), theirs.json.map(nameOf))
    for (const [i, instance] of theirs.json.entries()) compareInstance(name, instance, ours.json[i]!, t)
  } finally {
    for (const host of hosts) host.remove()
  }
}

function compareInstance(sample: string, theirs: InstanceDump, ours: InstanceDump, t: test.TestContext): void {
  const instance = String(theirs.data.iname)
  const left = fieldsOf(theirs)
  const right = fieldsOf(ours)
  const common = [...left.keys()].filter(field => right.has(field))
  assert.deepEqual(
    [...right.keys()].filter(field => left.has(field)),
    common,
    `${instance}: the order of the fields`,
  )
  const seen = new Set<string>()
  for (const field of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(field), right.get(field)]
    if (JSON.stringify(a) === JSON.stringify(b)) continue
    const row = differences.find(
      each =>
        each.field.test(field) &&
        (each.sample ?? sample) === sample &&
        (each.instance ?? instance) === instance &&
        (each.within?.(a, b) ?? true),
    )
    const what = `${instance} ${field}: keepalived ${JSON.stringify(a)}, we ${JSON.stringify(b)}`
    assert.ok(row !== undefined, what)
    if (row.sample !== undefined || /routes|rules/.test(field)) seen.add(`${instance} ${field}: ${row.reason}`)
  }
  for (const line of seen) t.diagnostic(line)
}

function fieldsOf({ data, stats }: InstanceDump): ReadonlyMap<string, unknown> {
  const named = (part: string, record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).map(([field, value]) => [`${part}.${field}`, value] as const)
  return new Map([...named('data', data), ...named('stats', stats)])
}

function read(name: string): string {
  return readFileSync(join(samplesFolder, name), 'latin1')
}
