// Links and addresses through the kernel's netlink, with iproute2 as the independent witness and as the "somebody else" who removes
// addresses; and announcements as they appear on the wire (vectors G1 to G3 of RFC 826 and RFC 4861 frames).

import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { run, spawnIn } from '../lab/command.ts'
import { whyNot } from '../lab/environment.ts'
import { ifindexOf, inside, type Port, startPort, twoNamespaces } from './fixtures/native-namespace.ts'

const skip = whyNot()
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

interface Shown {
  readonly local: string
  readonly prefixlen: number
  readonly [key: string]: unknown
}

interface Link {
  readonly name: string
  readonly ifindex: number
  readonly up: boolean
  readonly addresses: readonly { readonly address: string }[]
  readonly [key: string]: unknown
}

async function start(t: TestContext, bufferBytes?: number) {
  const { a, b } = await twoNamespaces(t)
  const port = await startPort(t, a)
  const links = (await port.call('monitor', ...(bufferBytes === undefined ? [] : [bufferBytes]))) as Link[]
  const ifindex = await ifindexOf(a, 'v0')
  const base = { ifindex, scope: 0, nodad: false, flags: 0 }
  const ipv4 = { ...base, family: 4, address: '192.0.2.100', prefix: 32 }
  const ipv6 = { ...base, family: 6, address: 'fd00::100', prefix: 64 }
  return { a, b, port, links, ifindex, ipv4, ipv6, ip: (...args: string[]) => inside(a, 'ip', ...args) }
}

async function shown(namespace: string, address: string): Promise<Shown | undefined> {
  const links = JSON.parse(await inside(namespace, 'ip', '-j', 'address')) as { readonly addr_info: Shown[] }[]
  return links.flatMap(link => link.addr_info).find(info => info.local === address)
}

const linkEvents = (port: Port) => port.events.filter(event => event.event === 'link').map(event => event.link as Link)
const untilLink = (port: Port, fits: (link: Link) => boolean, what: string) =>
  port.until(event => event.event === 'link' && fits(event.link as Link), what)

test('the dump tells links with their addresses', { skip }, async t => {
  const { links, ifindex } = await start(t)
  const link = links.find(({ name }) => name === 'v0')!
  assert.deepEqual(
    { ...link, addresses: link.addresses.map(({ address }) => address) },
    {
      name: 'v0',
      ifindex,
      up: true,
      loopback: false,
      multicast: true,
      noArp: false,
      mtu: 1500,
      mac: '020000000a01',
      addresses: ['192.0.2.11', 'fe80::ff:fe00:a01'],
    },
  )
  assert.deepEqual(
    links.filter(({ loopback }) => loopback).map(({ name, mac }) => ({ name, mac })),
    [{ name: 'lo', mac: '' }],
  )
})

test('an IPv4 address is added with label, broadcast and scope, and removed again', { skip }, async t => {
  const { a, port, ipv4 } = await start(t)
  const spec = { ...ipv4, prefix: 25, broadcast: '192.0.2.127', label: 'v0:vip', scope: 253 }
  await port.call('add', spec)
  await port.call('add', spec)
  const info = (await shown(a, '192.0.2.100'))!
  assert.deepEqual(
    [info.prefixlen, info.broadcast, info.scope, info.label, info.protocol ?? 'keepalived'],
    [25, '192.0.2.127', 'link', 'v0:vip', 'keepalived'],
  )
  await port.call('remove', spec)
  await port.call('remove', spec)
  assert.equal(await shown(a, '192.0.2.100'), undefined)
})

test('an address with a peer is added and removed', { skip }, async t => {
  const { a, port, ipv4 } = await start(t)
  const spec = { ...ipv4, peer: '198.51.100.0', peerPrefix: 24 }
  await port.call('add', spec)
  const info = (await shown(a, '192.0.2.100'))!
  assert.deepEqual([info.address, info.prefixlen], ['198.51.100.0', 24])
  await port.call('remove', spec)
  assert.equal(await shown(a, '192.0.2.100'), undefined)
})

test('IPv6: no duplicate address detection, and a /128 is deprecated so that it is no source', { skip }, async t => {
  const { a, port, ipv6 } = await start(t)
  await inside(a, 'sysctl', '-qw', 'net.ipv6.conf.v0.accept_dad=1')
  await port.call('add', ipv6)
  const wide = (await shown(a, 'fd00::100'))!
  assert.deepEqual([wide.nodad, wide.tentative, wide.preferred_life_time], [true, undefined, 0xffffffff])
  await port.call('add', { ...ipv6, address: 'fd00::128', prefix: 128 })
  const host = (await shown(a, 'fd00::128'))!
  assert.deepEqual([host.deprecated, host.preferred_life_time, host.valid_life_time], [true, 0, 0xffffffff])
  await port.call('add', { ...ipv6, address: 'fd00::7', nodad: true, preferredLifetimeSeconds: 1000 })
  const detected = (await shown(a, 'fd00::7'))!
  assert.deepEqual([detected.nodad, Number(detected.preferred_life_time) > 990], [undefined, true])
  for (const [address, prefix] of [
    ['fd00::100', 64],
    ['fd00::128', 128],
    ['fd00::7', 64],
  ] as const) {
    await port.call('remove', { ...ipv6, address, prefix })
    assert.equal(await shown(a, address), undefined)
  }
})

test('refusals of the kernel are told by name; a missing link matters only when adding', { skip }, async t => {
  const { port, ipv4 } = await start(t)
  await assert.rejects(port.call('add', { ...ipv4, prefix: 33 }), /KA_NETLINK_NACK .*192\.0\.2\.100\/33.*: EINVAL/)
  await assert.rejects(port.call('add', { ...ipv4, ifindex: 4711 }), /KA_NETLINK_NACK .*: ENODEV/)
  await port.call('remove', { ...ipv4, ifindex: 4711 })
  await assert.rejects(port.call('add', { ...ipv4, address: 'fd00::1' }), /not an IPv4 address/)
})

test("somebody else's removal shows in the link, and so do the secondaries that the kernel drops with their primary", {
  skip,
}, async t => {
  const { port, ip, ipv4, ipv6 } = await start(t)
  const has = (address: string) => (link: Link) =>
    link.name === 'v0' && link.addresses.some(one => one.address === address)
  const lacks = (address: string) => (link: Link) => link.name === 'v0' && !has(address)(link)
  for (const spec of [ipv4, ipv6]) {
    await port.call('add', spec)
    await untilLink(port, has(spec.address), 'an address of ours')
  }
  await ip('address', 'del', '192.0.2.100/32', 'dev', 'v0')
  await untilLink(port, lacks('192.0.2.100'), 'removal')
  await ip('address', 'del', 'fd00::100/64', 'dev', 'v0')
  await untilLink(port, lacks('fd00::100'), 'removal')
  await ip('address', 'flush', 'dev', 'v0', 'scope', 'global')
  const [primary, secondary] = ['203.0.113.1', '203.0.113.2'].map(address => ({ ...ipv4, address, prefix: 24 }))
  await port.call('add', primary)
  await port.call('add', secondary)
  await untilLink(port, has('203.0.113.2'), 'the secondary')
  await port.call('remove', primary)
  await untilLink(port, link => lacks('203.0.113.1')(link) && lacks('203.0.113.2')(link), 'both gone')
})

test('link down, up, renamed and deleted are seen', { skip }, async t => {
  const { b, port, ip, ifindex } = await start(t)
  await inside(b, 'ip', 'link', 'set', 'v0', 'down')
  await untilLink(port, link => link.name === 'v0' && !link.up, 'loss of carrier')
  await inside(b, 'ip', 'link', 'set', 'v0', 'up')
  await untilLink(port, link => link.name === 'v0' && link.up, 'carrier')
  await ip('link', 'set', 'v0', 'down')
  await ip('link', 'set', 'v0', 'name', 'v7')
  await untilLink(port, link => link.name === 'v7' && link.ifindex === ifindex, 'new name')
  await untilLink(port, link => link.name === 'v0' && link.ifindex === 0, 'end of the old name')
  await ip('link', 'del', 'v7')
  await untilLink(port, link => link.name === 'v7' && link.ifindex === 0, 'deletion')
  assert.deepEqual(
    ((await port.call('links')) as Link[]).map(({ name }) => name),
    ['lo'],
  )
})

test('a port that leaves its bridge is not taken for a deleted link', { skip }, async t => {
  const { port, ip } = await start(t)
  await ip('link', 'add', 'br0', 'type', 'bridge')
  await ip('link', 'set', 'v0', 'master', 'br0')
  await ip('link', 'set', 'v0', 'nomaster')
  await ip('link', 'set', 'v0', 'mtu', '1400')
  await untilLink(port, link => link.name === 'v0' && link.mtu === 1400, 'MTU')
  assert.ok(!linkEvents(port).some(link => link.name === 'v0' && link.ifindex === 0))
})

test('what was missed in an overrun is found by a new dump', { skip }, async t => {
  const { a, port, ip } = await start(t, 4096)
  await ip('address', 'add', '198.18.0.1/32', 'dev', 'v0')
  await port.until(event => event.event === 'link' && JSON.stringify(event).includes('198.18.0.1'), 'the address')
  const blocked = port.call('block', 1500)
  const churn = Array.from({ length: 200 }, (_, i) => `address add 198.51.100.${i}/32 dev v0`)
  const last = [
    'address del 198.18.0.1/32 dev v0',
    'link add v9 type veth peer name v8',
    'address add 198.18.0.9/32 dev v0',
  ]
  await run('ip', ['-n', a, '-batch', '-'], [...churn, ...last].join('\n'))
  await blocked
  await untilLink(
    port,
    ({ name, addresses }) => {
      const has = (text: string) => addresses.some(({ address }) => address === text)
      return name === 'v0' && has('198.18.0.9') && !has('198.18.0.1')
    },
    'the lost removal',
  )
  await untilLink(port, link => link.name === 'v9', 'the new link')
  const known = ((await port.call('links')) as Link[]).find(({ name }) => name === 'v0')!
  const present = (await ip('-br', '-4', 'address', 'show', 'v0')).trim().split(/\s+/).slice(2).length
  assert.equal(known.addresses.filter(({ address }) => !address.includes(':')).length, present)
  assert.equal(present, 202)
})

test('a thousand additions and removals leak no descriptor, and one takes well below a millisecond', {
  skip,
}, async t => {
  const { a } = await twoNamespaces(t)
  const port = await startPort(t, a)
  const ifindex = await ifindexOf(a, 'v0')
  const spec = { ifindex, family: 4, address: '192.0.2.100', prefix: 32, scope: 0, nodad: false, flags: 0 }
  await port.call('cycles', spec, 10)
  const before = await port.call('descriptors')
  const { p50, p99 } = (await port.call('cycles', spec, 1000)) as { readonly p50: number; readonly p99: number }
  t.diagnostic(`one addition: p50 ${p50} µs, p99 ${p99} µs`)
  assert.ok(p50 < 1000, `p50 ${p50} µs`)
  assert.deepEqual(await port.call('descriptors'), before)
})

test('many additions at once all arrive, and the excess waits its turn', { skip }, async t => {
  const { a } = await twoNamespaces(t)
  const port = await startPort(t, a)
  const ifindex = await ifindexOf(a, 'v0')
  const specs = Array.from({ length: 1000 }, (_, i) => ({
    ifindex,
    family: 4,
    address: `198.18.${i >> 8}.${i & 255}`,
    prefix: 32,
    scope: 0,
    nodad: false,
    flags: 0,
  }))
  const tookUs = Number(await port.call('addMany', specs))
  t.diagnostic(`1000 additions: ${tookUs} µs`)
  const present = (await inside(a, 'ip', '-br', '-4', 'address', 'show', 'v0')).trim().split(/\s+/).slice(2)
  assert.equal(present.length, 1001)
})

test('announcements are byte for byte what the neighbours expect', { skip }, async t => {
  const { a, b, port } = await start(t)
  const tcpdump = spawnIn(b, ['tcpdump', '-i', 'v0', '--immediate-mode', '-l', '-n', '-xx', 'arp or icmp6[0] == 136'])
  t.after(() => tcpdump.kill('SIGKILL'))
  let text = ''
  tcpdump.stdout?.on('data', chunk => {
    text += chunk
  })
  await new Promise(resolve => tcpdump.stderr?.once('data', resolve))
  assert.equal(await port.call('announce', 'v0', '192.0.2.100'), 0)
  assert.equal(await port.call('announce', 'v0', 'fd00::100'), 0)
  await pause(300)
  const frames = text
    .split(/^\S.*$/m)
    .map(part => part.replace(/^\s*0x\w+:|\s/gm, ''))
    .filter(part => part !== '')
  assert.deepEqual(frames.slice(0, 2), [
    'ffffffffffff020000000a0108060001080006040001020000000a01c0000264ffffffffffffc0000264',
    '333300000001020000000a0186dd6000000000203afffd000000000000000000000000000100ff0200000000000000000000000000018800' +
      '4e9d20000000fd0000000000000000000000000001000201020000000a01',
  ])
  await inside(a, 'sysctl', '-qw', 'net.ipv6.conf.v0.forwarding=1')
  await pause(5_100)
  text = ''
  assert.equal(await port.call('announce', 'v0', 'fd00::100'), 0)
  await pause(300)
  assert.match(text.replace(/\s*0x\w+:\s*|\s/g, ''), /8800ce9ca0000000/)
  assert.equal(await port.call('announce', 'lo', '192.0.2.100'), 0)
  assert.equal(await port.call('announce', 'v0', 'nonsense'), 22)
  await inside(a, 'ip', 'link', 'set', 'v0', 'down')
  assert.equal(await port.call('announce', 'v0', '192.0.2.100'), 100)
})
