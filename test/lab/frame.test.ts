// The lab's own instruments: its decoder and encoder of frames against published bytes, and the pcap format.

import assert from 'node:assert/strict'
import test from 'node:test'
import { type AdvertFrame, encodeAdvertFrame } from './advert-frame.ts'
import { decodeFrame } from './frame.ts'
import { type CapturedFrame, encodePcap, PcapReader } from './pcap.ts'

const ADVERT: AdvertFrame = {
  sourceMac: '02:00:00:00:4b:0b',
  source: '192.0.2.11',
  vrid: 51,
  priority: 100,
  addresses: ['192.0.2.100', '192.0.2.101'],
}

test('a version 2 advert has the bytes that keepalived sends', () => {
  const bytes = encodeAdvertFrame(ADVERT)
  const packet = '45c0002c00010000ff701883c000020be0000012213364020001f5fec0000264c00002650000000000000000'
  assert.equal(Buffer.from(bytes.subarray(14)).toString('hex'), packet)
})

test('a version 3 advert has the bytes that keepalived sends', () => {
  const bytes = encodeAdvertFrame({ ...ADVERT, version: 3 })
  assert.equal(Buffer.from(bytes.subarray(34)).toString('hex'), '31336402006442fdc0000264c0000265')
})

test('what was encoded is decoded, and a wrong checksum is noticed', () => {
  const decode = (advert: AdvertFrame) => decodeFrame({ at: 7, bytes: encodeAdvertFrame(advert) }, () => 'a')
  assert.deepEqual(decode({ ...ADVERT, authType: 1, password: 'secret' }), {
    kind: 'advert',
    at: 7,
    from: 'a',
    source: '192.0.2.11',
    destination: '224.0.0.18',
    ttl: 255,
    version: 2,
    vrid: 51,
    priority: 100,
    interval: 1,
    authType: 1,
    authData: Buffer.from('secret\0\0').toString('hex'),
    addresses: ['192.0.2.100', '192.0.2.101'],
    checksumGood: true,
  })
  for (const version of [2, 3]) {
    const broken = decode({ ...ADVERT, version, checksumError: 1 })
    assert.ok(broken?.kind === 'advert' && !broken.checksumGood)
  }
})

test('a gratuitous ARP is decoded', () => {
  const arp = 'ffffffffffff020000000a0108060001080006040001020000000a01c0000264ffffffffffffc0000264'
  const event = decodeFrame({ at: 1, bytes: Buffer.from(arp, 'hex') }, mac => mac)
  assert.deepEqual(event, {
    kind: 'garp',
    at: 1,
    from: '02:00:00:00:0a:01',
    address: '192.0.2.100',
    mac: '02:00:00:00:0a:01',
  })
})

test('an unsolicited neighbour advertisement is decoded', () => {
  const na =
    '333300000001020000000a0186dd6000000000203afffd000000000000000000000000000100ff020000000000000000000000000001' +
    '88004e9d20000000fd0000000000000000000000000001000201020000000a01'
  const event = decodeFrame({ at: 1, bytes: Buffer.from(na, 'hex') }, () => 'a')
  assert.deepEqual(event, { kind: 'na', at: 1, from: 'a', address: 'fd00::100', mac: '02:00:00:00:0a:01' })
})

test('a pcap stream is read whole however it is cut', () => {
  const frames: CapturedFrame[] = [
    { at: 1_700_000_000_000_001, bytes: Uint8Array.of(1, 2, 3) },
    { at: 1_700_000_001_999_999, bytes: encodeAdvertFrame(ADVERT) },
  ]
  const stream = encodePcap(frames)
  for (const size of [1, 7, 24, stream.length]) {
    const read: CapturedFrame[] = []
    const reader = new PcapReader(frame => read.push(frame))
    for (let i = 0; i < stream.length; i += size) reader.feed(stream.subarray(i, i + size))
    assert.deepEqual(read, frames)
  }
})
