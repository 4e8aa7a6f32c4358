// Whole packets as keepalived 2.4.3 sends them.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Unicast } from '../../../../../src/config/blocks/instance/model.ts'
import { decodeIpv4Header } from '../../../../../src/lib/ipv4-packet.ts'
import { hasValidChecksum } from '../../../../../src/workers/vrrp/core/advert.ts'
import { hasValidIcv, sequenceMax } from '../../../../../src/workers/vrrp/core/ah.ts'
import {
  countersAfterGap,
  nextCounters,
  type SealedAdvert,
  sealAdvert,
  templateOf,
} from '../../../../../src/workers/vrrp/core/seal.ts'
import { emptyWorld, freshCommon } from '../../../../../src/workers/vrrp/core/state.ts'
import { bytes, hex, instance, instance6, start, unicast, vip } from './fixture.ts'

const A1 = '213364020001f5fec0000264c00002650000000000000000'
const A2 = `45c0002c00010000ff701883c000020be0000012${A1}`
const A5 =
  '45c0004400010000ff3318a8c000020be000001270040000c000020b00000001015a282f291defccfd0ff507213364020201f3fec0000264c00002650000000000000000'
const A6 =
  '45c0004400010000ff3336aec000020bc000020c70040000c000020b00000001e11ce94c37e56186066ead9f213364020201f3fec0000264c00002650000000000000000'
const A7 =
  '45c0004000010000ff3318acc000020be000001270040000c000020b00000001fc4c23000c3d9c6760c35337213564010201b64fc00002780000000000000000'

function common(source: string) {
  const fresh = freshCommon(100, 1_000_000, start)
  return { ...fresh, ipId: 1, ahSequence: 1, world: { ...emptyWorld, source: bytes(source), sourceLost: false } }
}

/** The only packet. */
function toHex(sealed: readonly SealedAdvert[]): string {
  assert.equal(sealed.length, 1)
  return Buffer.from(sealed[0]!.packet).toString('hex')
}

const withAh = { authentication: { type: 'ah', password: 'secret12' } } as const

test('A2: version 2 without authentication is a complete IPv4 packet', () => {
  assert.equal(toHex(sealAdvert(instance(), common('192.0.2.11'), 100)), A2)
})

test('A4: version 2 with a password', () => {
  const params = instance({ authentication: { type: 'pass', password: '1111' } })
  const packet = toHex(sealAdvert(params, common('192.0.2.11'), 100))
  assert.equal(packet.slice(40), '213364020101929cc0000264c00002653131313100000000')
})

test('A5: authentication header, multicast', () => {
  assert.equal(toHex(sealAdvert(instance(withAh), common('192.0.2.11'), 100)), A5)
})

test('A6: authentication header to a unicast peer leaves the TTL out of the digest', () => {
  const params = instance({ ...withAh, unicast: unicast(['192.0.2.12']) })
  assert.equal(toHex(sealAdvert(params, common('192.0.2.11'), 100)), A6)
})

test('A7: a captured packet is sealed alike and its ICV is valid only with the password', () => {
  const params = instance({ ...withAh, vrid: 53, addresses: [vip('192.0.2.120')] })
  assert.equal(toHex(sealAdvert(params, common('192.0.2.11'), 100)), A7)
  assert.equal(hasValidIcv(hex(A7), 20, 'secret12'), true)
  assert.equal(hasValidIcv(hex(A7), 20, 'secret13'), false)
})

test('B1 and B2: version 3 over IPv4 with and without the pseudo header', () => {
  const source = common('192.0.2.11')
  assert.equal(toHex(sealAdvert(instance({ version: 3 }), source, 100)).slice(40), '31336402006442fdc0000264c0000265')
  const messageOnly = instance({ version: 3, v3ChecksumAsV2: true })
  assert.equal(toHex(sealAdvert(messageOnly, source, 100)).slice(40), '313364020064e59bc0000264c0000265')
})

test('C1: IPv6 is the payload alone, with its checksum', () => {
  const expected = '31336402006465b5fe800000000000000000000000000100fd000000000000000000000000000100'
  assert.equal(toHex(sealAdvert(instance6(), common('fe80::ff:fe00:a01'), 100)), expected)
})

test('B3: version 3 over IPv4 to a unicast peer has the peer in its pseudo header', () => {
  const params = instance({ version: 3, unicast: unicast(['192.0.2.12']) })
  const packet = toHex(sealAdvert(params, common('192.0.2.11'), 100))
  assert.equal(packet.slice(40), '3133640200646103c0000264c0000265')
  assert.equal(packet.slice(32, 40), 'c000020c')
})

test('C2: version 3 over IPv6 to a unicast peer', () => {
  const params = instance6({ addresses: [vip('fd00::100')], unicast: unicast(['fd00::12']) })
  const expected = '31336401006471b9fd000000000000000000000000000100'
  assert.equal(toHex(sealAdvert(params, common('fd00::11'), 100)), expected)
})

test('every unicast peer gets a packet with a checksum of its own and the identification of all', () => {
  const params = instance({ version: 3, unicast: unicast(['192.0.2.12', '192.0.2.13', '198.51.100.1'], { ttl: 7 }) })
  const sealed = sealAdvert(params, common('192.0.2.11'), 100)
  assert.deepEqual(
    sealed.map(({ destination }) => destination),
    ['192.0.2.12', '192.0.2.13', '198.51.100.1'],
  )
  for (const { destination, packet } of sealed) {
    const header = decodeIpv4Header(packet)
    assert.ok(header.ok)
    const { id, ttl, source } = header.value
    assert.deepEqual([id, ttl, header.value.destination], [1, 7, bytes(destination)])
    assert.ok(hasValidChecksum(packet.subarray(20), 4, { source, destination: bytes(destination) }), destination)
  }
})

test('with v3_checksum_as_v2 the checksum is right for the second peer too', () => {
  const params = instance({ version: 3, v3ChecksumAsV2: true, unicast: unicast(['192.0.2.12', '192.0.2.13']) })
  for (const { packet } of sealAdvert(params, common('192.0.2.11'), 100)) {
    assert.ok(hasValidChecksum(packet.subarray(20), 4, null))
  }
})

test('an instance does not send to itself when its own address is among the peers', () => {
  const params = instance({ unicast: unicast(['192.0.2.11', '192.0.2.12']) })
  const sealed = sealAdvert(params, common('192.0.2.11'), 100)
  assert.deepEqual(
    sealed.map(({ destination }) => destination),
    ['192.0.2.12'],
  )
})

test('a broadcast address takes the place of the group', () => {
  const params = instance({ broadcastAddress: '192.0.2.255' })
  const [sealed, ...others] = sealAdvert(params, common('192.0.2.11'), 100)
  assert.deepEqual([sealed?.destination, others.length], ['192.0.2.255', 0])
  assert.equal(sealed?.packet[8], 255)
})

test('the old unicast checksum has the group in the pseudo header: for all peers, or for those that were learned', () => {
  const isOld = (packet: Uint8Array) =>
    hasValidChecksum(packet.subarray(20), 4, { source: bytes('192.0.2.11'), destination: bytes('224.0.0.18') })
  const styles = (oldChecksum: Unicast['oldChecksum']) => {
    const params = instance({ version: 3, unicast: unicast(['192.0.2.12', '192.0.2.13'], { oldChecksum }) })
    const state = { ...common('192.0.2.11'), oldChecksumPeers: ['192.0.2.13'] }
    return sealAdvert(params, state, 100).map(({ packet }) => isOld(packet))
  }
  assert.deepEqual(styles('always'), [true, true])
  assert.deepEqual(styles('auto'), [false, true])
  assert.deepEqual(styles('never'), [false, false])
})

test('without a source address there is nothing to send', () => {
  assert.deepEqual(sealAdvert(instance(), freshCommon(100, 1_000_000, start), 100), [])
})

test('excluded addresses and those beyond the MTU are not advertised', () => {
  const addresses = Array.from({ length: 100 }, (_, i) => vip(`fd00::${(i + 1).toString(16)}`))
  const params = instance6({ addresses, excludedAddresses: [vip('fd00::ffff')] })
  assert.equal(templateOf(params, common('fe80::1'), 100)!.advert.addresses.length, 89)
})

test('the IPv4 identification skips 0 when it wraps', () => {
  assert.equal(nextCounters({ ipId: 0, ahSequence: 0 }).ipId, 1)
  assert.equal(nextCounters({ ipId: 0xffff, ahSequence: 0 }).ipId, 1)
})

test('the AH sequence stops near its end and never wraps', () => {
  assert.equal(nextCounters({ ipId: 1, ahSequence: sequenceMax }).ahSequence, sequenceMax + 1)
  assert.equal(nextCounters({ ipId: 1, ahSequence: sequenceMax + 1 }).ahSequence, sequenceMax + 1)
})

test('after a gap the sequence is beyond everything that can have been sent in it', () => {
  const { ahSequence } = countersAfterGap({ ipId: 1, ahSequence: 10 }, 3_600_000_000, 10_000)
  assert.ok(ahSequence > 10 + 360_000)
})
