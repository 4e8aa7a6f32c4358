// The addresses of all instances between roles, links, strangers, refusals and a predecessor; each defect by its number, and at last
// random lives, after which the kernel has what is wanted and the watchdog knows it.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VirtualAddress, VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { instance, vip } from '../../../../fixtures/vrrp-instance.ts'
import { Prng } from '../../../../sim/prng.ts'
import { FakeHost } from './fake-host.ts'

const second = 1_000_000
const address = '192.0.2.100'
const one = instance({ addresses: [vip(address)] })
const held = { address, prefix: 32, interface: 'eth0', survivalUs: 2 * second }

function host(...links: readonly string[]): FakeHost {
  const made = new FakeHost()
  for (const name of links.length === 0 ? ['eth0'] : links) made.makeLink(name)
  return made
}

async function becomes(fake: FakeHost, params: VrrpInstance, present: boolean): Promise<void> {
  await fake.holdings.ensure(params, present)
  await fake.pass(2 * second)
}

test('defect 1: the watchdog is told before the kernel is asked, once for all addresses, and after the last is gone', async () => {
  const fake = host()
  const many = instance({ addresses: [vip(address), vip('192.0.2.101')] })
  void fake.holdings.ensure(many, true)
  assert.deepEqual(fake.done, [
    'ahead eth0 192.0.2.100/32',
    'ahead eth0 192.0.2.101/32',
    'add eth0 192.0.2.100/32',
    'add eth0 192.0.2.101/32',
  ])
  await fake.pass(2 * second)
  fake.done.length = 0
  await becomes(fake, many, false)
  assert.deepEqual(fake.done, [
    'remove eth0 192.0.2.100/32',
    'remove eth0 192.0.2.101/32',
    'gone eth0 192.0.2.100/32',
    'gone eth0 192.0.2.101/32',
  ])
  assert.equal(fake.told.size, 0)
})

test('in a steady state nothing is asked, told or waited for, however often a step says the same', async () => {
  const fake = host()
  await becomes(fake, one, true)
  fake.done.length = 0
  for (let n = 0; n < 100; n++) await fake.holdings.ensure(one, true)
  await fake.pass(600 * second)
  assert.deepEqual(fake.done, [])
})

test('defect 4: an address that a reload moves to another instance stays, in whatever order the two hear of it', async () => {
  const [from, to] = [instance({ name: 'A', addresses: [vip(address)] }), instance({ name: 'B' })]
  const [poor, rich] = [instance({ name: 'A' }), instance({ name: 'B', addresses: [vip(address)] })]
  for (const order of [
    [rich, poor],
    [poor, rich],
  ]) {
    const fake = host()
    await becomes(fake, from, true)
    await becomes(fake, to, true)
    for (const params of order) void fake.holdings.ensure(params, true)
    await fake.pass(3 * second)
    assert.deepEqual(fake.addresses(), ['eth0 192.0.2.100/32'])
    assert.deepEqual(
      fake.holdings.all().map(each => each.instance.name),
      ['B'],
    )
    assert.equal(fake.told.size, 1)
  }
})

test('defect 5: what a flap or a new link of that name took comes back, and its neighbours are told', async () => {
  const fake = host('eth0', 'd0', 'e1')
  const far = instance({
    addresses: [vip('10.99.0.1', { device: 'd0' })],
    excludedAddresses: [vip('fd00::100', { device: 'e1', prefix: 64 })],
  })
  await becomes(fake, far, true)
  fake.setUp('e1', false)
  fake.makeLink('d0')
  await fake.pass(second)
  assert.deepEqual(fake.addresses(), ['d0 10.99.0.1/32'])
  fake.setUp('e1', true)
  await fake.pass(second)
  assert.deepEqual(fake.addresses(), ['d0 10.99.0.1/32', 'e1 fd00::100/64'])
  assert.deepEqual(
    fake.done.filter(line => line.startsWith('regained')),
    ['regained VI_1 10.99.0.1', 'regained VI_1 fd00::100'],
  )
})

test('an address that somebody removes is put back at once, also in the moment in which it was added', async () => {
  const fake = host()
  await becomes(fake, one, true)
  fake.take('eth0', `${address}/32`)
  await fake.pass(10_000)
  assert.ok(fake.has('eth0', `${address}/32`))
  assert.ok(fake.done.includes(`regained VI_1 ${address}`))
  const early = host()
  await early.holdings.ensure(one, true)
  early.take('eth0', `${address}/32`)
  await early.pass(1.5 * second)
  assert.ok(early.has('eth0', `${address}/32`))
})

test('no_track: what somebody removes stays away, and comes back with a new link', async () => {
  const fake = host()
  await fake.holdings.useStatic([vip(address, { device: 'eth0', noTrack: true })])
  await fake.pass(2 * second)
  fake.take('eth0', `${address}/32`)
  await fake.pass(60 * second)
  assert.deepEqual(fake.addresses(), [])
  fake.makeLink('eth0')
  await fake.pass(second)
  assert.deepEqual(fake.addresses(), ['eth0 192.0.2.100/32'])
})

test('defect 17: another label takes the address off and puts it on, since the kernel changes none', async () => {
  const fake = host()
  await becomes(fake, instance({ addresses: [vip(address, { label: 'eth0:old' })] }), true)
  await becomes(fake, instance({ addresses: [vip(address, { label: 'eth0:new' })] }), true)
  assert.equal(fake.labels.get(`eth0 ${address}/32`), 'eth0:new')
  assert.equal(fake.told.size, 1)
})

test('defect 18: an address with a peer is told with it, so that the watchdog can take it off', async () => {
  const fake = host()
  await becomes(fake, instance({ addresses: [vip('10.9.9.9', { peer: '10.9.9.10', peerPrefix: 32 })] }), true)
  assert.deepEqual(
    [...fake.told.values()],
    [{ address: '10.9.9.9', prefix: 32, interface: 'eth0', peer: '10.9.9.10', survivalUs: 2 * second }],
  )
})

test('defect 19: what the kernel refuses is named once, tried again later and later, and announced when it is there', async () => {
  const fake = host()
  fake.refuse = verb => (verb === 'add' ? 'ENOBUFS' : null)
  await becomes(fake, one, true)
  assert.deepEqual(fake.missing(), ['VI_1 192.0.2.100/32: ENOBUFS'])
  assert.deepEqual([...fake.holdings.missingOf(one)], [`eth0 ${address}`])
  await fake.pass(300 * second)
  assert.equal(fake.errors.length, 1)
  const attempts = fake.done.filter(line => line.startsWith('add')).length
  assert.ok(attempts > 8 && attempts < 18, `${attempts} attempts in 5 minutes`)
  fake.refuse = () => null
  await fake.pass(31 * second)
  assert.ok(fake.has('eth0', `${address}/32`))
  assert.ok(fake.done.includes(`regained VI_1 ${address}`))
  assert.deepEqual(fake.missing(), [])
})

test('defect 19: a removal that is refused is tried again, and until then the watchdog knows of the address', async () => {
  const fake = host()
  await becomes(fake, one, true)
  fake.refuse = verb => (verb === 'remove' ? 'EBUSY' : null)
  await becomes(fake, one, false)
  assert.equal(fake.told.size, 1)
  assert.equal(fake.errors.length, 1)
  fake.refuse = () => null
  await fake.pass(31 * second)
  assert.deepEqual(fake.addresses(), [])
  assert.equal(fake.told.size, 0)
})

test('a removal that was refused and is wanted no more delays nothing', async () => {
  const fake = host()
  await becomes(fake, one, true)
  fake.refuse = verb => (verb === 'remove' ? 'EBUSY' : null)
  for (let n = 0; n < 5; n++) await fake.holdings.ensure(one, false)
  await fake.pass(20 * second)
  await becomes(fake, one, true)
  fake.take('eth0', `${address}/32`)
  await fake.pass(second / 10)
  assert.ok(fake.has('eth0', `${address}/32`))
})

test('defect 19: an interface that is not there is named, and when it comes so does the address', async () => {
  const fake = host('eth0')
  await becomes(fake, instance({ addresses: [vip(address, { device: 'late0' })] }), true)
  assert.deepEqual(fake.missing(), ['VI_1 192.0.2.100/32: there is no interface late0'])
  await fake.holdings.ensure(instance({ addresses: [vip(address, { device: 'late0' })] }), true)
  assert.deepEqual(fake.warnings, ['address-awaits-link'])
  fake.makeLink('late0')
  await fake.pass(second)
  assert.deepEqual(fake.addresses(), ['late0 192.0.2.100/32'])
  assert.ok(fake.done.includes(`regained VI_1 ${address}`))
})

test('a role that ends while its addresses are being added leaves none', async () => {
  const fake = host()
  void fake.holdings.ensure(one, true)
  void fake.holdings.ensure(one, false)
  await fake.pass(2 * second)
  assert.deepEqual(fake.addresses(), [])
  assert.equal(fake.told.size, 0)
})

test('an addition without an answer may have been carried out: it is taken back with the role', async () => {
  const fake = host()
  fake.holdReports()
  fake.loseAnswer = verb => verb === 'add'
  await Promise.all([fake.holdings.ensure(one, true), fake.holdings.ensure(one, false)])
  assert.equal(fake.told.size, 1, 'until then the watchdog knows of it')
  await fake.releaseReports()
  await fake.pass(2 * second)
  assert.deepEqual([fake.addresses(), fake.told.size], [[], 0])
})

test('an addition without an answer that was carried out is announced when that is known', async () => {
  const fake = host()
  let lost = 0
  fake.loseAnswer = () => lost++ === 0
  await becomes(fake, one, true)
  assert.deepEqual([fake.missing(), fake.addresses()], [[], [`eth0 ${address}/32`]])
  assert.ok(fake.done.includes(`regained VI_1 ${address}`))
})

test('a late report of our own removal is not taken for that of somebody else', async () => {
  const fake = host()
  await becomes(fake, instance({ addresses: [vip(address, { label: 'eth0:old' })] }), true)
  fake.holdReports()
  await fake.holdings.ensure(instance({ addresses: [vip(address, { label: 'eth0:new' })] }), true)
  await fake.releaseReports()
  await fake.pass(2 * second)
  assert.deepEqual(fake.addresses(), [`eth0 ${address}/32`])
  assert.deepEqual(
    fake.done.filter(line => line.startsWith('regained')),
    [],
  )
})

test('what a predecessor left goes if nobody wants it, and stays without a gap if somebody does', async () => {
  const orphan = { ...held, address: '192.0.2.7', peer: '192.0.2.8' }
  const fake = new FakeHost([held, orphan])
  fake.makeLink('eth0')
  fake.put('eth0', address, 32)
  fake.put('eth0', '192.0.2.7', 32)
  void fake.holdings.discard([orphan])
  await becomes(fake, one, true)
  assert.deepEqual(fake.addresses(), ['eth0 192.0.2.100/32'])
  assert.ok(fake.done.includes('ahead eth0 192.0.2.100/32'), 'the watchdog hears who looks after it')
  assert.deepEqual([...fake.told.keys()], ['eth0 192.0.2.100/32'])
  assert.ok(!fake.done.includes('remove eth0 192.0.2.100/32'))
  const started = host()
  started.put('eth0', address, 32)
  await becomes(started, one, false)
  assert.deepEqual(started.addresses(), [], 'also what nobody knew of')
})

test('defect 8: an owner does not touch an address that was there before it came', async () => {
  const fake = host()
  fake.put('eth0', address, 32)
  const owner = instance({ priority: 255, addresses: [vip(address)] })
  await becomes(fake, owner, true)
  await becomes(fake, owner, false)
  assert.deepEqual(fake.addresses(), ['eth0 192.0.2.100/32'])
  assert.deepEqual(fake.done, [])
})

test('another interval is another time for the watchdog, and instances that are gone are forgotten', async () => {
  const fake = host()
  await becomes(fake, one, true)
  fake.holdings.configure([{ ...one, advertIntervalUs: 100_000 }])
  assert.equal(fake.told.get('eth0 192.0.2.100/32')?.survivalUs, 200_000)
  await becomes(fake, one, false)
  fake.holdings.configure([])
  assert.deepEqual(fake.holdings.all(), [])
})

test('static addresses: a row that changes is another one, and none is left at the end', async () => {
  const fake = host()
  await fake.holdings.useStatic([vip('10.1.1.1', { device: 'eth0' }), vip('10.1.1.2', { device: 'eth0' })])
  await fake.holdings.useStatic([vip('10.1.1.2', { device: 'eth0' }), vip('10.1.1.3', { device: 'eth0' })])
  assert.deepEqual(fake.addresses(), ['eth0 10.1.1.2/32', 'eth0 10.1.1.3/32'])
  assert.equal(fake.told.size, 0, 'they are no business of the watchdog')
  await fake.holdings.useStatic([])
  assert.deepEqual(fake.addresses(), [])
})

test('a burst of reports costs a few looks at all addresses, and a single one is looked at at once', async () => {
  const fake = host()
  const many = Array.from({ length: 1_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
  await becomes(fake, instance({ addresses: many.map(text => vip(text)) }), true)
  fake.asked = 0
  for (let n = 0; n < 100; n++) {
    fake.holdings.linkChanged({ name: 'eth0' })
    await fake.pass(200)
  }
  // 20 ms: a look each 10 ms, and the first.
  assert.ok(fake.asked <= 4 * many.length, `${fake.asked} questions for 100 reports`)
  await fake.pass(second)
  fake.done.length = 0
  fake.take('eth0', `${many[7]}/32`)
  await fake.pass(0)
  assert.deepEqual(fake.done, [`add eth0 ${many[7]}/32`, `regained VI_1 ${many[7]}`])
})

/** Two instances and a static address on two links; returns what is wrong once everything is quiet. */
async function live(seed: number): Promise<string | undefined> {
  const prng = new Prng(seed)
  const fake = host('eth0', 'eth1')
  const rows: readonly VirtualAddress[] = [
    vip('10.0.0.1'),
    vip('10.0.0.2', { device: 'eth1' }),
    vip('fd00::1', { prefix: 64 }),
    vip('10.0.0.3', { label: 'eth0:3' }),
  ]
  const some = () => rows.filter(() => prng.chance(0.6))
  let instances = ['A', 'B'].map(name => instance({ name, addresses: some() }))
  const present = new Map<string, boolean>()
  fake.refuse = () => (prng.chance(0.2) ? prng.pick(['ENOBUFS', 'EPERM', 'ENODEV']) : null)
  for (let n = 0; n < 30; n++) {
    const name = prng.pick(['eth0', 'eth1'])
    switch (prng.integer(0, 6)) {
      case 0:
      case 1: {
        const params = prng.pick(instances)
        present.set(params.name, prng.chance(0.6))
        void fake.holdings.ensure(params, present.get(params.name)!)
        break
      }
      case 2:
        instances = instances.map(params => ({ ...params, addresses: some() }))
        fake.holdings.configure(instances)
        for (const params of instances) void fake.holdings.ensure(params, present.get(params.name) ?? false)
        break
      case 3:
        fake.setUp(name, prng.chance(0.5))
        break
      case 4:
        if (prng.chance(0.5)) fake.deleteLink(name)
        else fake.makeLink(name, prng.chance(0.7))
        break
      default:
        fake.take(name, prng.pick(['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32', 'fd00::1/64']))
    }
    await fake.pass(prng.integer(0, 2 * second))
  }
  fake.refuse = () => null
  for (const name of ['eth0', 'eth1']) {
    if (!fake.links.has(name)) fake.makeLink(name)
    fake.setUp(name, true)
  }
  await fake.pass(120 * second)
  const wanted = new Set(
    instances
      .filter(({ name }) => present.get(name) === true)
      .flatMap(({ addresses }) => addresses.map(row => `${row.device ?? 'eth0'} ${row.address}/${row.prefix}`)),
  )
  const [expected, found] = [[...wanted].sort().join(), fake.addresses().sort().join()]
  if (found !== expected) return `seed ${seed}: kernel has ${found} instead of ${expected}`
  const told = [...fake.told.keys()].sort().join()
  return told === expected ? undefined : `seed ${seed}: the watchdog knows of ${told} instead of ${expected}`
}

test('300 random lives: once everything is quiet the kernel has what is wanted, and the watchdog knows it', async () => {
  for (let seed = 1; seed <= 300; seed++) assert.equal(await live(seed), undefined)
})
