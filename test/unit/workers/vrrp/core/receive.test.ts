// Each receive check: what is rejected, what is counted, and which failure is found first.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/model.ts'
import { internetChecksum } from '../../../../../src/lib/checksum.ts'
import type { CounterName } from '../../../../../src/workers/vrrp/core/counters.ts'
import type { ReceivedFrame } from '../../../../../src/workers/vrrp/core/event.ts'
import { judge, type LogFlag } from '../../../../../src/workers/vrrp/core/receive.ts'
import type { BackupState } from '../../../../../src/workers/vrrp/core/state.ts'
import { bytes, elected, frame, highSource, instance, instance6, started, vip } from './fixture.ts'

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
    assert.equal(!verdict.accepted && verdict.counter, counter)
    assert.equal(!verdict.accepted && (verdict.complaint?.flag ?? null), flag)
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
  assert.equal(!verdict.accepted && verdict.counter, 'chk_err')
})

test('the first failure decides: a wrong TTL hides a wrong checksum', () => {
  const verdict = judge(plain, started(plain), patched(patched(good, 22, 151), 8, 1))
  assert.equal(!verdict.accepted && verdict.counter, 'ip_ttl_err')
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
