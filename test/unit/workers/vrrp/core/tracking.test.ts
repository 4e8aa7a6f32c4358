import assert from 'node:assert/strict'
import test from 'node:test'
import {
  instancesOfFrame,
  instancesOfLink,
  instancesOfScript,
  reservedAddresses,
} from '../../../../../src/workers/vrrp/core/tracking.ts'
import { frame, highSource, instance, instance6, vip } from './fixture.ts'

const one = instance()
const two = instance({ name: 'VI_2', vrid: 52, trackedInterfaces: [{ interface: 'eth1', weight: 0, reverse: false }] })
const other = instance({ name: 'VI_3', interface: 'eth1', excludedAddresses: [vip('192.0.2.120')] })
const six = instance6({ name: 'VI_6', trackedScripts: [{ script: 'check', weight: 0, reverse: false }] })
const regrouped = instance({ name: 'VI_G', multicastGroup: '224.0.0.81' })
const all = [one, two, other, six, regrouped]
const names = (instances: readonly { name: string }[]) => instances.map(params => params.name)

test('a frame is for the instance of its interface, family, VRID and group', () => {
  for (const params of all) {
    const source = params.family === 4 ? highSource : 'fe80::5'
    assert.deepEqual(names(instancesOfFrame(all, frame(params, 100, source))), [params.name])
  }
  assert.deepEqual(instancesOfFrame(all, frame(instance({ vrid: 99 }), 100, highSource)), [])
})

test('a frame with an authentication header is found too', () => {
  const ah = instance({ authentication: { type: 'ah', password: 'secret12' } })
  assert.deepEqual(names(instancesOfFrame([ah], frame(ah, 100, highSource))), ['VI_1'])
})

test('a frame too short to have a VRID is for nobody', () => {
  for (let length = 0; length < 22; length++) {
    const short = frame(one, 100, highSource)
    assert.deepEqual(
      instancesOfFrame(all, { ...short, bytes: short.bytes.subarray(0, length) }).length,
      length < 22 ? 0 : 1,
    )
  }
})

test('a link concerns those that run on it or track it, a script those that track it', () => {
  assert.deepEqual(names(instancesOfLink(all, 'eth1')), ['VI_2', 'VI_3'])
  assert.deepEqual(names(instancesOfLink(all, 'lo')), [])
  assert.deepEqual(names(instancesOfScript(all, 'check')), ['VI_6'])
})

test('all virtual addresses are reserved, excluded ones too', () => {
  assert.deepEqual(reservedAddresses([one, other]).slice(-1), ['192.0.2.120'])
})
