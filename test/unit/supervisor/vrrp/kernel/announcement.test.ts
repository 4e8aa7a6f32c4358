import assert from 'node:assert/strict'
import test from 'node:test'
import { announcementsOf, sourceAnnouncement } from '../../../../../src/supervisor/vrrp/kernel/announcement.ts'
import { instance, vip } from '../../../../fixtures/vrrp-instance.ts'

test('every virtual address is announced where it is, excluded ones too', () => {
  const params = instance({
    addresses: [vip('192.0.2.100'), vip('192.0.2.101', { device: 'eth1' })],
    excludedAddresses: [vip('2001:db8::1')],
  })
  assert.deepEqual(
    announcementsOf(params).map(one => `${one.instance} ${one.family} ${one.interface} ${one.address}`),
    ['VI_1 4 eth0 192.0.2.100', 'VI_1 4 eth1 192.0.2.101', 'VI_1 6 eth0 2001:db8::1'],
  )
})

test('the source of adverts is announced on the interface of the instance', () => {
  const expected = { instance: 'VI_1', family: 4, interface: 'eth0', address: '192.0.2.11' }
  assert.deepEqual(sourceAnnouncement(instance(), '192.0.2.11'), expected)
})
