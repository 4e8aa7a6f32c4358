import assert from 'node:assert/strict'
import test from 'node:test'
import { heldAddresses, instanceStatus, roleLine, rolesOf } from '../../../../src/supervisor/control/role-report.ts'
import { vip } from '../../../fixtures/vrrp-instance.ts'
import { elected, instance } from '../../workers/vrrp/core/fixture.ts'

const master = instance({ name: 'VI_1', priority: 150 })
const views = [
  { params: master, state: elected(master).state },
  { params: instance({ name: 'VI_2' }), state: undefined },
]

test('an instance that no worker has spoken of yet is in init', () => {
  assert.deepEqual(rolesOf(views), { VI_1: 'master', VI_2: 'init' })
  assert.equal(roleLine(views), 'VI_1 MASTER, VI_2 INIT')
})

test('the status shows the priority in effect, or the configured one before there is any', () => {
  const [first, second] = views
  assert.deepEqual(instanceStatus(first!), { name: 'VI_1', state: 'master', priority: 150 })
  assert.deepEqual(instanceStatus(second!), { name: 'VI_2', state: 'init', priority: 100 })
})

test('a held address carries how long the peers of its instance wait at least', () => {
  const address = { ...vip('192.0.2.100'), ifindex: 2, interface: 'eth0' }
  assert.deepEqual(heldAddresses([{ instance: master, address }]), [
    { address: '192.0.2.100', prefix: 32, interface: 'eth0', survivalUs: 2_000_000 },
  ])
})
