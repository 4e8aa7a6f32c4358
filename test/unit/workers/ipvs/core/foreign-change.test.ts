import assert from 'node:assert/strict'
import test from 'node:test'
import { destKey, type IpvsDest, type IpvsService, type IpvsServiceId } from '../../../../../src/lib/ipvs.ts'
import { foreignChange } from '../../../../../src/workers/ipvs/core/foreign-change.ts'
import { planService, type ServiceImage } from '../../../../../src/workers/ipvs/core/plan.ts'

const id: IpvsServiceId = { family: 4, protocol: 6, address: '10.0.0.1', port: 80 }
const service: IpvsService = { id, scheduler: 'rr', flags: 0, timeoutSeconds: 0, netmask: 0xffffffff, engine: '' }
const dest: IpvsDest = {
  family: 4,
  address: '10.0.0.11',
  port: 80,
  method: 3,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  tunnelType: 0,
  tunnelPort: 0,
  tunnelFlags: 0,
}

function image(changed: Partial<IpvsService>, ...dests: readonly IpvsDest[]): ServiceImage {
  return { service: { ...service, ...changed }, dests: new Map(dests.map(each => [destKey(each), each])) }
}

function changes(found: ServiceImage | undefined, desired: ServiceImage | undefined): readonly string[] {
  return planService(id, found, desired).map(command => foreignChange(found, command))
}

test('each change that somebody else may make has words that name the entry, what it is and what it was', () => {
  const ours = image({}, dest)
  assert.deepEqual(changes(undefined, ours), ['service deleted', '[10.0.0.11]:80 deleted'])
  assert.deepEqual(changes(ours, undefined), ['service added'])
  assert.deepEqual(changes(image({}), ours), ['[10.0.0.11]:80 deleted'])
  assert.deepEqual(changes(image({}, dest, { ...dest, port: 81 }), ours), ['[10.0.0.11]:81 added'])
  assert.deepEqual(changes(image({}, { ...dest, weight: 0 }), ours), ['[10.0.0.11]:80 changed (weight 0 instead of 1)'])
  assert.deepEqual(changes(image({ scheduler: 'wrr' }, dest), ours), ['service changed (scheduler wrr instead of rr)'])
  assert.deepEqual(changes(image({ flags: 0x20 }, dest), ours), ['service changed'])
})

test('every field of a server that differs is a command, thresholds and tunnels included', () => {
  const fields = ['method', 'weight', 'upperThreshold', 'lowerThreshold', 'tunnelType', 'tunnelPort', 'tunnelFlags']
  for (const field of fields) {
    const found = image({}, { ...dest, [field]: 2 })
    assert.deepEqual(
      planService(id, found, image({}, dest)).map(({ op }) => op),
      ['set-dest'],
      field,
    )
  }
})

test('every field of a service that differs is a command', () => {
  const differences = [{ scheduler: 'wrr' }, { flags: 0x20 }, { timeoutSeconds: 9 }, { netmask: 1 }, { engine: 'sip' }]
  for (const changed of differences) {
    assert.deepEqual(
      planService(id, image(changed, dest), image({}, dest)).map(({ op }) => op),
      ['set-service'],
      JSON.stringify(changed),
    )
  }
})
