import assert from 'node:assert/strict'
import test from 'node:test'
import type { SyncGroup, VrrpInstance } from '../../../../src/config/blocks/instance/model.ts'
import type { Config } from '../../../../src/config/model.ts'
import type { LinkState } from '../../../../src/lib/link.ts'
import { LinkNews } from '../../../../src/supervisor/vrrp/link-news.ts'
import { link, onLink } from '../../../fixtures/link.ts'
import { testTimers } from '../../../fixtures/timers.ts'
import { instance, vip } from '../../../fixtures/vrrp-instance.ts'

type Users = Parameters<LinkNews['use']>[0]

function users(instances: readonly VrrpInstance[], more: Partial<Users> = {}): Users {
  return { instances, syncGroups: [], linkDelays: [], ...more }
}

function stage(...present: readonly LinkState[]) {
  const told: string[] = []
  const { later, timers } = testTimers()
  const news = new LinkNews({
    link: name => present.find(one => one.name === name),
    tell: ({ name, up, addresses }) => {
      told.push([name, up ? 'up' : 'down', ...addresses.map(({ address }) => address)].join(' '))
    },
    later,
  })
  return { news, told, timers }
}

test('links count that an instance runs on, tracks or has an address on, or that its group tracks', () => {
  const { news } = stage()
  const tracked = { interface: 'eth1', weight: 0, reverse: false }
  const params = instance({ trackedInterfaces: [tracked], addresses: [vip('192.0.2.1', { device: 'eth2' })] })
  const group = { trackedInterfaces: [{ ...tracked, interface: 'eth3' }] } as unknown as SyncGroup
  news.use(users([params], { syncGroups: [group] }))
  const watched = ['eth0', 'eth1', 'eth2', 'eth3', 'eth4'].filter(name => news.isWatched(name))
  assert.deepEqual(watched, ['eth0', 'eth1', 'eth2', 'eth3'])
})

test('a virtual address that comes or goes is no news', () => {
  const own = onLink('192.0.2.11')
  const { news, told } = stage(link({ addresses: [own] }))
  news.use(users([instance({ addresses: [vip('192.0.2.100')], excludedAddresses: [vip('192.0.2.101')] })]))
  news.link(link({ addresses: [own, onLink('192.0.2.100', 32), onLink('192.0.2.101', 32)] }))
  news.link(link({ addresses: [own] }))
  assert.deepEqual(told, ['eth0 up 192.0.2.11'])
  news.link(link({ addresses: [] }))
  assert.deepEqual(told.slice(1), ['eth0 up'])
})

test('a reload tells of every link anew, for the worker may have forgotten', () => {
  const { news, told } = stage(link())
  const config: Pick<Config, 'instances' | 'syncGroups' | 'linkDelays'> = users([instance()])
  news.use(config)
  news.use(config)
  assert.deepEqual(told, ['eth0 up', 'eth0 up'])
})

test('a link with a delay is down for the worker only when the delay is over', () => {
  const { news, told, timers } = stage(link())
  news.use(users([instance()], { linkDelays: [{ interface: 'eth0', downUs: 500_000, upUs: 0 }] }))
  news.link(link({ up: false }))
  assert.deepEqual(told, ['eth0 up'])
  assert.equal(timers[0]!.delayMs, 500)
  timers[0]!.action()
  assert.deepEqual(told, ['eth0 up', 'eth0 down'])
})

test('defect 8: the addresses of an owner are told, and a virtual address of one link is news on another', () => {
  const { news, told } = stage(link({ addresses: [onLink('192.0.2.1')] }))
  const elsewhere = instance({ name: 'VI_2', interface: 'eth1', addresses: [vip('192.0.2.1')] })
  news.use(users([instance({ priority: 255, addresses: [vip('192.0.2.1')] }), elsewhere]))
  assert.deepEqual(told, ['eth0 up 192.0.2.1'])
})
