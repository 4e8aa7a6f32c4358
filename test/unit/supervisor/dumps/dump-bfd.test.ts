// keepalived_bfd.data: keepalived's lines in keepalived's order.

import assert from 'node:assert/strict'
import test from 'node:test'
import { bfdText } from '../../../../src/supervisor/dumps/dump-bfd.ts'
import { bfdInstance, NOW, session } from '../../workers/bfd/core/fixture.ts'

test('a session that is up, and one that nothing is known of yet', () => {
  const addresses = { neighbor: 'fd00::2', source: 'fd00::1' }
  const other = bfdInstance({ name: 'c', family: 6, hopsMax: null, minRxUs: 7, ...addresses })
  const views = [
    { params: bfdInstance(), session: session(), heardAt: NOW - 500_000 },
    { params: other, session: undefined, heardAt: undefined },
  ]
  const lines = bfdText(views, NOW, 1_000_000).split('\n')
  const wanted = [
    '------< BFD Topology >------',
    ' BFD Instance = b',
    '   Neighbor IP = 10.0.0.2',
    '   Source IP = 10.0.0.1',
    '   Required min RX interval = 10000 us',
    '   TTL = 255',
    '   local state = Up',
    '   remote state = Up',
    '   local discriminator = 0x11223344',
    '   remote discriminator = 0x55667788',
    '   remote min tx intv = 50000 us',
    '   !poll, !final',
    '   local tx intv = 40000 us',
    '   remote tx intv = 50000 us',
    '   local detection time = 150000 us',
    '   remote detection time = 200000 us',
    ' BFD Instance = c',
    '   hoplimit = 255',
    '   max_hops = -1',
  ]
  assert.deepEqual(
    lines.filter(line => wanted.includes(line)),
    wanted,
  )
  assert.ok(lines.some(line => line.startsWith('   last seen = 999.500000 (')))
})
