import assert from 'node:assert/strict'
import test from 'node:test'
import type { NftMarks, NftRow } from '../../../../src/config/blocks/server/model.ts'
import { nftScript, removal } from '../../../../src/supervisor/lvs/nft-script.ts'

const row = (over: Partial<NftRow>): NftRow => ({
  family: 4,
  protocol: 'TCP',
  first: '10.0.0.2',
  last: '10.0.0.2',
  port: 80,
  mark: 1000,
  ...over,
})

function script(rows: readonly NftRow[], over: Partial<NftMarks> = {}): string {
  return nftScript({ table: 'kk', priority: -1, counters: false, rows, ...over })
}

test('one table for each family in use, one map for each protocol, ranges and any port as intervals', () => {
  const text = script([
    row({ last: '10.0.0.9' }),
    row({ first: '10.0.1.1', last: '10.0.1.1', port: 0, mark: 1001 }),
    row({ family: 6, protocol: 'UDP', first: '2001:db8::1', last: '2001:db8::1', port: 53, mark: 1002 }),
  ])
  assert.match(text, /table ip kk \{\n {2}map tcp_map/)
  assert.match(text, /10\.0\.0\.2-10\.0\.0\.9 \. 80 : 1000,\n {6}10\.0\.1\.1 \. 0-65535 : 1001/)
  assert.match(text, /table ip6 kk \{\n {2}map udp_map/)
  assert.match(text, /meta mark set ip6 daddr \. udp dport map @udp_map/)
  assert.match(text, /type filter hook input priority -1;/)
  assert.doesNotMatch(text, /counter/)
})

test('what there was of the table goes in the same transaction', () => {
  assert.ok(script([row({})]).startsWith(removal('kk')))
  assert.equal(script([]), removal('kk'))
})

test('counters and priority are as configured', () => {
  const text = script([row({})], { counters: true, priority: -5 })
  assert.match(text, /counter meta mark set/)
  assert.match(text, /priority -5;/)
})
