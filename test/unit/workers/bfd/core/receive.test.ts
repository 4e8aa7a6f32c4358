// Whom a datagram is for, and who is not believed.

import assert from 'node:assert/strict'
import test from 'node:test'
import { type ControlPacket, encodePacket } from '../../../../../src/workers/bfd/core/packet.ts'
import { type Datagram, receive } from '../../../../../src/workers/bfd/core/receive.ts'
import { bfdInstance, controlPacket, session } from './fixture.ts'

const one = session()
const other = session({
  discriminator: 0x99,
  params: bfdInstance({ name: 'other', neighbor: '10.0.0.3', source: '10.0.0.1' }),
})
const far = session({
  discriminator: 0x77,
  params: bfdInstance({ name: 'far', multihop: true, hopsMax: 2 }),
})

function datagram(changes: Partial<Datagram> = {}, packet: Partial<ControlPacket> = {}): Datagram {
  const bytes = encodePacket(controlPacket(packet))
  return { source: '10.0.0.2', destination: '10.0.0.1', hops: 255, multihop: false, bytes, ...changes }
}

function found(changes: Partial<Datagram> = {}, packet: Partial<ControlPacket> = {}): string {
  const received = receive([one, other, far], datagram(changes, packet))
  return received.ok ? received.value.session.params.name : received.error.reason
}

const unknownUs = { yourDiscriminator: 0 }

test('a neighbour that knows us is known by our discriminator', () => {
  assert.equal(found(), 'b')
  assert.equal(found({ source: '10.0.0.3' }, { yourDiscriminator: 0x99 }), 'other')
  assert.equal(found({}, { yourDiscriminator: 0x12 }), 'no-session')
})

test('a neighbour that does not know us is known by addresses and port', () => {
  assert.equal(found({}, unknownUs), 'b')
  assert.equal(found({ source: '10.0.0.3' }, unknownUs), 'other')
  assert.equal(found({ multihop: true }, unknownUs), 'far')
  assert.equal(found({ source: '10.0.0.4' }, unknownUs), 'no-session')
  assert.equal(found({ destination: '10.0.0.9' }, unknownUs), 'no-session')
})

test('who guesses a discriminator is not believed (keepalived does)', () => {
  assert.equal(found({ source: '10.0.0.66' }), 'other-address')
  assert.equal(found({ multihop: true }), 'other-address')
})

test('packets from beyond the link are refused, as far as max_hops says', () => {
  assert.equal(found({ hops: 254 }), 'too-many-hops')
  assert.equal(found({ hops: 253, multihop: true }, { yourDiscriminator: 0x77 }), 'far')
  assert.equal(found({ hops: 252, multihop: true }, { yourDiscriminator: 0x77 }), 'too-many-hops')
  const lax = session({ params: bfdInstance({ hopsMax: null }) })
  assert.equal(receive([lax], datagram({ hops: 1 })).ok, true)
})

test('what is no packet is for nobody', () => {
  assert.equal(found({ bytes: new Uint8Array(3) }), 'too-short')
})
