// Whole packets as keepalived 2.4.3 sends them.

import assert from 'node:assert/strict'
import test from 'node:test'
import { hasValidIcv, sequenceMax } from '../../../../../src/workers/vrrp/core/ah.ts'
import {
  countersAfterGap,
  nextCounters,
  seal,
  sealAdvert,
  templateOf,
} from '../../../../../src/workers/vrrp/core/seal.ts'
import { emptyWorld, freshCommon } from '../../../../../src/workers/vrrp/core/state.ts'
import { bytes, hex, instance, instance6, start, vip } from './fixture.ts'

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

const toHex = (packet: Uint8Array | undefined) => Buffer.from(packet ?? []).toString('hex')
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
  const template = templateOf(instance(withAh), common('192.0.2.11'), 100)!
  const packet = seal({ ...template, destination: bytes('192.0.2.12') }, { ipId: 1, ahSequence: 1 })
  assert.equal(toHex(packet), A6)
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

test('without a source address there is nothing to send', () => {
  assert.equal(sealAdvert(instance(), freshCommon(100, 1_000_000, start), 100), undefined)
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
