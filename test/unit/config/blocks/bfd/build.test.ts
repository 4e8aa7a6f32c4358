// bfd_instance and BFD_CHECK out of the text of a file.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { BfdInstance } from '../../../../../src/config/blocks/bfd/model.ts'
import { loadText } from '../../load-text.ts'

function sessions(text: string): readonly BfdInstance[] {
  return loadText(text).config?.bfd ?? []
}

function names(text: string): string[] {
  return sessions(text).map(({ name }) => name)
}

function codes(text: string): string[] {
  return loadText(text).diagnostics.map(({ code }) => code)
}

function instance(name: string, ...lines: readonly string[]): string {
  return `bfd_instance ${name} {\n${lines.join('\n')}\n}\n`
}

test('what is not said has the defaults of keepalived, and hop limit 255 for IPv6 too', () => {
  for (const neighbor of ['192.0.2.2', '2001:db8::2']) {
    const [session] = sessions(instance('b', `neighbor_ip ${neighbor}`))
    const { place, ...rest } = session!
    assert.equal(place.line, 1)
    assert.deepEqual(rest, {
      name: 'b',
      family: neighbor.includes(':') ? 6 : 4,
      neighbor,
      minRxUs: 10_000,
      minTxUs: 10_000,
      idleTxUs: 1_000_000,
      multiplier: 5,
      passive: false,
      hopLimit: 255,
      hopsMax: 0,
      multihop: false,
      tellsVrrp: true,
      tellsChecker: true,
    })
  }
})

test('everything can be said', () => {
  const lines = ['neighbour_ip 2001:DB8::2', 'source_ip 2001:db8:0::1', 'min_rx 1.5', 'min_tx 20', 'idle_tx 2000']
  const more = ['multiplier 3', 'passive', 'hoplimit 64', 'max_hops 2', 'multihop', 'vrrp']
  const [session] = sessions(instance('b', ...lines, ...more))
  const { place: _, ...rest } = session!
  assert.deepEqual(rest, {
    name: 'b',
    family: 6,
    neighbor: '2001:db8::2',
    source: '2001:db8::1',
    minRxUs: 1_500,
    minTxUs: 20_000,
    idleTxUs: 2_000_000,
    multiplier: 3,
    passive: true,
    hopLimit: 64,
    hopsMax: 2,
    multihop: true,
    tellsVrrp: true,
    tellsChecker: false,
  })
})

test('vrrp and checker say who is told; both is as none', () => {
  const told = (...lines: string[]) => {
    const [session] = sessions(instance('b', 'neighbor_ip 192.0.2.2', ...lines))
    return [session!.tellsVrrp, session!.tellsChecker]
  }
  assert.deepEqual(told('checker'), [false, true])
  assert.deepEqual(told('vrrp', 'checker'), [true, true])
})

test('max_hops: -1 and 255 check nothing, more than the ttl is the ttl', () => {
  const hops = (...lines: string[]) => sessions(instance('b', 'neighbor_ip 192.0.2.2', ...lines))[0]!.hopsMax
  assert.deepEqual([hops('max_hops -1'), hops('max_hops 255'), hops('ttl 10', 'max_hops 20')], [null, null, 10])
  assert.ok(codes(instance('b', 'neighbor_ip 192.0.2.2', 'ttl 10', 'max_hops 20')).includes('KA1347'))
})

test('sessions that cannot be told apart or that mix families are left out', () => {
  const one = instance('one', 'neighbor_ip 192.0.2.2', 'source_ip 192.0.2.1')
  assert.deepEqual(names(one + instance('two', 'neighbor_ip 192.0.2.2', 'source_ip 192.0.2.3')), ['one', 'two'])
  assert.deepEqual(names(one + instance('two', 'neighbor_ip 192.0.2.2', 'source_ip 192.0.2.1', 'multihop')), [
    'one',
    'two',
  ])
  assert.deepEqual(names(one + instance('two', 'neighbor_ip 192.0.2.2')), ['one'])
  assert.ok(codes(one + instance('two', 'neighbor_ip 192.0.2.2')).includes('KA1347'))
  const mixed = instance('b', 'neighbor_ip 192.0.2.2', 'source_ip 2001:db8::1')
  assert.deepEqual([names(mixed), codes(mixed).includes('KA1322')], [[], true])
  assert.deepEqual(names(instance('b', 'source_ip 192.0.2.1')), [])
})

test('an interval of many seconds is wondered at and taken', () => {
  const text = instance('b', 'neighbor_ip 192.0.2.2', 'min_rx 20000')
  assert.equal(sessions(text)[0]!.minRxUs, 20_000_000)
  assert.ok(codes(text).includes('KA1384'))
})

function checked(body: string, before: string): { readonly checkers: readonly object[]; readonly codes: string[] } {
  const text = `${before}virtual_server 192.0.2.1 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\n${body}\n}\n}\n`
  const [virtual] = loadText(text).config?.lvs?.virtualServers ?? []
  return { checkers: virtual!.realServers[0]!.checkers, codes: codes(text) }
}

const peer = instance('peer', 'neighbor_ip 10.0.0.1')

test('BFD_CHECK follows a session that stands above it', () => {
  const [check] = checked('BFD_CHECK {\nname peer\nalpha\n}', peer).checkers
  const { type, session, server, alpha, retry } = check as Record<string, unknown>
  assert.deepEqual(
    { type, session, server, alpha, retry },
    { type: 'BFD_CHECK', session: 'peer', server: '[10.0.0.1]:tcp:80', alpha: true, retry: 0 },
  )
})

test('BFD_CHECK of no session, or of one that is followed already, is left out', () => {
  const unknown = checked('BFD_CHECK {\nname nobody\n}', peer)
  assert.deepEqual([unknown.checkers, unknown.codes.includes('KA1381')], [[], true])
  const twice = checked('BFD_CHECK {\nname peer\n}\nBFD_CHECK {\nname peer\n}', peer)
  assert.deepEqual([twice.checkers.length, twice.codes.includes('KA1308')], [1, true])
})

test('nothing of BFD is only parsed', () => {
  assert.ok(
    !codes(
      `${peer}virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nBFD_CHECK {\nname peer\n}\n}\n}\n`,
    ).includes('KA1214'),
  )
})

test('an instance with a name that is too long is left out, as by keepalived', () => {
  const [fits, long] = ['n'.repeat(31), 'n'.repeat(32)]
  assert.deepEqual(names(instance(fits, 'neighbor_ip 192.0.2.2')), [fits])
  const text = instance(long, 'neighbor_ip 192.0.2.2')
  assert.deepEqual([names(text), codes(text).includes('KA1220')], [[], true])
})
