// The bytes of IPVS messages as they were captured from keepalived 2.4.3 (after the netlink header), on a little-endian machine.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { IpvsDest, IpvsService } from '../../../src/lib/ipvs.ts'
import { decodeDest, decodeService, encodeCommand, encodeMessage } from '../../../src/native/ipvs-message.ts'
import { captured, hex, skip } from './capture.ts'

const wrr: IpvsService = {
  id: { family: 4, protocol: 6, address: '10.0.0.1', port: 80 },
  scheduler: 'wrr',
  flags: 1,
  timeoutSeconds: 300,
  netmask: 0xffffff00,
  engine: '',
}

const dest: IpvsDest = {
  family: 4,
  address: '10.0.0.11',
  port: 53,
  method: 3,
  weight: 0,
  upperThreshold: 10,
  lowerThreshold: 5,
  tunnelType: 0,
  tunnelPort: 0,
  tunnelFlags: 0,
}

test('NEW_SERVICE with persistence', { skip }, () => {
  assert.equal(
    hex(encodeCommand({ op: 'new-service', service: wrr })),
    captured(`01010000 54000100 06000100 02000000 06000200 06000000 14000300 0a000001 00000000 00000000 00000000
      06000400 00500000 08000600 77727200 0c000700 01000000 ffffffff 08000800 2c010000 08000900 ffffff00`),
  )
})

test('NEW_SERVICE of a mark with scheduler flags, and of IPv6 with an engine', { skip }, () => {
  const mark: IpvsService = {
    ...wrr,
    id: { family: 4, mark: 7 },
    scheduler: 'sh',
    flags: 0x18,
    timeoutSeconds: 0,
    netmask: 0xffffffff,
  }
  assert.equal(
    hex(encodeCommand({ op: 'new-service', service: mark })),
    captured(`01010000 38000100 06000100 02000000 08000500 07000000 07000600 73680000
      0c000700 18000000 ffffffff 08000800 00000000 08000900 ffffffff`),
  )
  const v6: IpvsService = {
    id: { family: 6, protocol: 6, address: '2001:db8::1', port: 80 },
    scheduler: 'wlc',
    flags: 1,
    timeoutSeconds: 360,
    netmask: 64,
    engine: 'sip',
  }
  assert.equal(
    hex(encodeCommand({ op: 'new-service', service: v6 })),
    captured(`01010000 5c000100 06000100 0a000000 06000200 06000000 14000300 20010db8 00000000 00000000 00000001
      06000400 00500000 08000600 776c6300 08000b00 73697000 0c000700 01000000 ffffffff 08000800 68010000 08000900 40000000`),
  )
})

test('the dest part of NEW_DEST: direct routing with thresholds, and a GUE tunnel', { skip }, () => {
  const service = { family: 4, mark: 5 } as const
  const destPart = (of: IpvsDest) => hex(encodeCommand({ op: 'new-dest', service, dest: of })).slice(2 * (4 + 20))
  assert.equal(
    destPart(dest),
    captured(`48000200 06000b00 02000000 14000100 0a00000b 00000000 00000000 00000000 06000200 00350000
      08000300 03000000 08000400 00000000 08000500 0a000000 08000600 05000000`),
  )
  const gue: IpvsDest = {
    ...dest,
    family: 6,
    address: '2001:db8::2',
    port: 0,
    method: 2,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnelType: 1,
    tunnelPort: 6080,
    tunnelFlags: 1,
  }
  assert.equal(
    destPart(gue),
    captured(`60000200 06000b00 0a000000 14000100 20010db8 00000000 00000000 00000002 06000200 00000000
      08000300 02000000 08000400 01000000 05000d00 01000000 06000e00 17c00000 06000f00 01000000
      08000500 00000000 08000600 00000000`),
  )
})

test('a flush is a header alone', () => {
  assert.equal(hex(encodeMessage('flush')), '11010000')
})

test('services and dests survive the way there and back', () => {
  assert.deepEqual(decodeService(encodeCommand({ op: 'new-service', service: wrr })), wrr)
  const back = decodeDest(encodeCommand({ op: 'new-dest', service: wrr.id, dest }), 4)
  assert.deepEqual(back, { ...dest, activeConnections: 0, inactiveConnections: 0, persistentConnections: 0 })
})

test('attributes that do not fit are refused, not read beyond', () => {
  assert.throws(() => decodeService(Uint8Array.of(1, 1, 0, 0, 200, 0, 1, 0)), RangeError)
  assert.equal(decodeService(Uint8Array.of(1, 1, 0, 0)), undefined)
})
