// Which instances hear of what.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { ReceivedFrame } from '../../../../../src/workers/vrrp/core/event.ts'
import { candidatesOfFrame, reservedAddresses } from '../../../../../src/workers/vrrp/core/tracking.ts'
import { frame, highSource, instance, instance6, started, unicast, vip } from './fixture.ts'

const one = instance()
const two = instance({ name: 'VI_2', vrid: 52, trackedInterfaces: [{ interface: 'eth1', weight: 0, reverse: false }] })
const other = instance({ name: 'VI_3', interface: 'eth1', excludedAddresses: [vip('192.0.2.120')] })
const six = instance6({ name: 'VI_6', trackedScripts: [{ script: 'check', weight: 0, reverse: false }] })
const regrouped = instance({ name: 'VI_G', multicastGroup: '224.0.0.81' })
const all = [one, two, other, six, regrouped]
const found = (instances: readonly VrrpInstance[], received: ReceivedFrame) =>
  candidatesOfFrame(
    instances.map(params => ({ params, state: started(params) })),
    received,
  ).map(({ params }) => params.name)

test('a frame is for the instance of its interface, family, VRID and group', () => {
  for (const params of all) {
    const source = params.family === 4 ? highSource : 'fe80::5'
    assert.deepEqual(found(all, frame(params, 100, source)), [params.name])
  }
  assert.deepEqual(found(all, frame(instance({ vrid: 99 }), 100, highSource)), [])
})

test('a frame with an authentication header is found too', () => {
  const ah = instance({ authentication: { type: 'ah', password: 'secret12' } })
  assert.deepEqual(found([ah], frame(ah, 100, highSource)), ['VI_1'])
})

test('a frame too short to have a VRID is for nobody', () => {
  for (let length = 0; length < 22; length++) {
    const short = frame(one, 100, highSource)
    assert.deepEqual(found(all, { ...short, bytes: short.bytes.subarray(0, length) }).length, length < 22 ? 0 : 1)
  }
})

test('all virtual addresses are reserved, excluded ones too', () => {
  assert.deepEqual(reservedAddresses([one, other]).slice(-1), ['eth1 192.0.2.120'])
})

const left = instance({ name: 'VI_L', unicast: unicast(['192.0.2.12', '192.0.2.13']) })
const right = instance({ name: 'VI_R', unicast: unicast(['192.0.2.14']) })
const elsewhere = instance({ name: 'VI_E', unicast: unicast(['192.0.2.12']), sourceAddress: '192.0.2.8' })

test('several unicast instances of one VRID are told apart by their peers', () => {
  const both = [left, right]
  assert.deepEqual(found(both, frame(left, 100, '192.0.2.13')), ['VI_L'])
  assert.deepEqual(found(both, frame(left, 100, '192.0.2.14')), ['VI_R'])
  assert.deepEqual(found(both, frame(left, 100, '192.0.2.99')), [], 'a stranger is for neither')
  assert.deepEqual(found([left], frame(left, 100, '192.0.2.99')), ['VI_L'], 'one alone hears everybody')
})

test('a unicast instance hears only what is sent to the address that its adverts come from', () => {
  assert.deepEqual(found([left, elsewhere], frame(left, 100, '192.0.2.12')), ['VI_L'])
  assert.deepEqual(found([elsewhere], frame(left, 100, '192.0.2.12')), [])
})

test('multicast, unicast and broadcast instances of one VRID do not hear each other', () => {
  const wide = instance({ name: 'VI_B', broadcastAddress: '192.0.2.255' })
  const mixed = [one, left, wide]
  for (const params of mixed) assert.deepEqual(found(mixed, frame(params, 100, '192.0.2.12')), [params.name])
})

test('IPv6 is told apart by destination, and is multicast if that is not known', () => {
  const lone = instance6({ name: 'VI_U', unicast: unicast(['fe80::5']) })
  const { destination: _, ...unknown } = frame(six, 100, 'fe80::5')
  assert.deepEqual(found([six, lone], frame(lone, 100, 'fe80::5')), ['VI_U'])
  assert.deepEqual(found([six, lone], frame(six, 100, 'fe80::5')), ['VI_6'])
  assert.deepEqual(found([six, lone], unknown), ['VI_6'])
})
