import assert from 'node:assert/strict'
import test from 'node:test'
import { parseIp } from '../../../src/lib/ip.ts'
import { gratuitousArp, unsolicitedAdvertisement } from '../../../src/native/announce-frame.ts'

const MAC = Uint8Array.of(2, 0, 0, 0, 0x0a, 1)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('gratuitous ARP as keepalived sends it (vector G1)', () => {
  assert.equal(
    hex(gratuitousArp(MAC, parseIp('192.0.2.100')!)),
    'ffffffffffff020000000a0108060001080006040001020000000a01c0000264ffffffffffffc0000264',
  )
})

const advertisement = (flags: string, checksum: string) =>
  '333300000001020000000a0186dd6000000000203afffd000000000000000000000000000100ff020000000000000000000000000001' +
  `8800${checksum}${flags}000000fd0000000000000000000000000001000201020000000a01`

test('unsolicited neighbour advertisement of a host (vector G2)', () => {
  assert.equal(hex(unsolicitedAdvertisement(MAC, parseIp('fd00::100')!, false)), advertisement('20', '4e9d'))
})

test('unsolicited neighbour advertisement of a router (vector G3)', () => {
  assert.equal(hex(unsolicitedAdvertisement(MAC, parseIp('fd00::100')!, true)), advertisement('a0', 'ce9c'))
})
