// Unicast adverts against keepalived, the program under test in either role: election, takeover and resignation over IPv4 and
// IPv6, who is listened to, and how several instances of one VRID are told apart (keepalived.conf(5): unicast_peer,
// unicast_src_ip, unicast_ttl, check_unicast_src, old_unicast_checksum, track_src_ip). Then broadcast, which is ours alone.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type AdvertFrame, encodeAdvertFrame } from '../lab/advert-frame.ts'
import { epochNowUs } from '../lab/clock.ts'
import { configText, type InstanceText, masterDownUs, VIP6 } from '../lab/config-text.ts'
import { inject } from '../lab/injector.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesBackup, becomesMaster, DEFAULT_VIP, lastAdvert, staysMaster } from '../lab/role.ts'
import { labTest, type Stage, scenario } from '../lab/scenario.ts'
import { readStatistics } from '../lab/statistics.ts'
import { subject } from '../lab/subject.ts'

const SLACK_US = 500_000
const A = '10.77.0.11'
const B = '10.77.0.12'
const C = '10.77.0.13'
const A6 = 'fd77::11'
const B6 = 'fd77::12'

const peers = (...addresses: readonly string[]) => ['unicast_peer {', ...addresses.map(one => `  ${one}`), '}']
const withPassword = (type: 'PASS' | 'AH') => ['authentication {', `  auth_type ${type}`, '  auth_pass secret12', '}']

interface Sides {
  readonly common: Partial<InstanceText>
  readonly linesA: readonly string[]
  readonly linesB: readonly string[]
  readonly vip?: string
  readonly addresses: readonly [a: string, b: string]
  readonly ttl?: number
}

const sides4 = (more: readonly string[] = []): Pick<Sides, 'linesA' | 'linesB' | 'addresses'> => ({
  linesA: [...peers(B), ...more],
  linesB: [...peers(A), ...more],
  addresses: [A, B],
})

describe('unicast at 1 s', { concurrency: 4 }, () => {
  scenario('version 2 with a password', stage =>
    playRoles(stage, { common: { version: 2 }, ...sides4(withPassword('PASS')) }),
  )

  scenario('version 3 through routers that leave a TTL of 3', stage =>
    playRoles(stage, { common: { version: 3 }, ...sides4(['unicast_ttl 3', 'check_unicast_src']), ttl: 3 }),
  )

  scenario('IPv6', stage =>
    playRoles(stage, {
      common: { version: 3, vips: VIP6 },
      linesA: [`unicast_src_ip ${A6}`, 'unicast_ttl 9', ...peers(B6)],
      linesB: [`unicast_src_ip ${B6}`, 'unicast_ttl 9', ...peers(A6)],
      addresses: [A6, B6],
      vip: VIP6[1],
      ttl: 9,
    }),
  )

  scenario('inside an authentication header', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150, lines: [...peers(B), ...withPassword('AH')] }]) })
    await lab.waitFor('a is MASTER', () => lab.holds('a', DEFAULT_VIP), 10_000)
    b.start({ kind: pair.b, config: configText([{ priority: 100, lines: [...peers(A), ...withPassword('AH')] }]) })
    await lab.timeline.holdsFor('b hears a', () => !lab.holds('b', DEFAULT_VIP), 6_000)
    a.kill()
    await lab.waitFor('b takes over', () => lab.holds('b', DEFAULT_VIP), 10_000)
    a.start({ kind: pair.a, config: configText([{ priority: 150, lines: [...peers(B), ...withPassword('AH')] }]) })
    await lab.waitFor('a is MASTER again', () => !lab.holds('b', DEFAULT_VIP), 10_000)
  })

  scenario('the checksums of a peer that has the old form are answered in kind', async ({ lab, a, b, pair }) => {
    const old = pair.a === 'keepalived-ts' ? b : a
    const lines = (mine: boolean, peer: string) => [...peers(peer), ...(mine ? ['old_unicast_checksum'] : [])]
    const start = (who: typeof a, priority: number, peer: string) =>
      who.start({
        kind: who === a ? pair.a : pair.b,
        config: configText([{ priority, version: 3, lines: lines(who === old, peer) }]),
      })
    start(b, 100, A)
    await becomesMaster(lab, 'b')
    start(a, 150, B)
    await becomesMaster(lab, 'a')
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 4_500)
    assert.equal(lastAdvert(lab, 'a').checksumGood, false, 'the old form, whether a was told to use it or has learned')
  })

  scenario('after a fault the source address is announced', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150, lines: peers(B) }]) })
    b.start({ kind: pair.b, config: configText([{ priority: 100, lines: peers(A) }]) })
    await becomesMaster(lab, 'a')
    await a.linkDown()
    await becomesMaster(lab, 'b')
    const upAt = epochNowUs()
    await a.linkUp()
    await lab.waitFor('an announcement of the source', () => lab.announces('a', A, upAt).length > 0, 5_000)
    await becomesMaster(lab, 'a', { since: upAt })
    await becomesBackup(lab, 'b')
  })

  scenario(
    'peers on two networks with a router between them',
    async ({ lab, a, b, pair }) => {
      // The router has one interface, and is not to tell that there is a shorter way.
      const sysctls = [
        'net.ipv4.ip_forward=1',
        'net.ipv4.conf.all.send_redirects=0',
        'net.ipv4.conf.eth0.send_redirects=0',
      ]
      await lab.client.run('sysctl', '-qw', ...sysctls)
      await a.run('ip', 'route', 'add', '10.78.0.0/24', 'via', '10.77.0.99')
      await b.run('ip', 'route', 'add', '10.77.0.0/24', 'via', '10.78.0.99')
      const vip = '10.79.0.1/32'
      const config = (priority: number, peer: string) =>
        configText([{ priority, vips: [vip], lines: peers(`${peer} min_ttl 254 max_ttl 254`) }])
      a.start({ kind: pair.a, config: config(150, '10.78.0.12') })
      await lab.waitFor('a is MASTER', () => lab.holds('a', vip), 10_000)
      b.start({ kind: pair.b, config: config(100, A) })
      await lab.timeline.holdsFor('b hears a', () => !lab.holds('b', vip), 6_000)
      a.kill()
      await lab.waitFor('b takes over', () => lab.holds('b', vip), 10_000)
      a.start({ kind: pair.a, config: config(150, '10.78.0.12') })
      await lab.waitFor('a is MASTER again', () => !lab.holds('b', vip), 10_000)
    },
    { addresses: { b: ['10.78.0.12/24'], client: ['10.77.0.99/24', '10.78.0.99/24'] } },
  )

  labTest('a stranger is refused with check_unicast_src, and takes the role without it', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const config = (...more: readonly string[]) => configText([{ priority: 150, lines: [...peers(B), ...more] }])
    a.start({ kind: subject, config: config('check_unicast_src') })
    b.start({ kind: 'keepalived', config: configText([{ priority: 100, lines: peers(A) }]) })
    await becomesMaster(lab, 'a')
    await inject(lab.client, { frames: [encodeAdvertFrame(STRANGER)], count: 6, burst: 1, pauseMs: 300 })
    assert.ok(lab.holds('a', DEFAULT_VIP), 'a keeps the role')
    const statistics = await readStatistics(lab, a)
    assert.equal(statistics['Become master'] ?? 1, 1)
    assert.ok(statistics['Advertisements/Received']! >= 6, 'a refused advert was well formed, so it counts as received')

    a.writeConfig(config())
    a.signal('SIGHUP')
    await staysMaster(lab, 'a', 2_000)
    await inject(lab.client, { frames: [encodeAdvertFrame(STRANGER)], count: 6, burst: 1, pauseMs: 300 })
    await lab.waitFor('a gave way', () => !lab.holds('a', DEFAULT_VIP), 2_000)
  })

  labTest(
    'two instances of one VRID, each with peers of its own',
    async lab => {
      const [a, b, c] = [lab.router('a'), lab.router('b'), lab.router('c')]
      const second = '10.77.0.101/24'
      const ours: readonly InstanceText[] = [
        { name: 'VI_1', priority: 150, lines: peers(B) },
        { name: 'VI_2', priority: 100, lines: peers(C), vips: [second] },
      ]
      b.start({ kind: 'keepalived', config: configText([{ priority: 100, lines: peers(A) }]) })
      c.start({ kind: 'keepalived', config: configText([{ priority: 150, lines: peers(A), vips: [second] }]) })
      a.start({ kind: subject, config: configText(ours) })
      await lab.waitFor('a and c share the work', () => lab.holds('a', DEFAULT_VIP) && lab.holds('c', second), 10_000)
      await lab.waitFor('b gives way', () => !lab.holds('b', DEFAULT_VIP), 5_000)
      await lab.timeline.holdsFor('all keep their roles', () => roles(lab, second) === 'a c', 5_000)
      assert.ok(
        lab.adverts({ from: 'a' }).every(({ destination, priority }) => (priority === 150) === (destination === B)),
      )

      const killedAt = c.kill()
      await lab.waitFor('a takes over from c', () => lab.holds('a', second), 10_000)
      assert.ok(lab.adverts({ from: 'a', destination: C, since: killedAt }).length > 0)
      await a.stop()
      assert.deepEqual(
        lab
          .adverts({ from: 'a', priority: 0 })
          .map(({ destination }) => destination)
          .sort(),
        [B, C],
      )
      await becomesMaster(lab, 'b')
    },
    { routers: ['a', 'b', 'c'] },
  )

  labTest('track_src_ip: without its source address the instance is at fault', async lab => {
    const a = lab.router('a')
    const lines = [`unicast_src_ip ${A}`, 'track_src_ip', ...peers(B)]
    a.start({ kind: subject, config: configText([{ priority: 150, lines }]) })
    await becomesMaster(lab, 'a')
    await a.run('ip', 'addr', 'add', '10.77.0.50/24', 'dev', 'eth0')
    await a.run('sysctl', '-qw', 'net.ipv4.conf.eth0.promote_secondaries=1')
    await a.deleteAddress(`${A}/24`)
    await lab.waitFor('FAULT', () => !lab.holds('a', DEFAULT_VIP), 5_000)
    await a.run('ip', 'addr', 'add', `${A}/24`, 'dev', 'eth0')
    await lab.waitFor('MASTER again', () => lab.holds('a', DEFAULT_VIP), 10_000)
  })

  for (const address of ['10.77.0.255', '255.255.255.255']) {
    labTest(`broadcast to ${address}: election, takeover and resignation`, async lab => {
      const [a, b] = [lab.router('a'), lab.router('b')]
      const config = (priority: number) => configText([{ priority, lines: [`mcast_dst_ip ${address}`] }])
      a.start({ kind: 'keepalived-ts', config: config(150) })
      await becomesMaster(lab, 'a')
      b.start({ kind: 'keepalived-ts', config: config(100) })
      await staysMaster(lab, 'a', 5_000)
      assert.deepEqual([lastAdvert(lab, 'a').destination, lastAdvert(lab, 'a').ttl], [address, 255])
      const killedAt = a.kill()
      await becomesMaster(lab, 'b', { since: killedAt })
      a.start({ kind: 'keepalived-ts', config: config(150) })
      await becomesMaster(lab, 'a', { since: killedAt })
      await becomesBackup(lab, 'b')
      await a.stop()
      await becomesMaster(lab, 'b', { boundMs: 2_500 })
    })
  }
})

// Alone, for a backup waits only 36 ms at this interval.
labTest(
  'every peer gets each advert, and a dead peer holds up nobody',
  async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    // 10.77.0.200 answers no ARP: what is for it waits in the kernel.
    const lines = peers('10.77.0.200', B, C)
    a.start({ kind: subject, config: configText([{ priority: 150, version: 3, advertInt: 0.01, lines }]) })
    b.start({
      kind: 'keepalived',
      config: configText([{ priority: 100, version: 3, advertInt: 0.01, lines: peers(A) }]),
    })
    await becomesMaster(lab, 'a')
    await becomesBackup(lab, 'b')
    const since = epochNowUs()
    await lab.timeline.holdsFor('b hears a', () => !lab.holds('b', DEFAULT_VIP), 5_000)
    const [toB, toC] = [B, C].map(destination => lab.adverts({ from: 'a', destination, since }).length)
    assert.ok(toB! > 450 && Math.abs(toB! - toC!) <= 2, `${toB} to b, ${toC} to c`)
  },
  { routers: ['a', 'b', 'c'] },
)

const STRANGER: AdvertFrame = {
  sourceMac: '02:00:00:00:4b:63',
  source: '10.77.0.99',
  destination: A,
  vrid: 51,
  priority: 254,
  addresses: ['10.77.0.100'],
}

function roles(lab: Lab, second: string): string {
  const holder = (vip: string) => ['a', 'b', 'c'].filter(name => lab.holds(name, vip)).join('+')
  return `${holder(DEFAULT_VIP)} ${holder(second)}`
}

/** Election, takeover after a kill, return, resignation; every advert goes to the peer alone. */
async function playRoles(stage: Stage, sides: Sides): Promise<void> {
  const { lab, a, b, pair } = stage
  const vip = sides.vip ?? DEFAULT_VIP
  const [high, low] = [
    { ...sides.common, priority: 200, lines: sides.linesA },
    { ...sides.common, priority: 100, lines: sides.linesB },
  ] as const
  b.start({ kind: pair.b, config: configText([low]) })
  await becomesMaster(lab, 'b', { vip })
  a.start({ kind: pair.a, config: configText([high]) })
  await becomesMaster(lab, 'a', { vip })
  await becomesBackup(lab, 'b', { vip })
  await staysMaster(lab, 'a', 4_000, { vip })
  const { source, destination, ttl, checksumGood } = lastAdvert(lab, 'a')
  assert.deepEqual([source, destination, ttl, checksumGood], [...sides.addresses, sides.ttl ?? 255, true])

  const killedAt = a.kill()
  const first = await becomesMaster(lab, 'b', { vip, since: killedAt })
  const silenceUs = first.at - lastAdvert(lab, 'a').at
  const dueUs = masterDownUs(low)
  assert.ok(silenceUs > dueUs - 20_000 && silenceUs < dueUs + SLACK_US, `took over after ${silenceUs} µs, due ${dueUs}`)

  a.start({ kind: pair.a, config: configText([high]) })
  await becomesMaster(lab, 'a', { vip, since: killedAt })
  await becomesBackup(lab, 'b', { vip })
  const stoppedAt = epochNowUs()
  assert.ok(await a.stop(), 'it ends by itself')
  const next = await becomesMaster(lab, 'b', { vip, since: stoppedAt })
  const [resignation, ...more] = lab.adverts({ from: 'a', priority: 0 })
  assert.ok(resignation !== undefined && more.length === 0)
  assert.ok(
    next.at - resignation.at < 700_000 + SLACK_US,
    `took over ${next.at - resignation.at} µs after the resignation`,
  )
}
