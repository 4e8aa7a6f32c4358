// The bytes of IPVS settings as they were captured from keepalived 2.4.3 (after the netlink header), on a little-endian machine.

import assert from 'node:assert/strict'
import test from 'node:test'
import {
  decodeTimeouts,
  encodeDelDaemon,
  encodeNewDaemon,
  encodeTimeouts,
} from '../../../src/native/ipvs-setting-message.ts'
import { captured, hex, skip } from './capture.ts'

test('timeouts and sync daemons', { skip }, () => {
  assert.equal(
    hex(encodeTimeouts({ tcp: 1_000, tcpFin: 120, udp: 30 })),
    captured('0c010000 08000400 e8030000 08000500 78000000 08000600 1e000000'),
  )
  assert.deepEqual(decodeTimeouts(encodeTimeouts({ tcp: 1, tcpFin: 2, udp: 3 })), { tcp: 1, tcpFin: 2, udp: 3 })
  const daemon = {
    role: 'master',
    interface: 'v0',
    syncId: 9,
    maxLength: 1400,
    port: 8850,
    ttl: 2,
    group: '224.0.0.90',
  } as const
  const bytes = hex(encodeNewDaemon(daemon))
  for (const part of [
    '0800010001000000',
    '0700020076300000',
    '0800030009000000',
    '0600040078050000',
    '0600070092220000',
    '05000800020000',
    '08000500e000005a',
  ]) {
    assert.ok(bytes.includes(part), `${part} in ${bytes}`)
  }
  assert.equal(hex(encodeDelDaemon('master')), captured('0a010000 14000300 08000100 01000000 08000300 00000000'))
})
