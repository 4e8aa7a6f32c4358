// Source and destinations of adverts: unicast peers, groups, broadcast addresses. Exit codes of keepalived 2.2.7 where it was
// asked (-t in a namespace); its own words are in vrrp-behaviour section 3.8.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { instanceOf, instanceText, loadText, problemsOf } from '../../load-text.ts'

const peers = (...rows: readonly string[]) => `  unicast_peer {\n${rows.map(row => `    ${row}\n`).join('')}  }`
const codesOf = (text: string, strictKeepalived = false) =>
  problemsOf(text, { strictKeepalived }).map(({ code }) => code)
const one = peers('192.0.2.2')

test('peers alone: TTL 255, the source is not checked, old checksums are detected', () => {
  const { unicast, sourceAddress, multicastGroup } = instanceOf(peers('192.0.2.2', '192.0.2.3/24'))
  assert.deepEqual(unicast, {
    peers: [{ address: '192.0.2.2' }, { address: '192.0.2.3' }],
    ttl: 255,
    checkSource: false,
    oldChecksum: 'auto',
  })
  assert.deepEqual([sourceAddress, multicastGroup], [undefined, '224.0.0.18'])
  assert.deepEqual(codesOf(instanceText(one)), [])
})

interface Case {
  readonly body: string
  readonly before?: string
  readonly unicast?: Partial<NonNullable<VrrpInstance['unicast']>>
  readonly model?: Partial<VrrpInstance>
  readonly codes?: readonly string[]
}

const cases: Readonly<Record<string, Case>> = {
  'every setting': {
    body: `${one}\n  unicast_ttl 0\n  check_unicast_src\n  old_unicast_checksum never\n  unicast_src_ip 192.0.2.1`,
    unicast: { ttl: 0, checkSource: true, oldChecksum: 'never' },
    model: { sourceAddress: '192.0.2.1' },
  },
  'old_unicast_checksum without a word': { body: `${one}\n  old_unicast_checksum`, unicast: { oldChecksum: 'always' } },
  'old_unicast_checksum with another word': {
    body: `${one}\n  old_unicast_checksum foo`,
    unicast: { oldChecksum: 'auto' },
    codes: ['KA1220'],
  },
  'a TTL bound turns the source check on': {
    body: peers('192.0.2.2 min_ttl 250', '192.0.2.3 max_ttl 255'),
    unicast: {
      checkSource: true,
      peers: [
        { address: '192.0.2.2', minTtl: 250 },
        { address: '192.0.2.3', maxTtl: 255 },
      ],
    },
  },
  'TTL bounds that leave nothing': {
    body: peers('192.0.2.2 min_ttl 250 max_ttl 10'),
    unicast: { peers: [{ address: '192.0.2.2', minTtl: 250, maxTtl: 10 }] },
    codes: ['KA1347'],
  },
  'vrrp_check_unicast_src is the default of all': {
    before: 'global_defs {\n  vrrp_check_unicast_src\n}\n',
    body: one,
    unicast: { checkSource: true },
  },
  'two lists are one, a peer counts once': {
    body: `${one}\n${peers('192.0.2.2', '192.0.2.3')}`,
    unicast: { peers: [{ address: '192.0.2.2' }, { address: '192.0.2.3' }] },
    codes: ['KA1323'],
  },
  'a peer of the other family': {
    body: peers('192.0.2.2', '2001:db8::1'),
    unicast: { peers: [{ address: '192.0.2.2' }] },
    codes: ['KA1322'],
  },
  'a peer that is no address': {
    body: peers('192.0.2.2', 'foo'),
    unicast: { peers: [{ address: '192.0.2.2' }] },
    codes: ['KA1220'],
  },
  'a group beside peers': {
    body: `${one}\n  mcast_dst_ip 224.0.0.77`,
    unicast: {},
    model: { multicastGroup: '224.0.0.18' },
    codes: ['KA1347'],
  },
  'strict mode with peers': { body: `${one}\n  strict_mode`, unicast: {}, codes: ['KA1350'] },
  'the last of two source addresses': {
    body: `${one}\n  unicast_src_ip 192.0.2.1\n  mcast_src_ip 192.0.2.4`,
    unicast: {},
    model: { sourceAddress: '192.0.2.4' },
  },
  'IPv6 peers in canonical form': {
    body: `${peers('2001:DB8:0::1')}\n  virtual_ipaddress {\n    2001:db8::9/64\n  }`,
    unicast: { peers: [{ address: '2001:db8::1' }] },
    model: { family: 6 },
  },
  'a source address alone': {
    body: '  unicast_src_ip 192.0.2.1\n  track_src_ip',
    model: { sourceAddress: '192.0.2.1', trackSourceAddress: true },
    codes: ['KA1382'],
  },
  'a list without peers': { body: peers(), codes: ['KA1382'] },
  'check_unicast_src without peers': { body: '  check_unicast_src', codes: ['KA1382'] },
  'unicast_ttl without peers': { body: '  unicast_ttl 5', codes: ['KA1382'] },
  'unicast_fault_no_peer without peers': {
    body: '  unicast_src_ip 192.0.2.1\n  unicast_fault_no_peer',
    unicast: { peers: [] },
    codes: ['KA1382'],
  },
  'unicast_fault_no_peer with peers': { body: `${one}\n  unicast_fault_no_peer`, unicast: {} },
  'a source address of the other family': {
    body: '  virtual_ipaddress {\n    192.0.2.9/24\n  }\n  mcast_src_ip 2001:db8::1',
    model: { sourceAddress: undefined as never },
    codes: ['KA1322'],
  },
  'a group of its own': { body: '  mcast_dst_ip 224.0.0.77', model: { multicastGroup: '224.0.0.77' } },
  'the broadcast address of a network': {
    body: '  mcast_dst_ip 192.0.2.255',
    model: { broadcastAddress: '192.0.2.255', multicastGroup: '224.0.0.18' },
  },
  'the broadcast address of all networks': {
    body: '  mcast_dst_ip 255.255.255.255',
    model: { broadcastAddress: '255.255.255.255' },
  },
  'neither group nor broadcast address': {
    body: '  mcast_dst_ip 192.0.2.5',
    model: { broadcastAddress: undefined as never },
    codes: ['KA1220'],
  },
}

for (const [what, { body, before = '', unicast, model = {}, codes = [] }] of Object.entries(cases)) {
  test(`unicast and groups: ${what}`, () => {
    const instance = instanceOf(body, { before })
    if (unicast === undefined) assert.equal(instance.unicast, undefined)
    else assert.deepEqual(instance.unicast, { ...instance.unicast, ...unicast })
    for (const [key, value] of Object.entries(model)) assert.deepEqual(instance[key as keyof VrrpInstance], value, key)
    assert.deepEqual(codesOf(before + instanceText(body)), codes)
  })
}

test('under --strict-keepalived a broadcast address is refused and the group taken', () => {
  const body = '  mcast_dst_ip 192.0.2.255'
  const instance = instanceOf(body, { strictKeepalived: true })
  assert.deepEqual([instance.broadcastAddress, instance.multicastGroup], [undefined, '224.0.0.18'])
  assert.deepEqual(codesOf(instanceText(body), true), ['KA1213'])
})

test('unicast instances of one VRID, source and interface must not share a peer', () => {
  const exitOf = (first: string, second: string) =>
    loadText(instanceText(first) + instanceText(second).replace('vrrp_instance A', 'vrrp_instance B')).startExitCode
  assert.equal(exitOf(one, peers('192.0.2.3', '192.0.2.2')), 2)
  assert.equal(exitOf(one, peers('192.0.2.3')), 0)
  assert.equal(exitOf(one, `${one}\n  unicast_src_ip 192.0.2.7`), 0)
  assert.equal(exitOf(one, `${one}\n  interface eth1`), 0)
  assert.equal(exitOf(one, ''), 0, 'multicast beside unicast')
  assert.equal(exitOf('', ''), 2)
  assert.equal(exitOf('', '  mcast_dst_ip 192.0.2.255'), 0)
})
