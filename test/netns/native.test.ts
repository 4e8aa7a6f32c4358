// Adverts through the kernel: reception of real keepalived's, and transmission as an independent decoder sees it
// (RFC 5798 §5.1, §7.1). Also what becomes of the sockets when links and threads go away.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { run, spawnIn } from '../lab/command.ts'
import { whyNot } from '../lab/environment.ts'
import { type Event, ifindexOf, inside, type Port, startPort, twoNamespaces } from './fixtures/native-namespace.ts'

const skip = whyNot('tshark')

const GROUP4 = '224.0.0.18'
const GROUP6 = 'ff02::12'
const B_LINK_LOCAL = 'fe80::ff:fe00:b01'
/** From 192.0.2.12, version 2, VRID 51, priority 100, addresses 192.0.2.100 and .101; PDU is vector A1. */
const ADVERT4 = `45c0002c00010000ff700000c000020ce0000012${'213364020001f5fec0000264c00002650000000000000000'}`
/** From fe80::ff:fe00:b01, version 3, VRID 51, priority 100, addresses fe80::100 and fd00::100. */
const ADVERT6 = '31336402006464b5fe800000000000000000000000000100fd000000000000000000000000000100'

const FOUR = 'version 2\n virtual_router_id 51\n virtual_ipaddress {\n 192.0.2.100\n }'
const SIX = 'version 3\n virtual_router_id 52\n virtual_ipaddress {\n fe80::100/64\n }'
const AH = 'authentication {\n auth_type AH\n auth_pass secret12\n }'

const isFrame = (family: number) => (event: Event) => event.event === 'frame' && event.family === family
const frames = (port: Port, family: number) => port.events.filter(isFrame(family))
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function startBoth(t: TestContext) {
  const { a, b } = await twoNamespaces(t)
  const [portA, portB] = [await startPort(t, a), await startPort(t, b)]
  const [linkA, linkB] = [await ifindexOf(a, 'v0'), await ifindexOf(b, 'v0')]
  await portA.call('receive', 'v0', linkA, 4, GROUP4)
  await portA.call('receive', 'v0', linkA, 6, GROUP6)
  for (const family of [4, 6]) await portB.call('openTransmit', 'v0', linkB, family)
  const send4 = () => portB.call('transmit', 'v0', 4, linkB, GROUP4, null, ADVERT4)
  const send6 = () => portB.call('transmit', 'v0', 6, linkB, GROUP6, B_LINK_LOCAL, ADVERT6)
  return { a, b, portA, portB, linkA, linkB, send4, send6 }
}

test("real keepalived's adverts are received, exact and once", { skip }, async t => {
  const { a, b } = await twoNamespaces(t)
  const port = await startPort(t, a)
  const link = await ifindexOf(a, 'v0')
  await port.call('receive', 'v0', link, 4, GROUP4)
  await port.call('receive', 'v0', link, 6, GROUP6)
  startKeepalived(t, b, [FOUR, SIX])
  const four = await port.until(isFrame(4), 'IPv4 advert')
  const six = await port.until(isFrame(6), 'IPv6 advert')

  const bytes4 = Buffer.from(String(four.bytes), 'hex')
  assert.equal(four.interface, 'v0')
  assert.equal(bytes4.readUInt16BE(2), bytes4.length, 'the IPv4 total length is that of the frame')
  assert.deepEqual([bytes4[8], bytes4[9]], [255, 112])
  assert.equal(bytes4.subarray(12, 20).toString('hex'), 'c000020ce0000012')
  assert.equal(bytes4.subarray(20, 26).toString('hex'), '213364010001')
  assert.equal(four.source, undefined)

  assert.equal(six.source, 'fe80000000000000000000fffe000b01')
  assert.equal(six.hopLimit, 255)
  assert.equal(String(six.bytes).slice(0, 12), '313464010064')
  assert.equal(Buffer.from(String(six.bytes), 'hex').length, 8 + 16)
  assert.ok(Number(six.at) > 0)
})

test('adverts inside an authentication header are received by protocol 51', { skip }, async t => {
  const { a, b } = await twoNamespaces(t)
  const port = await startPort(t, a)
  await port.call('receive', 'v0', await ifindexOf(a, 'v0'), 4, GROUP4, 51)
  startKeepalived(t, b, [`${FOUR}\n ${AH}`])
  const bytes = Buffer.from(String((await port.until(isFrame(4), 'advert')).bytes), 'hex')
  assert.deepEqual([bytes[9], bytes[20]], [51, 112])
  assert.equal(bytes.subarray(44, 48).toString('hex'), '21336401')
})

test('what we transmit is a good advert to tshark, and nothing of it comes back', { skip }, async t => {
  const { a, portA, portB, linkB, send4, send6 } = await startBoth(t)
  await portB.call('receive', 'v0', linkB, 4, GROUP4)
  await portB.call('receive', 'v0', linkB, 6, GROUP6)
  const file = join(folder(t), 'adverts.pcap')
  const tcpdump = spawnIn(a, [
    'tcpdump',
    '-i',
    'v0',
    '--immediate-mode',
    '-U',
    '-Z',
    'root',
    '-w',
    file,
    'proto 112 or ip6 proto 112',
  ])
  t.after(() => tcpdump.kill('SIGKILL'))
  await new Promise(resolve => tcpdump.stderr?.once('data', resolve))
  assert.equal(await send4(), 0)
  assert.equal(await send6(), 0)
  await portA.until(isFrame(4), 'IPv4 advert')
  await portA.until(isFrame(6), 'IPv6 advert')
  await pause(200)
  tcpdump.kill('SIGINT')
  await new Promise(resolve => tcpdump.once('exit', resolve))

  const fields = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'ip.ttl', 'ipv6.hlim', 'ip.dsfield', 'ipv6.tclass']
  const checks = ['ip.checksum.status', 'vrrp.checksum.status', '_ws.expert.message', 'vrrp.version', 'eth.dst']
  const options = ['-o', 'ip.check_checksum:TRUE', '-T', 'fields', '-E', 'separator=;']
  const decoded = await run('tshark', [
    '-r',
    file,
    ...options,
    ...[...fields, ...checks].flatMap(field => ['-e', field]),
  ])
  assert.deepEqual(decoded.trim().split('\n'), [
    `192.0.2.12;;${GROUP4};;255;;0xc0;;1;1;;2;01:00:5e:00:00:12`,
    `;${B_LINK_LOCAL};;${GROUP6};;255;;0x000000c0;;1;;3;33:33:00:00:00:12`,
  ])
  assert.equal(frames(portB, 4).length + frames(portB, 6).length, 0)
})

test('a hop limit below 255 is told', { skip }, async t => {
  const { portA, portB, send6 } = await startBoth(t)
  await portB.call('hops', 'v0', 64)
  await send6()
  assert.equal((await portA.until(isFrame(6), 'IPv6 advert')).hopLimit, 64)
})

test('a burst is delivered whole, in order, each frame with its own hop limit', { skip }, async t => {
  const { portA, portB, send6 } = await startBoth(t)
  const sent = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 255 : 7))
  await Promise.all(sent.flatMap(hops => [portB.call('hops', 'v0', hops), send6()]))
  await pause(200)
  // Commands are obeyed in order, so every second advert was sent with the hop limit of its command.
  assert.deepEqual(
    frames(portA, 6).map(frame => frame.hopLimit),
    sent,
  )
})

test('unicast and other links do not come in', { skip }, async t => {
  const { a, b, portA, portB, linkB, send4, send6 } = await startBoth(t)
  await run('ip', ['link', 'add', 'v1', 'netns', a, 'type', 'veth', 'peer', 'name', 'v1', 'netns', b])
  for (const name of [a, b]) await inside(name, 'ip', 'link', 'set', 'v1', 'up')
  const other = await ifindexOf(b, 'v1')
  for (const family of [4, 6]) await portB.call('openTransmit', 'v1', other, family)
  const unicast = ADVERT4.replace('e0000012', 'c000020b')
  assert.equal(await portB.call('transmit', 'v0', 4, linkB, '192.0.2.11', null, unicast), 0)
  assert.equal(await portB.call('transmit', 'v0', 6, linkB, 'fe80::ff:fe00:a01', B_LINK_LOCAL, ADVERT6), 0)
  await portB.call('transmit', 'v1', 4, other, GROUP4, null, ADVERT4)
  await portB.call('transmit', 'v1', 6, other, GROUP6, null, ADVERT6)
  await send4()
  await send6()
  await portA.until(isFrame(4), 'IPv4 advert')
  await portA.until(isFrame(6), 'IPv6 advert')
  await pause(100)
  assert.deepEqual([frames(portA, 4).length, frames(portA, 6).length], [1, 1])
  assert.equal(String(frames(portA, 4)[0]?.bytes).slice(32, 40), 'e0000012')
})

test('a listener that throws is reported and the next frame still comes', { skip }, async t => {
  const { a, portA, linkA, send4 } = await startBoth(t)
  await portA.call('throwingReceive', 'v0', linkA, GROUP4)
  const errors = () => portA.events.filter(event => event.event === 'error')
  await send4()
  await portA.until(event => event.event === 'error', 'error')
  await send4()
  await pause(200)
  assert.equal(errors().length, 2)
  assert.match(String(errors()[0]?.message), /a listener that throws/)
  assert.equal(frames(portA, 4).length, 2, `the other socket in ${a} is not affected`)
})

test('the sockets of a link that disappears do no harm, and new ones work', { skip }, async t => {
  const { a, b, portA, portB, linkB, send4 } = await startBoth(t)
  await inside(b, 'ip', 'link', 'del', 'v0')
  const errno = Number(await send4())
  assert.ok(errno > 0, 'transmission fails')
  await run('ip', ['link', 'add', 'v0', 'netns', a, 'type', 'veth', 'peer', 'name', 'v0', 'netns', b])
  for (const name of [a, b]) await inside(name, 'ip', 'link', 'set', 'v0', 'up')
  await inside(b, 'ip', 'address', 'add', '192.0.2.12/24', 'dev', 'v0')
  const [newA, newB] = [await ifindexOf(a, 'v0'), await ifindexOf(b, 'v0')]
  assert.notEqual(newB, linkB)
  for (const family of [4, 6]) {
    await portA.call('stopReceiving', 'v0', family)
    await portB.call('closeTransmit', 'v0', family)
  }
  await portA.call('receive', 'v0', newA, 4, GROUP4)
  await portB.call('openTransmit', 'v0', newB, 4)
  await pause(100)
  assert.equal(await portB.call('transmit', 'v0', 4, newB, GROUP4, null, ADVERT4), 0)
  await portA.until(isFrame(4), 'IPv4 advert')
})

test('opening on a link that does not exist fails with ENODEV and leaks nothing', { skip }, async t => {
  const { portA } = await startBoth(t)
  const before = await portA.call('descriptors')
  for (let i = 0; i < 20; i++) {
    await assert.rejects(portA.call('receive', 'nosuch', 99, 6, GROUP6), /KA_SOCKET .*ENODEV/)
    await assert.rejects(portA.call('openTransmit', 'nosuch', 99, 4), /KA_SOCKET .*ENODEV/)
  }
  await pause(100)
  assert.deepEqual(await portA.call('descriptors'), before)
})

test('scripts do not inherit the sockets', { skip }, async t => {
  const { portA, linkA } = await startBoth(t)
  await portA.call('openTransmit', 'v0', linkA, 4)
  await portA.call('monitor')
  const { raw, inherited } = (await portA.call('descriptors')) as { readonly raw: number; readonly inherited: number }
  assert.ok(raw >= 6, `${raw} raw sockets: 2 receive, 1 transmit, 2 netlink, 1 packet`)
  assert.equal(inherited, 0)
})

test('a worker thread may be terminated while it transmits on a borrowed descriptor', { skip }, async t => {
  const { portA, portB, linkB } = await startBoth(t)
  await portB.call('killedWorkers', 'v0', 6, linkB, GROUP6, B_LINK_LOCAL, ADVERT6)
  const rate = (await portB.call('transmitRate', 'v0', 4, linkB, GROUP4, B_LINK_LOCAL, ADVERT4)) as {
    readonly count: number
    readonly us: number
  }
  t.diagnostic(`IPv4: ${(rate.us / rate.count).toFixed(1)} µs per transmission`)
  assert.ok(rate.us / rate.count < 200)
  assert.equal(portB.ended, undefined)
  assert.ok(frames(portA, 6).length > 0)
})

function startKeepalived(t: TestContext, namespace: string, instances: readonly string[]): void {
  const directory = folder(t)
  const file = join(directory, 'keepalived.conf')
  const common = 'interface v0\n priority 100\n advert_int 1\n garp_master_delay 0'
  const blocks = instances.map((lines, i) => `vrrp_instance i${i} {\n ${common}\n ${lines}\n}\n`)
  writeFileSync(file, blocks.join(''))
  const pids = ['-p', join(directory, 'main.pid'), '-r', join(directory, 'vrrp.pid')]
  const child = spawnIn(namespace, ['keepalived', '-n', '-l', '-P', '-f', file, ...pids])
  t.after(async () => {
    child.kill('SIGTERM')
    await new Promise(resolve => (child.exitCode === null ? child.once('exit', resolve) : resolve(undefined)))
  })
}

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'kna-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}
