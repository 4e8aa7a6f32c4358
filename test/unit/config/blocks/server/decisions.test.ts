import assert from 'node:assert/strict'
import test from 'node:test'
import { hasOwnPort, mayScheduleOnePacket, quorumThatHolds } from '../../../../../src/config/blocks/server/decisions.ts'
import { loadText } from '../../load-text.ts'

for (const [written, total, holds] of [
  [{ quorum: 1, hysteresis: 0 }, 2, { quorum: 1, hysteresis: 0 }],
  [{ quorum: 3, hysteresis: 1 }, 2, { quorum: 2, hysteresis: 1 }],
  [{ quorum: 2, hysteresis: 2 }, 4, { quorum: 2, hysteresis: 1 }],
  [{ quorum: 1, hysteresis: 0 }, 0, { quorum: 1, hysteresis: 0 }],
] as const) {
  test(`of ${JSON.stringify(written)} with servers that weigh ${total} holds ${JSON.stringify(holds)}`, () => {
    assert.deepEqual(quorumThatHolds(written, total), holds)
  })
}

test('only NAT has a port of its own, only UDP and marks one-packet scheduling', () => {
  assert.deepEqual(
    (['NAT', 'DR', 'TUN'] as const).map(method => hasOwnPort(method, 8080)),
    [true, false, false],
  )
  assert.equal(hasOwnPort('NAT', 0), false)
  assert.deepEqual((['TCP', 'UDP', 'SCTP', 'none', undefined] as const).map(mayScheduleOnePacket), [
    false,
    true,
    false,
    true,
    false,
  ])
})

test('KA1383: a quorum and a hysteresis that all servers together do not reach', () => {
  const text = (quorum: number, hysteresis: number) =>
    `virtual_server 192.0.2.1 80 {\n  protocol TCP\n  lb_algo rr\n  lb_kind NAT\n  quorum ${quorum}\n  hysteresis ${hysteresis}\n${[
      2, 3,
    ]
      .map(host => `  real_server 192.0.2.${host} 80 {\n    weight 1\n  }\n`)
      .join('')}}\n`
  const found = (quorum: number, hysteresis: number) =>
    loadText(text(quorum, hysteresis)).diagnostics.filter(({ code }) => code === 'KA1383').length
  assert.deepEqual([found(1, 0), found(2, 0), found(2, 1)], [0, 0, 1])
})
