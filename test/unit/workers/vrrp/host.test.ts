import assert from 'node:assert/strict'
import test from 'node:test'
import { Host } from '../../../../src/workers/vrrp/host.ts'
import { instance, link, vip } from './core/fixture.ts'

const socket = { interface: 'eth0', family: 4, fd: 3 } as const

function begun(): Host {
  const host = new Host()
  host.start({ links: [link()], scripts: { s: 'unknown' }, readings: { 'file f': 1 }, sockets: [socket], broken: {} })
  return host
}

test('a machine that begins later finds everything as it is by then', () => {
  const host = begun()
  host.script('s', 'up')
  host.reading('file g', 2)
  host.link(link({ up: false }))
  host.reserve([instance({ addresses: [vip('192.0.2.100')] })])
  assert.deepEqual(host.surroundings(instance()), {
    deaf: null,
    links: [link({ up: false })],
    scripts: { s: 'up' },
    readings: { 'file f': 1, 'file g': 2 },
    reserved: ['eth0 192.0.2.100'],
  })
})

test('what a machine may have missed comes as the same events as the news', () => {
  const host = begun()
  const news = [host.link(link({ mtu: 9000 })), host.script('s', 'down'), host.reading('file f', 0)]
  assert.deepEqual(host.events(instance()), [{ type: 'hearing', deaf: null }, ...news])
})

test('an instance can send while there is both a socket and a link, and not by those of another family', () => {
  const host = begun()
  assert.deepEqual(host.wayOut({ interface: 'eth0', family: 4 }), { socket, link: link() })
  assert.equal(host.wayOut({ interface: 'eth0', family: 6 }), undefined)
  assert.equal(host.wayOut({ interface: 'eth1', family: 4 }), undefined)
  host.useSockets({ sockets: [], broken: {} })
  assert.equal(host.wayOut({ interface: 'eth0', family: 4 }), undefined)
})

test('an instance is deaf while its own socket is broken, whatever becomes of those of others', () => {
  const host = begun()
  const ah = instance({ authentication: { type: 'ah', password: 'x' } })
  host.useSockets({
    sockets: [socket],
    broken: { 'eth0/4/224.0.0.18/51': 'EMFILE', 'eth1/4/224.0.0.18/112': 'ENOMEM' },
  })
  assert.deepEqual([host.hearing(instance()).deaf, host.hearing(ah).deaf], [null, 'EMFILE'])
  assert.equal(host.surroundings(ah).deaf, 'EMFILE')
})
