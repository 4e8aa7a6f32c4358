import assert from 'node:assert/strict'
import test from 'node:test'
import { addressesOf, parseRange, sizeOf } from '../../../../../src/config/blocks/server/address-range.ts'

function expand(text: string): readonly string[] | string {
  const range = parseRange(text)
  return typeof range === 'string' ? range : addressesOf(range)
}

test('one address, ranges by last part and by whole address, prefixes', () => {
  assert.deepEqual(expand('10.0.0.1'), ['10.0.0.1'])
  assert.deepEqual(expand('10.0.0.254-255'), ['10.0.0.254', '10.0.0.255'])
  assert.deepEqual(expand('10.0.0.255-10.0.1.1'), ['10.0.0.255', '10.0.1.0', '10.0.1.1'])
  assert.deepEqual(expand('10.0.0.254/31'), ['10.0.0.254', '10.0.0.255'])
  assert.deepEqual(expand('2001:db8::fe-100'), ['2001:db8::fe', '2001:db8::ff', '2001:db8::100'])
  assert.deepEqual(expand('2001:db8::2/127'), ['2001:db8::2', '2001:db8::3'])
})

test('what keepalived refuses is refused', () => {
  for (const text of ['10.0.0.9-3', '10.0.0.5-5', '10.0.0.9-10.0.0.2']) assert.match(String(expand(text)), /above/)
  for (const text of ['10.0.0.1-300', '2001:db8::1-1ffff', '10.0.0.1-2001::1'])
    assert.match(String(expand(text)), /valid end/)
  for (const text of ['10.0.0.0/0', '10.0.0.1/33', '10.0.0.1/', '2001:db8::/129'])
    assert.match(String(expand(text)), /prefix length/)
  for (const text of ['10.0.0.1/31', '2001:db8::1/112']) assert.match(String(expand(text)), /host bits/)
})

test('sizes are known without writing the addresses out', () => {
  const size = (text: string) => {
    const range = parseRange(text)
    assert.ok(typeof range !== 'string')
    return sizeOf(range)
  }
  assert.equal(size('10.0.0.0/8'), 1n << 24n)
  assert.equal(size('2001:db8::/64'), 1n << 64n)
})
