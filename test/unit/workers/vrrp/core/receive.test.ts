// Each receive check: what is rejected, what is counted, and which failure is found first.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Unicast, VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { internetChecksum } from '../../../../../src/lib/checksum.ts'
import { hasValidChecksum } from '../../../../../src/workers/vrrp/core/advert.ts'
import type { CounterName } from '../../../../../src/workers/vrrp/core/counters.ts'
import type { ReceivedFrame } from '../../../../../src/workers/vrrp/core/event.ts'
import { transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import type { LogFlag } from '../../../../../src/workers/vrrp/core/log-flag.ts'
import { type Judgement, judge } from '../../../../../src/workers/vrrp/core/receive.ts'
import { sealAdvert } from '../../../../../src/workers/vrrp/core/seal.ts'
import type { BackupState } from '../../../../../src/workers/vrrp/core/state.ts'
import {
  bytes,
  elected,
  frame,
  highSource,
  instance,
  instance6,
  logged,
  ownSource,
  started,
  unicast,
  vip,
} from './fixture.ts'

const plain = instance()
const v3 = instance({ version: 3 })
const pass = instance({ authentication: { type: 'pass', password: '1111' } })
const ah = instance({ authentication: { type: 'ah', password: 'secret12' } })

/** The frame with one byte of it replaced; the VRRP checksum of version 2 is made right again if asked for. */
function patched(original: ReceivedFrame, at: number, value: number, fixChecksum = false): ReceivedFrame {
  const copy = original.bytes.slice()
  copy[at] = value
  if (fixChecksum) {
    const pduAt = original.family === 4 ? 20 : 0
    copy.set([0, 0], pduAt + 6)
    const checksum = internetChecksum(copy.subarray(pduAt))
    copy.set([checksum >> 8, checksum & 255], pduAt + 6)
  }
  return { ...original, bytes: copy }
}

function padded(original: ReceivedFrame, length: number): ReceivedFrame {
  const copy = new Uint8Array(length)
  copy.set(original.bytes)
  return { ...original, bytes: copy }
}

const good = frame(plain, 150, highSource)
const version6 = instance6()
const good6 = frame(version6, 150, 'fe80::5')

function flagsOf({ complaints }: Judgement): LogFlag[] {
  return complaints.map(({ flag }) => flag)
}

interface Case {
  readonly what: string
  readonly params: VrrpInstance
  readonly frame: ReceivedFrame
  readonly counter: CounterName | null
  readonly flag: LogFlag | null
}

const rejections: readonly Case[] = [
  {
    what: 'an authentication header where none is configured',
    params: plain,
    frame: frame(ah, 150, highSource),
    counter: 'authtype_mismatch',
    flag: 'advert-auth-type-mismatch',
  },
  {
    what: 'no authentication header where one is configured',
    params: ah,
    frame: good,
    counter: 'authtype_mismatch',
    flag: 'advert-auth-type-mismatch',
  },
  {
    what: 'no packet at all',
    params: plain,
    frame: padded({ ...good, bytes: new Uint8Array(0) }, 0),
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
  {
    what: 'a packet cut short',
    params: plain,
    frame: { ...good, bytes: good.bytes.subarray(0, 43) },
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
  {
    what: 'a byte too many',
    params: plain,
    frame: padded(good, 45),
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
  {
    what: 'an address count that the length does not bear out',
    params: plain,
    frame: patched(good, 23, 3, true),
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
  {
    what: 'a TTL of 254',
    params: plain,
    frame: patched(good, 8, 254),
    counter: 'ip_ttl_err',
    flag: 'advert-ttl-wrong',
  },
  {
    what: 'an IPv6 hop limit of 64',
    params: version6,
    frame: { ...good6, hopLimit: 64 },
    counter: 'ip_ttl_err',
    flag: 'advert-ttl-wrong',
  },
  { what: 'another version', params: v3, frame: good, counter: 'vers_err', flag: 'advert-version-wrong' },
  {
    what: 'an unknown authentication type',
    params: plain,
    frame: patched(good, 24, 3, true),
    counter: 'invalid_authtype',
    flag: 'advert-auth-type-unknown',
  },
  {
    what: 'a password where none is configured',
    params: plain,
    frame: frame(pass, 150, highSource),
    counter: 'authtype_mismatch',
    flag: 'advert-auth-type-mismatch',
  },
  {
    what: 'a wrong password',
    params: pass,
    frame: frame(instance({ authentication: { type: 'pass', password: '1112' } }), 150, highSource),
    counter: 'auth_failure',
    flag: 'advert-password-wrong',
  },
  {
    what: 'an authentication header made with another password',
    params: ah,
    frame: frame(instance({ authentication: { type: 'ah', password: 'secret13' } }), 150, highSource),
    counter: 'auth_failure',
    flag: 'advert-ah-wrong',
  },
  {
    what: 'an authentication header replayed',
    params: ah,
    frame: frame(ah, 150, highSource, {}, 0),
    counter: 'auth_failure',
    flag: 'advert-ah-wrong',
  },
  {
    what: 'something else than VRRP behind the authentication header',
    params: ah,
    frame: patched(frame(ah, 150, highSource), 20, 17),
    counter: null,
    flag: null,
  },
  {
    what: 'a version 2 interval that is not ours',
    params: plain,
    frame: frame(instance({ advertIntervalUs: 2_000_000 }), 150, highSource),
    counter: 'advert_interval_err',
    flag: 'advert-interval-rejected',
  },
  {
    what: 'a packet type that is no advertisement',
    params: plain,
    frame: patched(good, 20, 0x22, true),
    counter: 'invalid_type_rcvd',
    flag: 'advert-type-wrong',
  },
  {
    what: 'a total length that is not that of the message',
    params: plain,
    frame: patched(good, 3, 48),
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
  {
    what: 'a wrong checksum',
    params: plain,
    frame: patched(good, 22, 151),
    counter: 'chk_err',
    flag: 'advert-checksum-wrong',
  },
  {
    what: 'a wrong IPv6 checksum',
    params: version6,
    frame: patched(good6, 2, 151),
    counter: 'chk_err',
    flag: 'advert-checksum-wrong',
  },
  {
    what: 'a unicast destination',
    params: plain,
    frame: patched(good, 16, 192),
    counter: 'addr_list_err',
    flag: 'advert-destination-wrong',
  },
  { what: 'another VRID', params: plain, frame: patched(good, 21, 52, true), counter: null, flag: null },
  {
    what: 'IPv6 without a source',
    params: version6,
    frame: { at: 0, interface: 'eth0', family: 6, hopLimit: 255, bytes: good6.bytes },
    counter: 'packet_len_err',
    flag: 'advert-length-wrong',
  },
]

for (const { what, params, frame: received, counter, flag } of rejections) {
  test(`${what} is rejected`, () => {
    const verdict = judge(params, started(params), received)
    assert.equal(verdict.accepted, false)
    assert.deepEqual(verdict.counters, counter === null ? [] : [counter])
    assert.deepEqual(flagsOf(verdict), flag === null ? [] : [flag])
  })
}

test('a good advert of each kind is accepted and counted', () => {
  for (const params of [plain, v3, pass, ah, version6, instance({ version: 3, v3ChecksumAsV2: true })]) {
    const source = params.family === 4 ? highSource : 'fe80::5'
    const verdict = judge(params, started(params), frame(params, 150, source))
    assert.ok(verdict.accepted)
    assert.deepEqual(verdict.counters, ['advert_rcvd'])
    assert.deepEqual(verdict.complaints, [])
    assert.deepEqual([verdict.advert.priority, verdict.source], [150, bytes(source)])
  }
})

test('keepalived accepts any checksum with v3_checksum_as_v2; it is verified here', () => {
  const params = instance({ version: 3, v3ChecksumAsV2: true })
  const verdict = judge(params, started(params), frame(v3, 150, highSource))
  assert.deepEqual([verdict.accepted, verdict.counters], [false, ['chk_err']])
})

test('the first failure decides: a wrong TTL hides a wrong checksum', () => {
  const verdict = judge(plain, started(plain), patched(patched(good, 22, 151), 8, 1))
  assert.deepEqual([verdict.accepted, verdict.counters], [false, ['ip_ttl_err']])
})

test('Ethernet padding behind a short advert is tolerated, with and without a removed VLAN tag', () => {
  assert.equal(judge(plain, started(plain), padded(good, 46)).accepted, true)
  const single = instance({ addresses: [vip('192.0.2.100')] })
  const short = frame(single, 150, highSource)
  assert.deepEqual(
    [41, 42, 43, 44, 46, 50].map(length => judge(single, started(single), padded(short, length)).accepted),
    [false, true, false, false, true, false],
  )
})

test('IPv4 options are skipped', () => {
  const copy = new Uint8Array(good.bytes.length + 4)
  copy.set(good.bytes.subarray(0, 20))
  copy.set(good.bytes.subarray(20), 24)
  copy.set([0x46, 0xc0, 0, copy.length])
  assert.equal(judge(plain, started(plain), { ...good, bytes: copy }).accepted, true)
})

test('other addresses are a diagnostic and never a reason to reject', () => {
  const other = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.110'), vip('192.0.2.111')] })
  const verdict = judge(plain, started(plain), frame(other, 150, highSource))
  assert.ok(verdict.accepted)
  assert.deepEqual(verdict.counters, ['advert_rcvd', 'addr_list_err', 'addr_list_err'])
  assert.deepEqual(
    verdict.complaints.map(complaint => complaint.flag),
    ['advert-address-count-differs', 'advert-address-missing'],
  )
})

test('defect 23: two nodes with more addresses than fit into an advert do not complain of each other', () => {
  const many = instance6({ addresses: Array.from({ length: 120 }, (_, i) => vip(`fd00::${i + 1}`)) })
  const verdict = judge(many, started(many), frame(many, 150, 'fe80::5'))
  assert.ok(verdict.accepted)
  assert.ok(verdict.advert.addresses.length < 120)
  assert.deepEqual(verdict.complaints, [])
})

test('of version 2 each interval but our own is rejected, the longer one as the shorter one', () => {
  for (const advertIntervalUs of [1_000_000, 3_000_000]) {
    const params = instance({ advertIntervalUs: 2_000_000 })
    const verdict = judge(params, started(params), frame(instance({ advertIntervalUs }), 150, highSource))
    assert.deepEqual([verdict.accepted, verdict.counters], [false, ['advert_interval_err']])
  }
})

test('skip_check_adv_addr skips the list of the MASTER already known, but not while MASTER', () => {
  const params = instance({ skipCheckAdvertAddresses: true })
  const other = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.110')] })
  const received = frame(other, 150, highSource)
  const backup = started(params) as BackupState
  const known: BackupState = { ...backup, lastMaster: { source: bytes(highSource), priority: 150 } }
  const complaints = (state: Parameters<typeof judge>[1]) => {
    const verdict = judge(params, state, received)
    return verdict.accepted ? verdict.complaints.length : -1
  }
  assert.equal(complaints(backup), 1)
  assert.equal(complaints(known), 0)
  assert.equal(complaints({ ...elected(params).state, lastMaster: known.lastMaster }), 1)
})

test('owner_ignore_adverts drops adverts only while the owner is one', () => {
  const params = instance({ priority: 255, ownerIgnoreAdverts: true })
  const owner = started(params)
  assert.equal(owner.effectivePriority, 255)
  assert.equal(judge(params, owner, good).accepted, false)
  assert.equal(judge(params, { ...owner, yielded: true, effectivePriority: 254 }, good).accepted, true)
})

test('a version 3 interval that differs is accepted and mentioned', () => {
  const verdict = judge(v3, started(v3), frame(instance({ version: 3, advertIntervalUs: 100_000 }), 150, highSource))
  assert.ok(verdict.accepted)
  assert.deepEqual(verdict.complaints[0]?.flag, 'advert-interval-differs')
  assert.equal(verdict.advert.intervalUs, 100_000)
})

test('priority 0 is counted', () => {
  const verdict = judge(plain, started(plain), frame(plain, 0, highSource))
  assert.ok(verdict.accepted)
  assert.deepEqual(verdict.counters, ['advert_rcvd', 'pri_zero_rcvd'])
})

const peer = '192.0.2.12'
const stranger = '192.0.2.99'
const unchecked = instance({ unicast: unicast([peer]) })
const checked = instance({ unicast: unicast([peer], { checkSource: true }) })
const near = instance({ unicast: unicast([{ address: peer, minTtl: 250, maxTtl: 254 }], { checkSource: true }) })
const uniV3 = instance({ version: 3, unicast: unicast([peer]) })
const uni6 = instance6({ unicast: unicast(['fe80::5'], { checkSource: true }) })

/** The frame with another TTL; the kernel has checked the header before, so its checksum does not matter. */
const withTtl = (original: ReceivedFrame, ttl: number) => patched(original, 8, ttl)

interface UnicastCase {
  readonly what: string
  readonly params: VrrpInstance
  readonly frame: ReceivedFrame
  readonly accepted: boolean
  readonly counters: readonly CounterName[]
  readonly flags: readonly LogFlag[]
}

const unicastCases: readonly UnicastCase[] = [
  {
    what: 'an advert of a peer from behind a router',
    params: checked,
    frame: withTtl(frame(checked, 150, peer), 61),
    accepted: true,
    counters: ['advert_rcvd'],
    flags: [],
  },
  {
    what: 'an advert of a stranger without check_unicast_src',
    params: unchecked,
    frame: frame(unchecked, 150, stranger),
    accepted: true,
    counters: ['advert_rcvd'],
    flags: [],
  },
  {
    what: 'an advert of a stranger with check_unicast_src',
    params: checked,
    frame: frame(checked, 150, stranger),
    accepted: false,
    counters: ['advert_rcvd'],
    flags: ['advert-source-unknown'],
  },
  {
    what: 'a resignation of a stranger with check_unicast_src',
    params: checked,
    frame: frame(checked, 0, stranger),
    accepted: false,
    counters: ['advert_rcvd'],
    flags: ['advert-source-unknown'],
  },
  {
    what: 'an advert of a peer within its TTL bounds',
    params: near,
    frame: withTtl(frame(near, 150, peer), 250),
    accepted: true,
    counters: ['advert_rcvd'],
    flags: [],
  },
  {
    what: 'an advert of a peer below min_ttl',
    params: near,
    frame: withTtl(frame(near, 150, peer), 249),
    accepted: false,
    counters: ['advert_rcvd', 'ip_ttl_err'],
    flags: ['advert-peer-ttl-wrong'],
  },
  {
    what: 'an advert of a peer above max_ttl',
    params: near,
    frame: withTtl(frame(near, 150, peer), 255),
    accepted: false,
    counters: ['advert_rcvd', 'ip_ttl_err'],
    flags: ['advert-peer-ttl-wrong'],
  },
  {
    what: 'an IPv6 advert of a peer',
    params: uni6,
    frame: { ...frame(uni6, 150, 'fe80::5'), hopLimit: 61 },
    accepted: true,
    counters: ['advert_rcvd'],
    flags: [],
  },
  {
    what: 'an IPv6 advert of a stranger',
    params: uni6,
    frame: frame(uni6, 150, 'fe80::6'),
    accepted: false,
    counters: ['advert_rcvd'],
    flags: ['advert-source-unknown'],
  },
  {
    what: 'a multicast advert for a unicast instance',
    params: unchecked,
    frame: good,
    accepted: false,
    counters: ['addr_list_err'],
    flags: ['advert-destination-wrong'],
  },
  {
    what: 'an IPv6 multicast advert for a unicast instance',
    params: uni6,
    frame: good6,
    accepted: false,
    counters: ['addr_list_err'],
    flags: ['advert-destination-wrong'],
  },
  {
    what: 'a wrong checksum of a stranger: the checksum comes first',
    params: checked,
    frame: patched(frame(checked, 150, stranger), 22, 151),
    accepted: false,
    counters: ['chk_err'],
    flags: ['advert-checksum-wrong'],
  },
  {
    what: 'another address list of a stranger is counted before the stranger is noticed',
    params: checked,
    frame: frame({ ...checked, addresses: [vip('192.0.2.100')] }, 150, stranger),
    accepted: false,
    counters: ['advert_rcvd', 'addr_list_err', 'addr_list_err'],
    flags: ['advert-source-unknown'],
  },
  {
    what: 'a broadcast advert with a TTL below 255',
    params: instance({ broadcastAddress: '192.0.2.255' }),
    frame: withTtl(frame(instance({ broadcastAddress: '192.0.2.255' }), 150, peer), 254),
    accepted: false,
    counters: ['ip_ttl_err'],
    flags: ['advert-ttl-wrong'],
  },
  {
    what: 'a broadcast advert',
    params: instance({ broadcastAddress: '192.0.2.255' }),
    frame: frame(instance({ broadcastAddress: '192.0.2.255' }), 150, peer),
    accepted: true,
    counters: ['advert_rcvd'],
    flags: [],
  },
]

for (const { what, params, frame: received, accepted, counters, flags } of unicastCases) {
  test(`unicast: ${what} is ${accepted ? 'accepted' : 'rejected'}`, () => {
    const verdict = judge(params, started(params), received)
    assert.deepEqual(
      { accepted: verdict.accepted, counters: verdict.counters, flags: flagsOf(verdict) },
      { accepted, counters, flags },
    )
  })
}

test('the checksum of keepalived before 1.3.7 is accepted as old_unicast_checksum says', () => {
  const withMode = (oldChecksum: Unicast['oldChecksum']) =>
    instance({ version: 3, unicast: unicast([peer], { oldChecksum }) })
  const [fresh, old] = [frame(uniV3, 150, peer), frame(withMode('always'), 150, peer)]
  const styleOf = (mode: Unicast['oldChecksum'], received: ReceivedFrame) => {
    const params = withMode(mode)
    const verdict = judge(params, started(params), received)
    return verdict.accepted ? verdict.checksumStyle : verdict.counters.join()
  }
  assert.deepEqual([styleOf('auto', fresh), styleOf('auto', old)], ['new', 'old'])
  assert.deepEqual([styleOf('never', fresh), styleOf('never', old)], ['new', 'chk_err'])
  assert.deepEqual([styleOf('always', fresh), styleOf('always', old)], ['chk_err', 'old'])
  assert.equal(styleOf('auto', patched(old, 22, 151)), 'chk_err')
})

test('keepalived never sends the old checksum that it has learned; here the next advert to that peer has it', () => {
  const old = frame(instance({ version: 3, unicast: unicast([peer], { oldChecksum: 'always' }) }), 50, peer)
  const { state: master, now } = elected(uniV3)
  const heard = transition(uniV3, master, { type: 'frame', frame: old }, now)
  assert.deepEqual(heard.state.oldChecksumPeers, [peer])
  assert.ok(logged(heard.effects).includes('peer-checksum-style'))
  const [sealed] = sealAdvert(uniV3, heard.state, 100)
  const group = { source: bytes(ownSource), destination: bytes('224.0.0.18') }
  assert.ok(hasValidChecksum(sealed!.packet.subarray(20), 4, group))

  const fresh = frame(uniV3, 50, peer)
  const again = transition(uniV3, heard.state, { type: 'frame', frame: fresh }, now)
  assert.deepEqual(again.state.oldChecksumPeers, [], 'the peer was upgraded')
})

test('the way of a stranger with checksums is not learned', () => {
  const old = frame(instance({ version: 3, unicast: unicast([peer], { oldChecksum: 'always' }) }), 50, stranger)
  const { state, now } = elected(uniV3)
  assert.deepEqual(transition(uniV3, state, { type: 'frame', frame: old }, now).state.oldChecksumPeers, [])
})
