// What kind of address it is. Text and bytes are tested by properties, test/property.

import assert from 'node:assert/strict'
import test from 'node:test'
import { isMulticast, parseIp } from '../../../src/lib/ip.ts'

for (const [text, expected] of [
  ['223.255.255.255', false],
  ['224.0.0.0', true],
  ['239.255.255.255', true],
  ['240.0.0.0', false],
  ['ff02::12', true],
  ['fe80::1', false],
] as const) {
  test(`${text} is ${expected ? 'a' : 'no'} multicast address`, () =>
    assert.equal(isMulticast(parseIp(text)!), expected))
}
